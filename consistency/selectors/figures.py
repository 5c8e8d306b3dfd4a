"""Figures as pages and the API show them: a number, its interval, what it counts, and the way to its items."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import cast

from consistency.core.estimate import Estimate
from metadata.kernel.json_guard import Json


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `filter` holds the item browser's parameters that lead to the items behind it."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    formula: str = ""
    n_items: int = 0
    n_answers: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    facet: str = ""
    about: tuple[int, ...] = ()
    filter: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        return plain(self)


def figure_of(
    name: str,
    estimate: Estimate,
    *,
    formula: str,
    facet: str = "",
    about: tuple[int, ...] = (),
    filter: Mapping[str, str],  # noqa: A002 - what the figure's field is called
) -> Figure:
    """A coefficient of the engine as a figure; what is undefined is None, with its reason."""
    return Figure(
        name=name,
        value=defined(estimate.value),
        low=defined(estimate.low),
        high=defined(estimate.high),
        reason=estimate.reason,
        formula=formula,
        n_items=estimate.n_items,
        n_answers=estimate.n_answers,
        left_out=estimate.left_out,
        facet=facet,
        about=about,
        filter=filter,
    )


def plain(measured: object) -> dict[str, Json]:
    """A dataclass of figures, whatever it holds, field by field as JSON."""
    return {one.name: _plain(getattr(measured, one.name)) for one in fields(measured)}  # type: ignore[arg-type]


def _plain(value: object) -> Json:
    if is_dataclass(value):
        return plain(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return cast(Json, value)


def defined(value: float) -> float | None:
    """JSON has no NaN."""
    return float(value) if math.isfinite(value) else None
