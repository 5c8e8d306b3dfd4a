"""Serving what people uploaded: typed by its bytes, never sniffed, never a page."""

from django.http import HttpResponse

from metadata.models import Asset
from metadata.selectors.assets import blob, shown_picture


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
