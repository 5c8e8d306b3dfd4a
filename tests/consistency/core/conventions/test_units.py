"""What is said by a piece of text, apart from how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency.core.conventions.network import network, one_word
from consistency.core.conventions.numbers import number_in_words, ordinal_of
from consistency.core.conventions.units import units


def keys(text: str) -> list[str]:
    return [unit.key for unit in units(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("twenty-five cats", "25 cats"),
        ("twenty five", "25"),
        ("two hundred and six", "206"),
        ("one thousand two hundred", "1,200"),
        ("nineteen ninety nine", "1999"),
        ("the twenty first", "the 21st"),
        ("five dollars", "$5"),
        ("twenty percent", "20%"),
        ("do not", "don't"),
        ("do not", "dont"),
        ("I am going to", "I'm gonna"),
        ("can not", "cannot"),
        ("colour centre travelled organise dialogue", "color center traveled organize dialog"),
        ("e-mail", "email"),
        ("Um... well", "uh, well"),
        ("Okay.", "ok"),
        ("Mr. Smith", "mister Smith"),
        ("3 pm", "3pm"),
        ("3 p.m.", "3 pm"),
        ("the street , watch", "the street, watch"),
    ],
)
def test_two_ways_of_writing_say_the_same(one: str, other: str) -> None:
    assert keys(one) == keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("filled", "filed"),
        ("two six", "26"),
        ("four hour", "for our"),
        ("one two", "12"),
        ("it is", "its"),
        ("can", "can't"),
        ("walk", "walks"),
    ],
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert keys(one) != keys(other)


def test_marks_belong_to_their_words() -> None:
    said = units("“Um ... no,” she said .")
    assert [(unit.bare, unit.mark, unit.apart) for unit in said] == [
        ("Um", "...", True),
        ("no", ",”", False),
        ("she", "", False),
        ("said", ".", True),
    ]
    assert said[0].starts
    assert said[-1].ends
    assert not said[1].starts


@given(st.text())
def test_any_text_is_taken_apart_without_losing_a_letter(text: str) -> None:
    found = units(text)
    assert all(unit.key for unit in found)
    letters = "".join("".join(unit.written.split()) for unit in found)
    if any(one.isalnum() for one in text):
        assert letters == "".join(text.replace("’", "'").split())


@given(st.integers(0, 99))
def test_every_number_below_a_hundred_is_read_in_words(number: int) -> None:
    from consistency.core.conventions.numbers import ONES, TENS

    ones = {value: name for name, value in ONES.items()}
    tens = {value: name for name, value in TENS.items()}
    words = (
        [ones[number]]
        if number < 20
        else [tens[number // 10 * 10], *([ones[number % 10]] if number % 10 else [])]
    )
    assert number_in_words(words) == (len(words), str(number))
    assert ordinal_of(number).startswith(str(number))


def test_spellings_are_told_from_other_words() -> None:
    assert one_word("accommodate", "accomodate")
    assert one_word("definitely", "definately")
    assert not one_word("come", "came")
    assert not one_word("walked", "walks")
    assert not one_word("weather", "leather")


def test_what_one_writes_as_two_words_is_one_place() -> None:
    places = network(
        [(0, units("the web site is along the way")), (1, units("the website is along the way"))]
    )
    assert len(places) == 6
    assert all(len(place.units) == 2 for place in places)


def test_neighbors_that_only_look_like_a_word_are_left_alone() -> None:
    said = "a long way along the road"
    places = network([(0, units(said)), (1, units(said))])
    assert [sorted(unit.written for unit in place.units.values()) for place in places] == [
        [word, word] for word in said.split()
    ]
