"""Relations by example; what holds for every type is in test_contract.py."""

from typing import Any

import pytest

from labeling.label_types.base import Ballot, Difference, Tie
from labeling.label_types.changes import Crop
from labeling.label_types.errors import InvalidValue
from labeling.label_types.relation import LABEL_TYPE
from labeling.label_types.relation.value import Related, RelationSpec

CLASSES = [{"code": 1, "name": "person"}, {"code": 2, "name": "company"}]
RELATIONS: list[dict[str, Any]] = [
    {"name": "works for", "from": ["person"], "to": [2]},
    {"name": "knows", "symmetric": True},
    {"name": "reports to"},
]
RAW = {"classes": CLASSES, "relations": RELATIONS, "overlapping": True}
SPEC = LABEL_TYPE.check_spec(RAW)
WITHOUT_CIRCLES = LABEL_TYPE.check_spec({**RAW, "cycles": False})
FACTS = {"parts": {"text": {"characters": 60}, "reply": {"characters": 60}}}


def span(name: str, start: int, end: int, code: int = 1, part: str = "text") -> dict[str, Any]:
    return {"id": name, "class": code, "part": part, "geometry": {"start": start, "end": end}}


def link(name: str, relation: str, source: str, target: str) -> dict[str, Any]:
    return {"id": name, "relation": relation, "from": source, "to": target}


ANN, BOB, CARL, ACME = span("ann", 0, 3), span("bob", 10, 13), span("carl", 20, 24), span("acme", 30, 34, 2)
PEOPLE = (ANN, BOB, CARL, ACME)


def related(*links: dict[str, Any], spans: Any = PEOPLE, spec: RelationSpec = SPEC) -> Related:
    return LABEL_TYPE.parse({"elements": list(spans), "links": list(links)}, spec, FACTS)


@pytest.mark.parametrize(
    ("links", "field"),
    [
        ([link("l", "owns", "ann", "acme")], "links.0.relation"),
        ([link("l", 3, "ann", "acme")], "links.0.relation"),  # type: ignore[arg-type]
        ([link("l", "knows", "nobody", "acme")], "links.0.from"),
        ([link("l", "knows", "ann", "gone")], "links.0.to"),
        ([link("l", "knows", "ann", "ann")], "links.0.to"),
        ([link("l", "works for", "acme", "ann")], "links.0.from"),
        ([link("l", "works for", "ann", "bob")], "links.0.to"),
        ([link("ann", "knows", "ann", "bob")], "links.0.id"),
        ([link("l", "knows", "ann", "bob"), link("l", "knows", "ann", "carl")], "links.1.id"),
        ([link("l", "knows", "ann", "bob"), link("m", "knows", "bob", "ann")], "links.1"),
        ([link("l", "works for", "ann", "acme"), link("m", "works for", "ann", "acme")], "links.1"),
        ([{"id": "l", "relation": "knows", "from": "ann"}], "links.0.to"),
    ],
)
def test_a_link_that_cannot_stand_is_refused_by_its_field(links: list[Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        related(*links)
    assert list(refused.value.fields) == [field]


def test_the_other_way_around_is_another_link_where_the_relation_points() -> None:
    both = related(link("l", "reports to", "ann", "bob"), link("m", "reports to", "bob", "ann"))
    assert len(both.links) == 2


def test_a_circle_is_refused_where_the_question_takes_none_and_only_within_one_relation() -> None:
    chain = [link("l", "reports to", "ann", "bob"), link("m", "reports to", "bob", "carl")]
    related(*chain, link("n", "knows", "carl", "ann"), spec=WITHOUT_CIRCLES)
    with pytest.raises(InvalidValue) as refused:
        related(*chain, link("n", "reports to", "carl", "ann"), spec=WITHOUT_CIRCLES)
    assert list(refused.value.fields) == ["links.2"]


def test_more_links_than_the_question_takes_are_refused() -> None:
    spec = LABEL_TYPE.check_spec({**RAW, "max_links": 1})
    with pytest.raises(InvalidValue) as refused:
        related(link("l", "knows", "ann", "bob"), link("m", "knows", "ann", "carl"), spec=spec)
    assert list(refused.value.fields) == ["links"]


@pytest.mark.parametrize(
    ("relations", "field"),
    [
        ([{"name": "12"}], "relations.0.name"),
        ([{"name": "Knows"}, {"name": "knows"}], "relations.1.name"),
        ([{"name": "owns", "from": ["cat"]}], "relations.0.from.0"),
        ([{"name": "owns", "to": [1, 3]}], "relations.0.to.1"),
        ([{"name": "o" * 41}], "relations.0.name"),
        ([{}], "relations.0.name"),
    ],
)
def test_a_wrong_relation_is_refused_by_its_field(relations: list[Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.check_spec({"classes": CLASSES, "relations": relations})
    assert list(refused.value.fields) == [field]


def test_distance_counts_spans_and_links_alike() -> None:
    one = related(link("l", "works for", "ann", "acme"), link("m", "knows", "ann", "bob"))
    other = related(link("l", "works for", "ann", "acme"))
    assert LABEL_TYPE.distance(one, other, SPEC) == pytest.approx(1 - 5 / 6)


def test_a_link_is_as_alike_as_the_lesser_of_its_ends() -> None:
    wide = (span("ann", 0, 6), ACME)
    one = related(link("l", "works for", "ann", "acme"), spans=(ANN, ACME))
    other = related(link("l", "works for", "ann", "acme"), spans=wide)
    assert LABEL_TYPE.distance(one, other, SPEC) == pytest.approx(1 - (0.5 + 1 + 0.5) / 3)
    assert LABEL_TYPE.differences(one, other, SPEC) == [Difference("boundary", ("ann",), ("ann",), 1, 1, 0.5)]


def test_a_symmetric_link_is_the_same_both_ways() -> None:
    one, other = related(link("l", "knows", "ann", "bob")), related(link("x", "knows", "bob", "ann"))
    assert LABEL_TYPE.distance(one, other, SPEC) == 0
    assert not LABEL_TYPE.differences(one, other, SPEC)


@pytest.mark.parametrize(
    ("theirs", "kind"),
    [
        (link("x", "reports to", "bob", "ann"), "direction"),
        (link("x", "knows", "bob", "ann"), "relation"),
        (link("x", "reports to", "ann", "carl"), "end"),
        (link("x", "reports to", "carl", "bob"), "end"),
    ],
)
def test_links_that_differ_say_in_what(theirs: dict[str, Any], kind: Any) -> None:
    mine = related(link("l", "reports to", "ann", "bob"))
    assert LABEL_TYPE.differences(mine, related(theirs), SPEC) == [Difference(kind, ("l",), ("x",))]


def test_a_link_that_one_side_does_not_have_is_missed() -> None:
    mine, none = related(link("l", "knows", "ann", "bob")), related()
    assert LABEL_TYPE.differences(mine, none, SPEC) == [Difference("link", a=("l",))]
    assert LABEL_TYPE.differences(none, mine, SPEC) == [Difference("link", b=("l",))]


def test_what_is_wrong_with_a_span_is_not_said_again_of_its_links() -> None:
    mine = related(link("l", "knows", "ann", "bob"), spans=(ANN, BOB))
    theirs = related(link("x", "knows", "e1", "bob"), spans=(span("e1", 0, 3, 2), BOB))
    assert LABEL_TYPE.differences(mine, theirs, SPEC) == [Difference("class", ("ann",), ("e1",), 1, 2)]
    assert LABEL_TYPE.distance(mine, theirs, SPEC) == pytest.approx(1 - 1 / 5)


def test_two_spans_of_one_place_do_not_confuse_their_links() -> None:
    nested = (span("long", 0, 10), span("short", 0, 8), ACME)
    mine = related(link("l", "works for", "long", "acme"), spans=nested)
    theirs = related(link("l", "works for", "short", "acme"), spans=nested)
    assert LABEL_TYPE.distance(mine, theirs, SPEC) == pytest.approx(1 - 3.8 / 4)
    assert [one.kind for one in LABEL_TYPE.differences(mine, theirs, SPEC)] == ["end"]


def merged(*values: Related, spec: RelationSpec = SPEC) -> Any:
    return LABEL_TYPE.merge([Ballot(str(at), value) for at, value in enumerate(values)], spec)


def test_links_that_most_drew_are_kept_with_their_share() -> None:
    works, knows = link("l", "works for", "ann", "acme"), link("m", "knows", "ann", "bob")
    done = merged(related(works, knows), related(works), related({**works, "id": "x"}))
    assert [one.id for one in done.value.links] == ["l"]
    assert done.support["l"] == 1
    assert done.ties == ()
    assert merged(related(works), related(works), related()).support["l"] == pytest.approx(2 / 3)


def test_a_link_that_half_drew_is_left_out_and_named() -> None:
    done = merged(related(link("l", "knows", "ann", "bob")), related())
    assert done.value.links == ()
    assert done.ties == (Tie("l", (0, 1)),)


def test_where_all_join_two_spans_otherwise_the_relation_named_first_stands_and_is_a_tie() -> None:
    done = merged(related(link("l", "reports to", "ann", "bob")), related(link("m", "knows", "ann", "bob")))
    assert [one.id for one in done.value.links] == ["m"]
    assert (done.support["m"], done.ties) == (0.5, (Tie("m", (2, 3)),))
    done = merged(
        related(link("l", "reports to", "ann", "bob")),
        related(link("m", "knows", "ann", "bob")),
        related(link("n", "reports to", "bob", "ann")),
    )
    assert [(one.relation, one.source) for one in done.value.links] == [("knows", "ann")]
    assert done.ties == (Tie("m", (2, 3)),)


def test_links_follow_their_spans_into_the_merged_ones() -> None:
    first = related(link("l", "knows", "a1", "b1"), spans=(span("a1", 0, 4), span("b1", 10, 14)))
    second = related(link("l", "knows", "b1", "a1"), spans=(span("b1", 10, 13), span("a1", 0, 4)))
    third = related(link("k", "knows", "x", "y"), spans=(span("x", 0, 4), span("y", 10, 14)))
    done = merged(first, second, third)
    (one,) = done.value.links
    places = {e.id: (e.geometry.start, e.geometry.end) for e in done.value.elements}
    assert sorted((places[one.source], places[one.target])) == [(0, 4), (10, 14)]
    assert done.support[one.id] == 1


def test_a_link_of_a_span_that_was_outvoted_goes_with_it() -> None:
    lone = related(link("l", "knows", "ann", "bob"), spans=(ANN, BOB))
    done = merged(lone, related(spans=(ANN,)), related(spans=(ANN,)))
    assert [one.id for one in done.value.elements] == ["ann"]
    assert done.value.links == ()
    assert done.ties == ()


def test_a_merge_closes_no_circle_where_none_may_be() -> None:
    ab, bc, ca = (
        link("l", "reports to", "ann", "bob"),
        link("m", "reports to", "bob", "carl"),
        link("n", "reports to", "carl", "ann"),
    )
    values = [related(*pair, spec=WITHOUT_CIRCLES) for pair in ((ab, bc), (bc, ca), (ab, ca))]
    done = merged(*values, spec=WITHOUT_CIRCLES)
    assert [one.id for one in done.value.links] == ["l", "m"]
    assert done.ties == (Tie("n", (0, 1)),)
    LABEL_TYPE.parse(LABEL_TYPE.dump(done.value), WITHOUT_CIRCLES, FACTS)


def test_links_go_with_a_class_that_is_given_up_and_odd_ones_need_a_person() -> None:
    value = related(link("l", "works for", "ann", "acme"), link("m", "knows", "ann", "bob"))
    carried = LABEL_TYPE.remap(value, {2: []}, SPEC)
    assert carried.dropped == ("acme", "l")
    assert carried.value is not None
    assert [one.id for one in carried.value.links] == ["m"]
    carried = LABEL_TYPE.remap(value, {2: [1]}, SPEC)
    assert carried.needs_person == ("l",)


def test_text_changed_in_place_needs_a_person() -> None:
    value = related(spans=(ANN, span("e", 0, 5, part="reply")))
    assert LABEL_TYPE.transform(value, Crop("text", 0, 0, 4, 4), SPEC).needs_person == ("ann",)


def test_votes_tell_of_every_class_and_every_relation() -> None:
    found = LABEL_TYPE.votes(related(link("l", "knows", "ann", "bob")), SPEC)
    assert {vote.facet: vote.code for vote in found} == {
        "1": 1,
        "2": 1,
        "works for": 0,
        "knows": 1,
        "reports to": 0,
    }


def test_a_link_is_measured_by_how_far_it_reaches() -> None:
    value = related(link("l", "works for", "ann", "acme"))
    *_, arrow = LABEL_TYPE.elements(value)
    assert LABEL_TYPE.measures(arrow) == {"characters": 34.0}
