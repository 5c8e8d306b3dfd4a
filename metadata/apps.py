from django.apps import AppConfig


class MetadataApp(AppConfig):
    name = "metadata"
    default_auto_field = "django.db.models.BigAutoField"
