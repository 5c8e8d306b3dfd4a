"""Pauses: rules withhold tasks, never an answer, and a person decides; whom it stops may say something to it, once."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from labeling.errors import AlreadyAppealed, AlreadyPaused, PauseDecided, RuleThere
from labeling.models import Annotation, Assignment, Pause, PauseRule, ProjectMembership
from labeling.selectors.pauses import own_pauses
from labeling.services import annotations, crowd, desk, members, pauses
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.models import AuditEntry
from metadata.selectors.access import Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_crowd import begun, link_of
from tests.labeling.services.test_gold import Mixed, mixed_of

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30


@pytest.fixture
def bench(cast: Cast) -> Bench:
    return bench_of(cast, items=60)


def applied(expected: int) -> None:
    """Applies the rules until so many pauses began: transactions of other tests may hold the log's end back."""
    until, begun_so_far = time.monotonic() + PATIENCE_S, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(max(transaction), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                " FROM metadata_event"
            )
            (is_all_read,) = cursor.fetchone()
        begun_so_far += pauses.apply_rules()
        if is_all_read:
            assert begun_so_far == expected
            return
        assert time.monotonic() < until
        time.sleep(0.01)


def give(bench: Bench | Mixed, caller: Caller, times: int, *, active_ms: int = 5_000, code: int = 1) -> int:
    """Answers as many as are handed out, at most so many; how many."""
    project = bench.cast.project.pk
    for done in range(times):
        given = desk.claim(caller, project)
        if isinstance(given, desk.NoTask):
            return done
        body = {**bench.body(code), "active_ms": active_ms}
        annotations.submit(caller, given.task_id, key=f"pause-{caller.agent_id}-{given.task_id}", body=body)
    return times


def why_not(caller: Caller, project_id: int, holding: list[int] | None = None) -> str:
    given = desk.claim(caller, project_id, holding=holding)
    return given.code if isinstance(given, desk.NoTask) else ""


def joined_long_ago() -> None:
    """So that nobody's pace is too fast by the server's clock."""
    ProjectMembership.objects.update(created_at="2020-01-01T00:00Z")


def speed_rule(bench: Bench | Mixed, *, least: int = 1_000, last: int = 5) -> PauseRule:
    return pauses.add_rule(bench.cast.project.pk, "speed", least=least, last=last, by=None)


def gold_rule(mixed: Mixed, *, least: int = 70, last: int = 5) -> PauseRule:
    return pauses.add_rule(mixed.cast.project.pk, "gold", least=least, last=last, by=None)


def test_who_answers_faster_than_the_rule_gets_no_more_and_others_do(bench: Bench) -> None:
    joined_long_ago()
    rule = speed_rule(bench)
    fast, slow = bench.callers[0], bench.callers[2]
    give(bench, fast, 5, active_ms=400)
    give(bench, slow, 5, active_ms=1_000)
    applied(1)
    assert why_not(fast, bench.project.pk) == "paused"
    assert why_not(slow, bench.project.pk) == ""
    found = Pause.objects.get()
    assert (found.agent_id, found.kind, found.rule_id) == (fast.agent_id, "speed", rule.pk)
    assert found.figures == {"ms": 400, "answers": 5, "least": 1_000, "last": 5}


def test_too_few_answers_are_evidence_of_nothing(bench: Bench) -> None:
    speed_rule(bench, last=6)
    give(bench, bench.callers[0], 5, active_ms=10)
    applied(0)
    give(bench, bench.callers[0], 1, active_ms=10)
    applied(1)


def test_active_time_that_is_made_up_does_not_hide_the_pace_of_the_answers(bench: Bench) -> None:
    speed_rule(bench)
    give(bench, bench.callers[0], 5, active_ms=60_000)
    applied(1)
    assert Pause.objects.get().figures["ms"] < 1_000


def test_what_was_done_offline_and_is_sent_at_once_is_not_taken_for_haste(bench: Bench) -> None:
    speed_rule(bench)
    ProjectMembership.objects.update(created_at="2020-01-01T00:00Z")
    give(bench, bench.callers[0], 20, active_ms=4_000)
    applied(0)


def test_one_slow_beginning_does_not_excuse_a_fast_run(bench: Bench) -> None:
    joined_long_ago()
    speed_rule(bench)
    give(bench, bench.callers[0], 26, active_ms=4_000)
    applied(1)


def test_only_the_last_answers_count(bench: Bench) -> None:
    joined_long_ago()
    speed_rule(bench)
    give(bench, bench.callers[0], 4, active_ms=10)
    give(bench, bench.callers[0], 5, active_ms=3_000)
    applied(0)


def test_who_is_wrong_about_known_answers_is_stopped_and_who_is_right_is_not(cast: Cast) -> None:
    mixed = mixed_of(cast, share=50)
    gold_rule(mixed)
    wrong, right = (
        Caller(cast.labeler.agent_id, False, frozenset()),
        Caller(cast.crowd_worker.agent_id, False, frozenset()),
    )
    give(mixed, wrong, 30, code=2)
    give(mixed, right, 30, code=1)
    applied(1)
    found = Pause.objects.get()
    assert (found.agent_id, found.kind) == (wrong.agent_id, "gold")
    assert found.figures == {"right": 0, "answers": 5, "least": 70, "last": 5}
    assert why_not(right, cast.project.pk) == ""


def test_answers_to_what_is_not_known_are_not_judged(bench: Bench) -> None:
    pauses.add_rule(bench.project.pk, "gold", least=100, last=5, by=None)
    give(bench, bench.callers[0], 20, code=2)
    applied(0)


def test_whoever_decides_is_never_stopped(bench: Bench) -> None:
    speed_rule(bench)
    expert, manager = bench.callers[3], bench.callers[4]
    give(bench, expert, 6, active_ms=1)
    give(bench, manager, 6, active_ms=1)
    applied(0)
    with pytest.raises(AlreadyPaused):
        pauses.pause(bench.project.pk, expert.agent_id, "Too fast.", by=manager.agent_id)


def test_an_ended_rule_stops_nobody_and_a_rule_looks_at_no_older_answers(bench: Bench) -> None:
    give(bench, bench.callers[0], 6, active_ms=1)
    rule = speed_rule(bench)
    applied(0)
    with pytest.raises(RuleThere):
        speed_rule(bench)
    pauses.end_rule(rule.pk, by=None)
    give(bench, bench.callers[0], 6, active_ms=1)
    applied(0)
    with pytest.raises(NotFound):
        pauses.end_rule(rule.pk, by=None)
    speed_rule(bench)


def test_what_somebody_holds_they_may_answer_and_nothing_more_comes_with_it(bench: Bench) -> None:
    person, project = bench.callers[0], bench.project.pk
    held = desk.claim(person, project)
    assert isinstance(held, desk.ClaimedTask)
    pauses.pause(project, person.agent_id, "Please call me.", by=bench.callers[4].agent_id)
    again = desk.claim(person, project)
    assert isinstance(again, desk.ClaimedTask)
    assert again.task_id == held.task_id
    assert why_not(person, project, [held.task_id]) == "paused"
    accepted = annotations.submit(person, held.task_id, key="pause-held", body=bench.body(), holding=[])
    assert accepted.seat == 1
    assert isinstance(accepted.next, desk.NoTask)
    assert accepted.next.code == "paused"


def test_an_appeal_is_heard_once_and_a_person_keeps_or_lifts(bench: Bench) -> None:
    joined_long_ago()
    speed_rule(bench)
    person, manager, project = bench.callers[0], bench.callers[4].agent_id, bench.project.pk
    give(bench, person, 5, active_ms=10)
    applied(1)
    (found,) = own_pauses(person.agent_id)
    with pytest.raises(NotFound):
        pauses.appeal(bench.callers[2].agent_id, found.pk, "Let them go on.")
    with pytest.raises(InvalidInput):
        pauses.appeal(person.agent_id, found.pk, "  ")
    pauses.appeal(person.agent_id, found.pk, "They were all blank.")
    with pytest.raises(AlreadyAppealed):
        pauses.appeal(person.agent_id, found.pk, "Really.")
    with pytest.raises(InvalidInput):
        pauses.decide(found.pk, "kept", " ", by=manager)
    pauses.decide(found.pk, "kept", "They were not.", by=manager)
    with pytest.raises(PauseDecided):
        pauses.decide(found.pk, "kept", "Again.", by=manager)
    assert why_not(person, project) == "paused"
    pauses.decide(found.pk, "lifted", "I looked again.", by=manager)
    assert why_not(person, project) == ""
    assert not own_pauses(person.agent_id)
    with pytest.raises(PauseDecided):
        pauses.decide(found.pk, "kept", "No.", by=manager)
    with pytest.raises(PauseDecided):
        pauses.appeal(person.agent_id, found.pk, "Thank you.")
    actions = AuditEntry.objects.filter(action__startswith="pause.").order_by("pk")
    assert list(actions.values_list("action", "agent_id")) == [
        ("pause.began", None),
        ("pause.appealed", person.agent_id),
        ("pause.kept", manager),
        ("pause.lifted", manager),
    ]


def test_after_it_was_lifted_the_rule_looks_at_later_answers_only(bench: Bench) -> None:
    joined_long_ago()
    speed_rule(bench)
    person = bench.callers[0]
    give(bench, person, 5, active_ms=10)
    applied(1)
    pauses.decide(Pause.objects.get().pk, "lifted", "Go on, slowly.", by=bench.callers[4].agent_id)
    give(bench, person, 4, active_ms=10)
    applied(0)
    give(bench, person, 1, active_ms=10)
    applied(1)


def test_who_left_and_came_back_is_still_paused(bench: Bench) -> None:
    person, project, manager = bench.callers[0], bench.project.pk, bench.callers[4].agent_id
    pauses.pause(project, person.agent_id, "Please call me.", by=manager)
    members.remove_member(project, person.agent_id, by=manager)
    assert not own_pauses(person.agent_id)
    members.add_member(project, person.agent_id, "labeler", by=manager)
    assert why_not(person, project) == "paused"


def test_a_paused_worker_of_a_platform_is_not_kept_from_the_code(bench: Bench) -> None:
    worker = begun(link_of(bench))
    give(bench, worker, 1)
    pauses.pause(bench.project.pk, worker.agent_id, "Too fast.", by=bench.callers[4].agent_id)
    assert why_not(worker, bench.project.pk) == "paused"
    assert crowd.finish(worker).state == "finished"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "mood", "least": 50}, "kind"),
        ({"least": 0}, "least"),
        ({"kind": "gold", "least": 101}, "least"),
        ({"last": 4}, "last"),
        ({"last": 201}, "last"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_field(bench: Bench, wrong: dict[str, Any], field: str) -> None:
    asked = {"kind": "speed", "least": 1_000, "last": 10, **wrong}
    with pytest.raises(InvalidInput) as refused:
        pauses.add_rule(bench.project.pk, asked.pop("kind"), by=None, **asked)
    assert list(refused.value.fields) == [field]
    assert not PauseRule.objects.exists()


def test_a_pause_that_lands_while_tabs_claim_and_submit_lets_nothing_more_out_afterwards(
    bench: Bench,
) -> None:
    """Twelve windows of one person work on; every answer of theirs is stored, and after the pause no task is handed out."""
    person, project = bench.callers[0], bench.project.pk
    outcomes: list[str] = []

    def window(_: int) -> None:
        try:
            held: list[int] = []
            for _n in range(4):
                given = desk.claim(person, project, holding=held)
                if isinstance(given, desk.NoTask):
                    break
                held.append(given.task_id)
                body = bench.body()
                accepted = annotations.submit(
                    person,
                    given.task_id,
                    key=f"window-{given.task_id}-{len(outcomes)}",
                    body=body,
                    holding=held,
                )
                outcomes.append("accepted" if not accepted.repeated else "repeated")
        except Exception as error:  # noqa: BLE001 -- what any window met is what this test is about
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    def stop() -> None:
        try:
            pauses.pause(project, person.agent_id, "Stop.", by=bench.callers[4].agent_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(13) as pool:
        windows = [pool.submit(window, n) for n in range(12)]
        stopped = pool.submit(stop)
        for one in (*windows, stopped):
            one.result(PATIENCE_S)
    assert set(outcomes) <= {"accepted", "repeated", "TaskNotLeased"}
    leased = Assignment.objects.filter(agent_id=person.agent_id, state=Assignment.State.LEASED)
    for task_id in list(leased.values_list("task_id", flat=True)):
        annotations.submit(person, task_id, key=f"after-{task_id}", body=bench.body())
    assert why_not(person, project) == "paused"
    answered = Annotation.objects.filter(agent_id=person.agent_id, seat__isnull=False)
    assert answered.count() == answered.values("task").distinct().count()
    assert Pause.objects.count() == 1


def test_two_workers_that_apply_the_rules_at_once_pause_somebody_once(bench: Bench) -> None:
    joined_long_ago()
    speed_rule(bench)
    give(bench, bench.callers[0], 5, active_ms=10)

    def work(_: int) -> int:
        try:
            return pauses.apply_rules()
        finally:
            connection.close()

    until = time.monotonic() + PATIENCE_S
    begun_so_far = 0
    while not begun_so_far:
        with ThreadPoolExecutor(4) as pool:
            begun_so_far = sum(pool.map(work, range(4)))
        assert time.monotonic() < until
    assert begun_so_far == Pause.objects.count() == 1


def test_a_tab_that_claims_while_another_answers_the_last_task_gets_none_beyond_the_share(
    bench: Bench,
) -> None:
    """A lease that another window is answering is stepped over by a claim, so it must not open the way to one more."""
    worker = begun(link_of(bench, tasks_each=1))
    given = desk.claim(worker, bench.project.pk)
    assert isinstance(given, desk.ClaimedTask)

    def other_window() -> str:
        try:
            return why_not(worker, bench.project.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        annotations.submit(worker, given.task_id, key="the-last-one", body=bench.body())
        assert pool.submit(other_window).result(PATIENCE_S) == "enough"
