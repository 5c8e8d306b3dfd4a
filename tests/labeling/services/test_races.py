"""Races with real connections: the limit holds where it is written, whoever comes first."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from labeling.errors import PlaceTaken
from labeling.models import Annotation, Assignment, Place, Profile, ProfileDelta, Tally
from labeling.services import annotations, desk, members
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import accounts
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of

CLIENTS, TASKS = 20, 200

pytestmark = pytest.mark.django_db(transaction=True)


def crowd(cast: Cast, size: int) -> list[Caller]:
    people = []
    for n in range(size):
        person = accounts.create_identity(f"racer-{n}@example.org", f"Racer {n}")
        members.add_member(cast.project.pk, person.agent_id, "labeler", by=None)
        people.append(Caller(person.agent_id, False, ALL_SCOPES))
    return people


def at_once(work: Callable[[Caller], list[str]], people: list[Caller]) -> Counter[str]:
    def run(caller: Caller) -> list[str]:
        try:
            return work(caller)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return Counter(outcome for outcomes in pool.map(run, people) for outcome in outcomes)


def assert_exact(bench: Bench, answers: int) -> None:
    assert Annotation.objects.filter(seat__isnull=False).count() == answers
    assert set(Place.objects.values_list("taken", "held")) == {(1, 0)}
    assert {len(codes) for codes in Tally.objects.values_list("codes", flat=True)} == {1}
    counted = sum(Profile.objects.values_list("n", flat=True)) + sum(
        ProfileDelta.objects.values_list("n", flat=True)
    )
    assert counted == answers


def test_twenty_clients_racing_for_the_last_places_hand_out_and_fill_each_once(cast: Cast) -> None:
    bench = bench_of(cast, items=TASKS, places=1)

    def label(caller: Caller) -> list[str]:
        outcomes: list[str] = []
        for n in count():
            given = desk.claim(caller, bench.project.pk)
            if isinstance(given, desk.NoTask):
                return outcomes
            annotations.submit(caller, given.task_id, key=f"race-{caller.agent_id}-{n}", body=bench.body())
            outcomes.append("accepted")
        return outcomes

    outcomes = at_once(label, crowd(cast, CLIENTS))
    assert outcomes == {"accepted": TASKS}
    assert_exact(bench, TASKS)


def test_twenty_late_clients_submitting_the_same_tasks_fill_each_once(cast: Cast) -> None:
    bench = bench_of(cast, items=TASKS, places=1)
    people = crowd(cast, CLIENTS)
    places = list(Place.objects.values_list("task_id", "pool_id"))
    yesterday = timezone.now() - dt.timedelta(days=1)
    Assignment.objects.bulk_create(
        Assignment(
            task_id=task, agent_id=who.agent_id, pool_id=pool, state=Assignment.State.LAPSED, due=yesterday
        )
        for task, pool in places
        for who in people
    )

    def submit(caller: Caller) -> list[str]:
        outcomes = []
        for task, _ in places:
            try:
                annotations.submit(caller, task, key=f"late-{caller.agent_id}-{task}", body=bench.body())
                outcomes.append("accepted")
            except PlaceTaken:
                outcomes.append("taken")
        return outcomes

    outcomes = at_once(submit, people)
    assert outcomes == {"accepted": TASKS, "taken": TASKS * (CLIENTS - 1)}
    assert_exact(bench, TASKS)
    assert Annotation.objects.filter(seat=None).count() == TASKS * (CLIENTS - 1)
