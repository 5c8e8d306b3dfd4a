"""Label Studio's JSON export: tasks with the annotations of people and the predictions of models.

https://labelstud.io/guide/task_format: an annotation is a list of results; regions of an image are in percent of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from labeling.interchange.foreign import (
    LONGEST_ATTRIBUTE,
    ForeignAnswer,
    ForeignPart,
    ForeignProject,
    Report,
    ShownFacts,
    element_id,
    moment,
    within,
)
from labeling.interchange.label_studio_config import PATH_SEPARATOR, Config, Control, Shown, read_config
from labeling.interchange.lines import UnreadableFile
from metadata.kernel.json_guard import InvalidJson, guard_json

TOOL: Final = "Label Studio"
LARGEST_TASK: Final = 16 * 2**20
MOST_TASKS: Final = 1_000_000
LONGEST_ACTIVE_MS: Final = 24 * 3600 * 1000
OBJECT_PREFIXES: Final = ("/data/upload/", "/data/local-files/?d=", "upload/")

_Raw = dict[str, Any]


def read_label_studio(
    tasks: bytes, config: bytes, report: Report, *, tasks_file: str, config_file: str
) -> ForeignProject:
    """The project behind an export and its labeling config; UnreadableFile names the file and what is wrong in it."""
    raws = list(_raw_tasks(tasks, report, tasks_file))
    read = read_config(config, report, named=_named(raws), file=config_file)
    projects = {str(raw["project"]) for _, raw in raws if isinstance(raw.get("project"), int | str)}
    source = min(projects) if len(projects) == 1 else ""
    found = [LabelStudioTask(ident, raw, read) for ident, raw in raws]
    return ForeignProject(TOOL, source, "", read.questions, found)


def _raw_tasks(data: bytes, report: Report, file: str) -> Iterator[tuple[str, _Raw]]:
    try:
        listed = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UnreadableFile(
            "The export cannot be read.", fields={file: f"must be a list of tasks: {error}"}
        ) from None
    if len(listed) > MOST_TASKS:
        raise UnreadableFile(fields={file: f"has more than {MOST_TASKS} tasks"})
    is_short = False
    seen: set[str] = set()
    for number, piece in enumerate(listed, start=1):
        where = f"task {number} of the file"
        try:
            raw = msgspec.json.decode(piece)
            guard_json(raw, max_bytes=LARGEST_TASK)
        except InvalidJson as error:
            path, reason = next(iter(error.fields.items()))
            report.note("item", "", f"{path.removeprefix('$.')}: {reason}", where)
            continue
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            report.note("item", "", str(error), where)
            continue
        if not isinstance(raw, dict) or not isinstance(raw.get("data"), dict):
            is_short = is_short or (isinstance(raw, dict) and "data" not in raw and "annotator" in raw)
            report.note("item", "", "is not a task with data", where)
            continue
        ident = str(raw.get("id", f"number-{number}"))[:100]
        if ident in seen:
            report.note("item", "", "has the number of another task", f"task {ident}")
            continue
        seen.add(ident)
        yield ident, raw
    if is_short and not seen:
        raise UnreadableFile(
            fields={file: "is the short export (JSON-MIN), which tells too little: export as JSON instead"}
        )
    if not seen:
        raise UnreadableFile(fields={file: "holds no task"})


def _named(raws: Sequence[tuple[str, _Raw]]) -> dict[str, list[str]]:
    """The labels that results name, by control, in the order they are first met."""
    found: dict[str, dict[str, None]] = {}
    for _, raw in raws:
        for one in _passes(raw):
            for result in _results(one):
                own = found.setdefault(str(result.get("from_name")), {})
                value = result.get("value")
                listed = value.get(str(result.get("type"))) if isinstance(value, dict) else None
                if isinstance(listed, list):
                    own.update(
                        dict.fromkeys(_written(entry) for entry in listed if isinstance(entry, str | list))
                    )
    return {name: [one for one in names if one] for name, names in found.items()}


def _passes(raw: _Raw) -> list[_Raw]:
    listed = [raw.get("annotations", raw.get("completions")), raw.get("predictions")]
    return [one for part in listed if isinstance(part, list) for one in part if isinstance(one, dict)]


def _results(one: _Raw) -> list[_Raw]:
    listed = one.get("result")
    return [result for result in listed if isinstance(result, dict)] if isinstance(listed, list) else []


def _written(entry: object) -> str:
    if isinstance(entry, list):
        return PATH_SEPARATOR.join(str(step) for step in entry)
    return str(entry)


@dataclass(frozen=True, slots=True)
class LabelStudioTask:
    """One task, read when it is asked."""

    ident: str
    raw: _Raw
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
            values = self._values(one, facts, report, at)
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
            values = self._values(one, facts, report, place, is_model=True)
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

    def _values(
        self,
        one: _Raw,
        facts: Mapping[str, ShownFacts],
        report: Report,
        where: str,
        *,
        is_model: bool = False,
    ) -> dict[str, Any]:
        """Raw answers by question. What a person passed over without drawing is an empty answer, not a missing one."""
        results = _results(one)
        drawn: dict[str, list[dict[str, Any]]] = {}
        values: dict[str, Any] = {}
        attributes = _attributes(results, self.config, report, where)
        labels = {
            str(result.get("id")): result
            for result in results
            if str(result.get("from_name")) in self.config.labels
        }
        ids: set[str] = set()
        for result in results:
            at = f"{where}, region {result.get('id', '')}"
            control = self._asked(result, report, at)
            if control is None:
                continue
            value, shown = result.get("value"), facts.get(control.shown.role)
            if not isinstance(value, dict) or shown is None:
                report.note("region", control.name, "lies on a part that is not here", at)
            elif control.label_type in DRAWING:
                region = labels.get(str(result.get("id")), result)
                element = _element(control, result, region, shown, attributes, ids, report, at)
                if element is not None:
                    drawn.setdefault(control.question, []).append(element)
            elif (answer := _said(control, value, report, at)) is not None:
                values[control.question] = answer
        self._leave_empty(values, drawn, facts, is_model=is_model)
        return values

    def _asked(self, result: _Raw, report: Report, where: str) -> Control | None:
        """The control that a result answers, unless it is one of those that are read with another."""
        name = str(result.get("from_name"))
        if result.get("type") == "relation":
            report.note(
                "region", "relation", "relations between regions are not read from Label Studio", where
            )
            return None
        if name in self.config.attributes or name in self.config.labels:
            return None
        control = self.config.controls.get(name)
        if control is None:
            tag = self.config.others.get(name, "")
            why = f"is answered by {tag}, which has no equal here" if tag else "is not in the labeling config"
            report.note("region", name, why, where)
        return control

    def _leave_empty(
        self,
        values: dict[str, Any],
        drawn: Mapping[str, list[dict[str, Any]]],
        facts: Mapping[str, ShownFacts],
        *,
        is_model: bool,
    ) -> None:
        """Elements under their questions. Where a person drew or chose nothing, that is their answer; a model's is none."""
        conditional = {one.key for one in self.config.questions if one.shown_if}
        for control in self.config.controls.values():
            key = control.question
            if control.label_type in DRAWING:
                if facts.get(control.shown.role) is not None and (key in drawn or not is_model):
                    values[key] = {"elements": drawn.get(key, [])}
            elif control.label_type in NOTHING and not is_model and key not in conditional:
                values.setdefault(key, dict(NOTHING[control.label_type]))


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


def _column(data: _Raw, path: str) -> object:
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


def _attributes(
    results: Sequence[_Raw], config: Config, report: Report, where: str
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
            said = ", ".join(" / ".join(map(str, one)) if isinstance(one, list) else str(one) for one in said)
        if isinstance(said, str) and len(said) > LONGEST_ATTRIBUTE:
            report.note("attribute", name, f"cut after {LONGEST_ATTRIBUTE} characters", where)
            said = said[:LONGEST_ATTRIBUTE]
        if isinstance(said, str | int | float | bool):
            found.setdefault(str(result.get("id")), {})[name] = said
    return found


def _said(control: Control, value: _Raw, report: Report, where: str) -> dict[str, Any] | None:
    """The answer to a question that is not drawn."""
    return SAYING[control.label_type](control, value, report, where)


def _level(control: Control, value: _Raw, report: Report, where: str) -> dict[str, Any] | None:
    level = value.get("rating")
    if isinstance(level, float) and level.is_integer():
        level = int(level)
    if str(level) in control.codes:
        return {"level": control.codes[str(level)]}
    report.note("region", control.name, "is no level of this rating", where)
    return None


def _text(control: Control, value: _Raw, report: Report, where: str) -> dict[str, Any] | None:
    texts = value.get("text")
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        report.note("region", control.name, "holds no text", where)
        return None
    if len(texts) > 1:
        report.note("region", control.name, "several texts in one answer are joined by a space", where)
    return {"text": " ".join(texts)} if any(one.strip() for one in texts) else None


def _several(control: Control, value: _Raw, report: Report, where: str) -> dict[str, Any] | None:
    codes = _codes(control, value.get("taxonomy", value.get("choices")), report, where)
    return {"classes": sorted(set(codes))}


def _one(control: Control, value: _Raw, report: Report, where: str) -> dict[str, Any] | None:
    codes = _codes(control, value.get("choices"), report, where)
    if len(codes) > 1:
        report.note(
            "region", control.name, "names several classes where one is asked for: the first is kept", where
        )
    return {"class": codes[0]} if codes else None


def _codes(control: Control, listed: object, report: Report, where: str) -> list[int]:
    found: list[int] = []
    for entry in listed if isinstance(listed, list) else ():
        code = control.codes.get(_written(entry))
        if code is None and isinstance(entry, list) and entry:  # nested choices come as paths, too
            code = control.codes.get(str(entry[-1]))
        if code is None:
            shown = " / ".join(map(str, entry)) if isinstance(entry, list) else str(entry)
            report.note("class", shown, f"is not a class of {control.name}", where)
        else:
            found.append(code)
    return found


def _element(
    control: Control,
    result: _Raw,
    region: _Raw,
    shown: ShownFacts,
    attributes: Mapping[str, Mapping[str, Any]],
    ids: set[str],
    report: Report,
    where: str,
) -> dict[str, Any] | None:
    """A region as an element, or None with the reason noted."""
    value: _Raw = result["value"]
    named = region.get("value")
    listed = named.get(str(region.get("type"))) if isinstance(named, dict) else None
    codes = _codes(control, listed, report, where)
    if not codes:
        if set(control.codes) == {"object"} and not listed:
            codes = [1]
        else:
            if not listed:
                report.note("region", control.name, "has no class", where)
            return None
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
    geometry = DRAWING[control.label_type](value, result, shown, control.shown, report, where)
    if geometry is None:
        return None
    return {
        "id": element_id(result.get("id"), ids),
        "class": codes[0],
        "part": shown.role,
        "geometry": geometry,
        "attributes": more,
    }


def _numbers(value: Mapping[str, Any], *names: str) -> list[float] | None:
    found = [value.get(name) for name in names]
    if any(
        isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one) for one in found
    ):
        return None
    return [float(one) for one in found if one is not None]


def _frame(result: _Raw, shown: ShownFacts, report: Report, where: str) -> tuple[float, float] | None:
    """The picture's size here; one that was turned or is another picture is not guessed at."""
    if not shown.width or not shown.height:
        report.note("region", "", "lies on a picture whose size is not known", where)
        return None
    if result.get("image_rotation"):
        report.note("region", "", "was drawn on a picture turned by hand (image_rotation)", where)
        return None
    width, height = result.get("original_width"), result.get("original_height")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        there, here = width / height, shown.width / shown.height
        if abs(there - here) > 0.02 * here:
            report.note(
                "region", "", "was drawn on a picture of another shape than the one that is here", where
            )
            return None
    return float(shown.width), float(shown.height)


def _box(
    value: _Raw, result: _Raw, shown: ShownFacts, _of: Shown, report: Report, where: str
) -> dict[str, Any] | None:
    frame, numbers = _frame(result, shown, report, where), _numbers(value, "x", "y", "width", "height")
    if frame is None:
        return None
    if numbers is None:
        report.note("region", "box", "has no place: x, y, width and height must be numbers", where)
        return None
    if value.get("rotation"):
        report.note("region", "rotated box", "boxes stand upright here", where)
        return None
    x, y, width, height = (
        number * side / 100 for number, side in zip(numbers, (*frame, *frame), strict=True)
    )
    edges = [
        within(x, frame[0]),
        within(y, frame[1]),
        within(x + width, frame[0]),
        within(y + height, frame[1]),
    ]
    if any(is_cut for _, is_cut in edges):
        report.note("region", "box", "reached out of the picture: cut at its edge", where)
    return dict(zip(("x0", "y0", "x1", "y1"), (edge for edge, _ in edges), strict=True))


def _polygon(
    value: _Raw, result: _Raw, shown: ShownFacts, _of: Shown, report: Report, where: str
) -> dict[str, Any] | None:
    frame = _frame(result, shown, report, where)
    if frame is None:
        return None
    points = value.get("points")
    found: list[list[float]] = []
    is_cut = False
    for point in points if isinstance(points, list) else ():
        pair = (
            _numbers({"x": point[0], "y": point[1]}, "x", "y")
            if isinstance(point, list) and len(point) == 2
            else None
        )
        if pair is None:
            report.note("region", "polygon", "has a point that is not a pair of numbers", where)
            return None
        (x, cut_x), (y, cut_y) = (
            within(pair[0] * frame[0] / 100, frame[0]),
            within(pair[1] * frame[1] / 100, frame[1]),
        )
        is_cut = is_cut or cut_x or cut_y
        found.append([x, y])
    if value.get("closed") is False:
        report.note("region", "polygon", "was never closed: its ends are joined", where)
    if is_cut:
        report.note("region", "polygon", "reached out of the picture: cut at its edge", where)
    return {"points": found}


def _span(
    value: _Raw, _result: _Raw, shown: ShownFacts, _of: Shown, report: Report, where: str
) -> dict[str, Any] | None:
    """Offsets in characters. A text with characters beyond the first plane may be counted in UTF-16 units instead:
    the words that the region carries say which."""
    start, end, text = value.get("start"), value.get("end"), shown.text
    start = int(start) if isinstance(start, str) and start.isdecimal() and len(start) < 10 else start
    end = int(end) if isinstance(end, str) and end.isdecimal() and len(end) < 10 else end
    if type(start) is not int or type(end) is not int or text is None or not 0 <= start < end:
        report.note("region", "span", "has no place: start and end must be whole numbers", where)
        return None
    words = value.get("text")
    if not isinstance(words, str) or _same(text[start:end], words):
        return {"start": start, "end": end}
    units = text.encode("utf-16-le")
    first = len(units[: 2 * start].decode("utf-16-le", "ignore"))
    last = len(units[: 2 * end].decode("utf-16-le", "ignore"))
    if _same(text[first:last], words):
        return {"start": first, "end": last}
    report.note("region", "span", "other words stand at its place in the text that is here", where)
    return None


def _same(here: str, there: str) -> bool:
    return here.split() == there.replace("\\n", "\n").split()


SAYING: Final = {"choice": _one, "choices": _several, "rating": _level, "transcript": _text}
NOTHING: Final[Mapping[str, Mapping[str, Any]]] = {"choices": {"classes": []}}
DRAWING: Final = {"box": _box, "polygon": _polygon, "span": _span}
