"""What a command prints: tables and small bars for people, one JSON object for scripts, progress beside both."""

import json
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import TextIO

import numpy as np

from consistency.core.estimate import Estimate

PATIENCE_S = 2.0
"""A command that answers sooner says nothing of its progress."""

BAR_CELLS = 24
WIDEST_NAME = 40
EIGHTHS = " ▏▎▍▌▋▊▉█"


class WrongUsage(Exception):
    """Options that do not go together: the command ends with 2."""


class Screen:
    """Where a command prints. People get what `say` and its kin write, scripts the one object given to `answer`."""

    def __init__(self, out: TextIO, err: TextIO, *, as_json: bool) -> None:
        self.out, self.err, self.as_json = out, err, as_json
        self._stage = self._reached = ""
        for stream in (out, err):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    def say(self, *lines: str) -> None:
        """Lines for people; nothing where JSON is asked for."""
        if not self.as_json:
            self.out.writelines(f"{line}\n" for line in lines)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        self.say(*table(header, rows))

    def answer(self, fields: Mapping[str, object]) -> None:
        """The JSON object, where it is asked for. A value that is an iterator is written as a list, row by row."""
        if not self.as_json:
            return
        opening = "{"
        for name, value in fields.items():
            self.out.write(f"{opening}{json.dumps(name)}: ")
            if isinstance(value, Iterator):
                self._list(value)
            else:
                self.out.write(json.dumps(plain(value), allow_nan=False))
            opening = ", "
        self.out.write("}\n")

    def _list(self, rows: Iterator[object]) -> None:
        opening = "["
        for row in rows:
            self.out.write(opening + json.dumps(plain(row), allow_nan=False))
            opening = ",\n"
        self.out.write("]" if opening != "[" else "[]")

    def complain(self, text: str) -> None:
        self.err.write(f"{printable(text)}\n")
        self.err.flush()

    def flush(self) -> None:
        self.out.flush()

    @contextmanager
    def stage(self, text: str) -> Iterator[None]:
        """What is being done, for those who wait."""
        before, self._stage = self._stage, text
        try:
            yield
        finally:
            self._stage, self._reached = before, ""

    def counting(self, unit: str) -> Callable[[int], None]:
        """Told how far the stage has come: "iteration 37"."""

        def reached(number: int) -> None:
            self._reached = f", {unit} {number:,}"

        return reached

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Tell every two seconds, beside the output, which stage is under way and how long it all has taken."""
        ended = threading.Event()
        begin = time.monotonic()

        def tell() -> None:
            while not ended.wait(PATIENCE_S):
                if self._stage:
                    self.err.write(
                        f"[{time.monotonic() - begin:6.1f}s] {printable(self._stage + self._reached)}\n"
                    )
                    self.err.flush()

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            ended.set()
            teller.join()


def plain(value: object) -> object:
    """A value as JSON holds it: arrays as lists, what is not a number as null.

    >>> plain({"a": np.array([1.5, np.nan]), "b": (1, "x")})
    {'a': [1.5, None], 'b': [1, 'x']}
    """
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value


def estimated(estimate: Estimate) -> dict[str, object]:
    """A figure in the documented shape: ``{"value", "se", "ci": [low, high], "reason"}``; what is missing is null."""
    return {
        "value": estimate.value,
        "se": estimate.se,
        "ci": [estimate.low, estimate.high],
        "reason": estimate.reason or None,
    }


def printable(text: str) -> str:
    """Names come from files: what could steer a terminal is written as an escape.

    >>> printable("caf\\u00e9\\x1b[2J")
    'café\\\\x1b[2J'
    """
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text
    )


def width(text: str) -> int:
    """Columns a terminal gives the text."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def cell(value: object, digits: int = 3) -> str:
    """A value as a table shows it; a dash where there is none."""
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.{digits}f}"
    if isinstance(value, int):
        return f"{value:,}"
    return _cut(printable(str(value)).replace("\n", "\\n"))


def _cut(text: str) -> str:
    """What fits a cell; a label can be a whole transcript, so it is gone through once."""
    taken, fits = 0, 0
    for at, c in enumerate(text):
        taken += width(c)
        if taken <= WIDEST_NAME - 1:
            fits = at + 1
        elif taken > WIDEST_NAME:
            return text[:fits] + "…"
    return text


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Columns wide enough for what stands in them, numbers to the right.

    >>> table(["label", "share"], [["cat", 0.5], ["日本", 1.0]])
    ['label  share', 'cat    0.500', '日本   1.000']
    """
    numeric = [
        all(isinstance(row[at], int | float) or row[at] is None for row in rows) and bool(rows)
        for at in range(len(header))
    ]
    lines = [list(header), *([cell(value) for value in row] for row in rows)]
    widths = [max(width(line[at]) for line in lines) for at in range(len(header))]
    return [
        "  ".join(_padded(*part) for part in zip(line, widths, numeric, strict=True)).rstrip()
        for line in lines
    ]


def _padded(text: str, size: int, to_the_right: bool) -> str:
    gap = " " * (size - width(text))
    return gap + text if to_the_right else text + gap


def bar(share: float, cells: int = BAR_CELLS) -> str:
    """A share from 0 to 1 as a bar of block characters.

    >>> bar(0.5, 4), bar(0.3, 4), bar(float("nan"), 4)
    ('██', '█▎', '')
    """
    if not isfinite(share):
        return ""
    eighths = round(min(1.0, max(0.0, share)) * cells * 8)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def interval(low: float, high: float) -> str:
    """An interval as text; a dash where it is withheld.

    >>> interval(0.25, 0.5), interval(float("nan"), float("nan"))
    ('0.250 to 0.500', '–')
    """
    return f"{low:.3f} to {high:.3f}" if isfinite(low) and isfinite(high) else "–"


def screen_width() -> int:
    return shutil.get_terminal_size((100, 24)).columns
