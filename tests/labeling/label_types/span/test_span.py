"""Spans by example; what holds for every type is in test_contract.py."""

from typing import Any

import pytest

from labeling.label_types.base import Ballot, Difference
from labeling.label_types.changes import Crop, Photometric
from labeling.label_types.errors import InvalidValue
from labeling.label_types.span import LABEL_TYPE
from labeling.label_types.span.value import Spans
from labeling.label_types.stretches import Stretch

CLASSES = [{"code": 1, "name": "person"}, {"code": 2, "name": "place"}]
SPEC = LABEL_TYPE.check_spec({"classes": CLASSES})
LOOSE = LABEL_TYPE.check_spec({"classes": CLASSES, "overlapping": True, "match_iou": 0.3})
FACTS = {"parts": {"text": {"characters": 30}, "sound": {}}}


def raw(element_id: str, start: Any, end: Any, code: int = 1, part: str = "text") -> dict[str, Any]:
    return {"id": element_id, "class": code, "part": part, "geometry": {"start": start, "end": end}}


def spans(*elements: dict[str, Any]) -> Spans:
    return LABEL_TYPE.parse({"elements": list(elements)}, LOOSE, FACTS)


@pytest.mark.parametrize(
    ("element", "field"),
    [
        (raw("e", 0, 31), "elements.0.geometry.end"),
        (raw("e", 5, 5), "elements.0.geometry.end"),
        (raw("e", -1, 5), "elements.0.geometry.start"),
        (raw("e", 0.0, 5), "elements.0.geometry.start"),
        (raw("e", 0, True), "elements.0.geometry.end"),
        (raw("e", 0, 10**30), "elements.0.geometry.end"),
        (raw("e", 0, 5, part="sound"), "elements.0.geometry"),
    ],
)
def test_a_wrong_span_is_refused_by_its_field(element: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        spans(element)
    assert list(refused.value.fields) == [field]


def test_overlapping_spans_are_refused_unless_the_question_allows_them_and_neighbors_are_not() -> None:
    crossing = {"elements": [raw("b", 4, 9), raw("a", 0, 5)]}
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.parse(crossing, SPEC, FACTS)
    assert list(refused.value.fields) == ["elements.0.geometry"]
    assert LABEL_TYPE.parse(crossing, LOOSE, FACTS).elements
    assert LABEL_TYPE.parse({"elements": [raw("a", 0, 5), raw("b", 5, 9)]}, SPEC, FACTS).elements


def test_a_long_span_hides_no_overlap_behind_a_short_one() -> None:
    with pytest.raises(InvalidValue):
        LABEL_TYPE.parse({"elements": [raw("a", 0, 9), raw("b", 1, 2), raw("c", 3, 4)]}, SPEC, FACTS)


def test_distance_is_one_minus_shared_characters_over_all() -> None:
    assert LABEL_TYPE.distance(spans(raw("a", 0, 10)), spans(raw("b", 5, 15)), SPEC) == pytest.approx(2 / 3)


def test_one_name_marked_as_two_is_one_versus_many() -> None:
    found = LABEL_TYPE.differences(spans(raw("a", 0, 10)), spans(raw("b", 0, 5), raw("c", 6, 10)), SPEC)
    assert found == [Difference("one_versus_many", ("a",), ("b", "c"), 1, 1)]


def test_merging_takes_the_median_of_each_end() -> None:
    ballots = [Ballot(str(end), spans(raw("e", start, end))) for start, end in [(0, 10), (1, 10), (1, 12)]]
    merged = LABEL_TYPE.merge(ballots, SPEC)
    assert [element.geometry for element in merged.value.elements] == [Stretch(1, 10)]


def test_merged_spans_do_not_overlap_where_the_question_forbids_it() -> None:
    spec = LABEL_TYPE.check_spec({"classes": CLASSES, "match_iou": 0.3})
    ballots = [
        Ballot("a", spans(raw("x", 0, 12), raw("y", 12, 20))),
        Ballot("b", spans(raw("x", 0, 12), raw("y", 12, 20))),
        Ballot("c", spans(raw("x", 0, 6), raw("y", 8, 20))),
        Ballot("d", spans(raw("y", 8, 20))),
        Ballot("e", spans(raw("y", 8, 20))),
    ]
    merged = LABEL_TYPE.merge(ballots, spec).value
    assert [element.geometry for element in merged.elements] == [Stretch(0, 12), Stretch(12, 20)]


def test_text_changed_in_place_needs_a_person() -> None:
    value = spans(raw("e", 0, 5))
    assert LABEL_TYPE.transform(value, Photometric("text"), SPEC).needs_person == ()
    assert LABEL_TYPE.transform(value, Crop("text", 0, 0, 4, 4), SPEC).needs_person == ("e",)
