"""A task of the export: what it shows, and who said what about it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from labeling.interchange.foreign import ForeignAnswer, ForeignPart, Report, ShownFacts, moment
from labeling.interchange.label_studio.config import Config
from labeling.interchange.label_studio.results import Raw
from labeling.interchange.label_studio.values import values_of

LONGEST_ACTIVE_MS: Final = 24 * 3600 * 1000
OBJECT_PREFIXES: Final = ("/data/upload/", "/data/local-files/?d=", "upload/")


@dataclass(frozen=True, slots=True)
class LabelStudioTask:
    """One task, read when it is asked."""

    ident: str
    raw: Raw
    config: Config

    @property
    def key(self) -> str:
        data = self.raw["data"]
        for name in ("key", "id", "external_key", "item_id"):
            if (
                isinstance(data.get(name), str | int)
                and not isinstance(data.get(name), bool)
                and str(data[name])
            ):
                return str(data[name])[:300]
        paths = [part.path for part in self.parts if part.path]
        return (paths[0] if paths else f"task-{self.ident}")[-300:]

    @property
    def parts(self) -> list[ForeignPart]:
        found = []
        for shown in self.config.objects.values():
            value = _column(self.raw["data"], shown.column)
            if not isinstance(value, str) or not value:
                continue
            if shown.kind == "text":
                found.append(ForeignPart("text", shown.role, text=value))
            else:
                found.append(ForeignPart(shown.kind, shown.role, path=file_path(value)))
        return found

    @property
    def fields(self) -> dict[str, Any]:
        shown = {one.column.split(".")[0].split("[")[0] for one in self.config.objects.values()}
        return {
            name: value
            for name, value in self.raw["data"].items()
            if name not in shown and isinstance(value, str | int | float | bool)
        }

    def answers(self, facts: Mapping[str, ShownFacts], report: Report, /) -> Iterator[ForeignAnswer]:
        where = f"task {self.ident}"
        self._note_beside(report, where)
        listed = self.raw.get("annotations", self.raw.get("completions"))
        for one in listed if isinstance(listed, list) else ():
            if not isinstance(one, dict):
                report.note("answer", "", "is not an object", where)
                continue
            ident = str(one.get("id", ""))[:80]
            at = f"{where}, annotation {ident}"
            if one.get("was_cancelled") is True:
                report.note("answer", "skipped", "a skip holds no answer", at)
                continue
            values = values_of(one, self.config, facts, report, at)
            if not values:
                report.note("answer", "empty", "answers none of the questions", at)
                continue
            began = one.get("parent_prediction") is not None or one.get("parent_annotation") is not None
            if began:
                report.note(
                    "answer",
                    "begun from another",
                    "counted, and marked as not independent of what it began from",
                    at,
                )
            lead = one.get("lead_time")
            yield ForeignAnswer(
                ident or f"{self.ident}-{len(values)}",
                who(one.get("completed_by"), report, at),
                values,
                independent=not began,
                is_known=one.get("ground_truth") is True,
                created_at=moment(one.get("created_at")),
                active_ms=_active_ms(lead),
            )
        yield from self._predictions(facts, report, where)

    def _predictions(
        self, facts: Mapping[str, ShownFacts], report: Report, where: str
    ) -> Iterator[ForeignAnswer]:
        listed = self.raw.get("predictions")
        for at, one in enumerate(listed if isinstance(listed, list) else ()):
            if not isinstance(one, dict):
                report.note(
                    "prediction", "", "comes as a number only: export with predictions in full", where
                )
                continue
            place = f"{where}, prediction {one.get('id', at + 1)}"
            values = values_of(one, self.config, facts, report, place, is_model=True)
            if not values:
                report.note("prediction", "empty", "answers none of the questions", place)
                continue
            score = one.get("score")
            yield ForeignAnswer(
                str(one.get("id", at + 1)),
                str(one.get("model_version") or "model")[:120],
                values,
                is_model=True,
                score=float(score) if isinstance(score, int | float) and math.isfinite(score) else None,
            )

    def _note_beside(self, report: Report, where: str) -> None:
        """What a task carries beside its data and its answers."""
        for name in ("drafts", "comments"):
            if (listed := self.raw.get(name)) and isinstance(listed, list):
                report.note("item", name, "are not carried over", where, count=len(listed))
        if isinstance(count := self.raw.get("comment_count"), int) and count > 0:
            report.note("item", "comments", "are not part of the export", where, count=count)
        if self.raw.get("meta"):
            report.note("item", "meta", "has no equal here", where)
        for name, value in self.raw["data"].items():
            if isinstance(value, dict | list) and not any(
                one.column.split(".")[0].split("[")[0] == name for one in self.config.objects.values()
            ):
                report.note("field", name, "is not a plain value", where)


def who(raw: object, report: Report, where: str) -> str:
    """A person by their mail, else by their number.

    >>> who({"id": 3, "email": "Ann@Example.com"}, Report(), ""), who(7, Report(), "")
    ('ann@example.com', 'user 7')
    """
    if isinstance(raw, dict):
        email = raw.get("email")
        if isinstance(email, str) and email.strip():
            return email.strip().lower()[:200]
        raw = raw.get("id")
    if isinstance(raw, str) and raw.strip():
        return raw.strip()[:200]
    if isinstance(raw, int) and not isinstance(raw, bool):
        return f"user {raw}"
    report.note("person", "", "it is not said who answered: one unnamed labeler stands for them", where)
    return "unknown"


def file_path(value: str) -> str:
    """The path that names a file, out of the address a task shows it by.

    >>> file_path("/data/upload/1/5f3a9c1b-cat.jpg"), file_path("https://example.com/a/1.jpg?x=1")
    ('1/5f3a9c1b-cat.jpg', 'example.com/a/1.jpg')
    """
    for prefix in OBJECT_PREFIXES:
        if value.startswith(prefix):
            return value.removeprefix(prefix).lstrip("/")
    return re.sub(r"^[a-z][a-z0-9+.-]*://", "", value).partition("?")[0].lstrip("/")


def _column(data: Raw, path: str) -> object:
    """`$a.b[0]` of the task's data."""
    found: Any = data
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def _active_ms(lead: object) -> int:
    if isinstance(lead, bool) or not isinstance(lead, int | float) or not math.isfinite(lead) or lead < 0:
        return 0
    return min(int(lead * 1000), LONGEST_ACTIVE_MS)
