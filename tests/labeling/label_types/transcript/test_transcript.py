"""Transcripts by example; what holds for every type is in test_contract.py."""

import pytest

from labeling.label_types.base import WHOLE, Ballot, Tie
from labeling.label_types.errors import InvalidValue
from labeling.label_types.transcript import LABEL_TYPE
from labeling.label_types.transcript.value import LONGEST, Transcript

EXACT = LABEL_TYPE.check_spec({})
FORGIVING = LABEL_TYPE.check_spec({"ignore_case": True, "ignore_punctuation": True})
UM_COMMA, UM_DOTS = Transcript("Um, the weather"), Transcript("um... the weather")


@pytest.mark.parametrize(
    "text", ["\x00", "a\ud800", "a\x07b", None, 3, ["a"], "a" * (LONGEST + 1), "a" * 4_001]
)
def test_what_cannot_be_kept_as_text_is_refused_by_field(text: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.parse({"text": text}, EXACT, {})
    assert list(refused.value.fields) == ["text"]


@pytest.mark.parametrize(
    ("setting", "value"), [("unit", "line"), ("ignore_case", 1), ("max", 0), ("min", 5_000)]
)
def test_a_wrong_setting_is_refused_by_its_name(setting: str, value: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.check_spec({setting: value})
    assert list(refused.value.fields) == [setting]


@pytest.mark.parametrize(
    ("convention", "where"),
    [
        ({"write": "", "not": ["x"]}, "conventions.0.write"),
        ({"write": "Um,", "not": []}, "conventions.0.not"),
        ({"write": "Um,", "not": ["Um,"]}, "conventions.0.not"),
        ({"write": "Um,", "not": ["x", 3]}, "conventions.0.not.1"),
        ({"write": "Um,"}, "conventions.0.not"),
        ("Um,", "conventions.0"),
    ],
)
def test_a_convention_that_says_nothing_is_refused_at_its_place(convention: object, where: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.check_spec({"conventions": [convention]})
    assert list(refused.value.fields) == [where]


def test_white_space_and_how_letters_are_composed_are_not_kept() -> None:
    assert LABEL_TYPE.parse({"text": " cafe\u0301 \n au  lait "}, EXACT, {}) == Transcript("café au lait")


def test_distance_is_edits_over_the_words_of_the_longer_text() -> None:
    a, b = Transcript("the weather is fine"), Transcript("the whether fine")
    assert LABEL_TYPE.distance(a, b, EXACT) == 0.5
    assert LABEL_TYPE.distance(a, Transcript(), EXACT) == 1.0
    assert LABEL_TYPE.distance(Transcript(), Transcript(), EXACT) == 0.0


def test_a_convention_is_told_from_another_word_and_from_a_missed_one() -> None:
    a, b = Transcript("So Um, the weather"), Transcript("um... the whether")
    kinds = [difference.kind for difference in LABEL_TYPE.differences(a, b, EXACT)]
    assert kinds == ["missed", "convention", "class"]


def test_what_the_question_ignores_is_no_difference() -> None:
    assert LABEL_TYPE.distance(UM_COMMA, UM_DOTS, EXACT) == pytest.approx(1 / 3)
    assert LABEL_TYPE.distance(UM_COMMA, UM_DOTS, FORGIVING) == 0.0
    assert LABEL_TYPE.differences(UM_COMMA, UM_DOTS, FORGIVING) == []


def test_without_words_characters_are_compared() -> None:
    by_character = LABEL_TYPE.check_spec({"unit": "character"})
    assert LABEL_TYPE.distance(Transcript("天気がいい"), Transcript("天気がよい"), by_character) == 0.2


def test_merging_votes_word_for_word() -> None:
    texts = ["the weather is fine", "the whether is fine", "weather is so fine"]
    merged = LABEL_TYPE.merge([Ballot(str(n), Transcript(text)) for n, text in enumerate(texts)], EXACT)
    assert merged.value == Transcript("the weather is fine")
    assert merged.support["word:1"] == pytest.approx(2 / 3)
    assert merged.support["word:2"] == 1.0
    assert merged.ties == ()


def test_the_most_usual_way_to_write_the_winning_word_is_kept() -> None:
    texts = ["Um, yes", "um... yes", "um... no"]
    merged = LABEL_TYPE.merge([Ballot(str(n), Transcript(text)) for n, text in enumerate(texts)], FORGIVING)
    assert merged.value == Transcript("um... yes")
    assert merged.support["word:0"] == 1.0


def test_two_people_who_heard_different_words_are_a_tie() -> None:
    merged = LABEL_TYPE.merge([Ballot("b", Transcript("whether")), Ballot("a", Transcript("weather"))], EXACT)
    assert (merged.value, merged.ties) == (Transcript("weather"), (Tie("word:0", (0, 1)),))
    assert merged.support[WHOLE] == 0.5
