"""The difference of two versions, against a comparison of their full contents."""

import random

import pytest
from django.db import transaction

from metadata.kernel.errors import NotFound
from metadata.models import Dataset, Version, VersionMember
from metadata.selectors import versions as selectors
from metadata.services import versions

ITEM = VersionMember.Kind.ITEM


def leaf(number: int) -> bytes:
    return number.to_bytes(32, "big")


@pytest.fixture
def dataset(db: None) -> Dataset:
    """Five closed versions of random changes to twenty subjects, some taken out and put back."""
    dataset = Dataset.objects.create(name="phones", leaf_key=b"k" * 32)
    Version.objects.create(dataset=dataset, number=1)
    rng = random.Random(11)
    for _ in range(5):
        with transaction.atomic():
            number = versions.open_number(dataset.pk)
            for _ in range(12):
                subject, row = rng.randrange(20), rng.randrange(3)
                versions.put_members(dataset.pk, number, ITEM, [versions.Member(subject, row, leaf(row))])
            versions.end_members(dataset.pk, number, ITEM, rng.sample(range(20), 4))
        versions.close_version(dataset.pk)
    return dataset


def full(dataset: Dataset, number: int) -> dict[int, int]:
    return {m.subject: m.row for rows in selectors.members_at(dataset.pk, number) for m in rows}


@pytest.mark.parametrize(("a", "b"), [(a, b) for a in range(1, 7) for b in range(1, 7)])
def test_a_diff_equals_comparing_the_full_contents(dataset: Dataset, a: int, b: int) -> None:
    before, after = full(dataset, a), full(dataset, b)
    expected = {
        subject: (before.get(subject), after.get(subject))
        for subject in before.keys() | after.keys()
        if before.get(subject) != after.get(subject)
    }
    found = selectors.diff(dataset.pk, a, b)
    assert {c.subject: (c.row_a, c.row_b) for c in found.changes} == expected
    assert sum(sum(counts.values()) for counts in found.counts.values()) == len(expected)
    for change in found.changes:
        status = "added" if change.row_a is None else "removed" if change.row_b is None else "changed"
        assert change.status == status


def test_pages_of_a_diff_add_up_to_the_whole(dataset: Dataset) -> None:
    whole = selectors.diff(dataset.pk, 1, 5, size=None)
    assert whole.next is None
    assert len(whole.changes) > 5
    paged: list[selectors.Change] = []
    after: selectors.MemberKey | None = None
    while True:
        page = selectors.diff(dataset.pk, 1, 5, after=after, size=3)
        paged += page.changes
        after = page.next
        if after is None:
            break
    assert tuple(paged) == whole.changes


def test_a_diff_with_an_unknown_version_finds_nothing(dataset: Dataset) -> None:
    with pytest.raises(NotFound):
        selectors.diff(dataset.pk, 1, 77)


def test_chunks_of_a_version_keep_canonical_order(dataset: Dataset) -> None:
    whole = [m for rows in selectors.members_at(dataset.pk, 3) for m in rows]
    assert [m for rows in selectors.members_at(dataset.pk, 3, chunk=2) for m in rows] == whole
    assert [m.subject for m in whole] == sorted(m.subject for m in whole)
