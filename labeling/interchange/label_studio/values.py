"""The answers of one pass over a task, by question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.interchange.foreign import Report, ShownFacts
from labeling.interchange.label_studio.config import Config, Control
from labeling.interchange.label_studio.regions import DRAWING, attributes_of, elements_of
from labeling.interchange.label_studio.relations import links_of
from labeling.interchange.label_studio.results import Raw, results_of
from labeling.interchange.label_studio.said import NOTHING, said_of


def values_of(
    one: Raw,
    config: Config,
    facts: Mapping[str, ShownFacts],
    report: Report,
    where: str,
    *,
    is_model: bool = False,
) -> dict[str, Any]:
    """Raw answers by question. What a person passed over without drawing is an empty answer, not a missing one."""
    results = results_of(one)
    drawn: dict[str, list[dict[str, Any]]] = {}
    values: dict[str, Any] = {}
    attributes = attributes_of(results, config, report, where)
    labels = {
        str(result.get("id")): result for result in results if str(result.get("from_name")) in config.labels
    }
    ids: set[str] = set()
    placed: dict[str, tuple[str, str]] = {}
    for result in results:
        at = f"{where}, region {result.get('id', '')}"
        control = _asked(result, config, report, at)
        if control is None:
            continue
        value, shown = result.get("value"), facts.get(control.shown.role)
        if not isinstance(value, dict) or shown is None:
            report.note("region", control.name, "lies on a part that is not here", at)
        elif control.label_type in DRAWING:
            region = labels.get(str(result.get("id")), result)
            elements = elements_of(control, result, region, shown, attributes, ids, report, at)
            drawn.setdefault(control.question, []).extend(elements)
            if elements:
                placed[str(result.get("id"))] = control.question, elements[0]["id"]
        elif (answer := said_of(control, value, report, at)) is not None:
            values[control.question] = answer
    _leave_empty(values, drawn, config, facts, is_model=is_model)
    links = links_of(results, placed, config, ids, report, where)
    for key in config.relations.keys() & values.keys():
        values[key] = {**values[key], "links": links.get(key, [])}
    return values


def _asked(result: Raw, config: Config, report: Report, where: str) -> Control | None:
    """The control that a result answers, unless it is one of those that are read with another."""
    name = str(result.get("from_name"))
    if result.get("type") == "relation" or name in config.attributes or name in config.labels:
        return None
    control = config.controls.get(name)
    if control is None:
        tag = config.others.get(name, "")
        why = f"is answered by {tag}, which has no equal here" if tag else "is not in the labeling config"
        report.note("region", name, why, where)
    return control


def _leave_empty(
    values: dict[str, Any],
    drawn: Mapping[str, list[dict[str, Any]]],
    config: Config,
    facts: Mapping[str, ShownFacts],
    *,
    is_model: bool,
) -> None:
    """Elements under their questions. Where a person drew or chose nothing, that is their answer; a model's is none."""
    conditional = {one.key for one in config.questions if one.shown_if}
    for control in config.controls.values():
        key = control.question
        if control.label_type in DRAWING:
            if facts.get(control.shown.role) is not None and (key in drawn or not is_model):
                values[key] = {"elements": drawn.get(key, [])}
        elif control.label_type in NOTHING and not is_model and key not in conditional:
            values.setdefault(key, dict(NOTHING[control.label_type]))
