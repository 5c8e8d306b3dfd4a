"""The documents' pictures: one for each page and size, none forgotten, each shown."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

from labeling.label_types.registry import LABEL_TYPES

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs/images/pages"
OF_TYPES = ROOT / "docs/images/label-types"


def script(name: str) -> ModuleType:
    """One of the scripts beside the documents, which are no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded  # as dataclasses ask for it
    spec.loader.exec_module(loaded)
    return loaded


screenshots, editor_pictures = script("screenshots"), script("editor_pictures")


def test_the_page_about_pages_shows_every_picture_and_no_other() -> None:
    page = (ROOT / "docs/reference/pages.md").read_text(encoding="utf-8")
    shown = re.findall(r"\(\.\./images/pages/([^)]+)\)", page)
    wanted = [name for one in screenshots.PAGES for name in screenshots.names_of(one)]
    assert shown == wanted
    assert sorted(path.name for path in IMAGES.iterdir()) == sorted(wanted)
    assert screenshots.listing() in page


def test_every_label_type_is_shown_at_a_desk_and_on_a_phone() -> None:
    page = (ROOT / "docs/reference/label-types.md").read_text(encoding="utf-8")
    names = [one.name for one in LABEL_TYPES]
    assert set(editor_pictures.BEGUN) == set(names)
    wanted = sorted(f"{name}-{size}.png" for name in names for size in editor_pictures.SIZES)
    assert sorted(path.name for path in OF_TYPES.iterdir()) == wanted
    assert editor_pictures.listing() in page


def test_pictures_are_small() -> None:
    pictures = [*IMAGES.iterdir(), *OF_TYPES.iterdir()]
    heavy = {path.name: path.stat().st_size for path in pictures if path.stat().st_size > 250_000}
    assert heavy == {}
