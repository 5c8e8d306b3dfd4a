"""Draws phone backs with scratches. Everything follows from a seed; nothing is downloaded."""

import io
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 640, 480
PIXELS_PER_MM = 11.0
SCALE = 2  # drawn twice as large and reduced, so that thin lines are smooth
BACKS = {
    "graphite": (52, 55, 60),
    "midnight": (34, 42, 66),
    "rose": (186, 148, 142),
    "silver": (186, 190, 192),
    "green": (46, 70, 58),
}


@dataclass(frozen=True)
class Scratch:
    """A line on the glass: its ends in pixels, how deep, and whether a second line runs beside it."""

    x0: float
    y0: float
    x1: float
    y1: float
    depth: float
    double: bool

    @property
    def length_mm(self) -> float:
        return math.hypot(self.x1 - self.x0, self.y1 - self.y0) / PIXELS_PER_MM

    def second(self) -> "Scratch":
        """The parallel line of a double scratch."""
        return Scratch(self.x0 + 16, self.y0 + 13, self.x1 + 15, self.y1 + 14, self.depth * 0.9, double=False)

    def box(self, margin: float = 3.0) -> tuple[float, float, float, float]:
        return (
            max(0.0, min(self.x0, self.x1) - margin),
            max(0.0, min(self.y0, self.y1) - margin),
            min(float(WIDTH), max(self.x0, self.x1) + margin),
            min(float(HEIGHT), max(self.y0, self.y1) + margin),
        )


@dataclass(frozen=True)
class Stain:
    x: float
    y: float
    radius: float

    def box(self) -> tuple[float, float, float, float]:
        return (
            self.x - self.radius,
            self.y - self.radius * 0.7,
            self.x + self.radius,
            self.y + self.radius * 0.7,
        )


@dataclass(frozen=True)
class PhoneBack:
    """What is on one picture."""

    color: str
    light: float
    scratches: tuple[Scratch, ...]
    stains: tuple[Stain, ...]

    @property
    def longest_mm(self) -> float:
        return max((scratch.length_mm for scratch in self.scratches), default=0.0)


def phone_back(rng: np.random.Generator) -> PhoneBack:
    """One phone, with none to three scratches of 0.6 to 11 mm and sometimes a stain."""
    scratches = []
    spots = [(230.0, 130.0), (400.0, 190.0), (250.0, 300.0), (430.0, 320.0)]
    rng.shuffle(spots)
    for x, y in spots[: int(rng.choice([0, 1, 2, 3], p=[0.15, 0.4, 0.3, 0.15]))]:
        length = PIXELS_PER_MM * float(np.exp(rng.uniform(np.log(0.6), np.log(11.0))))
        angle = rng.uniform(-0.9, 0.9)
        x0, y0 = x + rng.uniform(-20, 20), y + rng.uniform(-20, 20)
        scratches.append(
            Scratch(
                x0,
                y0,
                x0 + length * math.cos(angle),
                y0 + length * math.sin(angle),
                depth=float(rng.uniform(0.45, 1.0)),
                double=bool(length > 4 * PIXELS_PER_MM and rng.random() < 0.4),
            )
        )
    stains: tuple[Stain, ...] = ()
    if rng.random() < 0.3:
        x, y = spots[3]
        stains = (Stain(x + 10, y, float(rng.uniform(16, 34))),)
    return PhoneBack(
        color=str(rng.choice(list(BACKS))),
        light=float(rng.uniform(0.75, 1.1)),
        scratches=tuple(scratches),
        stains=stains,
    )


def picture(back: PhoneBack, rng: np.random.Generator) -> bytes:
    """The picture as JPEG bytes."""
    image = _bare(back.color).copy()
    for stain in back.stains:
        _smudge(image, stain)
    for scratch in back.scratches:
        _line(image, scratch, rng)
        if scratch.double:
            _line(image, scratch.second(), rng)
    small = np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS), dtype=np.float32)
    grain = rng.normal(0.0, 2.2, size=(HEIGHT, WIDTH, 1))
    lit = np.clip(small * back.light + grain, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(lit).save(out, "JPEG", quality=88)
    return out.getvalue()


@lru_cache(maxsize=len(BACKS))
def _bare(color: str) -> Image.Image:
    """A phone back without anything on it, drawn once a color."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), (112, 115, 116))
    _shadow(image)
    body = BACKS[color]
    edge = tuple(int(c * 0.55) for c in body)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle(
        _scaled(70, 50, 590, 430), radius=54 * SCALE, fill=body, outline=edge, width=5 * SCALE
    )
    _sheen(image)
    _cameras(ImageDraw.Draw(image), edge)
    return image


def _scaled(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    return x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE


def _shadow(image: Image.Image) -> None:
    shade = Image.new("L", image.size, 0)
    ImageDraw.Draw(shade).rounded_rectangle(_scaled(76, 62, 598, 446), radius=58 * SCALE, fill=120)
    image.paste((60, 62, 63), mask=shade.filter(ImageFilter.GaussianBlur(14 * SCALE)))


def _sheen(image: Image.Image) -> None:
    """A soft band of light across the glass."""
    light = Image.new("L", image.size, 0)
    ImageDraw.Draw(light).polygon(
        [(SCALE * x, SCALE * y) for x, y in ((300, 52), (420, 52), (250, 428), (120, 428))], fill=34
    )
    image.paste((255, 255, 255), mask=light.filter(ImageFilter.GaussianBlur(26 * SCALE)))


def _cameras(draw: ImageDraw.ImageDraw, edge: tuple[int, ...]) -> None:
    draw.rounded_rectangle(
        _scaled(88, 68, 196, 176), radius=26 * SCALE, fill=tuple(int(c * 0.8) for c in edge), outline=edge
    )
    for x, y in ((117, 97), (167, 97), (117, 147)):
        draw.ellipse(_scaled(x - 21, y - 21, x + 21, y + 21), fill=(12, 13, 16))
        draw.ellipse(_scaled(x - 11, y - 11, x + 11, y + 11), fill=(28, 36, 52))
        draw.ellipse(_scaled(x - 6, y - 8, x - 2, y - 4), fill=(120, 140, 170))
    draw.ellipse(_scaled(159, 139, 175, 155), fill=(206, 196, 168))


def _smudge(image: Image.Image, stain: Stain) -> None:
    margin = 20 * SCALE
    x0, y0, x1, y1 = (round(edge) for edge in _scaled(*stain.box()))
    shade = Image.new("L", (x1 - x0 + 2 * margin, y1 - y0 + 2 * margin), 0)
    ImageDraw.Draw(shade).ellipse((margin, margin, margin + x1 - x0, margin + y1 - y0), fill=84)
    shade = shade.filter(ImageFilter.GaussianBlur(5 * SCALE))
    image.paste((190, 196, 186), (x0 - margin, y0 - margin), shade)


def _line(image: Image.Image, scratch: Scratch, rng: np.random.Generator) -> None:
    """A thin bright line that wanders a little, with a dark lip where it is deep."""
    steps, margin = 14, 12 * SCALE
    wander = np.cumsum(rng.normal(0, 0.35, size=steps + 1)) * min(1.0, scratch.length_mm / 4)
    wander -= np.linspace(wander[0], wander[-1], steps + 1)
    left, top = (
        SCALE * round(min(a, b)) - margin for a, b in ((scratch.x0, scratch.x1), (scratch.y0, scratch.y1))
    )
    points = [
        (
            SCALE * (scratch.x0 + (scratch.x1 - scratch.x0) * t / steps) - left,
            SCALE * (scratch.y0 + (scratch.y1 - scratch.y0) * t / steps + wander[t]) - top,
        )
        for t in range(steps + 1)
    ]
    size = (round(max(x for x, _ in points)) + margin, round(max(y for _, y in points)) + margin)
    width = max(2, round(4.5 * scratch.depth))
    for color, strength, shift in (((16, 18, 20), 110, 2), ((240, 242, 242), 245, 0)):
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).line(
            [(x + shift, y + shift) for x, y in points], fill=int(strength * scratch.depth), width=width
        )
        image.paste(color, (left, top), mask.filter(ImageFilter.GaussianBlur(0.7)))
