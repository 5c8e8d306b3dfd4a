"""Exams: known answers asked before other work, which is handed out to nobody who has not passed."""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.utils import timezone

from labeling.models import Assignment, CrowdLink, CrowdRun, ExamResult, GoldAnswer, Round, Task, Vote
from labeling.selectors.access import project_for
from labeling.selectors.crowd import answers_given
from labeling.selectors.home import work_of
from labeling.selectors.projects import own_progress
from labeling.services import annotations, crowd, desk, exams, gold, rounds
from metadata.kernel.errors import Conflict, InvalidInput, NotFound
from metadata.models import AuditEntry, Item
from metadata.selectors.access import Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_crowd import begun, link_of, run_of

pytestmark = pytest.mark.django_db
KNOWN, ASKED, MARK = 8, 5, 60


@dataclass(frozen=True)
class Examined:
    """A round of 20 items, 8 of them known (class 1), and an exam of 5 with a pass mark of 60%."""

    bench: Bench
    exam: Round

    @property
    def project(self) -> int:
        return self.bench.project.pk

    def answer(self, caller: Caller, *codes: int) -> str:
        """Answers with these codes in turn; the code of why nothing more came, or ""."""
        for code in codes:
            given = desk.claim(caller, self.project)
            if isinstance(given, desk.NoTask):
                return given.code
            annotations.submit(
                caller,
                given.task_id,
                key=f"exam-{caller.agent_id}-{given.task_id}",
                body=self.bench.body(code),
            )
        return ""

    def next_kind(self, caller: Caller) -> str:
        given = desk.claim(caller, self.project)
        return given.code if isinstance(given, desk.NoTask) else Round.objects.get(pk=given.round_id).kind


@pytest.fixture
def examined(cast: Cast) -> Examined:
    bench = bench_of(cast, items=20)
    question = bench.project.questions.get()
    items = list(Item.objects.filter(dataset=cast.dataset).order_by("pk").values_list("pk", flat=True))
    gold.set_gold(question.pk, [(item, {"class": 1}) for item in items[:KNOWN]], by=None)
    exam = exams.open_exam(bench.project.pk, name="Entry", items=ASKED, pass_mark=MARK, seed=3, by=None)
    return Examined(bench, exam)


def link_with(examined: Examined, **more: object) -> CrowdLink:
    return link_of(examined.bench, exam=examined.exam.pk, failed_code="N0PE", **more)


def test_an_exam_asks_nobody_by_itself(examined: Examined) -> None:
    assert examined.next_kind(examined.bench.callers[0]) == "production"
    assert set(Task.objects.filter(round=examined.exam).values_list("item_id", flat=True)) <= set(
        GoldAnswer.objects.values_list("item_id", flat=True)
    )


def test_a_worker_who_passes_gets_their_share_of_tasks_beside_the_exam(examined: Examined) -> None:
    worker = begun(link_with(examined))
    assert examined.answer(worker, 1, 1, 2, 1, 2) == ""
    assert examined.next_kind(worker) == "production"
    result = ExamResult.objects.get()
    assert (result.right, result.asked, result.passed) == (3, 5, True)
    assert examined.answer(worker, 1, 1, 1, 1) == "enough"
    assert answers_given(worker.agent_id) == 3
    assert crowd.finish(worker).state == "finished"


def test_a_worker_who_fails_is_told_so_and_never_sees_a_real_task(examined: Examined) -> None:
    worker = begun(link_with(examined))
    assert examined.answer(worker, 1, 1, 2, 2, 2, 1) == "not_qualified"
    assert run_of(worker).state == CrowdRun.State.FAILED
    handed = Assignment.objects.filter(agent_id=worker.agent_id)
    assert set(handed.values_list("task__round__kind", flat=True)) == {"exam"}
    assert crowd.finish(worker).state == CrowdRun.State.FAILED
    assert crowd.leave(worker).state == CrowdRun.State.FAILED
    with pytest.raises(NotFound):
        desk.claim(worker, examined.project)


def test_finishing_straight_after_the_exam_judges_it(examined: Examined) -> None:
    worker = begun(link_with(examined))
    examined.answer(worker, 2, 2, 2, 2, 2)
    assert crowd.finish(worker).state == CrowdRun.State.FAILED


def test_no_real_task_is_handed_out_while_the_exam_is_not_done(examined: Examined) -> None:
    worker = begun(link_with(examined))
    held: list[int] = []
    while isinstance(given := desk.claim(worker, examined.project, holding=held), desk.ClaimedTask):
        held.append(given.task_id)
    assert set(Task.objects.filter(pk__in=held).values_list("round__kind", flat=True)) == {"exam"}
    assert len(held) == ASKED
    assert not ExamResult.objects.exists()


def test_what_is_skipped_in_an_exam_is_not_right(examined: Examined) -> None:
    worker = begun(link_with(examined))
    examined.answer(worker, 1, 1)
    for _ in range(3):
        given = desk.claim(worker, examined.project)
        assert isinstance(given, desk.ClaimedTask)
        desk.skip(worker, given.task_id, reason="unsure")
    assert examined.next_kind(worker) == "not_qualified"
    assert (ExamResult.objects.get().right, ExamResult.objects.get().asked) == (2, 5)


def test_a_lapsed_lease_of_an_exam_comes_back_and_is_judged_once_answered(examined: Examined) -> None:
    worker = begun(link_with(examined))
    examined.answer(worker, 1, 1, 1, 1)
    assert isinstance(desk.claim(worker, examined.project), desk.ClaimedTask)
    Assignment.objects.filter(state=1).update(due=timezone.now() - dt.timedelta(hours=1))
    desk.sweep_lapsed_leases()
    assert not ExamResult.objects.exists()
    assert examined.answer(worker, 1) == ""
    assert examined.next_kind(worker) == "production"


def test_answers_of_an_exam_cast_no_vote_and_are_no_progress(examined: Examined) -> None:
    worker = begun(link_with(examined))
    examined.answer(worker, 1, 1, 1, 1, 1)
    assert not Vote.objects.exists()
    access = project_for(worker, examined.project)
    assert own_progress(access, worker.agent_id) == (0, 20)
    (mine,) = work_of(worker)
    assert mine.mine_done == 0


def test_a_round_that_asks_for_an_exam_waits_for_it_and_others_do_not(examined: Examined) -> None:
    bench = examined.bench
    rounds.set_round_state(bench.round.pk, "closed", by=None)
    asking = rounds.open_round(
        examined.project, name="Hard", places_per_task=2, exam=examined.exam.pk, repeats_items=True, by=None
    )
    able, unable = bench.callers[0], bench.callers[2]
    assert examined.next_kind(able) == "exam"
    assert examined.answer(able, 1, 1, 1, 1, 1) == ""
    given = desk.claim(able, examined.project)
    assert isinstance(given, desk.ClaimedTask)
    assert given.round_id == asking.pk
    assert examined.answer(unable, 2, 2, 2, 2, 2, 1) == "not_qualified"
    assert examined.next_kind(unable) == "not_qualified"
    rounds.open_round(examined.project, name="Easy", places_per_task=2, repeats_items=True, by=None)
    easy = desk.claim(unable, examined.project)
    assert isinstance(easy, desk.ClaimedTask)
    assert easy.round_id != asking.pk


def test_a_person_lets_somebody_in_who_failed_with_a_reason(examined: Examined) -> None:
    bench, manager = examined.bench, examined.bench.cast.manager.agent_id
    rounds.set_round_state(bench.round.pk, "closed", by=None)
    rounds.open_round(
        examined.project, name="Hard", places_per_task=2, exam=examined.exam.pk, repeats_items=True, by=None
    )
    person = bench.callers[0]
    assert examined.answer(person, 2, 2, 2, 2, 2, 1) == "not_qualified"
    with pytest.raises(InvalidInput):
        exams.let_in(examined.exam.pk, person.agent_id, " ", by=manager)
    with pytest.raises(NotFound):
        exams.let_in(examined.exam.pk, manager, "They can.", by=manager)
    exams.let_in(examined.exam.pk, person.agent_id, "The key was wrong.", by=manager)
    with pytest.raises(Conflict):
        exams.let_in(examined.exam.pk, person.agent_id, "Again.", by=manager)
    assert AuditEntry.objects.filter(action="exam.let_in", agent_id=manager).count() == 1
    assert examined.next_kind(person) == "production"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"items": 0}, "items"),
        ({"items": 9}, "items"),
        ({"pass_mark": 101}, "pass_mark"),
    ],
)
def test_an_exam_that_cannot_be_is_refused_by_field(
    examined: Examined, changes: dict[str, object], field: str
) -> None:
    asked: dict[str, object] = {"name": "Other", "items": 3, "pass_mark": 50, **changes}
    with pytest.raises(InvalidInput) as refused:
        exams.open_exam(examined.project, by=None, **asked)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]
    assert Round.objects.filter(kind="exam").count() == 1


def test_an_exam_is_opened_as_one_and_named_only_where_it_is(examined: Examined) -> None:
    with pytest.raises(InvalidInput, match="kind"):
        rounds.open_round(examined.project, name="Exam", kind="exam", by=None)
    with pytest.raises(InvalidInput, match="exam"):
        rounds.open_round(examined.project, name="Hard", exam=examined.bench.round.pk, by=None)
    with pytest.raises(InvalidInput, match="exam"):
        link_of(examined.bench, exam=examined.bench.round.pk)
    with pytest.raises(InvalidInput, match="failed_code"):
        link_of(examined.bench, exam=examined.exam.pk, failed_code="C1A2")
    with pytest.raises(Conflict):
        rounds.add_new_items(examined.exam.pk, by=None)
