"""The classes that a control lists: its `Label` and `Choice` tags, with their keys and what results write for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from labeling.interchange.foreign import Report
from labeling.interchange.label_studio.tags import note_attributes, place_of
from labeling.interchange.safe_xml import Node

PATH_SEPARATOR: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class ListedClass:
    """A `Label` or `Choice`: its name, what results write for it, the one above it, its key."""

    name: str
    written: str
    parent: str = ""
    hotkey: str = ""
    path: str = ""

    def more(self, codes: Mapping[str, int], keys: set[str]) -> dict[str, Any]:
        found: dict[str, Any] = {"parent": codes[self.parent]} if self.parent in codes else {}
        if len(self.hotkey) == 1 and self.hotkey.isalnum() and self.hotkey.casefold() not in keys:
            keys.add(self.hotkey.casefold())
            found["hotkey"] = self.hotkey
        return found


def listed_in(node: Node, report: Report, *, in_paths: bool, path: tuple[str, ...] = ()) -> list[ListedClass]:
    """The classes below a control, parents before their children. A taxonomy's are written as paths from the root."""
    found: list[ListedClass] = []
    for child in node.children:
        if child.tag not in ("Label", "Choice"):
            report.note("tag", child.tag, "is not known inside a control", place_of(child))
            continue
        given = child.attributes
        name = given.get("value", "") or child.text
        own = given.get("alias") or name
        if not own:
            report.note("tag", child.tag, "has no value", place_of(child))
            continue
        note_attributes(child, report)
        below = (*path, own)
        found.append(
            ListedClass(
                name,
                PATH_SEPARATOR.join(below) if in_paths else own,
                (PATH_SEPARATOR.join(path) if in_paths else path[-1]) if path else "",
                given.get("hotkey", ""),
                " / ".join(below),
            )
        )
        found += listed_in(child, report, in_paths=in_paths, path=below)
    return found


def told_apart(listed: Sequence[ListedClass]) -> list[str]:
    """Names; where two are alike, with what they stand under."""
    count: dict[str, int] = {}
    for one in listed:
        count[one.name.casefold()] = count.get(one.name.casefold(), 0) + 1
    return [one.name if count[one.name.casefold()] == 1 else one.path for one in listed]
