"""Regions as elements: their class, their attributes, and their place in pixels or characters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from labeling.interchange.foreign import LONGEST_ATTRIBUTE, Report, ShownFacts, element_id
from labeling.interchange.label_studio.config import Config, Control
from labeling.interchange.label_studio.places import box, keypoint, polygon, span, stretch
from labeling.interchange.label_studio.results import Raw
from labeling.interchange.label_studio.said import codes_of
from labeling.interchange.label_studio.tags import Shown

Place: TypeAlias = Callable[
    [Raw, Raw, ShownFacts, Shown, Report, str], dict[str, Any] | list[dict[str, Any]] | None
]
"""Where a region lies, or None with the reason noted."""


def attributes_of(
    results: Sequence[Raw], config: Config, report: Report, where: str
) -> dict[str, dict[str, Any]]:
    """By region, what was asked of it beside its class."""
    found: dict[str, dict[str, Any]] = {}
    for result in results:
        name = config.attributes.get(str(result.get("from_name")))
        value = result.get("value")
        if name is None or not isinstance(value, dict):
            continue
        said = value.get(str(result.get("type")))
        if said is None and isinstance(value.get("text"), list):
            said = value["text"]
        if isinstance(said, list):
            between = " " if result.get("type") == "textarea" else ", "
            said = between.join(
                " / ".join(map(str, one)) if isinstance(one, list) else str(one) for one in said
            )
        if isinstance(said, str) and len(said) > LONGEST_ATTRIBUTE:
            report.note("attribute", name, f"cut after {LONGEST_ATTRIBUTE} characters", where)
            said = said[:LONGEST_ATTRIBUTE]
        if isinstance(said, str | int | float | bool):
            found.setdefault(str(result.get("id")), {})[name] = said
    return found


def elements_of(
    control: Control,
    result: Raw,
    region: Raw,
    shown: ShownFacts,
    attributes: Mapping[str, Mapping[str, Any]],
    ids: set[str],
    report: Report,
    where: str,
) -> list[dict[str, Any]]:
    """A region as elements: one, or one for each piece of a mask; none with the reason noted."""
    value: Raw = result["value"]
    named = region.get("value")
    listed = named.get(str(region.get("type"))) if isinstance(named, dict) else None
    codes = codes_of(control, listed, report, where)
    if not codes:
        if set(control.codes) == {"object"} and not listed:
            codes = [1]
        else:
            if not listed:
                report.note("region", control.name, "has no class", where)
            return []
    more: dict[str, Any] = dict(attributes.get(str(result.get("id")), {}))
    if len(codes) > 1:
        report.note(
            "region",
            control.name,
            "has several classes: the first is kept, all are its attribute `labels`",
            where,
        )
        more["labels"] = ", ".join(map(str, listed or ()))[:LONGEST_ATTRIBUTE]
    meta = result.get("meta")
    if isinstance(meta, dict) and (note := meta.get("text")):
        words = " ".join(map(str, note)) if isinstance(note, list) else str(note)
        more["note"] = words[:LONGEST_ATTRIBUTE]
    channel = value.get("channel")
    if isinstance(channel, int) and channel > 0:
        more["channel"] = channel
    found = DRAWING[control.label_type](value, result, shown, control.shown, report, where)
    geometries = found if isinstance(found, list) else [] if found is None else [found]
    if len(geometries) > 1:
        more["mask"] = str(result.get("id", ""))[:LONGEST_ATTRIBUTE]
    return [
        {
            "id": element_id(result.get("id"), ids),
            "class": codes[0],
            "part": shown.role,
            "geometry": geometry,
            "attributes": more,
        }
        for geometry in geometries
    ]


DRAWING: Final[Mapping[str, Place]] = {
    "box": box,
    "polygon": polygon,
    "keypoint": keypoint,
    "span": span,
    "relation": span,
    "segment": stretch,
}
