"""Races with real connections: the limit holds where it is written, whoever comes first."""

import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest
from django.db import connection, transaction
from django.utils import timezone

from labeling.errors import PlaceTaken
from labeling.models import (
    Annotation,
    Assignment,
    Place,
    Profile,
    ProfileDelta,
    ProjectMembership,
    Tally,
)
from labeling.services import annotations, desk, members, profiles, resolutions
from metadata.models import Version
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.selectors.versions import members_at
from metadata.services import accounts, frozen, versions
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


class Labelers:
    """People who label, correct themselves and commit late, each on a connection of their own, until told to stop."""

    def __init__(self, bench: Bench, size: int) -> None:
        self.bench = bench
        self.people = crowd(bench.cast, size)
        self.written: Counter[str] = Counter()
        self.failures: list[BaseException] = []
        self._stop = threading.Event()

    @contextmanager
    def at_work(self, *others: Callable[[], object]) -> Iterator[None]:
        """While they label, each of the others is done over and over, on a connection of its own too."""
        threads = [threading.Thread(target=self._until_told, args=(self._label(who),)) for who in self.people]
        threads += [threading.Thread(target=self._until_told, args=(work,)) for work in others]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(30)
        assert not any(thread.is_alive() for thread in threads)
        assert self.failures == []

    def _until_told(self, work: Callable[[], object]) -> None:
        try:
            while not self._stop.is_set():
                work()
        except BaseException as error:  # noqa: BLE001 - a thread's failure is shown by the test
            self.failures.append(error)
        finally:
            connection.close()

    def _label(self, caller: Caller) -> Callable[[], None]:
        rng, keys = random.Random(caller.agent_id), count()
        heads: dict[int, int] = {}

        def once() -> None:
            body = self.bench.body(rng.choice((1, 2)))
            given = desk.claim(caller, self.bench.project.pk) if rng.random() < 0.6 or not heads else None
            if isinstance(given, desk.ClaimedTask):
                task = given.task_id
            elif heads:
                task = rng.choice(list(heads))
                body["revises"] = heads[task]
            else:
                return
            with transaction.atomic():
                accepted = annotations.submit(
                    caller, task, key=f"writer-{caller.agent_id}-{next(keys)}", body=body
                )
                if rng.random() < 0.4:
                    time.sleep(rng.random() / 200)  # written, not yet committed
            heads[task] = accepted.annotation_id
            self.written["revised" if "revises" in body else "submitted"] += 1

        return once


def test_live_figures_equal_a_recount_at_every_moment_of_late_commits_and_folds(cast: Cast) -> None:
    bench = bench_of(cast, items=60, places=6)
    question = bench.project.questions.get().pk
    labelers, looks, drifted = Labelers(bench, 6), count(), []

    def look() -> None:
        next(looks)
        drifted.extend(profiles.recount(question))

    def fold() -> None:
        profiles.fold_profiles(at_once=7)
        profiles.drop_empty_profiles()

    with labelers.at_work(look, fold, fold):
        until = time.monotonic() + 60
        while labelers.written.total() < 600 and time.monotonic() < until:
            time.sleep(0.05)
    assert labelers.written["submitted"] > 100
    assert labelers.written["revised"] > 100
    assert next(looks) > 20
    assert drifted == []
    assert profiles.recount(question) == []


def test_no_version_changes_while_six_people_label_and_one_resolves(cast: Cast) -> None:
    bench = bench_of(cast, items=120, places=6)
    dataset, question = bench.project.dataset_id, bench.project.questions.get().pk
    labelers = Labelers(bench, 6)

    def held(number: int) -> list[object]:
        return [member for members in members_at(dataset, number) for member in members]

    as_closed: dict[int, list[object]] = {}
    with labelers.at_work(lambda: resolutions.resolve_question(question, by=None)):
        for _ in range(40):
            version = versions.close_version(dataset)
            as_closed[version.number] = held(version.number)
            time.sleep(0.02)
    assert min(labelers.written["submitted"], labelers.written["revised"]) > 20
    assert len({len(members) for members in as_closed.values()}) > 5
    assert [number for number, members in as_closed.items() if held(number) != members] == []
    for number in sorted(as_closed)[::13]:
        version = Version.objects.get(dataset_id=dataset, number=number)
        counts = frozen.freeze(version.pk).counts
        assert (counts["missing"], counts["mismatched"]) == (0, 0)


def test_a_removal_waits_for_an_answer_on_its_way_and_blocks_nothing_it_needs(cast: Cast) -> None:
    bench = bench_of(cast, items=2, places=1)
    leaver = bench.callers[0]
    assert isinstance(desk.claim(leaver, bench.project.pk), desk.ClaimedTask)
    membership = ProjectMembership.objects.filter(project=bench.project, agent_id=leaver.agent_id)

    def remove(_: Caller) -> list[str]:
        members.remove_member(bench.project.pk, leaver.agent_id, by=None)
        return ["removed"]

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Assignment.objects.select_for_update().get(agent_id=leaver.agent_id)
            removal = pool.submit(at_once, remove, [leaver])
            wait_for_waiting()
            assert membership.select_for_update(nowait=True).get().ended_at is None
        assert removal.result(30) == {"removed": 1}
    assert membership.get().ended_at is not None


def wait_for_waiting() -> None:
    """Until some transaction waits for a lock of this one."""
    asked = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone() == (1,):
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
