"""Keypoints by example; what holds for every type is in test_contract.py."""

import math
from typing import Any

import pytest

from labeling.label_types.base import Ballot, Tie
from labeling.label_types.changes import Crop, Flip, QuarterTurn, Shift
from labeling.label_types.errors import InvalidValue
from labeling.label_types.keypoint import LABEL_TYPE
from labeling.label_types.keypoint.likeness import HIDDEN_TO_ONE
from labeling.label_types.keypoint.value import Figures, Keypoint, KeypointSpec

POINTS = [
    {"name": "nose"},
    {"name": "left hand", "other_side": "right hand"},
    {"name": "right hand"},
    {"name": "left foot", "other_side": "right foot"},
    {"name": "right foot", "other_side": "left foot"},
]
RAW_SPEC: dict[str, Any] = {
    "classes": [{"code": 1, "name": "person"}, {"code": 2, "name": "doll"}],
    "points": POINTS,
    "lines": [["left hand", "nose", "right hand"]],
}
SPEC = LABEL_TYPE.check_spec(RAW_SPEC)
FACTS = {"parts": {"image": {"width": 100, "height": 80}}}
WHOLE = {
    "nose": (50, 10),
    "left hand": (70, 40),
    "right hand": (30, 40),
    "left foot": (60, 70),
    "right foot": (40, 70),
}


def figure(element_id: str, points: dict[str, Any], code: int = 1) -> dict[str, Any]:
    placed = {
        name: {"x": at[0], "y": at[1], "visible": at[2] if len(at) > 2 else True}
        for name, at in points.items()
    }
    return {"id": element_id, "class": code, "part": "image", "geometry": {"points": placed}}


def figures(*elements: dict[str, Any], spec: KeypointSpec = SPEC) -> Figures:
    return LABEL_TYPE.parse({"elements": list(elements)}, spec, FACTS)


def kinds(a: Figures, b: Figures) -> list[str]:
    return [one.kind for one in LABEL_TYPE.differences(a, b, SPEC)]


@pytest.mark.parametrize(
    ("points", "field"),
    [
        ({}, ""),
        ([], ""),
        ({"nose": {"x": 1, "y": 1}}, ".nose.visible"),
        ({"nose": {"x": 101, "y": 1, "visible": True}}, ".nose.x"),
        ({"nose": {"x": 1, "y": -1, "visible": True}}, ".nose.y"),
        ({"nose": {"x": 1, "y": 1, "visible": 2}}, ".nose.visible"),
        ({"left hand": [1, 1]}, ".left hand"),
        ({"tail": {"x": 1, "y": 1, "visible": True}}, ""),
    ],
)
def test_a_wrong_point_is_refused_by_its_field(points: object, field: str) -> None:
    raw = {"id": "e", "class": 1, "part": "image", "geometry": {"points": points}}
    with pytest.raises(InvalidValue) as refused:
        figures(raw)
    assert list(refused.value.fields) == [f"elements.0.geometry.points{field}"]


@pytest.mark.parametrize(
    ("setting", "field"),
    [
        ({"points": []}, "points"),
        ({"points": [{"name": "a"}, {"name": "a"}]}, "points.1.name"),
        ({"points": [{"name": "a|b"}]}, "points.0.name"),
        ({"points": [{"name": "a", "other_side": "b"}]}, "points.0.other_side"),
        ({"points": [{"name": "a", "other_side": "a"}]}, "points.0.other_side"),
        (
            {
                "points": [
                    {"name": "a", "other_side": "b"},
                    {"name": "b"},
                    {"name": "c", "other_side": "b"},
                ]
            },
            "points.2.other_side",
        ),
        ({"lines": [["nose"]]}, "lines.0"),
        ({"lines": [["nose", "tail"]]}, "lines.0.1"),
        ({"lines": [["nose", "nose"]]}, "lines.0"),
        ({"lines": [["nose", "left hand"] * 100] * 3}, "lines"),
        ({"tolerance": 0}, "tolerance"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_field(setting: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.check_spec({**RAW_SPEC, **setting})
    assert list(refused.value.fields) == [field]


def test_a_pair_is_one_whichever_side_says_it_and_a_chain_is_its_lines() -> None:
    assert SPEC.pairs == (("left hand", "right hand"), ("left foot", "right foot"))
    assert SPEC.lines == (("left hand", "nose"), ("nose", "right hand"))


def test_points_are_kept_in_the_order_of_the_question() -> None:
    value = figures(figure("a", dict(reversed(WHOLE.items()))))
    assert [name for name, _ in value.elements[0].geometry.points] == list(WHOLE)


def test_likeness_is_the_mean_of_a_bell_over_the_points_set_by_either() -> None:
    a = figures(figure("a", {"nose": (50, 10), "left foot": (50, 70)}))
    b = figures(figure("b", {"nose": (53, 10), "left foot": (50, 70), "right foot": (50, 70)}))
    sigma = max(0.05 * math.sqrt((60**2 + 60**2 + 3**2) / 2), 3.0)
    expected = (math.exp(-(3**2) / (2 * sigma**2)) + 1) / 3
    assert LABEL_TYPE.distance(a, b, SPEC) == pytest.approx(1 - expected)


def test_single_points_are_compared_in_pixels() -> None:
    spec = LABEL_TYPE.check_spec({"classes": RAW_SPEC["classes"], "least_tolerance": 2})
    a, b = (figures(figure("a", {"point": (x, 10)}), spec=spec) for x in (10, 14))
    assert LABEL_TYPE.distance(a, b, spec) == pytest.approx(1 - math.exp(-2))


def test_sides_taken_for_each_other_are_named_even_where_the_figures_are_far_apart() -> None:
    swapped = {**WHOLE, "left hand": WHOLE["right hand"], "right hand": WHOLE["left hand"]}
    crossed = {**swapped, "left foot": WHOLE["right foot"], "right foot": WHOLE["left foot"]}
    a, one_pair, both = (
        figures(figure("a", WHOLE)),
        figures(figure("b", swapped)),
        figures(figure("c", crossed)),
    )
    (found,) = LABEL_TYPE.differences(a, one_pair, SPEC)
    assert (found.kind, found.a, found.b) == ("sides", ("a",), ("b",))
    assert found.amount == pytest.approx(0.4)
    assert kinds(a, both) == ["sides"]
    assert LABEL_TYPE.distance(a, both, SPEC) > 0.7


def test_each_way_to_differ_has_its_name() -> None:
    a = figures(figure("a", WHOLE))
    assert kinds(a, figures(figure("b", {**WHOLE, "nose": (51, 10)}))) == ["boundary"]
    assert kinds(a, figures(figure("b", {**WHOLE, "nose": (50, 10, False)}))) == ["visibility"]
    assert kinds(a, figures(figure("b", {k: v for k, v in WHOLE.items() if k != "nose"}))) == ["points"]
    assert kinds(a, figures(figure("b", WHOLE, code=2))) == ["class"]
    assert kinds(a, figures()) == ["missed"]


def test_a_point_hidden_to_one_only_counts_in_part() -> None:
    a, b = figures(figure("a", WHOLE)), figures(figure("b", {**WHOLE, "nose": (50, 10, False)}))
    assert LABEL_TYPE.distance(a, b, SPEC) == pytest.approx((1 - HIDDEN_TO_ONE) / 5)


def test_merging_takes_the_median_of_each_point_with_its_support() -> None:
    seen: list[dict[str, Any]] = [
        {**WHOLE, "nose": (50, 10)},
        {**WHOLE, "nose": (52, 11, False)},
        {k: v for k, v in {**WHOLE, "nose": (51, 14)}.items() if k != "left foot"},
    ]
    merged = LABEL_TYPE.merge([Ballot(str(n), figures(figure("e", one))) for n, one in enumerate(seen)], SPEC)
    (element,) = merged.value.elements
    assert element.geometry.by_name["nose"] == Keypoint(51, 11, True)
    assert merged.support["e"] == 1
    assert merged.support["e/left foot"] == pytest.approx(2 / 3)
    assert merged.ties == ()


def test_a_point_that_half_of_the_drawers_set_is_left_out_and_told() -> None:
    without = {k: v for k, v in WHOLE.items() if k != "nose"}
    hidden = {**WHOLE, "left hand": (70, 40, False)}
    merged = LABEL_TYPE.merge(
        [Ballot("1", figures(figure("e", hidden))), Ballot("2", figures(figure("e", without)))], SPEC
    )
    assert "nose" not in merged.value.elements[0].geometry.by_name
    assert merged.ties == (Tie("e/nose", (0, 1)), Tie("e/left hand", (1, 2)))


def test_a_mirror_exchanges_left_and_right() -> None:
    carried = LABEL_TYPE.transform(
        figures(figure("a", {"nose": (20, 5), "left hand": (30, 40)})),
        Flip("image", "horizontal", 100, 80),
        SPEC,
    )
    assert carried.value is not None
    assert carried.value.elements[0].geometry.by_name == {
        "nose": Keypoint(80, 5),
        "right hand": Keypoint(70, 40),
    }


def test_a_turn_exchanges_nothing() -> None:
    carried = LABEL_TYPE.transform(
        figures(figure("a", {"left hand": (30, 40)})), QuarterTurn("image", 1, 100, 80), SPEC
    )
    assert carried.value is not None
    assert carried.value.elements[0].geometry.by_name == {"left hand": Keypoint(40, 30)}


def test_points_that_leave_the_frame_are_no_longer_labeled() -> None:
    value = figures(figure("a", WHOLE), figure("b", {"nose": (5, 5)}))
    carried = LABEL_TYPE.transform(value, Shift("image", 0, -20, 100, 80), SPEC)
    assert carried.value is not None
    assert "nose" not in carried.value.elements[0].geometry.by_name
    assert (carried.dropped, carried.clipped, carried.needs_person) == (("b",), ("a",), ())
    little = LABEL_TYPE.transform(figures(figure("a", WHOLE)), Crop("image", 0, 0, 100, 39), SPEC)
    assert (little.clipped, little.needs_person) == (("a",), ("a",))
