"""Exports of a closed version: written from its frozen files and nothing else, by a job."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Final, TypeAlias
from uuid import UUID

from labeling.interchange.answers_csv import AnsweredItem, written_answers
from labeling.interchange.coco import CocoBox, CocoClass, CocoImage, CocoKeypoint, written_coco
from labeling.interchange.jsonl_export import (
    ExportedAnswer,
    ExportedItem,
    ExportedPart,
    ExportedVote,
    written_items,
)
from labeling.interchange.rttm import Turn, written_rttm
from labeling.interchange.votes_long import LongVote, written_votes
from labeling.label_types.fields import option_code
from labeling.label_types.geometry import turned_corners
from labeling.models import GuidelineVersion
from metadata.kernel.errors import InvalidInput
from metadata.kernel.ids import slug
from metadata.kernel.json_guard import Json
from metadata.services import frozen, jobs, version_files, versions
from metadata.services.frozen import Content

EXPORT_JOB: Final = "labeling.export"
RECTANGLE: Final = {"x0", "y0", "x1", "y1"}


class UnknownFormat(InvalidInput):
    """There is no such export format."""

    code = "unknown_format"


class NothingToExport(InvalidInput):
    """The version holds nothing that this format can carry."""

    code = "nothing_to_export"


@dataclass(frozen=True, slots=True)
class PinnedQuestion:
    """A question as the pinned guideline asks it; `name` is its key, with the project in front where keys meet."""

    id: int
    name: str
    key: str
    classes: Mapping[int, Mapping[str, Any]]
    spec: Mapping[str, Any]
    options: Mapping[str, Mapping[int, str]]
    """By the name of a form's field, its options by the code they vote with."""

    def label(self, code: int) -> str:
        """The class's name; of two that were compared, 0 is the vote for neither."""
        return str(self.classes.get(code, {}).get("name", code or "equal"))


@dataclass(slots=True)
class Held:
    """What a version holds about one item."""

    key: str
    revision: int
    row: Mapping[str, Any]
    about: Mapping[str, Any]
    annotations: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    resolutions: dict[int, tuple[Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(slots=True)
class VersionContent:
    """A frozen version gathered by item, in the order the items came."""

    title: str
    questions: dict[int, PinnedQuestion]
    items: dict[int, Held]


@dataclass(frozen=True, slots=True)
class ExportFile:
    name: str
    pieces: Callable[[], Iterator[bytes]]


Writer: TypeAlias = Callable[[VersionContent], list[ExportFile]]


def version_content(version_id: int) -> VersionContent:
    """Reads a frozen version. An answer about an item that is not in the version any more is left out."""
    version = frozen.closed_version(version_id)
    questions = _pinned(version.pins)
    items: dict[int, Held] = {}
    for row, content in frozen.frozen_rows(version_id):
        if row.kind == versions.ITEM:
            key, revision = str(content.row["key"]), int(_number(content.about["revision"]))
            items[row.subject] = Held(key, revision, content.row, content.about)
        else:
            held = items.get(int(_number(content.row["item"])))
            if held is not None:
                _hold(held, row.kind, row.facet, content)
    return VersionContent(f"{version.dataset.name} v{version.number}", questions, items)


def _number(value: Json) -> int:
    assert isinstance(value, int)
    return value


def _hold(held: Held, kind: int, facet: int, content: Content) -> None:
    if kind == versions.ANNOTATION:
        held.annotations.append((content.row, content.about))
    else:
        held.resolutions[facet] = (content.row, content.about)


def _pinned(pins: list[dict[str, Any]]) -> dict[int, PinnedQuestion]:
    guidelines = GuidelineVersion.objects.filter(pk__in=[pin["guideline_version"] for pin in pins])
    asked = [(one.project_id, raw) for one in guidelines.order_by("project_id") for raw in one.questions]
    keys = [raw["key"] for _, raw in asked]
    return {
        raw["id"]: PinnedQuestion(
            id=raw["id"],
            name=raw["key"] if keys.count(raw["key"]) == 1 else f"{project_id}.{raw['key']}",
            key=raw["key"],
            classes={entry["code"]: entry for entry in raw["spec"].get("classes", [])},
            spec=raw["spec"],
            options={
                entry["name"]: {option_code(option): option for option in entry["options"]}
                for entry in raw["spec"].get("fields", [])
                if "options" in entry
            },
        )
        for project_id, raw in asked
    }


def _worker(row: Mapping[str, Any]) -> str:
    return f"agent-{row['agent']}"


def _jsonl(content: VersionContent) -> list[ExportFile]:
    return [ExportFile("items.jsonl", lambda: written_items(_exported(content)))]


def _exported(content: VersionContent) -> Iterator[ExportedItem]:
    for held in content.items.values():
        votes = _votes_by_question(held)
        answers: dict[str, ExportedAnswer] = {}
        loose: dict[str, tuple[ExportedVote, ...]] = {}
        for question in content.questions.values():
            resolution = held.resolutions.get(question.id)
            own = tuple(votes.get(question.id, ()))
            if resolution is not None:
                row, about = resolution
                answers[question.name] = ExportedAnswer(
                    value=row["value"],
                    method=row["method"],
                    confidence=about["confidence"],
                    distribution=row["distribution"],
                    votes=own,
                )
            elif own:
                loose[question.name] = own
        yield ExportedItem(
            key=held.key,
            revision=held.revision,
            parts=_parts(held),
            fields=dict(held.row["fields"]),
            answers=answers,
            votes=loose,
        )


def _votes_by_question(held: Held) -> dict[int, list[ExportedVote]]:
    found: dict[int, list[ExportedVote]] = {}
    for row, about in held.annotations:
        for question_id, value in _answers(row, about):
            found.setdefault(question_id, []).append(
                ExportedVote(
                    worker=_worker(row),
                    value=value,
                    round=about["round"],
                    guideline_version=row["guideline"],
                    seat=about["seat"],
                    revision=about["revision"],
                )
            )
    return found


def _answers(row: Mapping[str, Any], about: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    asked: Mapping[str, int] = about["questions"]
    for key, value in row["answers"].items():
        yield asked[key], value


def _parts(held: Held) -> tuple[ExportedPart, ...]:
    media = {(one["role"], one["ordinal"]): one for one in held.about["media"]}
    parts: list[ExportedPart] = []
    for part in held.row["parts"]:
        known = media.get((part["role"], part["ordinal"]), {})
        media_type = known.get("media_type")
        parts.append(
            ExportedPart(
                role=part["role"],
                kind="text" if "text" in part else str(media_type or "file").partition("/")[0],
                text=part.get("text"),
                sha256=part.get("sha256"),
                media_type=media_type,
                width=known.get("width"),
                height=known.get("height"),
            )
        )
    return tuple(parts)


def _csv(content: VersionContent) -> list[ExportFile]:
    names = list(dict.fromkeys(name for held in content.items.values() for name in held.row["fields"]))
    asked = [question.name for question in content.questions.values()]
    return [
        ExportFile("answers.csv", lambda: written_answers(_answered(content), fields=names, questions=asked))
    ]


def _answered(content: VersionContent) -> Iterator[AnsweredItem]:
    for held in content.items.values():
        answers: dict[str, tuple[object, float | None, int]] = {}
        for question in content.questions.values():
            if question.id in held.resolutions:
                row, about = held.resolutions[question.id]
                value = row["value"]
                if isinstance(value, dict) and set(value) == {"class"}:
                    value = question.label(value["class"])
                answers[question.name] = (value, about["confidence"], about["votes"])
        yield AnsweredItem(key=held.key, fields=held.row["fields"], answers=answers)


def _votes_csv(content: VersionContent) -> list[ExportFile]:
    return [ExportFile("votes.csv", lambda: written_votes(_long_votes(content)))]


def _long_votes(content: VersionContent) -> Iterator[LongVote]:
    for held in content.items.values():
        for row, about in held.annotations:
            for question_id, facet, code in about["votes"]:
                question = content.questions.get(question_id)
                yield LongVote(
                    item=held.key,
                    worker=_worker(row),
                    question=question.name if question else str(question_id),
                    facet=facet,
                    code=code,
                    label=_label(question, facet, code),
                    round=about["round"],
                    seat=about["seat"],
                    revision=about["revision"],
                    guideline_version=row["guideline"],
                    submitted_at=about["submitted_at"],
                )


def _label(question: PinnedQuestion | None, facet: str, code: int) -> str:
    if question and facet in question.options:
        return question.options[facet].get(code, str(code))
    if facet:
        return "yes" if code else "no"
    return question.label(code) if question else str(code)


def _coco(content: VersionContent) -> list[ExportFile]:
    """A file for each question whose accepted answers are rectangles or figures of points."""
    files = [
        ExportFile(f"{slug(question.name)}.coco.json", _coco_pieces(content, question))
        for question in content.questions.values()
        if any(_is_drawn(held, question) for held in content.items.values())
    ]
    if not files:
        raise NothingToExport(
            "No question has accepted boxes or points. Resolve a question that asks for them first."
        )
    return files


def _coco_pieces(content: VersionContent, question: PinnedQuestion) -> Callable[[], Iterator[bytes]]:
    names = {code: entry["name"] for code, entry in question.classes.items()}
    points = tuple(one["name"] for one in question.spec.get("points", ())) or _points_set(content, question)
    lines = tuple(pair for chain in question.spec.get("lines", ()) for pair in pairwise(chain))
    classes = [
        CocoClass(code, name, names.get(question.classes[code].get("parent", 0), ""), points, lines)
        for code, name in names.items()
    ]
    return lambda: written_coco(lambda: _coco_images(content, question), classes, description=content.title)


def _points_set(content: VersionContent, question: PinnedQuestion) -> tuple[str, ...]:
    """The names of points in accepted answers, for a question that names none itself."""
    elements = [one for held in content.items.values() for one in _elements(held, question) or ()]
    placed = [
        one["geometry"]["points"] for one in elements if isinstance(one["geometry"].get("points"), dict)
    ]
    return tuple(dict.fromkeys(name for points in placed for name in points))


def _elements(held: Held, question: PinnedQuestion) -> list[dict[str, Any]] | None:
    value = held.resolutions[question.id][0]["value"] if question.id in held.resolutions else None
    elements = value.get("elements") if isinstance(value, dict) else None
    return elements if isinstance(elements, list) else None


def _is_drawn(held: Held, question: PinnedQuestion) -> bool:
    elements = _elements(held, question)
    return elements is not None and all(_is_carried(one.get("geometry", {})) for one in elements)


def _is_carried(geometry: Mapping[str, Any]) -> bool:
    """A rectangle, upright or turned, or points by name."""
    return geometry.keys() - {"angle"} == RECTANGLE or isinstance(geometry.get("points"), dict)


def _coco_images(content: VersionContent, question: PinnedQuestion) -> Iterator[CocoImage]:
    for held in content.items.values():
        if not _is_drawn(held, question):
            continue
        elements = _elements(held, question) or []
        for media in held.about["media"]:
            if not media.get("width") or not media.get("height"):
                continue
            boxes = tuple(_coco_box(one) for one in elements if one["part"] == media["role"])
            yield CocoImage(held.key, media["width"], media["height"], boxes)


def _coco_box(one: Mapping[str, Any]) -> CocoBox:
    geometry = one["geometry"]
    if "points" not in geometry:
        x0, y0, x1, y1 = (float(geometry[edge]) for edge in ("x0", "y0", "x1", "y1"))
        outline = turned_corners(x0, y0, x1, y1, geometry["angle"]) if "angle" in geometry else ()
        if outline:
            (x0, y0), (x1, y1) = (tuple(map(least, zip(*outline, strict=True))) for least in (min, max))
        return CocoBox(one["class"], x0, y0, x1, y1, element=one["id"], outline=outline)
    points = tuple(
        CocoKeypoint(name, float(at["x"]), float(at["y"]), at["visible"])
        for name, at in geometry["points"].items()
    )
    xs, ys = [point.x for point in points], [point.y for point in points]
    return CocoBox(one["class"], min(xs), min(ys), max(xs), max(ys), element=one["id"], points=points)


def _rttm(content: VersionContent) -> list[ExportFile]:
    """A file for each question whose accepted answers are stretches of sounds."""
    files = [
        ExportFile(f"{slug(question.name)}.rttm", _rttm_pieces(content, question))
        for question in content.questions.values()
        if any(True for _ in _turns(content, question))
    ]
    if not files:
        raise NothingToExport(
            "No question has accepted stretches of a sound. Resolve a question that asks for them first."
        )
    return files


def _rttm_pieces(content: VersionContent, question: PinnedQuestion) -> Callable[[], Iterator[bytes]]:
    return lambda: written_rttm(_turns(content, question))


def _turns(content: VersionContent, question: PinnedQuestion) -> Iterator[Turn]:
    for held in content.items.values():
        sounds = {one["role"] for one in held.about["media"] if one["media_type"].startswith("audio/")}
        for one in _elements(held, question) or ():
            stretch = one.get("geometry", {})
            if one["part"] in sounds and set(stretch) == {"start", "end"}:
                name = question.label(one["class"])
                yield Turn(held.key, one["part"], name, stretch["start"], stretch["end"])


FORMATS: Final[dict[str, Writer]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "votes_csv": _votes_csv,
    "coco": _coco,
    "rttm": _rttm,
}


def _checked(format: str) -> Writer:  # noqa: A002 - what people call it
    if format not in FORMATS:
        raise UnknownFormat(fields={"format": f"must be one of {', '.join(FORMATS)}"})
    return FORMATS[format]


def request_export(version_id: int, *, format: str, by: int | None) -> UUID:  # noqa: A002
    """Asks a worker to export a closed version; the job's result lists the files."""
    _checked(format)
    version = frozen.closed_version(version_id)
    args: dict[str, Json] = {"version": version_id, "format": format}
    return jobs.enqueue(EXPORT_JOB, args=args, dataset_id=version.dataset_id, by=by).pk


def run_export(context: jobs.JobContext) -> Mapping[str, Json]:
    """The job: freezes the version if nobody did, then writes its files; a second run replaces what it left."""
    version_id, name = int(context.args["version"]), str(context.args["format"])
    writer = _checked(name)
    frozen.freeze(version_id, progress=context.progress)
    version_files.forget(version_id, name, context.job_id)
    files: list[Json] = []
    for file in writer(version_content(version_id)):
        with tempfile.TemporaryFile() as sink:
            _pour(file, sink)
            stored = version_files.keep(
                version_id, kind=name, name=file.name, source=sink, job_id=context.job_id
            )
        files.append({"id": stored.pk, "name": stored.name, "size": stored.size, "sha256": stored.sha256})
    return {"version": version_id, "format": name, "files": files}


def _pour(file: ExportFile, sink: IO[bytes]) -> None:
    for piece in file.pieces():
        sink.write(piece)


def write_export(version_id: int, *, format: str, directory: Path) -> list[Path]:  # noqa: A002
    """Writes a closed version's files into a directory, at once and without a job."""
    writer = _checked(format)
    frozen.freeze(version_id)
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for file in writer(version_content(version_id)):
        target = directory / file.name
        with target.open("wb") as sink:
            _pour(file, sink)
        written.append(target)
    return written
