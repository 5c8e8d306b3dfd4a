from hypothesis import given

from metadata.versions.diff import Difference, differences
from metadata.versions.rows import Row
from tests.metadata.versions.strategies import member_row, versions


@given(versions)
def test_a_version_does_not_differ_from_itself(rows: list[Row]) -> None:
    assert list(differences(rows, list(rows))) == []


@given(versions, versions)
def test_the_diff_is_what_sets_say(before: list[Row], after: list[Row]) -> None:
    old, new = {row.key: row for row in before}, {row.key: row for row in after}
    found = {one.key: one.status for one in differences(before, after)}
    expected = dict.fromkeys(new.keys() - old.keys(), "added") | dict.fromkeys(
        old.keys() - new.keys(), "removed"
    )
    expected |= {key: "changed" for key in old.keys() & new.keys() if old[key].leaf != new[key].leaf}
    assert found == expected
    assert list(found) == sorted(found)


@given(versions, versions)
def test_turned_around_additions_are_removals(before: list[Row], after: list[Row]) -> None:
    back = [Difference(one.status, one.after, one.before) for one in differences(after, before)]
    names = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(names[one.status], one.before, one.after) for one in back] == [
        (one.status, one.before, one.after) for one in differences(before, after)
    ]


def test_the_same_content_stored_elsewhere_is_no_difference() -> None:
    assert list(differences([member_row(1, 1, 0, 5, {})], [member_row(1, 1, 0, 6, {})])) == []
