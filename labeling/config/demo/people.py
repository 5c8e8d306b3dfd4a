"""Demo labelers, each with an own idea of the definition. Their disagreement is planted, and follows from a seed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.config.demo.messages import Message
from labeling.config.demo.pictures import HEIGHT, WIDTH, PhoneBack

SCRATCH, STAIN = 1, 2


@dataclass(frozen=True)
class DemoLabeler:
    """`shortest_mm`: the shortest scratch that counts. `doubles_as_one`: one box around two parallel lines.

    `anger_first`: an angry demand for money is a complaint rather than a refund, this often.
    """

    name: str
    shortest_mm: float
    doubles_as_one: bool
    marks_stains: float
    anger_first: float
    slips: float
    jitter: float


LABELERS = (
    DemoLabeler(
        "Ada", 1.0, doubles_as_one=False, marks_stains=0.95, anger_first=0.15, slips=0.02, jitter=1.2
    ),
    DemoLabeler("Ben", 2.4, doubles_as_one=True, marks_stains=0.85, anger_first=0.85, slips=0.03, jitter=2.0),
    DemoLabeler(
        "Chidi", 3.4, doubles_as_one=True, marks_stains=0.90, anger_first=0.60, slips=0.02, jitter=1.5
    ),
    DemoLabeler(
        "Dana", 1.4, doubles_as_one=False, marks_stains=0.60, anger_first=0.30, slips=0.06, jitter=3.0
    ),
)


def boxes(person: DemoLabeler, back: PhoneBack, rng: np.random.Generator) -> dict[str, Any]:
    """The boxes this person draws on a picture."""
    drawn: list[tuple[int, tuple[float, float, float, float]]] = []
    for scratch in back.scratches:
        if scratch.length_mm < person.shortest_mm * float(np.exp(rng.normal(0, 0.12))):
            continue
        first = scratch.box()
        if not scratch.double:
            drawn.append((SCRATCH, first))
        elif person.doubles_as_one:
            drawn.append((SCRATCH, _around(first, scratch.second().box())))
        else:
            drawn += [(SCRATCH, first), (SCRATCH, scratch.second().box())]
    drawn += [(STAIN, stain.box()) for stain in back.stains if rng.random() < person.marks_stains]
    return {
        "elements": [
            {
                "id": f"e{at + 1}",
                "class": code,
                "part": "image",
                "geometry": _nudged(box, person.jitter, rng),
                "attributes": {},
            }
            for at, (code, box) in enumerate(drawn)
        ]
    }


def topic(
    person: DemoLabeler, said: Message, codes: dict[str, int], rng: np.random.Generator
) -> dict[str, Any]:
    """The class this person gives a message."""
    about = said.about
    if said.between:
        about = "complaint" if rng.random() < person.anger_first else "refund"
    if rng.random() < person.slips:
        about = str(rng.choice(list(codes)))
    return {"class": codes[about]}


def _around(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _nudged(
    box: tuple[float, float, float, float], jitter: float, rng: np.random.Generator
) -> dict[str, float]:
    shift = rng.normal(0, jitter, size=4)
    x0 = float(np.clip(box[0] + shift[0], 0, WIDTH - 4))
    y0 = float(np.clip(box[1] + shift[1], 0, HEIGHT - 4))
    x1 = float(np.clip(box[2] + shift[2], x0 + 3, WIDTH))
    y1 = float(np.clip(box[3] + shift[3], y0 + 3, HEIGHT))
    return {"x0": round(x0, 1), "y0": round(y0, 1), "x1": round(x1, 1), "y1": round(y1, 1)}
