"""Segments of sounds by example; what holds for every type is in test_contract.py."""

from typing import Any

import pytest

from labeling.label_types.base import Ballot, Difference, Facts, Tie, Vote
from labeling.label_types.changes import Flip, Photometric
from labeling.label_types.errors import InvalidValue
from labeling.label_types.segment import LABEL_TYPE
from labeling.label_types.segment.value import Segments

CLASSES = [{"code": 1, "name": "Ann"}, {"code": 2, "name": "Ben"}]
SPEC = LABEL_TYPE.check_spec({"classes": CLASSES})
CROSSING = LABEL_TYPE.check_spec({"classes": CLASSES, "overlapping": True})
SAID = LABEL_TYPE.check_spec({"classes": CLASSES, "text": True})
FACTS: Facts = {"parts": {"sound": {"duration_ms": 10_000}}}


def raw(*rows: tuple[Any, ...]) -> dict[str, Any]:
    """Rows of start, end, class and, where there is one, the text."""
    return {
        "elements": [
            {
                "id": f"e{at}",
                "class": row[2] if len(row) > 2 else 1,
                "part": "sound",
                "geometry": {"start": row[0], "end": row[1]},
                "attributes": {"text": row[3]} if len(row) > 3 else {},
            }
            for at, row in enumerate(rows)
        ]
    }


def segments(*rows: tuple[Any, ...], spec: Any = CROSSING) -> Segments:
    return LABEL_TYPE.parse(raw(*rows), spec, FACTS)


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        ([(0, 10_101)], "elements.0.geometry.end"),
        ([(500, 500)], "elements.0.geometry.end"),
        ([(-1, 500)], "elements.0.geometry.start"),
        ([(0.5, 500)], "elements.0.geometry.start"),
        ([(0, 500), (499, 900)], "elements.1.geometry"),
        ([(10_000, 10_050)], "elements.0.geometry.end"),
    ],
)
def test_what_lies_outside_the_sound_or_over_another_is_refused(rows: list[Any], path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        segments(*rows, spec=SPEC)
    assert list(refused.value.fields) == [path]


def test_an_end_a_little_past_the_sound_is_its_end() -> None:
    (one,) = segments((9_000, 10_100)).elements
    assert one.geometry.end == 10_000


def test_segments_that_only_touch_do_not_overlap() -> None:
    assert len(segments((0, 500), (500, 900), spec=SPEC).elements) == 2


def test_a_sound_of_unknown_length_takes_no_segments() -> None:
    with pytest.raises(InvalidValue):
        LABEL_TYPE.parse(raw((0, 500)), SPEC, {"parts": {"sound": {"duration_ms": None}}})


def test_a_text_is_kept_composed_and_without_needless_blanks() -> None:
    (one, other) = segments((0, 500, 1, " cafe\u0301  noir "), (600, 700, 1, " "), spec=SAID).elements
    assert (one.attributes, other.attributes) == ({"text": "café noir"}, {})
    with pytest.raises(InvalidValue) as refused:
        segments((0, 500, 1, 3), spec=SAID)
    assert list(refused.value.fields) == ["elements.0.attributes.text"]


def test_segments_match_by_shared_time_within_their_class() -> None:
    a, b = segments((0, 1000), (2000, 3000, 2)), segments((500, 1000), (2000, 3000))
    matching = LABEL_TYPE.match(a, b, SPEC)
    assert [(pair.a, pair.b, pair.quality) for pair in matching.pairs] == [("e0", "e0", 0.5)]
    assert (matching.only_a, matching.only_b) == (("e1",), ("e1",))
    assert LABEL_TYPE.distance(a, b, SPEC) == pytest.approx(1 - 0.5 / 3)


def test_differences_are_typed() -> None:
    a = segments((0, 1000), (2000, 3000, 2), (4000, 6000), (7000, 7500))
    b = segments((0, 900), (2000, 3000, 1), (4000, 5000), (5000, 6000))
    kinds = {(one.kind, one.a, one.b) for one in LABEL_TYPE.differences(a, b, CROSSING)}
    assert kinds == {
        ("boundary", ("e0",), ("e0",)),
        ("class", ("e1",), ("e1",)),
        ("one_versus_many", ("e2",), ("e2", "e3")),
        ("missed", ("e3",), ()),
    }


def test_words_count_half_of_a_pair_where_segments_have_texts() -> None:
    a, b = segments((0, 1000, 1, "one two"), spec=SAID), segments((0, 1000, 1, "one three"), spec=SAID)
    assert LABEL_TYPE.distance(a, b, SAID) == pytest.approx(0.25)
    assert LABEL_TYPE.distance(a, b, SPEC) == 0.0
    assert LABEL_TYPE.differences(a, b, SAID) == [Difference("class", ("e0",), ("e0",), 1, 1, 0.25)]


def test_the_same_words_written_otherwise_are_a_convention() -> None:
    a, b = segments((0, 1000, 1, "Um, ja"), spec=SAID), segments((0, 1000, 1, "um ja"), spec=SAID)
    (found,) = LABEL_TYPE.differences(a, b, SAID)
    assert found.kind == "convention"


def test_merging_takes_median_ends_the_commonest_class_and_the_words_most_people_heard() -> None:
    ballots = [
        Ballot("a", segments((0, 1000, 1, "the red door"), spec=SAID)),
        Ballot("b", segments((100, 1100, 1, "the red floor"), spec=SAID)),
        Ballot("c", segments((300, 1200, 2, "a red door"), (5000, 6000), spec=SAID)),
    ]
    merged = LABEL_TYPE.merge(ballots, SAID)
    (one,) = merged.value.elements
    assert (one.geometry.start, one.geometry.end, one.class_code) == (100, 1100, 1)
    assert one.attributes == {"text": "the red door"}
    assert merged.support == {"e0": pytest.approx(1.0)}


def test_what_half_of_them_marked_is_left_out_and_named() -> None:
    merged = LABEL_TYPE.merge([Ballot("a", segments((0, 1000))), Ballot("b", segments())], CROSSING)
    assert (merged.value, merged.ties) == (Segments(), (Tie("e0", (0, 1)),))


def test_merged_segments_do_not_overlap_where_none_may() -> None:
    ballots = [
        Ballot("a", segments((0, 1000), (1000, 3000), spec=SPEC)),
        Ballot("b", segments((0, 1400), (1400, 3000), spec=SPEC)),
        Ballot("c", segments((0, 1300), (1300, 2800), spec=SPEC)),
    ]
    first, second = LABEL_TYPE.merge(ballots, SPEC).value.elements
    assert first.geometry.end <= second.geometry.start


def test_each_class_votes_whether_it_was_heard() -> None:
    assert LABEL_TYPE.votes(segments((0, 10, 2), (20, 30, 2)), SPEC) == [Vote("1", 0), Vote("2", 1)]


def test_a_segment_is_measured_in_milliseconds() -> None:
    assert LABEL_TYPE.measures(segments((250, 1000)).elements[0]) == {"duration_ms": 750.0}


def test_noise_keeps_the_times_and_other_changes_need_a_person() -> None:
    value = segments((0, 1000))
    assert LABEL_TYPE.transform(value, Photometric("sound"), SPEC).needs_person == ()
    assert LABEL_TYPE.transform(value, Flip("sound", "horizontal", 8, 8), SPEC).needs_person == ("e0",)


def test_a_class_given_up_takes_its_segments_along() -> None:
    carried = LABEL_TYPE.remap(segments((0, 1000), (2000, 3000, 2)), {2: []}, SPEC)
    assert carried.dropped == ("e1",)
