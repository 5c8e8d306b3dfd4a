from django.apps import AppConfig


class AugmentationApp(AppConfig):
    name = "augmentation"
    default_auto_field = "django.db.models.BigAutoField"
