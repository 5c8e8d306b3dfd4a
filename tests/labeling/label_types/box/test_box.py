"""Boxes by hand-worked examples; what holds for every type is in test_contract.py."""

from typing import Any

import pytest

from labeling.label_types.base import Ballot, Difference, Tie, Vote
from labeling.label_types.box import LABEL_TYPE
from labeling.label_types.box.value import Boxes
from labeling.label_types.changes import Crop, Flip, Photometric, QuarterTurn, Shift
from labeling.label_types.errors import InvalidValue
from labeling.label_types.geometry import Rect

SPEC = LABEL_TYPE.check_spec(
    {
        "classes": [{"code": 1, "name": "scratch"}, {"code": 2, "name": "dent"}],
        "min": 0,
        "max": 3,
        "min_size": 2,
    }
)
FACTS = {"parts": {"image": {"width": 100, "height": 80}, "blank": {}}}


def raw(element_id: str, x0: Any, y0: Any, x1: Any, y1: Any, code: Any = 1, **more: Any) -> dict[str, Any]:
    geometry = {"x0": x0, "y0": y0, "x1": x1, "y1": y1}
    return {"id": element_id, "class": code, "part": "image", "geometry": geometry, "attributes": {}, **more}


def boxes(*elements: dict[str, Any]) -> Boxes:
    return LABEL_TYPE.parse({"elements": list(elements)}, SPEC, FACTS)


def rects(value: Boxes | None) -> list[Rect]:
    assert value is not None
    return [element.geometry for element in value.elements]


@pytest.mark.parametrize(
    ("element", "field"),
    [
        (raw("e", float("nan"), 0, 9, 9), "elements.0.geometry.x0"),
        (raw("e", 0, 0, float("inf"), 9), "elements.0.geometry.x1"),
        (raw("e", 0, True, 9, 9), "elements.0.geometry.y0"),
        (raw("e", "0", 0, 9, 9), "elements.0.geometry.x0"),
        (raw("e", 0, 0, 10**400, 9), "elements.0.geometry.x1"),
        (raw("e", 9, 0, 9, 9), "elements.0.geometry.x1"),
        (raw("e", 9, 0, 5, 9), "elements.0.geometry.x1"),
        (raw("e", 0, 7, 9, 8.9), "elements.0.geometry.y1"),
        (raw("e", -0.1, 0, 9, 9), "elements.0.geometry.x0"),
        (raw("e", 0, 0, 100.1, 9), "elements.0.geometry.x1"),
        (raw("e", 0, 0, 9, 80.1), "elements.0.geometry.y1"),
        (raw("e", 0, 0, 9, 9, code=3), "elements.0.class"),
        (raw("e", 0, 0, 9, 9, code=True), "elements.0.class"),
        (raw("e", 0, 0, 9, 9, code=1.0), "elements.0.class"),
        (raw("", 0, 0, 9, 9), "elements.0.id"),
        (raw("e\x00", 0, 0, 9, 9), "elements.0.id"),
        (raw("e\n", 0, 0, 9, 9), "elements.0.id"),
        (raw("\ud800", 0, 0, 9, 9), "elements.0.id"),
        (raw("e", 0, 0, 9, 9, part="left"), "elements.0.geometry"),
        (raw("e", 0, 0, 9, 9, part="blank"), "elements.0.geometry"),
        (raw("e", 0, 0, 9, 9, attributes={"a": "\x00"}), "elements.0.attributes"),
        (raw("e", 0, 0, 9, 9, attributes={"a\ud800": 1}), "elements.0.attributes"),
        (raw("e", 0, 0, 9, 9, attributes={"a": [[[]]]}), "elements.0.attributes"),
        (raw("e", 0, 0, 9, 9, attributes={"a": float("nan")}), "elements.0.attributes"),
        (raw("e", 0, 0, 9, 9, extra=1), "elements.0"),
    ],
)
def test_a_wrong_element_is_refused_by_its_field(element: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        boxes(element)
    assert list(refused.value.fields) == [field]
    assert (refused.value.code, refused.value.status) == ("invalid_value", 422)


def test_a_box_may_touch_the_edges_of_its_image() -> None:
    assert rects(boxes(raw("e", 0, 0, 100, 80))) == [Rect(0, 0, 100, 80)]


def test_more_boxes_than_the_question_takes_are_refused() -> None:
    with pytest.raises(InvalidValue, match="4 drawn; this question takes 0 to 3"):
        boxes(*(raw(f"e{n}", 0, 0, 9, 9) for n in range(4)))


def test_an_id_used_twice_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        boxes(raw("e", 0, 0, 9, 9), raw("e", 20, 0, 29, 9))
    assert list(refused.value.fields) == ["elements.1.id"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("min", 4),
        ("min", -1),
        ("max", 0),
        ("max", 1.5),
        ("min_size", 0),
        ("min_size", True),
        ("match_iou", 1),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(setting: str, value: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.check_spec({"classes": [{"code": 1, "name": "scratch"}], "max": 3, setting: value})
    assert list(refused.value.fields) == [setting]


def test_an_empty_answer_votes_that_each_class_is_absent() -> None:
    assert LABEL_TYPE.votes(boxes(), SPEC) == [Vote("1", 0), Vote("2", 0)]


def test_two_boxes_of_a_class_are_one_vote_for_its_presence() -> None:
    value = boxes(raw("a", 0, 0, 9, 9, code=2), raw("b", 20, 0, 29, 9, code=2))
    assert LABEL_TYPE.votes(value, SPEC) == [Vote("1", 0), Vote("2", 1)]


def test_distance_is_one_minus_the_overlap_over_matched_and_unmatched() -> None:
    a = boxes(raw("a1", 0, 0, 20, 20), raw("a2", 50, 50, 60, 60))
    b = boxes(raw("b1", 10, 0, 30, 20))
    assert LABEL_TYPE.distance(a, b, SPEC) == pytest.approx(1 - (1 / 3) / 2)
    assert LABEL_TYPE.distance(boxes(), b, SPEC) == 1.0
    assert LABEL_TYPE.distance(boxes(), boxes(), SPEC) == 0.0


def test_boxes_of_different_classes_or_parts_are_never_matched() -> None:
    a = boxes(raw("a", 0, 0, 20, 20))
    assert LABEL_TYPE.match(a, boxes(raw("b", 0, 0, 20, 20, code=2)), SPEC).pairs == ()


def test_the_matching_is_the_best_as_a_whole_not_greedy() -> None:
    a = boxes(raw("a1", 0, 0, 20, 10), raw("a2", 8, 0, 28, 10))
    b = boxes(raw("b1", 2, 0, 22, 10), raw("b2", -0.0, 0, 12, 10))
    pairs = {(pair.a, pair.b) for pair in LABEL_TYPE.match(a, b, SPEC).pairs}
    assert pairs == {("a1", "b2"), ("a2", "b1")}


def test_a_match_below_the_asked_overlap_is_left_out() -> None:
    a, b = boxes(raw("a", 0, 0, 20, 20)), boxes(raw("b", 10, 0, 30, 20))
    matching = LABEL_TYPE.match(a, b, SPEC, at=0.5)
    assert (matching.pairs, matching.only_a, matching.only_b) == ((), ("a",), ("b",))


def test_differences_tell_class_boundary_and_missed_apart() -> None:
    a = boxes(raw("a1", 0, 0, 20, 20), raw("a2", 40, 0, 60, 20), raw("a3", 0, 50, 10, 60))
    b = boxes(raw("b1", 0, 0, 20, 20, code=2), raw("b2", 40, 0, 60, 16))
    found = LABEL_TYPE.differences(a, b, SPEC)
    assert found[0] == Difference("class", ("a1",), ("b1",), 1, 2)
    assert (found[1].kind, found[1].a, found[1].b) == ("boundary", ("a2",), ("b2",))
    assert found[1].amount == pytest.approx(0.2)
    assert found[2:] == [Difference("missed", a=("a3",), class_a=1)]


def test_one_long_box_against_two_halves_is_one_versus_many_from_either_side() -> None:
    whole = boxes(raw("whole", 0, 0, 60, 10))
    halves = boxes(raw("left", 0, 0, 36, 10), raw("right", 38, 0, 60, 10))
    assert LABEL_TYPE.differences(whole, halves, SPEC) == [
        Difference("one_versus_many", ("whole",), ("left", "right"), 1, 1)
    ]
    assert LABEL_TYPE.differences(halves, whole, SPEC) == [
        Difference("one_versus_many", ("left", "right"), ("whole",), 1, 1)
    ]


def test_a_small_box_inside_a_matched_one_is_missed_not_one_versus_many() -> None:
    a = boxes(raw("a", 0, 0, 60, 40))
    b = boxes(raw("b", 0, 0, 60, 40), raw("inside", 10, 10, 20, 20))
    assert LABEL_TYPE.differences(a, b, SPEC) == [Difference("missed", b=("inside",), class_b=1)]


def test_merging_takes_the_median_edges_of_what_most_people_drew() -> None:
    merged = LABEL_TYPE.merge(
        [
            Ballot("c", boxes(raw("c1", 2, 0, 24, 20, code=2))),
            Ballot("a", boxes(raw("a1", 0, 0, 20, 20), raw("alone", 50, 50, 60, 60))),
            Ballot("b", boxes(raw("b1", 1, 1, 21, 21))),
        ],
        SPEC,
    )
    (element,) = merged.value.elements
    assert (element.id, element.class_code, element.geometry) == ("a1", 1, Rect(1, 0, 21, 20))
    assert merged.support == {"a1": 1.0}
    assert merged.distribution["2"] == pytest.approx({0: 2 / 3, 1: 1 / 3})
    assert merged.ties == ()


def test_a_box_drawn_by_exactly_half_is_left_out_and_said_to_be_a_tie() -> None:
    merged = LABEL_TYPE.merge([Ballot("a", boxes(raw("a1", 0, 0, 20, 20))), Ballot("b", boxes())], SPEC)
    assert merged.value == Boxes()
    assert merged.ties == (Tie("a1", (0, 1)),)


def test_an_even_class_vote_goes_to_the_class_listed_first_and_is_said_to_be_a_tie() -> None:
    merged = LABEL_TYPE.merge(
        [
            Ballot("a", boxes(raw("e", 0, 0, 20, 20, code=2))),
            Ballot("b", boxes(raw("e", 0, 0, 20, 20, code=1))),
        ],
        SPEC,
    )
    assert merged.value.elements[0].class_code == 1
    assert merged.ties == (Tie("e", (1, 2)),)


def test_a_heavier_ballot_counts_for_more() -> None:
    ballots = [Ballot("a", boxes(raw("a1", 0, 0, 20, 20)), 3.0), Ballot("b", boxes()), Ballot("c", boxes())]
    merged = LABEL_TYPE.merge(ballots, SPEC)
    assert merged.support == {"a1": pytest.approx(0.6)}


def test_merged_elements_never_share_an_id() -> None:
    far = [boxes(raw("e", 0, 0, 20, 20), raw("f", 60, 60, 70, 70)), boxes(raw("e", 60, 60, 70, 70))]
    third = boxes(raw("e", 60, 60, 70, 70), raw("g", 0, 0, 20, 20))
    merged = LABEL_TYPE.merge([Ballot(str(n), value) for n, value in enumerate([*far, third])], SPEC)
    assert [element.id for element in merged.value.elements] == ["e", "f"]
    assert LABEL_TYPE.parse(LABEL_TYPE.dump(merged.value), SPEC, FACTS) == merged.value


def test_darkening_moves_nothing() -> None:
    value = boxes(raw("e", 0, 0, 20, 20))
    assert LABEL_TYPE.transform(value, Photometric("image"), SPEC).value == value


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Flip("image", "horizontal", 100, 80), Rect(70, 20, 90, 50)),
        (Flip("image", "vertical", 100, 80), Rect(10, 30, 30, 60)),
        (QuarterTurn("image", 1, 100, 80), Rect(30, 10, 60, 30)),
        (QuarterTurn("image", 2, 100, 80), Rect(70, 30, 90, 60)),
        (QuarterTurn("image", 3, 100, 80), Rect(20, 70, 50, 90)),
        (Shift("image", 5, -5, 100, 80), Rect(15, 15, 35, 45)),
        (Crop("image", 5, 10, 95, 75), Rect(5, 10, 25, 40)),
        (Flip("other", "horizontal", 100, 80), Rect(10, 20, 30, 50)),
    ],
)
def test_a_box_follows_its_image(change: Any, expected: Rect) -> None:
    carried = LABEL_TYPE.transform(boxes(raw("e", 10, 20, 30, 50)), change, SPEC)
    assert rects(carried.value) == [expected]
    assert carried.clipped == carried.dropped == carried.needs_person == ()


def test_what_leaves_the_frame_is_cut_dropped_or_shown_to_a_person() -> None:
    value = boxes(raw("cut", 10, 0, 40, 20), raw("gone", 0, 0, 9, 20), raw("half", 0, 40, 18, 60))
    carried = LABEL_TYPE.transform(value, Shift("image", -12, 0, 100, 80), SPEC)
    assert rects(carried.value) == [Rect(0, 0, 28, 20), Rect(0, 40, 6, 60)]
    assert carried.dropped == ("gone",)
    assert carried.clipped == ("cut", "half")
    assert carried.needs_person == ("half",)


def test_a_sliver_below_the_smallest_size_is_dropped() -> None:
    carried = LABEL_TYPE.transform(boxes(raw("e", 0, 0, 20, 20)), Crop("image", 19, 0, 100, 80), SPEC)
    assert (rects(carried.value), carried.dropped) == ([], ("e",))


def test_remapping_merges_drops_and_names_who_must_be_asked() -> None:
    value = boxes(raw("a", 0, 0, 9, 9, code=1), raw("b", 20, 0, 29, 9, code=2))
    merged = LABEL_TYPE.remap(value, {2: [1]}, SPEC)
    assert merged.value is not None
    assert [element.class_code for element in merged.value.elements] == [1, 1]
    assert LABEL_TYPE.remap(value, {1: []}, SPEC).dropped == ("a",)
    assert LABEL_TYPE.remap(value, {2: [1, 2]}, SPEC).needs_person == ("b",)
    with pytest.raises(InvalidValue):
        LABEL_TYPE.remap(value, {1: [9]}, SPEC)
