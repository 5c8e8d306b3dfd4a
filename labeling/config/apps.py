from django.apps import AppConfig


class CompositionApp(AppConfig):
    name = "labeling.config"
    label = "composition"
