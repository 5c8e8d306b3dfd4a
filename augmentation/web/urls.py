from django.urls import URLPattern, path

from augmentation.web import augmentation

urlpatterns: list[URLPattern] = [
    path("datasets/<int:dataset_id>/augmentation/", augmentation.augmentation, name="augmentation"),
]
