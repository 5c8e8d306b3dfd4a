"""The files of another tool's export: which of them says what, and which file a task means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final, TypeAlias
from urllib.parse import unquote

import msgspec
from django.core.files.base import File

from labeling.interchange.cvat_xml import read_cvat
from labeling.interchange.foreign import ForeignProject, Report
from labeling.interchange.label_studio.project import read_label_studio
from labeling.interchange.lines import UnreadableFile
from metadata.intake.archive import Entry
from metadata.kernel.errors import DomainError
from metadata.services import assets, media

NamedFile: TypeAlias = "tuple[str, Callable[[], IO[bytes] | File[bytes]]]"

LARGEST_EXPORT: Final = 256 * 2**20
MOST_SHOWN: Final = 60
UPLOAD_MARK: Final = re.compile(r"^[0-9a-f]{8}-(?=.)")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that came along and can be an item's part."""

    sha256: str
    kind: str


@dataclass(slots=True)
class Gathered:
    """An export, sorted: what it says, and the pictures and sounds that came with it, by their path."""

    project: ForeignProject
    files: Mapping[str, StoredFile]
    by_name: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in self.files:
            self.by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def file_of(self, path: str) -> StoredFile | None:
        """The one file that a task's path means: by its name, and by the folders before it if several have it."""
        for candidate in spellings(path):
            found = self.by_name.get(candidate.rpartition("/")[2], ())
            if len(found) == 1:
                return self.files[found[0]]
            near = [one for one in found if one == candidate or one.endswith(f"/{candidate}")]
            if len(near) == 1:
                return self.files[near[0]]
        return None


def spellings(path: str) -> list[str]:
    """How a file may be called: as it is, with its escapes read, and without the mark an upload put before its name.

    >>> spellings("1/5f3a9c1b-a%20cat.jpg")
    ['1/5f3a9c1b-a%20cat.jpg', '1/5f3a9c1b-a cat.jpg', '1/a%20cat.jpg', '1/a cat.jpg']
    """
    found: dict[str, None] = {}
    folder, slash, name = path.rpartition("/")
    for one in (path, unquote(path)):
        found[one] = None
    unmarked = f"{folder}{slash}{UPLOAD_MARK.sub('', name)}"
    for one in (unmarked, unquote(unmarked)):
        found[one] = None
    return list(found)


@dataclass(slots=True)
class _Sorted:
    tasks: tuple[str, bytes] | None = None
    config: tuple[str, bytes] | None = None
    cvat: tuple[str, bytes] | None = None
    files: dict[str, StoredFile] = field(default_factory=dict)


def gathered(
    files: Sequence[NamedFile], report: Report, *, progress: Callable[[int], None] | None = None
) -> Gathered:
    """Reads every file, and every file in a zip: exports and configs by their content, all others are stored."""
    found = _Sorted()
    for count, entry in enumerate(media.unpacked(files), start=1):
        if not isinstance(entry, Entry):
            report.note("file", "", entry.reason, f"file {entry.line}")
            continue
        _sort_in(found, entry.path, entry.data, report)
        if progress is not None:
            progress(count)
    if found.cvat is not None and found.tasks is None:
        name, data = found.cvat
        return Gathered(read_cvat(data, report, file=name), found.files)
    if found.tasks is None:
        why = (
            "the export itself is missing: add the JSON export beside the labeling config"
            if found.config
            else "holds no Label Studio export (JSON and the labeling config) and no CVAT export (XML for images)"
        )
        raise UnreadableFile("There is no export in these files.", fields={"files": why})
    if found.cvat is not None:
        raise UnreadableFile(fields={"files": "hold exports of two tools: bring one at a time"})
    if found.config is None:
        raise UnreadableFile(
            "The labeling config is missing.",
            fields={"files": "add it as config.xml: Settings, Labeling Interface, Code in Label Studio"},
        )
    (tasks_file, tasks), (config_file, config) = found.tasks, found.config
    project = read_label_studio(tasks, config, report, tasks_file=tasks_file, config_file=config_file)
    return Gathered(project, found.files)


def _sort_in(found: _Sorted, path: str, data: bytes, report: Report) -> None:
    ending = path.rpartition(".")[2].lower()
    if ending in ("json", "xml", "txt") and len(data) > LARGEST_EXPORT:
        raise UnreadableFile(fields={path[-MOST_SHOWN:]: f"is larger than {LARGEST_EXPORT} bytes"})
    head = data[:4_096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if ending == "json":
        if head.startswith(b"["):
            found.tasks = _only(found.tasks, path, data)
        elif config := _config_in(data):
            found.config = _only(found.config, path, config)
        else:
            report.note("file", path, "is neither a list of tasks nor a project with a labeling config")
    elif ending in ("xml", "txt") and b"<annotations" in head:
        found.cvat = _only(found.cvat, path, data)
    elif ending in ("xml", "txt") and b"<View" in head:
        found.config = _only(found.config, path, data)
    elif ending == "xml":
        # whatever else it is, reading it says why it cannot be used
        read_cvat(data, report, file=path[-MOST_SHOWN:])
    else:
        try:
            asset = assets.store(data)
        except DomainError as error:
            report.note("file", path, next(iter(error.fields.values()), error.message))
            return
        found.files[path] = StoredFile(asset.sha256, asset.media_type.partition("/")[0])


def _only(before: tuple[str, bytes] | None, path: str, data: bytes) -> tuple[str, bytes]:
    name = path[-MOST_SHOWN:]
    if before is not None:
        raise UnreadableFile(
            fields={name: f"says the same kind of thing as {before[0]}: bring one export at a time"}
        )
    return name, data


def _config_in(data: bytes) -> bytes | None:
    """The labeling config in what Label Studio's API answers for a project."""
    try:
        read: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    config = read.get("label_config") if isinstance(read, dict) else None
    return config.encode() if isinstance(config, str) else None
