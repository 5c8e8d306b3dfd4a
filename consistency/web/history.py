"""How a question's headline moved from one kept report to the next, as a plot in percent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consistency.models import Report
from consistency.selectors.reports import last_measured

SHOWN = 10


@dataclass(frozen=True)
class Point:
    """One report: where it stands on the plot, and what it says."""

    x: float
    y: float
    y_low: float | None
    y_high: float | None
    value: float
    low: float | None
    high: float | None
    when: datetime
    guideline: str
    is_new_guideline: bool

    @property
    def at(self) -> dict[str, str]:
        return {
            "x": f"{self.x:.2f}%",
            "y": f"{self.y:.2f}%",
            "low": f"{self.y_low:.2f}%" if self.y_low is not None else "",
            "high": f"{self.y_high:.2f}%" if self.y_high is not None else "",
        }


@dataclass(frozen=True)
class Tick:
    y: str
    label: str


@dataclass(frozen=True)
class History:
    points: tuple[Point, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    ticks: tuple[Tick, ...]

    @property
    def last(self) -> Point:
        return self.points[-1]


def history_of(question_id: int) -> History | None:
    """The last reports of a question with a defined headline, oldest first; None when there are none."""
    measured = last_measured(question_id, SHOWN)
    read = [(report, found) for report in measured if (found := _headline(report.figures))]
    if not read:
        return None
    ends = [
        end for _, found in read for end in (found["low"], found["high"], found["value"]) if end is not None
    ]
    floor = min(0.0, min(ends) // 0.2 * 0.2) if min(ends) < 0 else max(0.0, (min(ends) - 0.05) // 0.2 * 0.2)
    points = tuple(_points(read, floor))
    return History(
        points=points,
        lines=tuple(_runs(points, lambda run: " ".join(f"{p.x:.2f},{p.y:.2f}" for p in run))),
        bands=tuple(_runs([p for p in points if p.y_low is not None], _band)),
        ticks=tuple(_ticks(floor)),
    )


def _headline(figures: dict[str, Any]) -> dict[str, Any] | None:
    """The same choice as on the page: alpha, else the presence of the commonest class."""
    stored = figures.get("figures") or []
    if stored and stored[0]["name"] == "alpha":
        found = stored[0]
    else:
        classes = figures.get("classes") or []
        if not classes:
            return None
        found = max(classes, key=lambda one: one["votes"])["alpha"]
    return found if found["value"] is not None else None


def _points(read: list[tuple[Report, dict[str, Any]]], floor: float) -> Iterable[Point]:
    last = max(1, len(read) - 1)
    before = ""
    for at, (report, found) in enumerate(read):
        guideline = str(report.guideline_version)
        yield Point(
            x=100 * at / last if len(read) > 1 else 50.0,
            y=_height(found["value"], floor),
            y_low=_height(found["low"], floor) if found["low"] is not None else None,
            y_high=_height(found["high"], floor) if found["high"] is not None else None,
            value=found["value"],
            low=found["low"],
            high=found["high"],
            when=report.measured_at,
            guideline=guideline,
            is_new_guideline=guideline != before,
        )
        before = guideline


def _height(value: float, floor: float) -> float:
    return 100 * (1 - (value - floor) / (1 - floor))


def _runs(points: Sequence[Point], drawn: Callable[[list[Point]], str]) -> Iterable[str]:
    """A line or band for each stretch under one guideline; it breaks where the guideline changed."""
    run: list[Point] = []
    for point in points:
        if run and point.guideline != run[-1].guideline:
            if len(run) > 1:
                yield drawn(run)
            run = []
        run.append(point)
    if len(run) > 1:
        yield drawn(run)


def _band(run: list[Point]) -> str:
    upper = [f"{p.x:.2f},{p.y_high:.2f}" for p in run]
    lower = [f"{p.x:.2f},{p.y_low:.2f}" for p in reversed(run)]
    return " ".join(upper + lower)


def _ticks(floor: float) -> Iterable[Tick]:
    value = floor
    while value <= 1.0001:
        yield Tick(f"{_height(value, floor):.1f}%", f"{value:.1f}")
        value += 0.2
