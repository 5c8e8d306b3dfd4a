"""Nobody gets an item twice in a project, whatever rounds it is in, unless a round repeats on purpose."""

import datetime as dt
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from labeling.errors import PlaceTaken
from labeling.models import Annotation, Assignment, Place, Round
from labeling.services import annotations, desk, rounds
from metadata.models import Item
from metadata.selectors.access import Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_desk import label_all, refused
from tests.labeling.services.test_races import at_once, crowd

pytestmark = pytest.mark.django_db


def again(bench: Bench, **wanted: object) -> Round:
    settings: dict[str, object] = {"name": "Again", "places_per_task": 3, "by": None}
    return rounds.open_round(bench.project.pk, **settings | wanted)  # type: ignore[arg-type]


def twice_about(agent_id: int) -> list[int]:
    items = Counter(
        Annotation.objects.filter(agent_id=agent_id, seat__isnull=False).values_list("task__item", flat=True)
    )
    return [item for item, times in items.items() if times > 1]


@pytest.mark.parametrize("ordering", ["finish", "spread", "plain", "shuffle"])
def test_a_second_round_gives_nobody_what_they_met_in_the_first(bench: Bench, ordering: str) -> None:
    first, second = bench.callers[:2]
    done = label_all(bench, first)[:6]
    assert len(done) == 6
    again(bench, ordering=ordering)
    assert refused(first, bench.project.pk) == "met_elsewhere"
    assert len(label_all(bench, second)) == 6
    assert twice_about(first.agent_id) == twice_about(second.agent_id) == []


def test_new_items_of_the_second_round_are_theirs(bench: Bench) -> None:
    first = bench.callers[0]
    label_all(bench, first)
    fresh = Item.objects.create(dataset=bench.cast.dataset, external_key="fresh", fields={})
    again(bench)
    given = desk.claim(first, bench.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    assert given.item_id == fresh.pk


def test_a_round_that_repeats_on_purpose_hands_them_out_again(bench: Bench) -> None:
    first = bench.callers[0]
    label_all(bench, first)
    rounds.set_round_state(bench.round.pk, "closed", by=None)
    again(bench, kind="relabel")
    assert len(label_all(bench, first)) == 6
    assert len(twice_about(first.agent_id)) == 6


def test_what_is_in_hand_in_one_round_is_not_handed_out_in_the_other(bench: Bench) -> None:
    again(bench)
    caller = bench.callers[0]
    held: list[int] = []
    items: list[int] = []
    while isinstance(given := desk.claim(caller, bench.project.pk, holding=held), desk.ClaimedTask):
        held.append(given.task_id)
        items.append(given.item_id)
    assert len(items) == len(set(items)) == 6


def test_a_late_answer_about_an_item_met_elsewhere_since_takes_no_place(bench: Bench) -> None:
    again(bench)
    caller = bench.callers[0]
    late = desk.claim(caller, bench.project.pk)
    assert isinstance(late, desk.ClaimedTask)
    Assignment.objects.update(due=timezone.now() - dt.timedelta(hours=1))
    desk.sweep_lapsed_leases()
    rounds.set_round_state(bench.round.pk, "paused", by=None)
    assert len(label_all(bench, caller)) == 6
    with pytest.raises(PlaceTaken):
        annotations.submit(caller, late.task_id, key="late-one-1", body=bench.body())
    assert twice_about(caller.agent_id) == []


def test_a_project_whose_rounds_share_nothing_is_not_marked(bench: Bench) -> None:
    fresh = Item.objects.create(dataset=bench.cast.dataset, external_key="fresh", fields={})
    other = again(bench, item_ids=[fresh.pk])
    assert set(Round.objects.values_list("shares_items", flat=True)) == {False}
    rounds.add_new_items(other.pk, by=None)
    assert set(Round.objects.values_list("shares_items", flat=True)) == {True}


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_each_of_ten_people_in_two_rounds_get_no_item_twice(cast: Cast) -> None:
    bench = bench_of(cast, items=60, places=4)
    again(bench, places_per_task=4)
    people = crowd(cast, 10)

    def label(caller: Caller) -> list[str]:
        outcomes: list[str] = []
        held: list[int] = []
        keys = count()
        while isinstance(given := desk.claim(caller, bench.project.pk, holding=held), desk.ClaimedTask):
            held.append(given.task_id)
            try:
                annotations.submit(caller, given.task_id, key=f"w-{id(held)}-{next(keys)}", body=bench.body())
            except Exception as error:  # noqa: BLE001 - both windows may hold the same lease; one of them is told
                outcomes.append(type(error).__name__)
            else:
                outcomes.append("accepted")
        return outcomes

    outcomes = at_once(label, [person for person in people for _ in range(2)])
    assert set(outcomes) <= {"accepted", "TaskNotLeased"}
    seated = Annotation.objects.filter(seat__isnull=False)
    per_person = Counter(seated.values_list("agent_id", "task__item_id"))
    assert max(per_person.values()) == 1
    per_place = Counter(seated.values_list("task_id", flat=True))
    assert max(per_place.values()) <= 4
    assert not Place.objects.exclude(held=0).exists()
    assert seated.count() == outcomes["accepted"] == 60 * 8


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_their_other_window_holds_nothing_that_it_could_want(cast: Cast) -> None:
    bench = bench_of(cast, items=6, places=4)
    again(bench, places_per_task=4)
    (caller,) = crowd(cast, 1)

    def claim() -> int:
        try:
            given = desk.claim(caller, bench.project.pk)
        finally:
            connection.close()
        assert isinstance(given, desk.ClaimedTask)
        return given.item_id

    with ThreadPoolExecutor(1) as other_window, connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('claim_task', %s))", [caller.agent_id]
            )
            waiting = other_window.submit(claim)
            deadline = time.monotonic() + 20
            while not _waits(cursor):
                assert time.monotonic() < deadline, "the claim never came to wait"
                time.sleep(0.01)
            assert len(Place.objects.select_for_update(nowait=True)) == 12
        assert waiting.result(timeout=20)


def _waits(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return bool(cursor.fetchone()[0])
