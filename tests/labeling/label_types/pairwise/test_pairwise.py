"""Preferences and rankings by example; what holds for every type is in test_contract.py."""

from typing import Any

import pytest

from labeling.label_types.base import WHOLE, Ballot, Difference, Facts, Tie, Vote
from labeling.label_types.changes import Flip, Photometric
from labeling.label_types.errors import InvalidValue
from labeling.label_types.pairwise import LABEL_TYPE
from labeling.label_types.pairwise.value import Ranking

SIDES = [{"code": 1, "name": "left"}, {"code": 2, "name": "right"}]
SEVERAL = [{"code": code, "name": f"answer {code}"} for code in (3, 1, 4, 2)]
PAIR = LABEL_TYPE.check_spec({"classes": SIDES})
STRONG = LABEL_TYPE.check_spec({"classes": SIDES, "strength": 3})
RANKED = LABEL_TYPE.check_spec({"classes": SEVERAL})
STRICT = LABEL_TYPE.check_spec({"classes": SEVERAL, "ties": False})
TWO: Facts = {"parts": {"left": {}, "right": {}}}
FOUR: Facts = {"parts": {name: {} for name in "abcd"}}

LEFT, RIGHT, EVEN = Ranking(((1,), (2,))), Ranking(((2,), (1,))), Ranking(((1, 2),))


def ranked(*groups: tuple[int, ...]) -> Ranking:
    return Ranking(groups)


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"classes": SIDES[:1]}, "classes"),
        ({"classes": SEVERAL, "strength": 2}, "strength"),
        ({"classes": SIDES, "strength": 5}, "strength"),
        ({"classes": SIDES, "parts": ["left"]}, "parts"),
        ({"classes": SIDES, "parts": ["left", "left"]}, "parts"),
    ],
)
def test_a_setting_that_cannot_be_asked_is_refused(spec: object, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.check_spec(spec)
    assert list(refused.value.fields) == [path]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"ranking": [[1]]}, "ranking"),
        ({"ranking": [[1], [2], [1]]}, "ranking"),
        ({"ranking": [[1], [], [2]]}, "ranking.1"),
        ({"ranking": [[1], [3]]}, "ranking.1.0"),
        ({"ranking": [[1], [2]], "strength": 1}, "strength"),
        ({"ranking": [[1], [2]], "shown": [1]}, "shown"),
        ({"ranking": [[1], [2]], "shown": [1, 1]}, "shown"),
    ],
)
def test_a_ranking_places_every_part_once(raw: object, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.parse(raw, PAIR, TWO)
    assert list(refused.value.fields) == [path]


def test_a_strength_belongs_to_a_preference_and_not_to_equals() -> None:
    assert LABEL_TYPE.parse({"ranking": [[2], [1]], "strength": 3}, STRONG, TWO).strength == 3
    assert LABEL_TYPE.parse({"ranking": [[2, 1]]}, STRONG, TWO) == EVEN
    for raw in ({"ranking": [[2], [1]]}, {"ranking": [[1, 2]], "strength": 1}):
        with pytest.raises(InvalidValue) as refused:
            LABEL_TYPE.parse(raw, STRONG, TWO)
        assert list(refused.value.fields) == ["strength"]


def test_equals_are_refused_where_the_question_takes_none() -> None:
    with pytest.raises(InvalidValue):
        LABEL_TYPE.parse({"ranking": [[1, 2], [3], [4]]}, STRICT, FOUR)


def test_an_item_with_fewer_parts_is_ranked_by_the_classes_that_have_one() -> None:
    three: Facts = {"parts": {name: {} for name in "abc"}}
    assert LABEL_TYPE.parse({"ranking": [[2], [1, 3]]}, RANKED, three).place == {2: 0, 1: 1, 3: 1}
    with pytest.raises(InvalidValue):
        LABEL_TYPE.parse({"ranking": [[1]]}, RANKED, {"parts": {"a": {}}})


def test_a_part_that_is_named_must_be_there() -> None:
    named = LABEL_TYPE.check_spec({"classes": SIDES, "parts": ["answer-1", "answer-2"]})
    facts: Facts = {"parts": {"prompt": {}, "answer-1": {}, "answer-2": {}}}
    assert LABEL_TYPE.parse({"ranking": [[2], [1]]}, named, facts) == RIGHT
    with pytest.raises(InvalidValue):
        LABEL_TYPE.parse({"ranking": [[2], [1]]}, named, TWO)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [(LEFT, RIGHT, 1.0), (LEFT, EVEN, 0.5), (LEFT, Ranking(LEFT.groups, shown=(2, 1)), 0.0)],
)
def test_a_tie_lies_halfway_and_the_order_on_the_page_counts_nothing(
    a: Ranking, b: Ranking, expected: float
) -> None:
    assert LABEL_TYPE.distance(a, b, PAIR) == expected


def test_strengths_are_steps_on_a_scale_through_the_tie() -> None:
    slightly, clearly = Ranking(LEFT.groups, 1), Ranking(LEFT.groups, 3)
    assert LABEL_TYPE.distance(slightly, clearly, STRONG) == pytest.approx(2 / 6)
    assert LABEL_TYPE.distance(clearly, Ranking(RIGHT.groups, 3), STRONG) == 1.0
    assert LABEL_TYPE.distance(slightly, EVEN, STRONG) == pytest.approx(1 / 6)
    assert LABEL_TYPE.differences(slightly, clearly, STRONG) == [
        Difference("boundary", class_a=1, class_b=1, amount=2 / 6)
    ]


def test_the_distance_of_rankings_is_the_share_of_pairs_in_another_order() -> None:
    """Four parts make six pairs: a swap of neighbors is 1/6, the reverse is 1, a tie of two half a pair."""
    order = ranked((1,), (2,), (3,), (4,))
    assert LABEL_TYPE.distance(order, ranked((2,), (1,), (3,), (4,)), RANKED) == pytest.approx(1 / 6)
    assert LABEL_TYPE.distance(order, ranked((4,), (3,), (2,), (1,)), RANKED) == 1.0
    assert LABEL_TYPE.distance(order, ranked((1, 2), (3,), (4,)), RANKED) == pytest.approx(1 / 12)


def test_each_pair_ordered_otherwise_is_a_difference_that_names_who_was_preferred() -> None:
    found = LABEL_TYPE.differences(ranked((1,), (2,), (3,), (4,)), ranked((2,), (1,), (3, 4)), RANKED)
    assert [(one.kind, one.class_a, one.class_b) for one in found] == [("class", 3, 0), ("class", 1, 2)]
    assert sum(one.amount for one in found) == pytest.approx(1.5 / 6)


def test_a_preference_is_one_vote_and_equals_vote_for_no_class() -> None:
    assert LABEL_TYPE.votes(RIGHT, PAIR) == [Vote(WHOLE, 2)]
    assert LABEL_TYPE.votes(EVEN, PAIR) == [Vote(WHOLE, 0)]


def test_a_ranking_votes_for_each_part_whether_it_is_among_the_best() -> None:
    assert LABEL_TYPE.votes(ranked((1, 4), (2,), (3,)), RANKED) == [
        Vote("3", 0), Vote("1", 1), Vote("4", 1), Vote("2", 0)
    ]  # fmt: skip


def test_what_is_preferred_is_named_to_other_questions_and_equals_are_not() -> None:
    assert LABEL_TYPE.classes_in(RIGHT) == {2}
    assert LABEL_TYPE.classes_in(EVEN) == frozenset()


def test_merging_a_preference_takes_the_plurality_and_names_an_even_vote() -> None:
    ballots = [Ballot("a", LEFT), Ballot("b", RIGHT), Ballot("c", RIGHT), Ballot("d", EVEN)]
    merged = LABEL_TYPE.merge(ballots, PAIR)
    assert (merged.value, merged.support, merged.ties) == (RIGHT, {WHOLE: 0.5}, ())
    assert merged.distribution == {WHOLE: {0: 0.25, 1: 0.25, 2: 0.5}}
    even = LABEL_TYPE.merge([Ballot("a", LEFT), Ballot("b", RIGHT)], PAIR)
    assert (even.value, even.ties) == (LEFT, (Tie(WHOLE, (1, 2)),))


def test_the_merged_strength_is_the_median_of_those_who_prefer_the_same() -> None:
    ballots = [Ballot(f"{n}", Ranking(LEFT.groups, n)) for n in (1, 3, 3)]
    merged = LABEL_TYPE.merge([*ballots, Ballot("x", Ranking(RIGHT.groups, 1))], STRONG)
    assert merged.value == Ranking(LEFT.groups, 3)


def test_rankings_are_merged_by_mean_place() -> None:
    """The mean places are 1/2, 5/4, 5/4 and 3, so 2 and 3 end as equals though nobody said so: that is a tie."""
    ballots: list[Ballot[Any]] = [
        Ballot("a", ranked((1,), (2,), (3,), (4,))),
        Ballot("b", ranked((1,), (3,), (2,), (4,))),
        Ballot("c", ranked((2,), (1,), (3,), (4,))),
        Ballot("d", ranked((3,), (1,), (2,), (4,))),
    ]
    merged = LABEL_TYPE.merge(ballots, RANKED)
    assert merged.value == ranked((1,), (2, 3), (4,))
    assert merged.ties == (Tie(WHOLE, (3, 2)),)
    strict = LABEL_TYPE.merge(ballots, STRICT)
    assert (strict.value, strict.ties) == (ranked((1,), (3,), (2,), (4,)), merged.ties)


def test_equals_that_all_called_equal_are_no_tie() -> None:
    merged = LABEL_TYPE.merge(
        [Ballot("a", ranked((1, 2), (3, 4))), Ballot("b", ranked((1, 2), (4,), (3,)))], RANKED
    )
    assert merged.value == ranked((1, 2), (4,), (3,))
    assert merged.ties == ()


def test_how_a_part_looks_may_be_what_was_preferred() -> None:
    assert LABEL_TYPE.transform(LEFT, Photometric("left"), PAIR).needs_person == (WHOLE,)
    assert LABEL_TYPE.transform(LEFT, Flip("left", "vertical", 8, 8), PAIR).needs_person == ()


def test_a_part_given_up_leaves_the_ranking_and_merged_ones_need_a_person() -> None:
    value = Ranking(((1,), (2, 3), (4,)), None, (4, 3, 2, 1))
    carried = LABEL_TYPE.remap(value, {2: []}, RANKED)
    assert (carried.value, carried.dropped) == (Ranking(((1,), (3,), (4,)), None, (4, 3, 1)), ("2",))
    assert LABEL_TYPE.remap(value, {2: [3]}, RANKED).needs_person == (WHOLE,)
    assert LABEL_TYPE.remap(LEFT, {1: []}, PAIR).dropped == (WHOLE,)


def test_listing_the_classes_in_another_order_changes_no_answer() -> None:
    turned = LABEL_TYPE.check_spec({"classes": SIDES[::-1], "parts": ["left", "right"]})
    assert turned.by_part == (1, 2)
