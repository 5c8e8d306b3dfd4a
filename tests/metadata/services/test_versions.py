"""Versions: what a closed number promises, under writers that do not wait for it."""

import random
import threading
import time

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from metadata.kernel.errors import NotFound
from metadata.kernel.json_guard import Json
from metadata.models import Dataset, Event, Version, VersionMember
from metadata.selectors.versions import members_at
from metadata.services import versions
from metadata.services.versions import Member

ITEM = VersionMember.Kind.ITEM
RESOLUTION = VersionMember.Kind.RESOLUTION
Content = list[tuple[int, int, int, int, bytes]]


def leaf(number: int) -> bytes:
    return number.to_bytes(32, "big")


def content(dataset_id: int, number: int) -> Content:
    return [
        (m.kind, m.subject, m.facet, m.row, m.leaf) for rows in members_at(dataset_id, number) for m in rows
    ]


def new_dataset() -> Dataset:
    dataset = Dataset.objects.create(name="phones", leaf_key=b"k" * 32)
    Version.objects.create(dataset=dataset, number=1)
    return dataset


@pytest.fixture
def dataset(db: None) -> Dataset:
    return new_dataset()


def put(dataset: Dataset, subject: int, row: int, *, facet: int = 0) -> int:
    with transaction.atomic():
        number = versions.open_number(dataset.pk)
        versions.put_members(dataset.pk, number, RESOLUTION, [Member(subject, row, leaf(row), facet)])
    return number


def test_a_closed_version_keeps_what_the_open_one_replaces(dataset: Dataset) -> None:
    put(dataset, 7, 1)
    first = versions.close_version(dataset.pk, name="baseline")
    put(dataset, 7, 2)
    second = versions.close_version(dataset.pk)
    assert (first.number, second.number) == (1, 2)
    assert content(dataset.pk, 1) == [(RESOLUTION, 7, 0, 1, leaf(1))]
    assert content(dataset.pk, 2) == [(RESOLUTION, 7, 0, 2, leaf(2))]


def test_changed_twice_in_the_open_version_leaves_one_row(dataset: Dataset) -> None:
    put(dataset, 7, 1)
    put(dataset, 7, 2)
    assert VersionMember.objects.filter(dataset=dataset).count() == 1
    assert content(dataset.pk, 1) == [(RESOLUTION, 7, 0, 2, leaf(2))]


def test_many_members_equal_the_same_put_one_by_one(dataset: Dataset) -> None:
    other = new_dataset()
    rng = random.Random(5)
    for _ in range(5):
        members = [
            Member(s, rng.randrange(99), leaf(rng.randrange(99)), s % 2) for s in rng.sample(range(30), 12)
        ]
        with transaction.atomic():
            number = versions.open_number(dataset.pk)
            versions.put_members(dataset.pk, number, ITEM, members)
            for m in members:
                versions.put_members(other.pk, versions.open_number(other.pk), ITEM, [m])
        versions.close_version(dataset.pk)
        versions.close_version(other.pk)
        assert content(dataset.pk, number) == content(other.pk, number)


def test_an_ended_member_leaves_the_open_version_only(dataset: Dataset) -> None:
    put(dataset, 7, 1)
    versions.close_version(dataset.pk)
    put(dataset, 8, 2)
    with transaction.atomic():
        assert versions.end_members(dataset.pk, versions.open_number(dataset.pk), RESOLUTION, [7, 8, 9]) == 2
    assert content(dataset.pk, 1) == [(RESOLUTION, 7, 0, 1, leaf(1))]
    assert content(dataset.pk, 2) == []


def test_closing_an_unknown_dataset_finds_nothing(db: None) -> None:
    with pytest.raises(NotFound):
        versions.close_version(999_999)
    with pytest.raises(NotFound), transaction.atomic():
        versions.open_number(999_999)


def test_a_name_too_long_is_refused_and_nothing_closes(dataset: Dataset) -> None:
    with pytest.raises(versions.InvalidVersion) as error:
        versions.close_version(dataset.pk, name="x" * 121)
    assert error.value.fields == {"name": "at most 120 characters"}
    assert not Version.objects.filter(dataset=dataset, closed_at__isnull=False).exists()


def test_a_closed_version_refuses_to_be_reopened(dataset: Dataset) -> None:
    version = versions.close_version(dataset.pk, pins=[{"project": 1, "guideline": "1.0"}])
    version.closed_at = None
    with pytest.raises((InternalError, IntegrityError), match="immutable"), transaction.atomic():
        version.save()
    assert Version.objects.get(pk=version.pk).pins == [{"project": 1, "guideline": "1.0"}]


def test_closing_appends_an_event_and_pins_what_is_registered(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reader(dataset_id: int) -> list[dict[str, Json]]:
        return [{"project": dataset_id, "guideline_version": 4}]

    monkeypatch.setattr(versions, "_pin_readers", [reader])
    version = versions.close_version(dataset.pk)
    assert version.pins == [{"project": dataset.pk, "guideline_version": 4}]
    assert Event.objects.get(kind="version.closed").payload == {"number": 1}


class Writers:
    """Six connections that keep changing forty subjects until told to stop."""

    def __init__(self, dataset_id: int) -> None:
        self.dataset_id = dataset_id
        self.stop = threading.Event()
        self.written = 0
        self.failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._write, args=(seed,)) for seed in range(6)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(30)

    def _write(self, seed: int) -> None:
        rng = random.Random(seed)
        try:
            while not self.stop.is_set():
                # a writer's own subjects: in the product a lock on the task or question keeps them apart
                subject, row = seed * 100 + rng.randrange(40), rng.randrange(1_000_000)
                with transaction.atomic():
                    number = versions.open_number(self.dataset_id)
                    if rng.random() < 0.3:
                        time.sleep(rng.random() / 500)  # the number is known, the row not yet written
                    versions.put_members(
                        self.dataset_id, number, RESOLUTION, [Member(subject, row, leaf(row))]
                    )
                    if rng.random() < 0.3:
                        time.sleep(rng.random() / 500)  # written, not yet committed
                self.written += 1
        except BaseException as error:  # noqa: BLE001 - a thread's failure is shown by the test
            self.failures.append(error)
        finally:
            connection.close()


@pytest.fixture
def committed_dataset(transactional_db: None) -> Dataset:
    return new_dataset()


def test_no_version_ever_changes_while_six_writers_meet_repeated_closes(committed_dataset: Dataset) -> None:
    dataset_id = committed_dataset.pk
    as_closed: dict[int, Content] = {}
    with Writers(dataset_id) as writers:
        for _ in range(60):
            number = versions.close_version(dataset_id).number
            as_closed[number] = content(dataset_id, number)
            time.sleep(0.01)
    assert writers.failures == []
    assert writers.written > 200
    assert len({len(rows) for rows in as_closed.values()}) > 1
    changed = [number for number, rows in as_closed.items() if content(dataset_id, number) != rows]
    assert changed == []
