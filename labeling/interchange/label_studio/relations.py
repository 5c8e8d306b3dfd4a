"""Relations between regions as links: `{"type": "relation", "from_id", "to_id", "direction", "labels"}`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from labeling.interchange.foreign import Report, element_id
from labeling.interchange.label_studio.config import BOTH_WAYS, Config
from labeling.interchange.label_studio.results import Raw, passes, results_of

BACKWARD: Final = "left"
WITHOUT_LABEL: Final = ""


def related_in(raws: Iterable[Raw]) -> dict[str, dict[str, set[str]]]:
    """By control, what is said between two of its regions, and in which directions."""
    found: dict[str, dict[str, set[str]]] = {}
    for raw in raws:
        for one in passes(raw):
            results = results_of(one)
            controls = {
                str(result["id"]): str(result.get("from_name")) for result in results if "id" in result
            }
            for result in results:
                ends = [controls.get(str(result.get(side))) for side in ("from_id", "to_id")]
                if result.get("type") != "relation" or ends[0] is None or ends[0] != ends[1]:
                    continue
                for label in _labels(result):
                    own = found.setdefault(ends[0], {})
                    own.setdefault(label, set()).add(str(result.get("direction", "right")))
    return found


def links_of(
    results: Sequence[Raw],
    placed: Mapping[str, tuple[str, str]],
    config: Config,
    ids: set[str],
    report: Report,
    where: str,
) -> dict[str, list[dict[str, Any]]]:
    """Links by question. `placed`: by region, its question and the id of the element it became."""
    found: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        if result.get("type") != "relation":
            continue
        ends = [placed.get(str(result.get(side))) for side in ("from_id", "to_id")]
        source, target = ends
        if source is None or target is None or source[0] != target[0] or source[0] not in config.relations:
            report.note("region", "relation", "joins regions that are no spans of one question", where)
            continue
        names = config.relations[source[0]]
        way = (target[1], source[1]) if result.get("direction") == BACKWARD else (source[1], target[1])
        for label in _labels(result):
            if label not in names:
                report.note("class", label, "is not a relation of the labeling config", where)
                continue
            if result.get("direction") == BOTH_WAYS and label not in config.both_ways:
                report.note(
                    "region",
                    "relation",
                    "goes both ways, and others of its name one way: kept as one way",
                    where,
                )
            link = {"id": element_id(None, ids), "relation": names[label], "from": way[0], "to": way[1]}
            found.setdefault(source[0], []).append(link)
    return found


def _labels(result: Raw) -> Iterator[str]:
    listed = result.get("labels")
    named = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    yield from dict.fromkeys(named) if named else (WITHOUT_LABEL,)
