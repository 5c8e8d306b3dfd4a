"""Label Studio's JSON export: tasks with the annotations of people and the predictions of models.

https://labelstud.io/guide/task_format: an annotation is a list of results; regions of an image are in percent of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from labeling.interchange.foreign import ForeignProject, Report
from labeling.interchange.label_studio.config import read_config
from labeling.interchange.label_studio.relations import related_in
from labeling.interchange.label_studio.results import Raw, passes, results_of, written
from labeling.interchange.label_studio.task import LabelStudioTask
from labeling.interchange.lines import UnreadableFile
from metadata.kernel.json_guard import InvalidJson, guard_json

TOOL: Final = "Label Studio"
LARGEST_TASK: Final = 16 * 2**20
MOST_TASKS: Final = 1_000_000


def read_label_studio(
    tasks: bytes, config: bytes, report: Report, *, tasks_file: str, config_file: str
) -> ForeignProject:
    """The project behind an export and its labeling config; UnreadableFile names the file and what is wrong in it."""
    raws = list(_raw_tasks(tasks, report, tasks_file))
    read = read_config(
        config,
        report,
        named=_named(raws),
        related=related_in(raw for _, raw in raws),
        file=config_file,
    )
    projects = {str(raw["project"]) for _, raw in raws if isinstance(raw.get("project"), int | str)}
    source = min(projects) if len(projects) == 1 else ""
    found = [LabelStudioTask(ident, raw, read) for ident, raw in raws]
    return ForeignProject(TOOL, source, "", read.questions, found)


def _raw_tasks(data: bytes, report: Report, file: str) -> Iterator[tuple[str, Raw]]:
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


def _named(raws: Sequence[tuple[str, Raw]]) -> dict[str, list[str]]:
    """The labels that results name, by control, in the order they are first met."""
    found: dict[str, dict[str, None]] = {}
    for _, raw in raws:
        for one in passes(raw):
            for result in results_of(one):
                own = found.setdefault(str(result.get("from_name")), {})
                value = result.get("value")
                listed = value.get(str(result.get("type"))) if isinstance(value, dict) else None
                if isinstance(listed, list):
                    own.update(
                        dict.fromkeys(written(entry) for entry in listed if isinstance(entry, str | list))
                    )
    return {name: [one for one in names if one] for name, names in found.items()}
