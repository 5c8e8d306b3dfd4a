from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class CompositionApp(AppConfig):
    name = "labeling.config"
    label = "composition"

    def ready(self) -> None:
        from labeling.config import celery, console, registrations  # both need the other apps to be loaded

        celery.app.set_default()
        registrations.register_all()
        console.register_tables()


class ConsoleConfig(SimpleAdminConfig):
    """Django's admin with our site, and with our tables alone: nothing registers itself."""

    default_site = "metadata.admin.site.ConsoleSite"
