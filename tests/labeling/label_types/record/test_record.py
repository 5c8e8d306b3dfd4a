"""Records by example; what holds for every type is in test_contract.py."""

from typing import Any

import pytest

from labeling.label_types.base import WHOLE, Ballot, Difference, Tie, Vote
from labeling.label_types.changes import Crop, Photometric
from labeling.label_types.errors import InvalidValue
from labeling.label_types.fields import option_code
from labeling.label_types.record import LABEL_TYPE
from labeling.label_types.record.value import Record

FIELDS: list[dict[str, Any]] = [
    {"name": "amount", "kind": "number", "min": 0, "max": 100},
    {"name": "sort", "kind": "choice", "options": ["invoice", "receipt"]},
    {"name": "due", "kind": "date", "min": "2026-01-01", "max": "2026-01-11", "required": False},
    {"name": "note", "kind": "text", "required": False},
    {"name": "paid", "kind": "yes_no", "required": False},
]
SPEC = LABEL_TYPE.check_spec({"fields": FIELDS})


def record(**fields: str | float | bool) -> Record:
    return Record({"amount": 10.0, "sort": "invoice", **fields})


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ({"name": "Amount", "kind": "number"}, "fields.0.name"),
        ({"name": "7", "kind": "number"}, "fields.0.name"),
        ({"name": "amount", "kind": "money"}, "fields.0.kind"),
        ({"name": "amount", "kind": "number", "min": 3, "max": 1}, "fields.0.min"),
        ({"name": "amount", "kind": "yes_no", "min": 3}, "fields.0.min"),
        ({"name": "sort", "kind": "choice"}, "fields.0.options"),
        ({"name": "sort", "kind": "choice", "options": ["one"]}, "fields.0.options"),
        ({"name": "sort", "kind": "choice", "options": ["one", "one"]}, "fields.0.options.1"),
        ({"name": "due", "kind": "date", "min": "2026-02-30"}, "fields.0.min"),
    ],
)
def test_a_field_that_means_nothing_is_refused(field: object, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.check_spec({"fields": [field]})
    assert list(refused.value.fields) == [path]


def test_a_name_is_used_once() -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.check_spec({"fields": [FIELDS[0], FIELDS[0]]})
    assert list(refused.value.fields) == ["fields.1.name"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"amount": 10}, "fields.sort"),
        ({"amount": 101, "sort": "invoice"}, "fields.amount"),
        ({"amount": "10", "sort": "invoice"}, "fields.amount"),
        ({"amount": 10, "sort": "letter"}, "fields.sort"),
        ({"amount": 10, "sort": "invoice", "due": "12.3.2026"}, "fields.due"),
        ({"amount": 10, "sort": "invoice", "due": "2026-02-01"}, "fields.due"),
        ({"amount": 10, "sort": "invoice", "paid": 1}, "fields.paid"),
        ({"amount": 10, "sort": "invoice", "note": " "}, "fields.note"),
        ({"amount": 10, "sort": "invoice", "other": 1}, "fields"),
    ],
)
def test_what_no_field_takes_is_refused_at_its_field(fields: object, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.parse({"fields": fields}, SPEC, {})
    assert list(refused.value.fields) == [path]


def test_a_text_is_kept_composed_and_without_needless_blanks() -> None:
    raw = {"fields": {"amount": 1, "sort": "invoice", "note": " cafe\u0301  au lait "}}
    assert LABEL_TYPE.parse(raw, SPEC, {}).fields["note"] == "café au lait"


def test_the_distance_is_the_mean_of_the_fields_distances() -> None:
    """Ten of a hundred, another sort, five of ten days, and two fields that are the same: (.1 + 1 + .5) / 5."""
    a, b = record(due="2026-01-01"), record(amount=20.0, sort="receipt", due="2026-01-06")
    assert LABEL_TYPE.distance(a, b, SPEC) == pytest.approx(1.6 / 5)


def test_a_field_that_one_side_left_out_counts_in_full() -> None:
    assert LABEL_TYPE.distance(record(), record(paid=False), SPEC) == pytest.approx(1 / 5)


def test_without_a_range_numbers_are_compared_with_the_larger_one_and_dates_are_the_same_or_not() -> None:
    fields = [{"name": "n", "kind": "number"}, {"name": "d", "kind": "date"}]
    spec = LABEL_TYPE.check_spec({"fields": fields})
    a, b = Record({"n": 80.0, "d": "2026-01-01"}), Record({"n": 100.0, "d": "2026-01-02"})
    assert LABEL_TYPE.distance(a, b, spec) == pytest.approx((0.2 + 1) / 2)


def test_each_difference_names_its_field_and_what_kind_it_is() -> None:
    a = record(due="2026-01-01", note="Um, ja", paid=True)
    b = record(amount=20.0, sort="receipt", note="um ja")
    found = LABEL_TYPE.differences(a, b, SPEC)
    assert [(one.kind, one.a, one.b) for one in found] == [
        ("boundary", ("amount",), ("amount",)),
        ("class", ("sort",), ("sort",)),
        ("missed", ("due",), ()),
        ("convention", ("note",), ("note",)),
        ("missed", ("paid",), ()),
    ]
    assert sum(one.amount for one in found) == pytest.approx(LABEL_TYPE.distance(a, b, SPEC))
    assert found[2] == Difference("missed", ("due",), (), amount=1 / 5)


def test_fields_with_named_answers_vote_by_their_name() -> None:
    assert LABEL_TYPE.votes(record(paid=True), SPEC) == [
        Vote("sort", option_code("invoice")), Vote("paid", 1)
    ]  # fmt: skip


def test_options_listed_in_another_order_vote_alike() -> None:
    turned = LABEL_TYPE.check_spec({"fields": [{**FIELDS[1], "options": ["receipt", "invoice"]}]})
    (vote,) = LABEL_TYPE.votes(Record({"sort": "invoice"}), turned)
    assert vote in LABEL_TYPE.votes(record(), SPEC)


def test_merging_settles_each_field_by_itself() -> None:
    ballots = [
        Ballot("a", record(amount=10.0, sort="invoice", note="blue door", paid=True)),
        Ballot("b", record(amount=12.0, sort="receipt", note="blue doors", paid=True)),
        Ballot("c", record(amount=90.0, sort="receipt", note="red", due="2026-01-02")),
    ]
    merged = LABEL_TYPE.merge(ballots, SPEC)
    assert merged.value == record(amount=12.0, sort="receipt", note="blue door", paid=True)
    assert merged.support["sort"] == pytest.approx(2 / 3)
    assert merged.support["due"] == pytest.approx(2 / 3)
    assert merged.ties == ()
    assert merged.distribution["paid"] == {1: 1.0}


def test_even_votes_are_named_by_their_field() -> None:
    merged = LABEL_TYPE.merge([Ballot("a", record(paid=True)), Ballot("b", record(sort="receipt"))], SPEC)
    assert merged.value == record()
    assert merged.ties == (Tie("sort", ()), Tie("paid", (0, 1)))


def test_the_median_of_days_is_a_day_and_of_whole_numbers_whole() -> None:
    fields = [{"name": "n", "kind": "number", "whole": True}, {"name": "d", "kind": "date"}]
    spec = LABEL_TYPE.check_spec({"fields": fields})
    ballots = [
        Ballot(day, Record({"n": n, "d": day})) for n, day in ((1.0, "2026-01-01"), (2.0, "2026-01-04"))
    ]
    assert LABEL_TYPE.merge(ballots, spec).value == Record({"n": 1.0, "d": "2026-01-02"})


def test_a_person_looks_again_when_some_of_the_item_is_gone() -> None:
    assert LABEL_TYPE.transform(record(), Crop("image", 0, 0, 4, 4), SPEC).needs_person == (WHOLE,)
    assert LABEL_TYPE.transform(record(), Photometric("image"), SPEC).needs_person == ()
