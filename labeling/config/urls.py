"""Every address, composed from the apps."""

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView

from labeling.config import pages
from metadata.api.media import media


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers once the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


handler400 = "labeling.config.refusals.bad_request"
handler404 = "labeling.config.refusals.not_found"
handler500 = "labeling.config.refusals.server_error"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include("labeling.api.urls")),  # before the others: addresses are tried in order
    path("api/v1/", include("metadata.api.urls")),
    path("api/v1/", include("consistency.api.urls")),
    path("api/v1/", include("augmentation.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("admin/", admin.site.urls),
    path("media/<int:asset_id>/", media, name="media"),
    path("first-run/", pages.first_run, name="first_run"),
    path("demo/remove", pages.demo_remove, name="demo_remove"),
    path("", include("metadata.web.urls")),
    path("", include("labeling.web.urls")),
    path("", include("consistency.web.urls")),
    path("", include("augmentation.web.urls")),
]
