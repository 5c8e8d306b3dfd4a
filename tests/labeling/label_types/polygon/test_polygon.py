"""Polygons by example; what holds for every type is in test_contract.py."""

from typing import Any

import pytest

from labeling.label_types.base import Ballot, Difference
from labeling.label_types.changes import Crop, QuarterTurn, Shift
from labeling.label_types.errors import InvalidValue
from labeling.label_types.polygon import LABEL_TYPE
from labeling.label_types.polygon.value import MOST_POINTS, Polygons
from labeling.label_types.rings import Ring

SPEC = LABEL_TYPE.check_spec({"classes": [{"code": 1, "name": "scratch"}], "min_area": 2})
FACTS = {"parts": {"image": {"width": 100, "height": 80}}}
U = [[10, 10], [40, 10], [40, 40], [30, 40], [30, 20], [20, 20], [20, 40], [10, 40]]


def raw(element_id: str, points: Any) -> dict[str, Any]:
    return {"id": element_id, "class": 1, "part": "image", "geometry": {"points": points}}


def square(element_id: str, x: float, y: float, side: float) -> dict[str, Any]:
    return raw(element_id, [[x, y], [x + side, y], [x + side, y + side], [x, y + side]])


def polygons(*elements: dict[str, Any]) -> Polygons:
    return LABEL_TYPE.parse({"elements": list(elements)}, SPEC, FACTS)


@pytest.mark.parametrize(
    ("points", "field"),
    [
        ([[0, 0], [9, 9]], ""),
        ([[0, 0], [9, 9], [9, 0], [0, 9]], ""),
        ([[0, 0], [1, 0], [0, 1]], ""),
        ([[0, 0]] * (MOST_POINTS + 1), ""),
        ("0,0 9,9 9,0", ""),
        ([[0, 0], [9, 9], [9]], ".2"),
        ([[0, 0], [9, 9], [9, 0, 0]], ".2"),
        ([[0, 0], [9, 9], {"x": 9, "y": 0}], ".2"),
        ([[0, 0], [9, 9], [101, 0]], ".2.0"),
        ([[0, 0], [9, float("nan")], [9, 0]], ".1.1"),
    ],
)
def test_a_wrong_outline_is_refused_by_its_field(points: object, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        polygons(raw("e", points))
    assert list(refused.value.fields) == [f"elements.0.geometry.points{field}"]


def test_distance_is_one_minus_intersection_over_union() -> None:
    a, b = polygons(square("a", 0, 0, 20)), polygons(square("b", 10, 0, 20))
    assert LABEL_TYPE.distance(a, b, SPEC) == pytest.approx(2 / 3)


def test_the_same_outline_begun_elsewhere_is_no_difference() -> None:
    a, b = polygons(raw("a", U)), polygons(raw("b", [*U[3:], *U[:3]][::-1]))
    assert LABEL_TYPE.distance(a, b, SPEC) == pytest.approx(0, abs=1e-12)
    assert LABEL_TYPE.differences(a, b, SPEC) == []


def test_a_u_against_its_two_arms_is_one_versus_many() -> None:
    arms = polygons(
        raw("left", [[10, 10], [19, 10], [19, 40], [10, 40]]),
        raw("right", [[31, 10], [40, 10], [40, 40], [31, 40]]),
    )
    assert LABEL_TYPE.differences(polygons(raw("u", U)), arms, SPEC) == [
        Difference("one_versus_many", ("u",), ("left", "right"), 1, 1)
    ]


def test_merging_takes_the_most_central_outline() -> None:
    ballots = [Ballot(str(n), polygons(square("e", x, 0, 20))) for n, x in enumerate((0, 4, 1))]
    (element,) = LABEL_TYPE.merge(ballots, SPEC).value.elements
    assert element.geometry.points[0] == (1, 0)


def test_a_quarter_turn_turns_every_point() -> None:
    carried = LABEL_TYPE.transform(
        polygons(raw("e", [[0, 0], [10, 0], [0, 20]])), QuarterTurn("image", 1, 100, 80), SPEC
    )
    assert carried.value is not None
    assert carried.value.elements[0].geometry == Ring(((80, 0), (80, 10), (60, 0)))


def test_what_the_frame_cuts_is_cut_and_what_it_cuts_to_pieces_is_for_a_person() -> None:
    value = polygons(
        raw("u", U), square("cut", 50, 20, 20), square("gone", 80, 0, 10), square("same", 60, 40, 20)
    )
    carried = LABEL_TYPE.transform(value, Shift("image", 0, -25, 100, 80), SPEC)
    assert carried.value is not None
    assert [element.id for element in carried.value.elements] == ["cut", "same"]
    assert (carried.dropped, carried.clipped, carried.needs_person) == (("u", "gone"), ("cut",), ("u",))


def test_a_polygon_of_which_little_is_left_is_shown_to_a_person() -> None:
    carried = LABEL_TYPE.transform(polygons(square("e", 0, 0, 20)), Crop("image", 12, 0, 100, 80), SPEC)
    assert (carried.clipped, carried.needs_person) == (("e",), ("e",))


FRAME = {"points": [[0, 0], [20, 0], [20, 20], [0, 20]], "holes": [[[5, 5], [15, 5], [15, 15], [5, 15]]]}


def holed(element_id: str, *holes: Any, outline: Any = FRAME["points"]) -> dict[str, Any]:
    one = raw(element_id, outline)
    return {**one, "geometry": {"points": outline, "holes": list(holes)}}


def small(x: float, y: float, side: float = 2) -> list[list[float]]:
    return [[x, y], [x, y + side], [x + side, y + side], [x + side, y]]


@pytest.mark.parametrize(
    ("holes", "field"),
    [
        ([[[5, 5], [6, 6]]], ".0"),
        ([[[5, 5], [9, 9], [9, 5], [5, 9]]], ".0"),
        ([small(0, 5)], ".0"),
        ([small(19, 5)], ".0"),
        ([small(30, 30)], ".0"),
        ([small(5, 5), small(6, 6)], ".1"),
        ([small(5, 5, 8), small(7, 7)], ".1"),
        ([small(7, 7), small(5, 5, 8)], ".1"),
        ([small(5, 5), small(7, 5)], ".1"),
        ([small(5, 5), [[9, 9], [9, 10], [10]]], ".1.2"),
        ([[[5 + n / 1000, 5 + n % 2] for n in range(498)]], ".0"),
        ("", ""),
    ],
)
def test_a_wrong_hole_is_refused_by_its_field(holes: Any, field: str) -> None:
    element = raw("e", FRAME["points"])
    element["geometry"]["holes"] = holes
    with pytest.raises(InvalidValue) as refused:
        polygons(element)
    assert list(refused.value.fields) == [f"elements.0.geometry.holes{field}"]


def test_holes_are_no_part_of_the_area() -> None:
    (element,) = polygons(holed("e", small(5, 5, 10))).elements
    measured = LABEL_TYPE.measures(element)
    assert (measured["area"], measured["perimeter"], measured["holes"], measured["points"]) == (
        300,
        120,
        1,
        8,
    )


def test_overlap_leaves_holes_out_on_either_side() -> None:
    frame, plate = polygons(holed("a", small(5, 5, 10))), polygons(square("b", 0, 0, 20))
    core, shifted = polygons(square("c", 6, 6, 8)), polygons(holed("d", small(8, 5, 10)))
    assert LABEL_TYPE.distance(frame, plate, SPEC) == pytest.approx(1 - 300 / 400)
    assert LABEL_TYPE.distance(frame, core, SPEC) == 1
    assert LABEL_TYPE.distance(frame, shifted, SPEC) == pytest.approx(1 - 270 / 330)


def test_a_question_stores_an_outline_without_holes_as_ever() -> None:
    value = polygons({**holed("e"), "attributes": {}})
    assert LABEL_TYPE.dump(value)["elements"][0]["geometry"] == {"points": FRAME["points"]}  # type: ignore[index,call-overload]


def test_holes_move_with_their_outline_and_one_that_the_frame_cuts_is_for_a_person() -> None:
    value = polygons(holed("e", small(5, 5), small(12, 12)))
    turned = LABEL_TYPE.transform(value, QuarterTurn("image", 1, 100, 80), SPEC)
    assert turned.value is not None
    assert turned.value.elements[0].geometry.holes[0].points[0] == (75, 5)
    gone = LABEL_TYPE.transform(value, Shift("image", -8, 0, 100, 80), SPEC)
    assert gone.value is not None
    assert len(gone.value.elements[0].geometry.holes) == 1
    cut = LABEL_TYPE.transform(value, Shift("image", -6, 0, 100, 80), SPEC)
    assert (cut.dropped, cut.needs_person) == (("e",), ("e",))
