from django.apps import AppConfig


class CompositionApp(AppConfig):
    name = "labeling.config"
    label = "composition"

    def ready(self) -> None:
        from labeling.config import celery, registrations  # both need the other apps to be loaded

        celery.app.set_default()
        registrations.register_all()
