from metadata.versions.rows import (
    annotation_content,
    item_content,
    member_leaf,
    member_row,
    resolution_content,
)


def test_the_place_a_row_is_stored_at_does_not_count() -> None:
    assert member_row(b"k", 1, 2, 0, 10, {"a": 1}).leaf == member_row(b"k", 1, 2, 0, 99, {"a": 1}).leaf


def test_who_it_is_about_counts() -> None:
    leaves = {
        member_leaf(b"k", kind, subject, facet, {})
        for kind in (1, 2)
        for subject in (1, 2)
        for facet in (0, 1)
    }
    assert len(leaves) == 8


def test_the_order_parts_are_given_in_does_not_count() -> None:
    left, right = ("left", 0, "image", "aa"), ("right", 0, "image", "bb")
    content = item_content(key="m1", fields={"mm": 2}, parts=[right, left])
    assert content == item_content(key="m1", fields={"mm": 2.0}, parts=[left, right])
    assert content != item_content(key="m1", fields={"mm": 2}, parts=[left, right], split="test")


def test_each_kind_of_content_has_a_canonical_row() -> None:
    resolution = resolution_content(
        question="kind",
        value={"class": 3},
        distribution={"3": 1.0},
        method="majority",
        guideline_version="1.0",
    )
    annotation = annotation_content(
        agent=7,
        round_name="probe",
        guideline_version="1.0",
        seat=None,
        revision=0,
        answers={"kind": {"class": 3}},
    )
    row = member_row(b"k", 3, 1, 5, 9, resolution)
    assert row.content.startswith('{"distribution":{"3":1}')
    assert member_row(b"k", 2, 1, 0, 9, annotation).key == (2, 1, 0)
