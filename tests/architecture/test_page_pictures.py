"""The documents' pictures: one for each page and size, none forgotten, each shown."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs/images/pages"
SPEC = importlib.util.spec_from_file_location("screenshots", ROOT / "docs/screenshots.py")
assert SPEC is not None
assert SPEC.loader is not None
screenshots = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(screenshots)


def test_the_page_about_pages_shows_every_picture_and_no_other() -> None:
    page = (ROOT / "docs/reference/pages.md").read_text(encoding="utf-8")
    shown = re.findall(r"\(\.\./images/pages/([^)]+)\)", page)
    wanted = [name for one in screenshots.PAGES for name in screenshots.names_of(one)]
    assert shown == wanted
    assert sorted(path.name for path in IMAGES.iterdir()) == sorted(wanted)
    assert screenshots.listing() in page


def test_pictures_are_small() -> None:
    heavy = {path.name: path.stat().st_size for path in IMAGES.iterdir() if path.stat().st_size > 250_000}
    assert heavy == {}
