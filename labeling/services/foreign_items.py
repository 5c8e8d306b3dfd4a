"""The items that another tool's tasks are about: those that are there, or new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from labeling.interchange.foreign import ForeignPart, ForeignTask, Report, ShownFacts
from labeling.services.foreign_files import Gathered, spellings
from metadata.kernel.errors import DomainError
from metadata.kernel.fields import Field, declared_fields, inferred_fields
from metadata.selectors.datasets import declared_of
from metadata.selectors.items import ids_in_dataset, ids_of_keys, items_by_file_name
from metadata.selectors.parts import ShownPart, parts_of
from metadata.services import derived, items, versions

TASKS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class MetItem:
    """A task of the export and the item it is here."""

    task: ForeignTask
    item_id: int
    facts: Mapping[str, ShownFacts]
    parts: Mapping[str, Any]


def fields_of(tasks: Iterable[ForeignTask], report: Report) -> list[dict[str, object]]:
    """Fields for what tasks say of themselves beside what they show."""
    usable: list[dict[str, object]] = []
    for one in inferred_fields(task.fields for task in tasks):
        try:
            declared_fields([*usable, one.as_json()])
        except DomainError as error:
            report.note("field", one.name, next(iter(error.fields.values()), error.message))
            continue
        usable.append(one.as_json())
    return usable


def items_of(dataset_id: int, export: Gathered, report: Report, by: int | None) -> list[MetItem]:
    """Every task's item: the one that is there, or one made of what the task shows."""
    met: list[MetItem] = []
    declared = declared_of(dataset_id)
    for chunk in chunks(export.project.tasks, TASKS_AT_ONCE):
        known = _there(dataset_id, chunk)
        missing = [task for task in chunk if task.ident not in known]
        known |= _made(dataset_id, missing, export, declared, report, by)
        shown = parts_of(known.values())
        for task in chunk:
            item_id = known.get(task.ident)
            if item_id is not None:
                found = _met(task, item_id, shown[item_id], report)
                if found is not None:
                    met.append(found)
    return met


def _there(dataset_id: int, tasks: Sequence[ForeignTask]) -> dict[str, int]:
    """By task, the item of the dataset that it is about: by its key, by its path, or by the name of its file."""
    names = {task.ident: _names(task) for task in tasks}
    keys = ids_of_keys(dataset_id, list({one for listed in names.values() for one in listed}))
    usable = ids_in_dataset(dataset_id, keys.values())
    found: dict[str, int] = {}
    for ident, listed in names.items():
        item_id = next((keys[one] for one in listed if keys.get(one) in usable), None)
        if item_id is not None:
            found[ident] = item_id
    files = {
        task.ident: [
            one.rpartition("/")[2] for part in task.parts if part.path for one in spellings(part.path)
        ]
        for task in tasks
        if task.ident not in found
    }
    by_file = items_by_file_name(dataset_id, list({one for listed in files.values() for one in listed}))
    for ident, listed in files.items():
        near = next((by_file[one] for one in listed if one in by_file), [])
        if len(near) == 1:
            found[ident] = near[0]
    return found


def _names(task: ForeignTask) -> list[str]:
    """What the item of a task may be called, the surest first."""
    found: dict[str, None] = {task.key: None}
    for part in task.parts:
        for path in spellings(part.path) if part.path else ():
            steps = path.split("/")
            found.update(dict.fromkeys("/".join(steps[at:]) for at in range(len(steps))))
    return [one for one in found if one]


def _made(
    dataset_id: int,
    tasks: Sequence[ForeignTask],
    export: Gathered,
    declared: Sequence[Field],
    report: Report,
    by: int | None,
) -> dict[str, int]:
    leaf_key = versions.leaf_key(dataset_id)
    names = {one.name for one in declared}
    ready: list[items.PreparedItem] = []
    ident_of: dict[str, str] = {}
    for task in tasks:
        where = f"task {task.ident}"
        parts = [made for part in task.parts if (made := _part(part, export, report, where)) is not None]
        if not parts or len(parts) < len(task.parts):
            if not task.parts:
                report.note("item", "", "shows nothing that can be labeled here", where)
            continue
        for name in task.fields.keys() - names:
            report.note("field", name, "is not declared in this dataset", where)
        fields = {name: value for name, value in task.fields.items() if name in names}
        try:
            one = items.prepared(leaf_key, declared, line=0, key=task.key, fields=fields, parts=parts)
        except DomainError as error:
            field, why = next(iter(error.fields.items()), ("", error.message))
            report.note("item", field, why, where)
            continue
        if task.key in ident_of:
            report.note(
                "item", task.key, "two tasks are about an item of this name: the first is kept", where
            )
            continue
        ident_of[task.key] = task.ident
        ready.append(one)
    put = items.put(dataset_id, ready, batch_id=None, by=by)
    for clash in put.clashes:
        report.note("item", clash.key, "another item has this key here", f"task {ident_of[clash.key]}")
    return {ident_of[key]: item_id for key, item_id in put.ids.items()}


def _part(part: ForeignPart, export: Gathered, report: Report, where: str) -> Any | None:
    if part.text is not None:
        if "\0" in part.text or not part.text.strip():
            report.note("item", "text", "is empty, or holds a NUL character", where)
            return None
        return derived.text_part(part.text, role=part.role)
    file = export.file_of(part.path)
    if file is None:
        report.note(
            "file", part.path, "is not in the dataset and did not come along: its answers stay behind", where
        )
        return None
    if file.kind != part.kind:
        report.note("file", part.path, f"is not of the kind that is shown ({part.kind})", where)
        return None
    return derived.file_part(file.sha256, role=part.role)


def _met(task: ForeignTask, item_id: int, shown: Sequence[ShownPart], report: Report) -> MetItem | None:
    """The task's parts as they are here: the nth picture there is the nth picture here."""
    facts: dict[str, ShownFacts] = {}
    count: dict[str, int] = {}
    for part in task.parts:
        same = [one for one in shown if one.kind == part.kind]
        nth = count.get(part.kind, 0)
        count[part.kind] = nth + 1
        if nth >= len(same):
            report.note("item", part.role, "the item that is here lacks this part", f"task {task.ident}")
            return None
        one = same[nth]
        if part.text is not None and one.text != part.text:
            report.note("item", task.key, "another text has this key here", f"task {task.ident}")
            return None
        facts[part.role] = ShownFacts(one.role, one.width, one.height, one.duration_ms, one.text)
    parts = {
        one.role: {
            "width": one.width,
            "height": one.height,
            "duration_ms": one.duration_ms,
            "characters": None if one.text is None else len(one.text),
        }
        for one in shown
    }
    return MetItem(task, item_id, facts, parts)


def chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk
