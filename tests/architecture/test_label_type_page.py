"""The reference page of label types says what the code does."""

import re
from collections.abc import Iterator
from pathlib import Path

from labeling.label_types.registry import LABEL_TYPES

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/label-types.md"
ROW = re.compile(r"^\| ((?:`\w+`(?:, | ))*)\| `(\w+)` \| (?:`([\w.]+)` )?\|", re.MULTILINE)


def documented() -> Iterator[tuple[str, str, str]]:
    """Type, setting and default of each row of the settings' table; an empty first cell means the types above."""
    types: list[str] = []
    for named, setting, default in ROW.findall(PAGE.read_text()):
        types = re.findall(r"\w+", named) or types
        for one in types:
            yield one, setting, default


def shown(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else "" if default is None else str(default)


def test_every_setting_is_documented_with_its_default() -> None:
    known = {
        (one.name, setting.name, shown(setting.default))
        for one in LABEL_TYPES
        for setting in one.settings
        if setting.kind != "classes"
    }
    assert set(documented()) == known


def test_every_label_type_is_documented() -> None:
    text = PAGE.read_text()
    assert [one.name for one in LABEL_TYPES if f"| `{one.name}` | " not in text] == []
