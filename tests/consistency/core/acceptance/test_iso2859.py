"""The standard's tables as they are printed, entry by entry.

Table 1 and these rows of table 2-A: read from the page images of IS 2500 (Part 1):2000, identical to ISO 2859-1:1999, and
for table 2-A a second time from those of MIL-STD-105E, whose table II-A is the same.
"""

from __future__ import annotations

import pytest

from consistency.core.acceptance.iso2859 import (
    LETTERS,
    LEVELS,
    QUALITIES,
    SIZES,
    code_letter,
    iso_plan,
    plan_of_letter,
)
from consistency.core.acceptance.plan import Plan, chance


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


TABLE_1 = """
2      A A A A A A B
9      A A A A A B C
16     A A B B B C D
26     A B B C C D E
51     B B C C C E F
91     B B C D D F G
151    B C D E E G H
281    B C D E F H J
501    C C E F G J K
1201   C D E G H K L
3201   C D F G J L M
10001  C D F H K M N
35001  D E G J L N P
150001 D E G J M P Q
500001 D E H K N Q R
"""


def test_table_1_is_the_printed_one_at_both_ends_of_every_row() -> None:
    rows = [line.split() for line in TABLE_1.split("\n") if line]
    starts = [int(row[0]) for row in rows]
    for start, end, row in zip(starts, [*(one - 1 for one in starts[1:]), 10_000_000], rows, strict=True):
        for level, letter in zip(LEVELS, row[1:], strict=True):
            assert code_letter(start, level) == code_letter(end, level) == letter, (start, level)


# v and ^: arrows to the first plan below and above in the column. Of B only where an arrow leads.
PRINTED = (0.65, 1.0, 1.5, 2.5, 4.0, 6.5)
TABLE_2_A = """
B 3    .  .  .  .  0  .
C 5    v  v  v  0  ^  v
D 8    v  v  0  ^  v  1
E 13   v  0  ^  v  1  2
F 20   0  ^  v  1  2  3
G 32   ^  v  1  2  3  5
H 50   v  1  2  3  5  7
J 80   1  2  3  5  7  10
K 125  2  3  5  7  10 14
L 200  3  5  7  10 14 21
M 315  5  7  10 14 21 ^
N 500  7  10 14 21 ^  ^
"""


def followed(rows: list[list[str]], at: int, column: int) -> Plan:
    """Where the arrows lead, with the sample size of the row that they end in."""
    while rows[at][2 + column] in "v^":
        at += 1 if rows[at][2 + column] == "v" else -1
    return Plan(int(rows[at][1]), int(rows[at][2 + column]))


def test_table_2_a_is_the_printed_one_with_its_arrows() -> None:
    rows = [line.split() for line in TABLE_2_A.split("\n") if line]
    for at, (letter, _size, *cells) in enumerate(rows):
        for column, (quality, cell) in enumerate(zip(PRINTED, cells, strict=True)):
            if cell != ".":
                assert plan_of_letter(letter, quality) == followed(rows, at, column), (letter, quality)


# D. Jenkins, R. Peck, A. Fernando, figure of 2023 (10.6084/m9.figshare.22583454): batches of 35,001 to 500,000.
@pytest.mark.parametrize(
    ("quality", "level", "size", "tolerated"),
    [
        (0.65, "S-4", 80, 1),
        (0.65, "S-3", 20, 0),
        (0.40, "S-4", 125, 1),
        (0.40, "S-3", 32, 0),
        (0.25, "S-4", 50, 0),
        (0.15, "S-4", 80, 0),
    ],
)
@pytest.mark.parametrize("batch", [35_001, 150_000, 150_001, 500_000])
def test_plans_of_the_left_columns_are_those_that_others_took_from_the_table(
    batch: int, quality: float, level: str, size: int, tolerated: int
) -> None:
    assert iso_plan(batch, quality, level) == Plan(size, tolerated)


def test_all_plans_that_tolerate_as_many_bear_about_the_same_risk_at_their_quality() -> None:
    """Exact binomial over all 256 cells. A cell off its diagonal has half or double the risk, and is found."""
    accepted: dict[int, list[float]] = {}
    for letter in LETTERS:
        for quality in QUALITIES:
            plan = plan_of_letter(letter, quality)
            accepted.setdefault(plan.tolerated, []).append(chance(plan, quality / 100))
    assert sum(map(len, accepted.values())) == 256
    assert sorted(accepted) == [0, 1, 2, 3, 5, 7, 10, 14, 21]
    for tolerated, chances in accepted.items():
        assert max(chances) - min(chances) < 0.016, tolerated
    lowest = [min(accepted[tolerated]) for tolerated in (0, 1, 2, 3, 5)]
    assert lowest == sorted(lowest)
    assert lowest[0] > 0.87
    assert max(accepted[0]) < 0.89
    assert lowest[1] > 0.90
    assert max(accepted[1]) < 0.92
    assert min(min(chances) for tolerated, chances in accepted.items() if tolerated > 1) > 0.95


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
