"""The single sampling plans of ISO 2859-1 (normal inspection), by batch size, inspection level and acceptable quality.

A batch's size and the level give a code letter, the letter a sample size. Down the table the sample grows as the series
of preferred numbers does, to the right the acceptable quality does too: plans on one diagonal share their acceptance
number. Where the table holds an arrow, the next plan up or down that column is taken, with its sample size.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from consistency.core.acceptance.plan import Plan

LEVELS: Final = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
LETTERS: Final = "ABCDEFGHJKLMNPQR"
SIZES: Final = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
# In percent of wrong items.
QUALITIES: Final = (
    0.010,
    0.015,
    0.025,
    0.040,
    0.065,
    0.10,
    0.15,
    0.25,
    0.40,
    0.65,
    1.0,
    1.5,
    2.5,
    4.0,
    6.5,
    10.0,
)

_UP_TO = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
# A row for each batch size, a letter for each level.
_CODES = (
    "AAAAAAB",
    "AAAAABC",
    "AABBBCD",
    "ABBCCDE",
    "BBCCCEF",
    "BBCDDFG",
    "BCDEEGH",
    "BCDEFHJ",
    "CCEFGJK",
    "CDEGHKL",
    "CDFGJLM",
    "CDFHKMN",
    "DEGJLNP",
    "DEGJMPQ",
    "DEHKNQR",
)
_NONE_TOLERATED = 14
# By the diagonal: 15 holds arrows up to the diagonal before it, 16 arrows down to the one after it; where an arrow would
# lead out of the table, it points the other way.
_TOLERATED = {14: 0, 17: 1, 18: 2, 19: 3, 20: 5, 21: 7, 22: 10, 23: 14, 24: 21}
_ARROWS = {15: (14, 17), 16: (17, 14)}


def code_letter(batch: int, level: str = "II") -> str:
    """The letter of a batch of so many items.

    >>> code_letter(1000), code_letter(20, "S-4")
    ('J', 'B')
    """
    if batch < 2:
        raise ValueError("batch: at least two items are needed")
    if level not in LEVELS:
        raise ValueError(f"level: {level!r} is none of {', '.join(LEVELS)}")
    return _CODES[bisect_left(_UP_TO, batch)][LEVELS.index(level)]


def plan_of_letter(letter: str, quality: float) -> Plan:
    """The table's plan for a code letter, arrows followed, however large the batch is.

    >>> plan_of_letter("J", 2.5), plan_of_letter("D", 2.5)
    (Plan(size=80, tolerated=5), Plan(size=5, tolerated=0))
    """
    if quality not in QUALITIES:
        raise ValueError(f"quality: {quality:g} is none of {', '.join(f'{one:g}' for one in QUALITIES)}")
    column = QUALITIES.index(quality)
    diagonal = LETTERS.index(letter) + column
    diagonal = min(max(diagonal, _NONE_TOLERATED), max(_TOLERATED))
    if diagonal in _ARROWS:
        first, other = _ARROWS[diagonal]
        diagonal = first if 0 <= first - column < len(SIZES) else other
    return Plan(SIZES[diagonal - column], _TOLERATED[diagonal])


def iso_plan(batch: int, quality: float, level: str = "II") -> Plan:
    """The plan for a batch, an acceptable quality in percent of wrong items, and a level; never more than there is.

    >>> iso_plan(1000, 2.5)
    Plan(size=80, tolerated=5)
    """
    plan = plan_of_letter(code_letter(batch, level), quality)
    return Plan(min(plan.size, batch), plan.tolerated)
