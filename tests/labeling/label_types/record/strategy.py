from datetime import date
from typing import Any

from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric
from tests.labeling.label_types.situation import Raw, Strategy

FIELDS: list[dict[str, Any]] = [
    {"name": "note", "kind": "text", "max_length": 12},
    {"name": "amount", "kind": "number", "min": -5, "max": 20},
    {"name": "count", "kind": "number", "whole": True},
    {"name": "sort", "kind": "choice", "options": ["invoice", "receipt", "letter"]},
    {"name": "due", "kind": "date", "min": "2020-01-01", "max": "2020-12-31"},
    {"name": "paid", "kind": "yes_no"},
]

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "note": st.sampled_from(["Um, ja", "um ja", "nein", "天気"]),
    "amount": st.integers(-20, 80).map(lambda n: n / 4),
    "count": st.integers(-3, 9),
    "sort": st.sampled_from(["invoice", "receipt", "letter"]),
    "due": st.dates(min_value=date(2020, 1, 1), max_value=date(2020, 12, 31)).map(str),
    "paid": st.booleans(),
}


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    chosen = draw(st.lists(st.sampled_from(FIELDS), min_size=1, unique_by=lambda one: one["name"]))
    return {"fields": [{**one, "required": draw(st.booleans())} for one in chosen]}, {}


@st.composite
def values(draw: st.DrawFn, spec: Raw, facts: Facts) -> Raw:
    fields = spec["fields"]
    assert isinstance(fields, list)
    filled = [one["name"] for one in fields if one["required"] or draw(st.booleans())]
    return {"fields": {name: draw(VALUES[name]) for name in filled}}


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return st.sampled_from([Photometric("image"), Flip("image", "vertical", 8, 8)])


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
