"""What can be measured of a picture."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

from metadata.kernel.json_guard import Json
from metadata.modalities.image.reading import Limits, gray, open_picture

LOOKED_AT = 1024
"""Light and sharpness are measured on a copy of at most this side, so that they compare across sizes."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """Upright size in pixels; brightness and contrast from 0 to 1 of luminance; sharpness as below."""

    width: int
    height: int
    format: str
    mode: str
    frames: int
    progressive: bool
    turned: bool
    brightness: float
    contrast: float
    sharpness: float

    def as_json(self) -> dict[str, Json]:
        return asdict(self)


def probe(data: bytes, limits: Limits | None = None) -> ImageFacts:
    """Facts of the whole picture, or `TooLarge` or `UnreadableFile`.

    Sharpness is the variance of the Laplacian of luminance from 0 to 1 (Pech-Pacheco et al. 2000,
    doi:10.1109/ICPR.2000.903548), on the picture scaled down to at most 1024 pixels.
    """
    picture = open_picture(data, limits)
    seen = gray(picture.pixels)
    seen.thumbnail((LOOKED_AT, LOOKED_AT), Image.Resampling.BOX)
    light = np.asarray(seen, dtype=np.float64) / 255.0
    return ImageFacts(
        width=picture.pixels.width,
        height=picture.pixels.height,
        format=picture.format,
        mode=picture.mode,
        frames=picture.frames,
        progressive=picture.progressive,
        turned=picture.turned,
        brightness=_rounded(float(light.mean())),
        contrast=_rounded(float(light.std())),
        sharpness=_rounded(_laplacian_variance(light)),
    )


def _laplacian_variance(light: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    if min(light.shape) < 3:
        return 0.0
    middle = light[1:-1, 1:-1]
    around = light[:-2, 1:-1] + light[2:, 1:-1] + light[1:-1, :-2] + light[1:-1, 2:]
    return float(np.var(around - 4 * middle))


def _rounded(number: float) -> float:
    return round(number, 6) if math.isfinite(number) else 0.0
