"""Take the pictures of docs/reference/pages.md anew: `python docs/screenshots.py [PAGE…]`.

Starts a Concord of its own with the demo, does over the API what a team would have done, and looks at every page as
somebody who works there. Needs Chromium and the development requirements.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs/images/pages"
PAGE = ROOT / "docs/reference/pages.md"
START, END = "<!-- pages -->", "<!-- /pages -->"
SIZES: Mapping[str, tuple[int, int]] = {"wide": (1440, 900), "phone": (390, 844)}
COLORS = (256, 128, 64)
LARGEST = 120_000
TALLEST = 1800

sys.path.insert(0, str(ROOT))

from tests.e2e.harness.chromium import chromium  # noqa: E402
from tests.e2e.harness.concord import Concord  # noqa: E402
from tests.e2e.harness.pages import PAGES, PageSeen  # noqa: E402
from tests.e2e.harness.people import Person, signed_in  # noqa: E402
from tests.e2e.harness.scene import Scene, set_scene  # noqa: E402


def names_of(page: PageSeen) -> list[str]:
    """The files of a page: in the wide, on the phone, and in the dark for the main ones.

    >>> names_of(PAGES[0])
    ['sign-in-wide-light.png', 'sign-in-phone-light.png']
    """
    kinds = ["wide-light", "phone-light"] + (["wide-dark", "phone-dark"] if page.is_main else [])
    return [f"{page.slug}-{kind}.png" for kind in kinds]


def shoot(scene: Scene, browser: Any, states: Mapping[str, Any], pages: Iterable[PageSeen], to: Path) -> None:
    for page in pages:
        for size, (width, height) in SIZES.items():
            person = Person(
                browser,
                scene.url,
                storage_state=states[page.who[-1]],
                viewport={"width": width, "height": height},
                reduced_motion="reduce",
                has_touch=size == "phone",
            )
            person.look_at(page, scene)
            for name in names_of(page):
                if f"-{size}-" in name:
                    person.page.emulate_media(color_scheme="dark" if "-dark" in name else "light")
                    taken = person.page.screenshot(full_page=True)
                    (to / name).write_bytes(compressed(taken, height))
            person.close()


def compressed(taken: bytes, window: int) -> bytes:
    """The picture with as many colors as fit into its size; one that never fits is cut to the window."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    for colors in COLORS:
        written = _written(picture, colors)
        if len(written) <= LARGEST:
            return written
    return _written(picture.crop((0, 0, picture.width, window)), COLORS[-1])


def _written(picture: Image.Image, colors: int) -> bytes:
    """Coverage rather than frequency decides which colors stay: a class's small swatch keeps its own."""
    few = picture.quantize(colors, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def listing() -> str:
    """The part of the page that shows every picture."""
    lines: list[str] = []
    for page in PAGES:
        lines += [f"## {page.title}", "", page.about, ""]
        for name in names_of(page):
            kind = name.removeprefix(f"{page.slug}-").removesuffix(".png").replace("-", ", ")
            lines += [f"![{page.title}, {kind}](../images/pages/{name})", ""]
    return "\n".join(lines).rstrip("\n")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", nargs="*", help="only these, such as home or agreement-classes")
    wanted = parser.parse_args(arguments).page
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="concord-pages-") as place,
        Concord(Path(place) / "data", demo=True) as concord,
        chromium() as browser,
    ):
        scene = set_scene(concord)
        chosen = [one for one in PAGES if not wanted or one.slug in wanted]
        shoot(scene, browser, signed_in(browser, scene), chosen, IMAGES)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    PAGE.write_text(f"{before}{START}\n{listing()}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
