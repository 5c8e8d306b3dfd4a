"""What is true of every label type, tested over the registry with a strategy per type."""

import json
from importlib import import_module
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from labeling.label_types.base import AnyLabelType, Ballot, Facts
from labeling.label_types.changes import Shift, inverse
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import LABEL_TYPES
from tests.labeling.label_types.situation import Raw, Strategy, damaged, json_values

every_type = pytest.mark.parametrize("one", LABEL_TYPES, ids=lambda one: cast(str, one.name))

examples = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SMALL = 1e-12


def strategy_of(one: AnyLabelType) -> Strategy:
    module = import_module(f"tests.labeling.label_types.{one.name}.strategy")
    return cast(Strategy, module.STRATEGY)


def answer_or_refusal(
    one: AnyLabelType, raw: object, spec: object, facts: Facts
) -> tuple[InvalidValue | None, object]:
    try:
        return None, one.parse(raw, spec, facts)
    except InvalidValue as refused:
        return refused, None


class Drawn:
    """A question of this type, and values to answer it with."""

    def __init__(self, one: AnyLabelType, data: st.DataObject) -> None:
        self.one, self.data, self.strategy = one, data, strategy_of(one)
        self.raw_spec, self.facts = data.draw(self.strategy.questions)
        self.spec = one.check_spec(self.raw_spec)

    def raw(self) -> Raw:
        return self.data.draw(self.strategy.values(self.raw_spec, self.facts))

    def value(self) -> Any:
        return self.one.parse(self.raw(), self.spec, self.facts)


@every_type
@examples
@given(data=st.data())
def test_parse_reads_back_what_dump_wrote(one: AnyLabelType, data: st.DataObject) -> None:
    drawn = Drawn(one, data)
    value = drawn.value()
    written = json.loads(json.dumps(one.dump(value), allow_nan=False))
    assert one.parse(written, drawn.spec, drawn.facts) == value


@every_type
@examples
@given(data=st.data())
def test_distance_is_symmetric_bounded_and_zero_on_itself(one: AnyLabelType, data: st.DataObject) -> None:
    drawn = Drawn(one, data)
    a, b = drawn.value(), drawn.value()
    there, back = one.distance(a, b, drawn.spec), one.distance(b, a, drawn.spec)
    assert abs(there - back) <= SMALL
    assert 0.0 <= there <= 1.0
    assert one.distance(a, a, drawn.spec) <= SMALL


@every_type
@examples
@given(data=st.data())
def test_differences_are_empty_exactly_when_the_distance_is_zero(
    one: AnyLabelType, data: st.DataObject
) -> None:
    drawn = Drawn(one, data)
    a, b = drawn.value(), drawn.value()
    assert not one.differences(a, a, drawn.spec)
    assert bool(one.differences(a, b, drawn.spec)) == (one.distance(a, b, drawn.spec) > SMALL)


@every_type
@examples
@given(data=st.data())
def test_differences_name_each_element_at_most_once_and_agree_on_the_sides(
    one: AnyLabelType, data: st.DataObject
) -> None:
    drawn = Drawn(one, data)
    a, b = drawn.value(), drawn.value()
    found = one.differences(a, b, drawn.spec)
    for side, value in (("a", a), ("b", b)):
        known = {element.id for element in one.elements(value)}
        named = [name for difference in found for name in getattr(difference, side)]
        assert len(named) == len(set(named))
        assert set(named) <= known or not known


@every_type
@examples
@given(data=st.data())
def test_matching_uses_each_element_exactly_once(one: AnyLabelType, data: st.DataObject) -> None:
    drawn = Drawn(one, data)
    a, b = drawn.value(), drawn.value()
    at = data.draw(st.sampled_from([0.0, 0.5]))
    matching = one.match(a, b, drawn.spec, at=at)
    assert sorted([*(pair.a for pair in matching.pairs), *matching.only_a]) == sorted(
        e.id for e in one.elements(a)
    )
    assert sorted([*(pair.b for pair in matching.pairs), *matching.only_b]) == sorted(
        e.id for e in one.elements(b)
    )
    assert all(at <= pair.quality <= 1.0 and pair.quality > 0 for pair in matching.pairs)


@every_type
@examples
@given(data=st.data(), copies=st.integers(1, 5))
def test_merging_copies_of_one_value_returns_it(one: AnyLabelType, data: st.DataObject, copies: int) -> None:
    drawn = Drawn(one, data)
    value = drawn.value()
    merged = one.merge([Ballot(f"agent {number}", value) for number in range(copies)], drawn.spec)
    assert merged.value == value
    assert merged.ties == ()
    assert all(abs(share - 1.0) <= SMALL for share in merged.support.values())


@every_type
@examples
@given(data=st.data())
def test_merging_does_not_depend_on_the_order_ballots_arrive_in(
    one: AnyLabelType, data: st.DataObject
) -> None:
    drawn = Drawn(one, data)
    agents = data.draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5))
    weights = st.sampled_from([0.1, 0.2, 0.3, 1.0])
    ballots = [Ballot(agent, drawn.value(), data.draw(weights)) for agent in agents]
    assert one.merge(ballots, drawn.spec) == one.merge(data.draw(st.permutations(ballots)), drawn.spec)


@every_type
@examples
@given(data=st.data())
def test_shares_of_a_merge_add_up_to_one_in_every_facet(one: AnyLabelType, data: st.DataObject) -> None:
    drawn = Drawn(one, data)
    values = [drawn.value() for _ in range(3)]
    merged = one.merge([Ballot(str(number), value) for number, value in enumerate(values)], drawn.spec)
    assert set(merged.distribution) == {
        vote.facet for value in values for vote in one.votes(value, drawn.spec)
    }
    assert all(abs(sum(shares.values()) - 1.0) <= SMALL for shares in merged.distribution.values())
    assert all(0.0 <= share <= 1.0 + SMALL for share in merged.support.values())


@every_type
def test_merging_no_ballots_or_a_weightless_one_is_refused(one: AnyLabelType) -> None:
    with pytest.raises(ValueError, match="ballots"):
        one.merge([], None)
    with pytest.raises(ValueError, match="ballots"):
        one.merge([Ballot("a", None, 0.0)], None)


@every_type
@examples
@given(data=st.data())
def test_every_value_votes_on_the_same_facets_once(one: AnyLabelType, data: st.DataObject) -> None:
    drawn = Drawn(one, data)
    for value in (drawn.value(), drawn.value()):
        facets = [vote.facet for vote in one.votes(value, drawn.spec)]
        assert len(facets) == len(set(facets))
        assert all(0 <= vote.code <= 32_767 for vote in one.votes(value, drawn.spec))


@every_type
@examples
@given(data=st.data())
def test_exact_changes_have_inverses_that_restore(one: AnyLabelType, data: st.DataObject) -> None:
    drawn = Drawn(one, data)
    value = drawn.value()
    change = data.draw(drawn.strategy.exact_changes(drawn.facts))
    there = one.transform(value, change, drawn.spec)
    if isinstance(change, Shift) and (there.clipped or there.dropped):
        return
    assert there.dropped == there.clipped == ()
    back = inverse(change)
    assert back is not None
    note(f"{change} there: {there}")
    assert one.transform(there.value, back, drawn.spec).value == value


@every_type
@examples
@given(data=st.data())
def test_an_empty_remapping_changes_nothing(one: AnyLabelType, data: st.DataObject) -> None:
    drawn = Drawn(one, data)
    value = drawn.value()
    carried = one.remap(value, {}, drawn.spec)
    assert (carried.value, carried.dropped, carried.needs_person) == (value, (), ())


@every_type
@examples
@given(data=st.data())
def test_measures_are_finite_and_named_alike_for_every_element(
    one: AnyLabelType, data: st.DataObject
) -> None:
    elements = one.elements(Drawn(one, data).value())
    names = {tuple(one.measures(element)) for element in elements}
    assert len(names) <= 1
    assert all(0 <= number < 1e9 for element in elements for number in one.measures(element).values())


@every_type
@examples
@given(data=st.data(), nonsense=json_values, path=st.lists(st.integers(0, 5), max_size=5))
def test_nonsense_raises_invalid_value_and_nothing_else(
    one: AnyLabelType, data: st.DataObject, nonsense: object, path: list[int]
) -> None:
    drawn = Drawn(one, data)
    raw = damaged(drawn.raw(), nonsense, path)
    refused, value = answer_or_refusal(one, raw, drawn.spec, drawn.facts)
    written = one.dump(value) if refused is None else refused.body()
    assert refused is None or refused.fields
    json.dumps(written, ensure_ascii=False, allow_nan=False).encode()


@every_type
@examples
@given(data=st.data(), nonsense=json_values, path=st.lists(st.integers(0, 5), max_size=4))
def test_nonsense_settings_raise_invalid_value_and_nothing_else(
    one: AnyLabelType, data: st.DataObject, nonsense: object, path: list[int]
) -> None:
    raw, _ = data.draw(strategy_of(one).questions)
    try:
        one.check_spec(damaged(raw, nonsense, path))
    except InvalidValue as refused:
        json.dumps(refused.body(), ensure_ascii=False).encode()


@every_type
@examples
@given(data=st.data(), facts=json_values)
def test_facts_that_say_nothing_raise_invalid_value_and_nothing_else(
    one: AnyLabelType, data: st.DataObject, facts: object
) -> None:
    drawn = Drawn(one, data)
    known: Facts = facts if isinstance(facts, dict) else {"parts": facts}
    refused, _ = answer_or_refusal(one, drawn.raw(), drawn.spec, known)
    assert refused is None or refused.fields


PLAIN: tuple[object, ...] = (None, True, 3, 1.5, "text", [], [{}], {}, {"unknown": 1}, b"bytes", {3: 4})


@every_type
@examples
@given(data=st.data())
def test_plain_wrong_shapes_are_refused(one: AnyLabelType, data: st.DataObject) -> None:
    drawn = Drawn(one, data)
    for raw in PLAIN:
        with pytest.raises(InvalidValue):
            one.parse(raw, drawn.spec, drawn.facts)
        if raw != {}:  # settings may all have defaults
            with pytest.raises(InvalidValue):
                one.check_spec(raw)


def test_names_are_unique_and_each_type_can_be_shown_something() -> None:
    names = [one.name for one in LABEL_TYPES]
    assert len(names) == len(set(names))
    assert all(
        one.modalities <= {"image", "audio", "text", "record"} and one.modalities for one in LABEL_TYPES
    )


@every_type
@examples
@given(data=st.data())
def test_a_question_may_say_the_default_of_every_setting(one: AnyLabelType, data: st.DataObject) -> None:
    raw_spec, _ = data.draw(strategy_of(one).questions)
    bare = {name: value for name, value in raw_spec.items() if name == "classes"}
    said = {setting.name: setting.default for setting in one.settings if setting.default is not None}
    assert one.check_spec({**bare, **said}) == one.check_spec(bare)


@every_type
@examples
@given(data=st.data())
def test_a_setting_is_read_and_refused_by_its_name(one: AnyLabelType, data: st.DataObject) -> None:
    raw_spec, _ = data.draw(strategy_of(one).questions)
    for setting in one.settings:
        with pytest.raises(InvalidValue) as refused:
            one.check_spec({**raw_spec, setting.name: {"not": "this"}})
        assert [path.partition(".")[0] for path in refused.value.fields] == [setting.name]
