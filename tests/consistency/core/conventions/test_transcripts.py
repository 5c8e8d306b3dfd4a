"""Planted styles are found, slips are not; what was heard differently is no convention."""

import numpy as np
import pytest

from consistency.core.conventions.numbers import ONES, TENS
from consistency.core.conventions.style import style
from consistency.core.conventions.transcripts import Rule, transcript_conventions

WORDS = ["the", "weather", "is", "nice", "today", "we", "should", "meet", "at", "noon", "near", "old", "station", "because", "train", "leaves", "soon", "and", "people", "like", "walking", "along", "river", "under", "trees", "while", "music", "plays", "softly"]  # fmt: skip
STYLES = {
    "hesitation": ("um,", "um..."),
    "color": ("color", "colour"),
    "short": ("don't", "do not"),
    "end": (".", ""),
    "capital": ("capital", "small"),
    "number": ("digits", "words"),
    "filler": ("written", "left out"),
    "okay": ("okay", "ok"),
}
FOUND_AS = {
    "hesitation": ("punctuation", "after a hesitation"),
    "color": ("spelling", "British or American"),
    "short": ("short form", "short forms"),
    "end": ("punctuation", "at the end"),
    "capital": ("case", "first word of a sentence"),
    "number": ("numbers", "numbers"),
    "filler": ("filler", "hesitations"),
    "okay": ("spelling", "“ok”"),
}
IN_WORDS = {value: name for name, value in {**ONES, **TENS}.items()}
Answers = list[tuple[int, list[tuple[int, str]]]]


def recorded(rng: np.random.Generator) -> list[str]:
    said = [str(word) for word in rng.choice(WORDS, int(rng.integers(8, 14)))]
    for name in ("hesitation", "color", "short", "number", "okay"):
        if rng.random() < 0.5:
            said.insert(int(rng.integers(1, len(said))), f"@{name}")
    return said


def written(rng: np.random.Generator, said: list[str], style_of: dict[str, int]) -> str:
    """``style_of`` gives 0 or 1 for a style; 5% of the time the other one slips in, and 3% of the words are misheard."""

    def pick(name: str) -> str:
        chosen = style_of.get(name, 0)
        slipped = name in style_of and rng.random() < 0.05
        return STYLES[name][1 - chosen if slipped else chosen]

    text = []
    for word in said:
        if word == "@hesitation" and pick("filler") == "left out":
            continue
        if word == "@number":
            digit = int(rng.integers(0, 1)) + 7
            word = str(digit) if pick("number") == "digits" else IN_WORDS[digit]  # noqa: PLW2901
        elif word.startswith("@"):
            word = pick(word[1:])  # noqa: PLW2901
        text.append(str(rng.choice(WORDS)) if rng.random() < 0.03 else word)
    sentence = " ".join(text)
    first = sentence[0].upper() if pick("capital") == "capital" else sentence[0]
    return first + sentence[1:] + pick("end")


def team(seed: int, personal: str, items: int = 40) -> Answers:
    """Four labelers, three an item; one style is personal, the others fall by chance."""
    rng = np.random.default_rng(seed)
    answers: Answers = []
    for item in range(items):
        said = recorded(rng)
        people = sorted(rng.choice(4, 3, replace=False).tolist())
        texts = []
        for who in people:
            by_chance = {name: int(rng.integers(2)) for name in STYLES if name != "filler"}
            style_of = by_chance | ({personal: who % 2} if personal else {})
            texts.append((who, written(rng, said, style_of)))
        answers.append((item, texts))
    return answers


def found(answers: Answers) -> list[Rule]:
    return [rule for rule in transcript_conventions(answers).rules if rule.found]


@pytest.mark.parametrize("personal", STYLES)
def test_a_planted_convention_is_found_among_styles_that_fall_by_chance(personal: str) -> None:
    hits = false = 0
    for seed in range(20):
        names = {(rule.kind, rule.about) for rule in found(team(seed, personal))}
        hits += FOUND_AS[personal] in names
        false += bool(names - {FOUND_AS[personal]})
    assert hits >= 18
    assert false <= 2


def test_styles_that_fall_by_chance_are_no_conventions() -> None:
    assert sum(bool(found(team(100 + seed, ""))) for seed in range(40)) <= 2


def test_a_rule_tells_its_forms_by_labeler_and_how_it_is_written() -> None:
    answers = [
        (item, [(3, f"Um, row {item}"), (5, f"Um... row {item}"), (8, f"Um... row {item}")])
        for item in range(20)
    ]
    (rule,) = found(answers)
    assert (rule.forms, rule.instead) == (("...", ","), ("Um...", "Um,"))
    assert rule.labelers == (3, 5, 8)
    assert rule.used.tolist() == [[0, 20], [20, 0], [20, 0]]
    assert (rule.places, rule.items) == (20, 20)
    assert rule.follows == pytest.approx(1)
    assert rule.ceiling == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert rule.examples[0] == (0, {3: "Um,", 5: "Um...", 8: "Um..."})


def test_what_was_heard_differently_is_no_rule() -> None:
    answers: Answers = [(item, [(0, "the cat sat down"), (1, "the dog sat")]) for item in range(30)]
    result = transcript_conventions(answers)
    assert result.rules == ()
    assert (result.other_words, result.missed_words) == (30, 30)


def test_texts_alike_and_texts_alone_say_nothing() -> None:
    result = transcript_conventions([(0, [(0, "a b"), (1, "a b")]), (1, [(0, "c")]), (2, [])])
    assert (result.rules, result.compared_items) == ((), 1)


def test_too_few_places_say_so() -> None:
    result = transcript_conventions([(item, [(0, "Yes."), (1, "Yes")]) for item in range(3)])
    assert [rule.reason for rule in result.rules] == ["3 places, 5 needed"]
    assert not result.rules[0].found


def test_forms_that_fall_by_chance_follow_nobody() -> None:
    rng = np.random.default_rng(0)
    p = [
        style(np.repeat(np.arange(30), 3), np.tile(np.arange(3), 30), rng.integers(0, 2, 90)).p
        for _ in range(300)
    ]
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.09
    assert 0.4 < np.mean(p) < 0.6


def test_a_form_nobody_departs_from_is_not_judged() -> None:
    one = style(np.array([0, 0]), np.array([0, 1]), np.array([0, 0]))
    assert np.isnan(one.follows)
    assert one.p == 1.0
