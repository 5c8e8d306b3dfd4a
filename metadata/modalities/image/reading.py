"""Opening a picture that a stranger sent: only known formats, few pixels and frames, upright, or a named error."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image

from metadata.modalities.base import TooLarge, UnreadableFile

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")

# What Pillow is known to raise on damaged files, besides its own errors; warnings too, where they are made errors.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
    UserWarning,
    DeprecationWarning,
)
_START_OF_SCAN = b"\xff\xda"
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """`scans`: a progressive JPEG may repeat the whole picture any number of times in few bytes."""

    pixels: int = 64_000_000
    side: int = 30_000
    frames: int = 500
    scans: int = 64


@dataclass(frozen=True, slots=True)
class Picture:
    """The first frame with its orientation baked in, and what the file said of itself."""

    pixels: Image.Image
    format: str
    mode: str
    frames: int
    progressive: bool
    turned: bool


def open_picture(data: bytes, limits: Limits | None = None) -> Picture:
    """The picture, decoded to its last pixel; `TooLarge` or `UnreadableFile` and nothing else."""
    allowed = limits or Limits()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _refuse_large(opened.width, opened.height, allowed)
            frames = int(getattr(opened, "n_frames", 1))
            if frames > allowed.frames:
                raise TooLarge(fields={"file": f"has {frames} frames; at most {allowed.frames} are taken"})
            kind = "JPEG" if opened.format == "MPO" else opened.format or ""  # a JPEG with more behind it
            if kind == "JPEG" and data.count(_START_OF_SCAN) > allowed.scans:
                raise TooLarge(fields={"file": f"has more than {allowed.scans} scans"})
            opened.seek(0)
            opened.load()
            turn = _TURNS.get(_orientation(opened))
            return Picture(
                pixels=opened.copy() if turn is None else opened.transpose(turn),
                format=kind,
                mode=opened.mode,
                frames=frames,
                progressive=bool(opened.info.get("progressive") or opened.info.get("interlace")),
                turned=turn is not None,
            )
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooLarge(fields={"file": f"has more than {allowed.pixels} pixels"}) from None
    except _DAMAGE:
        raise UnreadableFile(fields={"file": "is not a whole picture of a known format"}) from None


def gray(picture: Image.Image) -> Image.Image:
    """Luminance from 0 to 255, also of pictures with more than eight bits."""
    if picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if picture.mode in ("I", "F"):
        lowest, highest = picture.getextrema()
        if not isinstance(lowest, int | float) or not isinstance(highest, int | float) or highest <= lowest:
            return Image.new("L", picture.size)
        scale = 255 / (highest - lowest)
        return picture.convert("F").point(lambda value: value * scale - lowest * scale).convert("L")
    return picture.convert("RGB").convert("L")


def _orientation(opened: Image.Image) -> int:
    """Damaged EXIF is common in whole pictures, and says nothing then."""
    try:
        found: object = opened.getexif().get(_ORIENTATION)
    except _DAMAGE:
        return 1
    return found if isinstance(found, int) else 1


def _refuse_large(width: int, height: int, allowed: Limits) -> None:
    if width * height > allowed.pixels:
        raise TooLarge(fields={"file": f"has {width * height} pixels; at most {allowed.pixels} are taken"})
    if max(width, height) > allowed.side:
        raise TooLarge(fields={"file": f"is longer than {allowed.side} pixels on one side"})
