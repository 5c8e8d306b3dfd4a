from django.apps import AppConfig


class ConsistencyApp(AppConfig):
    name = "consistency"
    default_auto_field = "django.db.models.BigAutoField"
