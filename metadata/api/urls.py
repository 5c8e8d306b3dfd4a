from django.urls import URLPattern, URLResolver, path

from metadata.api import versions

urlpatterns: list[URLPattern | URLResolver] = [
    path("datasets/<int:dataset_id>/versions/", versions.VersionsView.as_view(), name="api-versions"),
    path("versions/<int:version_id>/", versions.VersionView.as_view(), name="api-version"),
    path("versions/<int:version_id>/diff", versions.DiffView.as_view(), name="api-version-diff"),
    path("versions/<int:version_id>/freeze", versions.FreezeView.as_view(), name="api-version-freeze"),
    path("versions/<int:version_id>/files/", versions.FilesView.as_view(), name="api-version-files"),
    path(
        "versions/<int:version_id>/files/<int:file_id>/", versions.FileView.as_view(), name="api-version-file"
    ),
]
