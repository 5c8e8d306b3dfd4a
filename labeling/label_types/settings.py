"""What a question of a type can be told, so that a form can ask for it. `check_spec` has the last word on every value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

SettingKind: TypeAlias = Literal[
    "classes",
    "flag",
    "whole",
    "number",
    "option",
    "conventions",
    "names",
    "points",
    "chains",
    "fields",
    "relations",
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what stands for it where nothing was said, its bounds, and the options to pick from."""

    name: str
    kind: SettingKind
    default: bool | float | str | None = None
    least: float | None = None
    most: float | None = None
    options: tuple[str, ...] = ()


CLASSES = Setting("classes", "classes")
