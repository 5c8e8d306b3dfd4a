"""Small pictures made for the tests."""

import io
from typing import Any

import numpy as np
from PIL import Image


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def marked(width: int = 32, height: int = 16) -> Image.Image:
    """Gray with a red quarter at the top left, so that one sees how it was turned."""
    picture = Image.new("RGB", (width, height), (100, 100, 100))
    picture.paste((250, 0, 0), (0, 0, width // 2, height // 2))
    return picture


def noisy(width: int = 64, height: int = 64) -> Image.Image:
    pixels = np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def with_exif(picture: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "secret description"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return encoded(picture, "JPEG", quality=95, exif=exif, comment=b"secret comment")
