"""Answers that are not drawn: classes, levels, texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from labeling.interchange.foreign import Report
from labeling.interchange.label_studio.config import Control
from labeling.interchange.label_studio.results import Raw, written


def said_of(control: Control, value: Raw, report: Report, where: str) -> dict[str, Any] | None:
    """The answer to a question that is not drawn."""
    return SAYING[control.label_type](control, value, report, where)


def _level(control: Control, value: Raw, report: Report, where: str) -> dict[str, Any] | None:
    level = value.get("rating")
    if isinstance(level, float) and level.is_integer():
        level = int(level)
    if str(level) in control.codes:
        return {"level": control.codes[str(level)]}
    report.note("region", control.name, "is no level of this rating", where)
    return None


def _text(control: Control, value: Raw, report: Report, where: str) -> dict[str, Any] | None:
    texts = value.get("text")
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        report.note("region", control.name, "holds no text", where)
        return None
    if len(texts) > 1:
        report.note("region", control.name, "several texts in one answer are joined by a space", where)
    return {"text": " ".join(texts)} if any(one.strip() for one in texts) else None


def _several(control: Control, value: Raw, report: Report, where: str) -> dict[str, Any] | None:
    codes = codes_of(control, value.get("taxonomy", value.get("choices")), report, where)
    return {"classes": sorted(set(codes))}


def _one(control: Control, value: Raw, report: Report, where: str) -> dict[str, Any] | None:
    codes = codes_of(control, value.get("choices"), report, where)
    if len(codes) > 1:
        report.note(
            "region", control.name, "names several classes where one is asked for: the first is kept", where
        )
    return {"class": codes[0]} if codes else None


def _preferred(control: Control, value: Raw, report: Report, where: str) -> dict[str, Any] | None:
    better = control.codes.get(str(value.get("selected")))
    if better is None:
        report.note("region", control.name, "names neither side", where)
        return None
    return {"ranking": [[better], [3 - better]]}


def codes_of(control: Control, listed: object, report: Report, where: str) -> list[int]:
    found: list[int] = []
    for entry in listed if isinstance(listed, list) else ():
        code = control.codes.get(written(entry))
        if code is None and isinstance(entry, list) and entry:  # nested choices come as paths, too
            code = control.codes.get(str(entry[-1]))
        if code is None:
            shown = " / ".join(map(str, entry)) if isinstance(entry, list) else str(entry)
            report.note("class", shown, f"is not a class of {control.name}", where)
        else:
            found.append(code)
    return found


SAYING: Final = {
    "choice": _one,
    "choices": _several,
    "rating": _level,
    "transcript": _text,
    "pairwise": _preferred,
}
NOTHING: Final[Mapping[str, Mapping[str, Any]]] = {"choices": {"classes": []}}
