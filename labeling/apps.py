from django.apps import AppConfig


class LabelingApp(AppConfig):
    name = "labeling"
    default_auto_field = "django.db.models.BigAutoField"
