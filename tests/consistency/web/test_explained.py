"""What the page says about a cause."""

from dataclasses import replace

import pytest

from consistency.selectors.causes import (
    Causes,
    FieldCause,
    LeaningCause,
    LeaningFigure,
    LineFigure,
    SplitCause,
    SplitFigure,
)
from consistency.web.explained import Explained, Names, explained

NAMES = Names({1: "scratch", 2: "stain"}, {7: "Ada", 8: "Ben"}, {7: "A", 8: "B"})
LINES = (LineFigure(7, 0.986, 0.9, 1.2, 48), LineFigure(8, None, None, None, 48))
FIELD = FieldCause("mm", "1", 0, 1, LINES, 2.03, 0.0, 10.5, 0.95, 62, 1e-9, {"facet": "1"})
LEANING = LeaningCause(1, 2, 20, (LeaningFigure(7, 0.1, 20), LeaningFigure(8, 0.9, 20)), 1e-6, {})
SPLIT = SplitCause(1, 4, 14, (SplitFigure(7, 0, 6), SplitFigure(8, 7, 1)), (31,))


def only(causes: Causes) -> Explained:
    (found,) = explained(causes, NAMES, {})
    return found


def test_a_line_is_said_to_a_hundredth_of_what_the_field_spans() -> None:
    found = only(Causes(thresholds=(FIELD,)))
    assert "“scratch” depends on mm" in found.claim
    assert "95% of the 62 pairs" in found.evidence
    assert [row.words for row in found.people] == ["from 1.0", "no line in sight"]
    assert found.people[0].strip is not None
    assert found.people[0].strip.value == pytest.approx(0.986 / 10.5)
    assert "The middle of these lines is 2.0." in found.advice


def test_a_class_seen_below_a_line_is_said_so() -> None:
    found = only(Causes(thresholds=(replace(FIELD, below=1, above=0),)))
    assert found.people[0].words == "up to 1.0"
    assert "up to which mm" in found.advice


def test_between_two_classes_the_line_has_both_names() -> None:
    found = only(Causes(thresholds=(replace(FIELD, facet="", below=2, above=1),)))
    assert found.claim.startswith("“stain” turns into “scratch” as mm grows")


def test_a_leaning_names_both_classes_and_everybodys_share() -> None:
    found = only(Causes(leanings=(LEANING,)))
    assert "some say “scratch” and others “stain”" in found.claim
    assert [row.words for row in found.people] == ["10% stain, of 20", "90% stain, of 20"]


def test_one_or_several_says_who_does_what_and_shows_an_item() -> None:
    found = only(Causes(splits=(SPLIT,)))
    assert [(row.name, row.words) for row in found.people] == [
        ("Ben", "one, 7 of 8 times"),
        ("Ada", "several, 6 of 6 times"),
    ]
    assert [one.item_id for one in found.examples] == [31]


def test_the_best_of_each_kind_comes_before_any_second() -> None:
    weaker = replace(FIELD, field="light")
    found = explained(Causes((FIELD, weaker), (LEANING,), (SPLIT,)), NAMES, {})
    assert [one.claim.split()[0] for one in found] == ["Whether", "On", "Some", "Whether"]


def test_of_many_labelers_those_furthest_apart_are_shown() -> None:
    many = tuple(LeaningFigure(at, at / 20, 20) for at in range(20))
    found = only(Causes(leanings=(replace(LEANING, labelers=many),)))
    assert (len(found.people), found.more_people) == (8, 12)
    assert [found.people[0].words, found.people[-1].words] == ["0% stain, of 20", "95% stain, of 20"]
