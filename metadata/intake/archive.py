"""The files in a zip, one at a time; what such an archive can do to a reader is refused by name."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from metadata.intake.lines import BadLine, UnreadableUpload

MOST_ENTRIES: Final = 100_000
LARGEST_TOTAL: Final = 64 * 2**30
LARGEST_ENTRY: Final = 256 * 2**20
STEEPEST_RATIO: Final = 200
SMALL: Final = 1 << 20  # a few bytes may pack steeply without harm


@dataclass(frozen=True)
class Entry:
    """A file of the archive under its path; `number` counts entries from 1."""

    number: int
    path: str
    data: bytes


def entries(file: IO[bytes], *, after: int = 0) -> Iterator[Entry | BadLine]:
    """Every file after the given number, in the archive's order. Hidden files and folders are passed over."""
    try:
        archive = zipfile.ZipFile(file)
        listed = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        raise UnreadableUpload(
            "The archive is damaged or no zip.", fields={"file": "cannot be read"}
        ) from None
    if len(listed) > MOST_ENTRIES:
        raise UnreadableUpload(fields={"file": f"has more than {MOST_ENTRIES} entries"})
    if sum(entry.file_size for entry in listed) > LARGEST_TOTAL:
        raise UnreadableUpload(fields={"file": f"unpacks to more than {LARGEST_TOTAL} bytes"})
    with archive:
        for number, entry in enumerate(listed, start=1):
            if number <= after or entry.is_dir() or is_hidden(entry.filename):
                continue
            yield _read(archive, number, entry)


def files_in(folder: Path) -> Iterator[Entry | BadLine]:
    """Every file of a folder under its path within it, in the order of the paths; links are listed, not followed."""
    found = sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    for number, path in enumerate(found, start=1):
        name = path.relative_to(folder).as_posix()
        if is_hidden(name):
            continue
        if path.is_symlink():
            yield BadLine(number, "path", "unsafe_path", f"{name}: is a link")
        elif path.stat().st_size > LARGEST_ENTRY:
            yield BadLine(number, "file", "too_large", f"{name}: larger than {LARGEST_ENTRY} bytes")
        else:
            yield Entry(number, name, path.read_bytes())


def is_hidden(path: str) -> bool:
    """Whether a path is what systems leave behind: dot files, resource forks.

    >>> is_hidden("__MACOSX/a.png"), is_hidden("a/.DS_Store"), is_hidden("a/b.png")
    (True, True, False)
    """
    parts = PurePosixPath(path).parts
    return any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts) or (
        parts[-1:] == ("Thumbs.db",)
    )


def _read(archive: zipfile.ZipFile, number: int, entry: zipfile.ZipInfo) -> Entry | BadLine:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in entry.filename:
        return BadLine(number, "path", "unsafe_path", "points out of the archive")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return BadLine(number, "path", "unsafe_path", "is a link")
    if entry.file_size > LARGEST_ENTRY:
        return BadLine(number, "file", "too_large", f"{path}: larger than {LARGEST_ENTRY} bytes")
    if entry.file_size > SMALL and entry.file_size > STEEPEST_RATIO * max(1, entry.compress_size):
        return BadLine(
            number, "file", "too_large", f"{path}: unpacks to more than {STEEPEST_RATIO} times its size"
        )
    try:
        with archive.open(entry) as unpacked:
            data = unpacked.read(LARGEST_ENTRY + 1)  # the size in the header may lie
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return BadLine(number, "file", "unreadable_file", f"{path}: damaged, or locked with a password")
    if len(data) > LARGEST_ENTRY:
        return BadLine(number, "file", "too_large", f"{path}: larger than {LARGEST_ENTRY} bytes")
    return Entry(number, str(path), data)
