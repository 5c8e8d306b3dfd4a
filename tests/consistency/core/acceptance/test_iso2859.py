"""The standard's tables, entry by entry where they turn a corner."""

from __future__ import annotations

import pytest

from consistency.core.acceptance.iso2859 import LETTERS, LEVELS, QUALITIES, SIZES, code_letter, iso_plan
from consistency.core.acceptance.plan import Plan


@pytest.mark.parametrize(
    ("batch", "level", "letter"),
    [
        (2, "II", "A"),
        (8, "III", "B"),
        (9, "II", "B"),
        (90, "II", "E"),
        (91, "II", "F"),
        (150, "I", "D"),
        (280, "II", "G"),
        (500, "II", "H"),
        (501, "S-3", "E"),
        (1200, "II", "J"),
        (1201, "II", "K"),
        (3200, "I", "H"),
        (10_000, "II", "L"),
        (35_000, "II", "M"),
        (150_000, "II", "N"),
        (500_000, "II", "P"),
        (500_001, "II", "Q"),
        (500_001, "III", "R"),
        (500_001, "S-1", "D"),
    ],
)
def test_code_letters_are_those_of_table_1(batch: int, level: str, letter: str) -> None:
    assert code_letter(batch, level) == letter


@pytest.mark.parametrize(
    ("batch", "quality", "size", "tolerated"),
    [
        (1_000, 0.15, 80, 0),
        (1_000, 0.25, 50, 0),  # an arrow up
        (1_000, 0.40, 125, 1),  # an arrow down
        (1_000, 0.65, 80, 1),
        (1_000, 1.0, 80, 2),
        (1_000, 1.5, 80, 3),
        (1_000, 2.5, 80, 5),
        (1_000, 4.0, 80, 7),
        (1_000, 6.5, 80, 10),
        (1_000, 10.0, 80, 14),
        (400, 1.0, 50, 1),
        (400, 2.5, 50, 3),
        (5_000, 1.0, 200, 5),
        (20_000, 1.0, 315, 7),
        (20_000, 6.5, 200, 21),  # an arrow up from where more than 21 would be tolerated
        (100, 0.65, 20, 0),
        (100, 0.010, 100, 0),  # an arrow down to more than there is: all are checked
    ],
)
def test_plans_are_those_of_table_2_a(batch: int, quality: float, size: int, tolerated: int) -> None:
    assert iso_plan(batch, quality) == Plan(size, tolerated)


def test_every_entry_is_a_plan_of_the_series() -> None:
    for level in LEVELS:
        for batch in (2, 20, 200, 2_000, 20_000, 200_000, 2_000_000):
            for quality in QUALITIES:
                plan = iso_plan(batch, quality, level)
                assert plan.size in SIZES or plan.size == batch
                assert 0 <= plan.tolerated <= 21
    assert len(LETTERS) == len(SIZES)


@pytest.mark.parametrize(
    ("batch", "quality", "level", "names"),
    [(1, 1.0, "II", "batch"), (100, 1.1, "II", "quality"), (100, 1.0, "IV", "level")],
)
def test_what_the_tables_lack_is_named(batch: int, quality: float, level: str, names: str) -> None:
    with pytest.raises(ValueError, match=names):
        iso_plan(batch, quality, level)
