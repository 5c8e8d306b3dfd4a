"""Serving what people uploaded: typed by its bytes, never sniffed, never a page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from metadata.models import Asset, Identity
from metadata.selectors.access import caller_of_identity
from metadata.selectors.assets import blob, shown_picture
from metadata.selectors.parts import asset_for

LARGE, SMALL = 4096, 320


def media_response(asset: Asset, *, max_side: int = 4096) -> HttpResponse:
    """Pictures are shown encoded anew; everything else only as an attachment. Kept by the browser for a minute."""
    if asset.media_type.startswith("image/"):
        shown = shown_picture(asset, max_side=max_side)
        response = HttpResponse(shown.data, content_type=shown.media_type)
        response["Content-Disposition"] = "inline"
    else:
        response = HttpResponse(blob(asset), content_type=asset.media_type)
        response["Content-Disposition"] = f'attachment; filename="{asset.sha256[:12]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=60"
    return response


@login_required
@require_GET
def media(request: HttpRequest, asset_id: int) -> HttpResponse:
    """For those who see a dataset that shows it: the whole picture, or with `?small` one for a list."""
    assert isinstance(request.user, Identity)
    asset = asset_for(caller_of_identity(request.user), asset_id)
    return media_response(asset, max_side=SMALL if "small" in request.GET else LARGE)
