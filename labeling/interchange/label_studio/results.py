"""What stands in an annotation: a list of results, each the answer of one control."""

from __future__ import annotations

from typing import Any, TypeAlias

from labeling.interchange.label_studio.classes import PATH_SEPARATOR

Raw: TypeAlias = dict[str, Any]
"""A piece of the export, as JSON has it."""


def passes(raw: Raw) -> list[Raw]:
    listed = [raw.get("annotations", raw.get("completions")), raw.get("predictions")]
    return [one for part in listed if isinstance(part, list) for one in part if isinstance(one, dict)]


def results_of(one: Raw) -> list[Raw]:
    listed = one.get("result")
    return [result for result in listed if isinstance(result, dict)] if isinstance(listed, list) else []


def written(entry: object) -> str:
    if isinstance(entry, list):
        return PATH_SEPARATOR.join(str(step) for step in entry)
    return str(entry)
