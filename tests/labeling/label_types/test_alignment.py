from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.label_types.alignment import Reading, alignment, edit_distance, rover, same_tokens

letters = st.text("abc", max_size=7)


def plain_distance(a: str, b: str) -> int:
    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        return min(
            between(i - 1, j) + 1, between(i, j - 1) + 1, between(i - 1, j - 1) + (a[i - 1] != b[j - 1])
        )

    return between(len(a), len(b))


@given(letters, letters)
def test_the_fast_table_gives_the_distance_of_the_definition(a: str, b: str) -> None:
    assert edit_distance(a, b) == plain_distance(a, b)


@given(letters, letters)
def test_an_alignment_uses_every_token_in_order_at_the_cost_of_the_distance(a: str, b: str) -> None:
    steps = alignment(same_tokens(a, b))
    assert [row for row, _ in steps if row is not None] == list(range(len(a)))
    assert [column for _, column in steps if column is not None] == list(range(len(b)))
    cost = sum(row is None or column is None or a[row] != b[column] for row, column in steps)
    assert cost == edit_distance(a, b)


@pytest.mark.parametrize(
    ("a", "b", "edits"), [("kitten", "sitting", 3), ("saturday", "sunday", 3), ("", "ab", 2)]
)
def test_distances_of_the_textbooks(a: str, b: str, edits: int) -> None:
    assert edit_distance(a, b) == edits


def test_long_sequences_do_not_overflow() -> None:
    assert edit_distance("a" * 9_000, "b" * 10) == 9_000


def test_a_place_opened_late_holds_nothing_from_those_before() -> None:
    said = [Reading(text.split(), text.split()) for text in ("a c", "a c", "a b c")]
    assert [(slot.token, round(slot.share, 3)) for slot in rover(said)] == [
        ("a", 1.0),
        ("", 0.667),
        ("c", 1.0),
    ]


def test_a_heavier_reading_wins() -> None:
    said = [Reading(["a"], ["a"]), Reading(["b"], ["b"], 1.5)]
    assert rover(said)[0].token == "b"


def test_no_readings_say_nothing() -> None:
    assert rover([]) == []
