import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.kernel.fields import (
    KINDS,
    Field,
    FieldKind,
    InvalidFields,
    InvalidRecord,
    declared_fields,
    inferred_fields,
    parsed_record,
)

MM = Field("scratch_mm", "number")
CAMERA = Field("camera", "choice", visible=True, choices=("left", "right"))


def test_a_declaration_survives_being_stored() -> None:
    fields = (MM, CAMERA, Field("note", required=True))
    assert declared_fields([field.as_json() for field in fields]) == fields


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        ({}, "fields"),
        (["x"], "fields[0]"),
        ([{"name": "a__b"}], "fields[0].name"),
        ([{"name": "_a"}], "fields[0].name"),
        ([{"name": "a\0"}], "fields[0].name"),
        ([{"name": "a" * 65}], "fields[0].name"),
        ([{"name": "a", "kind": "blob"}], "fields[0].kind"),
        ([{"name": "a", "kind": []}], "fields[0].kind"),
        ([{"name": "a", "visible": 1}], "fields[0].visible"),
        ([{"name": "a", "kind": "choice"}], "fields[0].choices"),
        ([{"name": "a", "kind": "choice", "choices": ["x", "x"]}], "fields[0].choices"),
        ([{"name": "a", "choices": ["x"]}], "fields[0].choices"),
        ([{"name": "a"}, {"name": "a"}], "fields[1].name"),
        ([{"name": "a", "secret": True}], "fields[0].secret"),
        ([{"name": f"f{i}"} for i in range(201)], "fields"),
    ],
)
def test_a_bad_declaration_names_the_place(raw: object, where: str) -> None:
    with pytest.raises(InvalidFields) as caught:
        declared_fields(raw)
    assert list(caught.value.fields) == [where]


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "  kept as it is ", "  kept as it is "),
        ("text", 12, "12"),
        ("text", "", ""),
        ("integer", " 12 ", 12),
        ("integer", 12.0, 12),
        ("number", "2.5e3", 2500.0),
        ("number", 7, 7),
        ("boolean", "Yes", True),
        ("boolean", 0, False),
        ("date", "2026-02-28", "2026-02-28"),
    ],
)
def test_text_is_coerced_to_the_declared_kind(kind: FieldKind, raw: object, value: object) -> None:
    read = parsed_record([Field("f", kind)], {"f": raw})["f"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text", ["x"]),
        ("text", True),
        ("text", "x\0"),
        ("text", "\ud800"),
        ("integer", "1.5"),
        ("integer", True),
        ("integer", 2**53 + 1),
        ("integer", "1_000"),
        ("number", "nan"),
        ("number", float("inf")),
        ("number", "1e999"),
        ("number", False),
        ("boolean", "maybe"),
        ("boolean", 2),
        ("date", "2026-02-30"),
        ("date", 20260228),
    ],
)
def test_what_does_not_fit_is_named(kind: FieldKind, raw: object) -> None:
    with pytest.raises(InvalidRecord) as caught:
        parsed_record([Field("f", kind)], {"f": raw})
    assert list(caught.value.fields) == ["f"]


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(InvalidRecord) as caught:
        parsed_record(
            [MM, CAMERA, Field("id", required=True)], {"scratch_mm": "long", "camera": "top", "who": 1}
        )
    assert set(caught.value.fields) == {"scratch_mm", "camera", "id", "who"}


def test_an_empty_cell_is_absent_and_a_missing_required_one_is_an_error() -> None:
    assert parsed_record([MM], {"scratch_mm": ""}) == {}
    with pytest.raises(InvalidRecord):
        parsed_record([Field("mm", "number", required=True)], {"mm": ""})


def test_unknown_fields_are_dropped_or_kept_on_request() -> None:
    record = {"scratch_mm": 1, "extra": "x"}
    assert parsed_record([MM], record, unknown="drop") == {"scratch_mm": 1}
    assert parsed_record([MM], record, unknown="keep") == {"scratch_mm": 1, "extra": "x"}
    with pytest.raises(InvalidRecord):
        parsed_record([MM], {"nested": {"a": 1}}, unknown="keep")


def test_codes_with_leading_zeros_stay_text() -> None:
    kinds = {
        field.name: field.kind for field in inferred_fields([{"zip": "01234", "n": "1", "d": "2026-01-02"}])
    }
    assert kinds == {"zip": "text", "n": "integer", "d": "date"}


@given(
    st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.text(st.characters(exclude_categories=["C"]))))
)
def test_the_inferred_fields_accept_the_records_they_came_from(records: list[dict[str, str]]) -> None:
    fields = inferred_fields(records)
    for record in records:
        parsed_record(fields, record)


@given(st.sampled_from(KINDS), st.text() | st.integers() | st.floats() | st.lists(st.text()) | st.none())
def test_no_value_whatever_raises_anything_else(kind: FieldKind, raw: object) -> None:
    field = Field("f", kind, choices=("x",) if kind == "choice" else ())
    with contextlib.suppress(InvalidRecord):
        parsed_record([field], {"f": raw})
