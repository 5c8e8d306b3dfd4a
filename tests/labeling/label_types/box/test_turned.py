"""Turned boxes: the geometry against polygons cut in bands, and what a question that allows them takes."""

import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.label_types.base import Ballot
from labeling.label_types.box import LABEL_TYPE
from labeling.label_types.box.turned import (
    TurnedRect,
    corners,
    median_turned,
    overlap_matrix,
    shared_turned_area,
    turned,
)
from labeling.label_types.box.value import Boxes
from labeling.label_types.changes import Flip, QuarterTurn, Shift
from labeling.label_types.errors import InvalidValue
from labeling.label_types.geometry import Rect
from labeling.label_types.rings import Ring, area, shared_area

CLASSES = [{"code": 1, "name": "ship"}]
SPEC = LABEL_TYPE.check_spec({"classes": CLASSES, "rotation": True, "min_size": 2})
UPRIGHT = LABEL_TYPE.check_spec({"classes": CLASSES, "min_size": 2})
FACTS = {"parts": {"image": {"width": 100, "height": 80}}}
numbers = st.floats(-50, 50)
some_rects = st.builds(
    lambda x, y, w, h, angle: turned(Rect(x, y, x + w, y + h), angle),
    numbers,
    numbers,
    st.floats(0.5, 60),
    st.floats(0.5, 60),
    st.floats(-180, 180),
)


def box(element_id: str, *edges: Any, angle: Any = None) -> dict[str, Any]:
    geometry = dict(zip(("x0", "y0", "x1", "y1"), edges, strict=True))
    if angle is not None:
        geometry["angle"] = angle
    return {"id": element_id, "class": 1, "part": "image", "geometry": geometry}


def boxes(*elements: dict[str, Any]) -> Boxes:
    return LABEL_TYPE.parse({"elements": list(elements)}, SPEC, FACTS)


def rect_of(value: Boxes | None) -> Rect:
    assert value is not None
    (element,) = value.elements
    return element.geometry


@given(a=some_rects, b=some_rects)
@settings(max_examples=200, deadline=None)
def test_the_shared_area_is_that_of_the_polygons(a: Rect, b: Rect) -> None:
    as_polygons = shared_area(Ring(corners(a)), Ring(corners(b)))
    assert shared_turned_area(a, b) == pytest.approx(as_polygons, rel=1e-9, abs=1e-7)
    assert shared_turned_area(b, a) == pytest.approx(shared_turned_area(a, b), rel=1e-9, abs=1e-7)


@given(rect=some_rects)
def test_every_rectangle_has_one_way_to_be_written(rect: Rect) -> None:
    angle = rect.angle if isinstance(rect, TurnedRect) else 0.0
    assert -45 < angle <= 45
    assert area(Ring(corners(rect))) == pytest.approx(rect.area)


def test_two_squares_an_eighth_of_a_turn_apart_share_an_octagon() -> None:
    square = Rect(0, 0, 2, 2)
    shared = 8 * (math.sqrt(2) - 1)
    overlap = overlap_matrix([square], [TurnedRect(0, 0, 2, 2, 45)])
    assert overlap[0, 0] == pytest.approx(shared / (8 - shared))


def test_an_upright_box_is_stored_as_ever_whatever_the_question_allows() -> None:
    given_ = {"elements": [{**box("e", 1, 2, 30, 40), "attributes": {}}]}
    assert LABEL_TYPE.dump(LABEL_TYPE.parse(given_, SPEC, FACTS)) == given_
    assert type(rect_of(LABEL_TYPE.parse(given_, SPEC, FACTS))) is Rect


def test_a_quarter_turn_more_is_the_same_box() -> None:
    assert rect_of(boxes(box("e", 10, 20, 50, 30, angle=100))) == TurnedRect(25, 5, 35, 45, 10)
    assert rect_of(boxes(box("e", 10, 20, 50, 30, angle=180))) == Rect(10, 20, 50, 30)


@pytest.mark.parametrize(
    ("edges", "angle", "field"),
    [
        ((1, 1, 9, 9), 181, ".angle"),
        ((1, 1, 9, 9), True, ".angle"),
        ((1, 1, 9, 9), False, ".angle"),
        ((1, 1, 9, 9), "10", ".angle"),
        ((90, 1, 130, 9), 10, ""),
        ((1, 1, 2, 9), 10, ".x1"),
        ((1, 1, 9, 2), 10, ".y1"),
        ((1, -9, 9, 19), 90, ".x0"),
        ((1, "1", 9, 9), 10, ".y0"),
    ],
)
def test_a_wrong_turn_is_refused_by_its_field(edges: tuple[Any, ...], angle: Any, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        boxes(box("e", *edges, angle=angle))
    assert list(refused.value.fields) == [f"elements.0.geometry{field}"]


def test_a_question_without_turns_refuses_one() -> None:
    with pytest.raises(InvalidValue):
        LABEL_TYPE.parse({"elements": [box("e", 1, 1, 9, 9, angle=10)]}, UPRIGHT, FACTS)


def test_the_corners_of_a_turned_box_may_leave_the_picture() -> None:
    assert rect_of(boxes(box("e", -10, 0, 30, 10, angle=30))).x0 == -10


def test_the_median_angle_goes_around() -> None:
    long_ways = [turned(Rect(-20, -5, 20, 5), angle) for angle in (40, 44, 50)]
    assert median_turned(long_ways, [1, 1, 1]) == turned(Rect(-20, -5, 20, 5), 44)
    past = [turned(Rect(-20, -5, 20, 5), angle) for angle in (41, 47, 49)]
    found = median_turned(past, [1, 1, 1])
    assert overlap_matrix([found], [past[1]])[0, 0] == pytest.approx(1)


def test_merging_a_turned_and_an_upright_box_lies_between() -> None:
    ballots = [
        Ballot("1", boxes(box("e", 20, 20, 60, 40))),
        Ballot("2", boxes(box("e", 20, 20, 60, 40, angle=10))),
    ]
    assert rect_of(LABEL_TYPE.merge(ballots, SPEC).value) == TurnedRect(20, 20, 60, 40, 5)


def test_a_mirror_turns_it_the_other_way_and_a_quarter_turn_keeps_its_angle() -> None:
    value = boxes(box("e", 20, 20, 60, 40, angle=10))
    mirrored = LABEL_TYPE.transform(value, Flip("image", "horizontal", 100, 80), SPEC)
    assert rect_of(mirrored.value) == TurnedRect(40, 20, 80, 40, -10)
    quarter = LABEL_TYPE.transform(value, QuarterTurn("image", 1, 100, 80), SPEC)
    assert rect_of(quarter.value) == TurnedRect(40, 20, 60, 60, 10)


def test_a_turned_box_stays_whole_while_its_middle_is_in_the_frame() -> None:
    value = boxes(box("e", 20, 20, 60, 40, angle=10))
    partly = LABEL_TYPE.transform(value, Shift("image", -39, 0, 100, 80), SPEC)
    assert rect_of(partly.value) == TurnedRect(-19, 20, 21, 40, 10)
    assert (partly.dropped, partly.clipped) == ((), ())
    gone = LABEL_TYPE.transform(value, Shift("image", -41, 0, 100, 80), SPEC)
    assert gone.dropped == ("e",)


def test_reading_twenty_upright_boxes_takes_no_longer_where_turns_are_allowed() -> None:
    raw = {"elements": [box(f"e{n}", n, n, n + 10, n + 10) for n in range(20)]}

    def seconds(spec: Any) -> float:
        best = math.inf
        for _ in range(5):
            begun = time.process_time()
            for _ in range(50):
                LABEL_TYPE.dump(LABEL_TYPE.parse(raw, spec, FACTS))
            best = min(best, time.process_time() - begun)
        return best / 50

    assert seconds(SPEC) < 2 * seconds(UPRIGHT) + 0.001
