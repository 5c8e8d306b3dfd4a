"""Archived items leave the desk with their leases, and come back with them; answers stay whatever happens."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from labeling.models import Annotation, Assignment, LogPosition, Place, Task, Vote
from labeling.selectors.projects import progress
from labeling.services import annotations, desk, withdrawals
from metadata.intake.lines import PartLine
from metadata.kernel.fields import declared_fields
from metadata.models import Event, Item, VersionMember
from metadata.selectors.access import Caller
from metadata.services import imports, items
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_desk import handed, refused
from tests.labeling.services.test_races import at_once, crowd

PATIENCE_S = 60


def follow(expected: int) -> None:
    """Reads events until so many items were settled: transactions of other tests may hold the log's end back."""
    until, settled = time.monotonic() + PATIENCE_S, 0
    while settled < expected:
        settled += withdrawals.follow_items()
        assert time.monotonic() < until, f"{settled} of {expected} items were settled"
        time.sleep(0.01)
    assert settled == expected


def archive(bench: Bench, *item_ids: int) -> None:
    assert items.archive(bench.cast.dataset.pk, item_ids, by=None) == len(item_ids)


def submit(bench: Bench, caller: Caller, task_id: int) -> annotations.Accepted:
    return annotations.submit(caller, task_id, key=f"answer-{caller.agent_id}-{task_id}", body=bench.body())


@pytest.fixture
def live(transactional_db: None, cast: Cast) -> Bench:
    return bench_of(cast)


def test_an_archived_item_is_not_handed_out_even_before_its_event_was_read(bench: Bench) -> None:
    caller = bench.callers[0]
    first, *others = Item.objects.order_by("pk").values_list("pk", flat=True)
    archive(bench, first)
    met = []
    while isinstance(given := desk.claim(caller, bench.project.pk, holding=[]), desk.ClaimedTask):
        met.append(given.item_id)
        submit(bench, caller, given.task_id)
    assert met == others
    assert Task.objects.get(item_id=first).state == Task.State.WITHDRAWN
    assert not Assignment.objects.filter(state=Assignment.State.LEASED).exists()


def test_when_everything_is_archived_there_is_nothing_to_do_and_nothing_owed(bench: Bench) -> None:
    archive(bench, *Item.objects.values_list("pk", flat=True))
    assert refused(bench.callers[0], bench.project.pk) == "all_done"
    (counted,) = progress(bench.project.pk).rounds
    assert (counted.tasks, counted.wanted, counted.unfinished, counted.held) == (0, 0, 0, 0)


def test_a_lease_in_hand_ends_and_its_honest_late_answer_still_takes_its_seat(live: Bench) -> None:
    caller = live.callers[0]
    given = handed(caller, live.project.pk)
    archive(live, given.item_id)
    follow(1)
    assert Assignment.objects.get(task_id=given.task_id).state == Assignment.State.LAPSED
    assert Place.objects.get(task_id=given.task_id).held == 0
    assert submit(live, caller, given.task_id).seat == 1
    assert Vote.objects.filter(item_id=given.item_id, current=True).count() == 1
    (counted,) = progress(live.project.pk).rounds
    assert (counted.tasks, counted.wanted, counted.taken) == (6, 16, 1)


def test_the_lease_of_an_archived_item_is_not_renewed_by_the_next_claim(bench: Bench) -> None:
    caller = bench.callers[0]
    first = handed(caller, bench.project.pk)
    archive(bench, first.item_id)
    assert handed(caller, bench.project.pk).task_id != first.task_id
    assert Assignment.objects.get(task_id=first.task_id).state == Assignment.State.LAPSED


def test_undoing_a_batch_withdraws_its_tasks_and_answers_stay(live: Bench) -> None:
    batch = imports.open_batch(live.cast.dataset.pk, name="Camera 3", by=None)
    Item.objects.update(batch=batch)
    caller = live.callers[0]
    submit(live, caller, handed(caller, live.project.pk).task_id)
    handed(live.callers[1], live.project.pk)
    imports.undo_batch(batch.pk, by=None)
    follow(6)
    assert set(Task.objects.values_list("state", flat=True)) == {Task.State.WITHDRAWN}
    assert set(Place.objects.values_list("lane", "held")) == {(Place.Lane.WITHDRAWN, 0)}
    assert Annotation.objects.count() == 1
    assert refused(live.callers[2], live.project.pk) == "all_done"


def test_what_comes_back_is_owed_again_to_the_same_people_too(live: Bench) -> None:
    caller = live.callers[0]
    given = handed(caller, live.project.pk)
    everything = list(Item.objects.values_list("pk", flat=True))
    archive(live, *everything)
    follow(6)
    assert items.restore(live.cast.dataset.pk, everything, by=None) == 6
    follow(6)
    assert set(Task.objects.values_list("state", flat=True)) == {Task.State.OPEN}
    met = set()
    while isinstance(again := desk.claim(caller, live.project.pk), desk.ClaimedTask):
        submit(live, caller, again.task_id)
        met.add(again.task_id)
    assert given.task_id in met
    assert len(met) == 6


def test_an_item_that_is_imported_again_is_on_the_desk_again(live: Bench) -> None:
    key = "item-1"
    item = Item.objects.get(external_key=key, dataset=live.cast.dataset)
    archive(live, item.pk)
    follow(1)
    declared = declared_fields(live.cast.dataset.fields)
    line = items.prepared(
        bytes(live.cast.dataset.leaf_key),
        declared,
        line=1,
        key=key,
        fields={"channel": "mail"},
        parts=[PartLine("text", text="Hello")],
    )
    items.put(live.cast.dataset.pk, [line], batch_id=None, by=None)
    follow(1)
    assert Task.objects.get(item=item).state == Task.State.OPEN
    assert Place.objects.get(task__item=item).open


def test_a_restored_item_belongs_to_the_open_version_as_it_was(cast: Cast) -> None:
    line = items.prepared(
        bytes(cast.dataset.leaf_key),
        declared_fields(cast.dataset.fields),
        line=1,
        key="one",
        fields={"channel": "mail"},
        parts=[PartLine("text", text="Hello")],
    )
    ids = list(items.put(cast.dataset.pk, [line], batch_id=None, by=None).ids.values())
    before = bytes(VersionMember.objects.get(kind=1, subject=ids[0]).leaf)
    assert items.archive(cast.dataset.pk, ids, by=None) == 1
    assert not VersionMember.objects.filter(kind=1, subject=ids[0]).exists()
    assert items.restore(cast.dataset.pk, ids, by=None) == 1
    assert bytes(VersionMember.objects.get(kind=1, subject=ids[0]).leaf) == before
    assert items.restore(cast.dataset.pk, ids, by=None) == 0
    assert items.restore(cast.foreign_dataset.pk, ids, by=None) == 0


def test_a_skip_or_a_lapse_between_does_not_bring_a_withdrawn_place_back(bench: Bench) -> None:
    skipper, sleeper = bench.callers[:2]
    skipped = handed(skipper, bench.project.pk).task_id
    lapsed = handed(sleeper, bench.project.pk, [skipped]).task_id
    Place.objects.update(
        lane=Place.Lane.WITHDRAWN
    )  # as a withdrawal leaves it whose leases have not ended yet
    desk.skip(skipper, skipped, reason="unsure")
    Assignment.objects.filter(task_id=lapsed).update(due="2020-01-01T00:00Z")
    assert desk.sweep_lapsed_leases() == 1
    assert set(Place.objects.values_list("lane", "held")) == {(Place.Lane.WITHDRAWN, 0)}


def test_events_are_read_once_and_none_that_commits_late_is_stepped_over(live: Bench) -> None:
    early, late = Item.objects.order_by("pk").values_list("pk", flat=True)[:2]
    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE metadata_item SET archived_at = now() WHERE id = %s", [late])
        cursor.execute(
            "INSERT INTO metadata_event (kind, dataset_id, payload) VALUES ('items.archived', %s, %s::jsonb)",
            [live.cast.dataset.pk, f'{{"items": [{late}]}}'],
        )

        def meanwhile() -> int:
            try:
                archive(live, early)
                return withdrawals.follow_items()
            finally:
                connection.close()

        assert pool.submit(meanwhile).result(timeout=30) == 0  # behind the one that still runs
        cursor.execute("COMMIT")
    follow(2)
    assert set(Task.objects.filter(state=Task.State.WITHDRAWN).values_list("item_id", flat=True)) == {
        early,
        late,
    }
    assert withdrawals.follow_items() == 0


def test_a_cursor_from_another_database_does_not_hide_what_happens_here(live: Bench) -> None:
    LogPosition._base_manager.create(name=withdrawals.CURSOR, transaction=2**60, event_id=5)
    archive(live, Item.objects.earliest("pk").pk)
    follow(1)


def test_following_many_events_and_items_in_pieces_loses_none(
    live: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawals, "EVENTS_AT_ONCE", 2)
    monkeypatch.setattr(withdrawals, "ITEMS_AT_ONCE", 2)
    monkeypatch.setattr(items, "NAMED_AT_ONCE", 3)
    archive(live, *Item.objects.values_list("pk", flat=True)[:5])
    assert Event.objects.filter(kind="items.archived").count() == 2
    archive(live, Item.objects.latest("pk").pk)
    follow(6)
    assert not Task.objects.exclude(state=Task.State.WITHDRAWN).exists()


@pytest.mark.django_db(transaction=True)
def test_archiving_and_restoring_while_people_claim_and_answer_leaves_nothing_promised_or_lost(
    cast: Cast,
) -> None:
    bench = bench_of(cast, items=60, places=2)
    gone = list(Item.objects.order_by("pk").values_list("pk", flat=True)[::2])
    people = crowd(cast, 8)

    def label(caller: Caller) -> list[str]:
        outcomes = []
        while isinstance(given := desk.claim(caller, bench.project.pk), desk.ClaimedTask):
            accepted = submit(bench, caller, given.task_id)
            outcomes.append("seated" if accepted.seat else "surplus")
        return outcomes

    def manage() -> None:
        try:
            for at in range(0, len(gone), 3):
                archive(bench, *gone[at : at + 3])
                withdrawals.settle(gone[at : at + 3])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        managing = pool.submit(manage)
        outcomes = at_once(label, people)
        managing.result(timeout=60)
    assert set(outcomes) == {"seated"}
    assert Annotation.objects.count() == outcomes["seated"] == Vote.objects.count()
    assert not Place.objects.exclude(held=0).exists()
    assert not Assignment.objects.filter(state=Assignment.State.LEASED).exists()
    assert set(Place.objects.exclude(task__item_id__in=gone).values_list("taken", flat=True)) == {2}
    assert set(Place.objects.filter(task__item_id__in=gone).values_list("lane", flat=True)) == {
        Place.Lane.WITHDRAWN
    }
    items.restore(cast.dataset.pk, gone, by=None)
    withdrawals.settle(gone)
    label(people[0]), label(people[1]), label(people[2])
    assert set(Place.objects.values_list("taken", "held")) == {(2, 0)}
    assert Annotation.objects.count() == 120
