"""Take the pictures of docs/reference/label-types.md anew: `python docs/editor_pictures.py [TYPE…]`.

Each label type's editor with an answer begun, at a desk and on a phone. Needs Chromium and the development requirements.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs/images/label-types"
PAGE = ROOT / "docs/reference/label-types.md"
START, END = "<!-- pictures -->", "<!-- /pictures -->"
SIZES: Mapping[str, tuple[int, int]] = {"wide": (1200, 720), "phone": (390, 844)}

sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from screenshots import compressed  # noqa: E402

from labeling.label_types.registry import LABEL_TYPES  # noqa: E402
from tests.e2e.harness.bench import Bench  # noqa: E402
from tests.e2e.harness.chromium import chromium  # noqa: E402
from tests.e2e.harness.desk_server import QUESTIONS, TEXT, DeskState  # noqa: E402

NAMES = tuple(one.name for one in LABEL_TYPES)


def drawn(
    number: int, code: int, geometry: Mapping[str, Any], part: str = "image", **own: Any
) -> dict[str, Any]:
    return {"id": f"e{number}", "class": code, "part": part, "geometry": geometry, "attributes": own}


def marked(number: int, code: int, words: str) -> dict[str, Any]:
    start = TEXT.index(words)
    return drawn(number, code, {"start": start, "end": start + len(words)}, "text")


def ring(*points: tuple[int, int]) -> dict[str, Any]:
    return {"points": [list(point) for point in points]}


def figure(x: int, y: int) -> dict[str, Any]:
    places = {
        "nose": (0, 0),
        "left hand": (-70, 110),
        "right hand": (75, 95),
        "left foot": (-40, 260),
        "right foot": (45, 265),
    }
    return {
        "points": {
            name: {"x": x + dx, "y": y + dy, "visible": name != "left hand"}
            for name, (dx, dy) in places.items()
        }
    }


SPANS = [
    marked(1, 1, "Aria 5 earbuds"),
    marked(2, 3, "last Tuesday"),
    marked(3, 2, "stays silent"),
    marked(4, 4, "88-2041"),
]
LINKS = [
    {"id": "l1", "relation": "has fault", "from": "e1", "to": "e3"},
    {"id": "l2", "relation": "bought on", "from": "e1", "to": "e2"},
]


@dataclass(frozen=True)
class Begun:
    """The desk's question that shows the type, and an answer somebody began."""

    kind: str
    answer: Mapping[str, Any]


BEGUN: Mapping[str, Begun] = {
    "choice": Begun("choice", {"class": 2}),
    "choices": Begun("choices", {"classes": [1, 3, 4]}),
    "rating": Begun("rating", {"level": 2}),
    "pairwise": Begun("stronger", {"ranking": [[1], [2]], "strength": 2}),
    "box": Begun("turned", {"elements": [
        drawn(1, 1, {"x0": 120, "y0": 90, "x1": 320, "y1": 150, "angle": 24}),
        drawn(2, 3, {"x0": 480, "y0": 260, "x1": 560, "y1": 330}),
    ]}),
    "polygon": Begun("polygon", {"elements": [
        drawn(1, 1, {**ring((120, 80), (330, 110), (360, 260), (210, 320), (100, 220)),
                     "holes": [[[190, 150], [270, 160], [250, 220]]]}),
        drawn(2, 4, ring((470, 250), (600, 230), (620, 340), (500, 360))),
    ]}),
    "keypoint": Begun("keypoint", {"elements": [drawn(1, 1, figure(220, 90)), drawn(2, 2, figure(520, 120))]}),
    "span": Begun("span", {"elements": SPANS}),
    "relation": Begun("related", {"elements": SPANS, "links": LINKS}),
    "segment": Begun("diarized", {"elements": [
        drawn(1, 1, {"start": 200, "end": 1100}, "sound", text="Good morning, how can I help?"),
        drawn(2, 2, {"start": 1000, "end": 2300}, "sound", text="My earbuds stay silent."),
    ]}),
    "record": Begun("form", {"fields": {"order": "88-2041", "bought": "2026-03-10", "wish": "a new pair"}}),
    "transcript": Begun("spoken", {"text": "Um, the left one stays silent"}),
}  # fmt: skip


def shoot(browser: Any, name: str, to: Path) -> None:
    begun = BEGUN[name]
    answers = {QUESTIONS[begun.kind][0]["key"]: begun.answer}
    for size, (width, height) in SIZES.items():
        desk = Bench(
            browser,
            DeskState(kind=begun.kind),
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            has_touch=size == "phone",
        )
        desk.page.evaluate(
            "answers => localStorage.setItem('concord.7.1.draft.1', JSON.stringify({answers, active_ms: 5, saved_at: Date.now()}))",
            json.loads(json.dumps(answers)),
        )
        desk.open()
        desk.page.locator(".toast").wait_for(state="visible")
        desk.page.locator(".toast").wait_for(state="hidden")
        (to / f"{name}-{size}.png").write_bytes(compressed(desk.page.screenshot(), height))
        desk.close()


def listing() -> str:
    lines: list[str] = []
    for name in NAMES:
        lines += [f"### `{name}`", ""]
        lines += [
            f"![The editor of {name}, {size}](../images/label-types/{name}-{size}.png)" for size in SIZES
        ]
        lines += [""]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("type", nargs="*", help=f"only these of {', '.join(NAMES)}")
    wanted = parser.parse_args(arguments).type or NAMES
    IMAGES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name in wanted:
            shoot(browser, name, IMAGES)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    PAGE.write_text(f"{before}{START}\n\n{listing()}{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
