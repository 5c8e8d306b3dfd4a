"""What people look at: the picture encoded anew, upright and without anything the file said beside its pixels."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from metadata.modalities.image.reading import Limits, gray, open_picture

LOSSY = frozenset({"JPEG", "WEBP"})
JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Preview:
    """`width` and `height` are the preview's own; drawn coordinates stay in pixels of the upright original."""

    data: bytes
    media_type: str
    width: int
    height: int


def preview(data: bytes, *, max_side: int = 4096, limits: Limits | None = None) -> Preview:
    """The picture at no more than `max_side`, as JPEG where it was lossy already and PNG otherwise.

    Orientation is baked in; GPS, comments, names and thumbnails are gone; colors keep their profile.
    """
    if max_side < 1:
        raise ValueError("max_side: must be at least 1")
    picture = open_picture(data, limits)
    profile = picture.pixels.info.get("icc_profile")
    shown = showable(picture.pixels)
    if max(shown.size) > max_side:
        shown.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    keeps_colors = isinstance(profile, bytes) and picture.pixels.mode in ("RGB", "RGBA")
    shown.info.clear()  # Pillow writes comments and profiles it finds there
    lossy = picture.format in LOSSY and shown.mode in ("L", "RGB")
    written = io.BytesIO()
    if lossy:
        shown.save(written, "JPEG", quality=JPEG_QUALITY, icc_profile=profile if keeps_colors else None)
    else:
        shown.save(written, "PNG", icc_profile=profile if keeps_colors else None)
    return Preview(written.getvalue(), "image/jpeg" if lossy else "image/png", shown.width, shown.height)


def showable(pixels: Image.Image) -> Image.Image:
    """In a mode that browsers show: gray, color or color with transparency."""
    if pixels.mode in ("L", "RGB", "RGBA"):
        return pixels.copy()
    if pixels.mode in ("I", "F") or pixels.mode.startswith("I;16"):
        return gray(pixels)
    if pixels.has_transparency_data:
        return pixels.convert("RGBA")
    return pixels.convert("L" if pixels.mode == "1" else "RGB")
