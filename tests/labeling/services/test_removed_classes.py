"""A class is taken out as long as nobody answered; who is labeling meanwhile is told and keeps their work."""

import pytest

from labeling.errors import InvalidAnswers
from labeling.models import Draft, GoldAnswer, Question
from labeling.services import annotations, desk, drafts, projects
from metadata.kernel.errors import Conflict
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench

pytestmark = pytest.mark.django_db


def without(question: Question, *codes: int) -> dict[str, object]:
    return {**question.spec, "classes": [c for c in question.spec["classes"] if c["code"] not in codes]}


def test_a_class_nobody_used_yet_is_removed_and_its_number_never_given_again(cast: Cast) -> None:
    question = cast.project.questions.get()
    projects.update_question(question.pk, spec=without(question, 2), by=None)
    question.refresh_from_db()
    more = {**question.spec, "classes": [*question.spec["classes"], {"name": "praise"}]}
    changed = projects.update_question(question.pk, spec=more, by=None)
    assert [one["code"] for one in changed.spec["classes"]] == [1, 3]


def test_once_somebody_answered_no_class_is_removed(bench: Bench) -> None:
    question = bench.project.questions.get()
    caller = bench.callers[0]
    given = desk.claim(caller, bench.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    annotations.submit(caller, given.task_id, key="first-one-1", body=bench.body())
    with pytest.raises(Conflict) as refused:
        projects.update_question(question.pk, spec=without(question, 2), by=None)
    assert "spec.classes" in refused.value.fields


def test_a_known_answer_keeps_the_classes_too(bench: Bench) -> None:
    question = bench.project.questions.get()
    item = bench.cast.dataset.items.earliest("pk")
    GoldAnswer.objects.create(item=item, question=question, value={"class": 1}, origin="given")
    with pytest.raises(Conflict):
        projects.update_question(question.pk, spec=without(question, 2), by=None)


def test_a_class_another_question_waits_for_stays(cast: Cast) -> None:
    question = cast.project.questions.get()
    waits = {
        "prompt": "Which one?",
        "label_type": "choice",
        "spec": {"classes": [{"name": "a"}, {"name": "b"}]},
        "shown_if": {"question": question.key, "classes": [2]},
    }
    projects.add_question(cast.project.pk, waits, by=None)
    with pytest.raises(Conflict) as refused:
        projects.update_question(question.pk, spec=without(question, 2), by=None)
    assert refused.value.fields["question"] == "Which one?"
    projects.update_question(question.pk, spec=without(question, 1), by=None)


def test_who_began_under_the_older_version_is_told_and_the_draft_stays(bench: Bench) -> None:
    question = bench.project.questions.get()
    caller = bench.callers[0]
    given = desk.claim(caller, bench.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    shown = {**bench.body(), "guideline_version": given.guideline_version_id}
    chosen = {question.key: {"class": 2}}
    begun = {**shown, "answers": chosen}
    drafts.save_draft(
        caller,
        given.task_id,
        answers=chosen,
        guideline_version=given.guideline_version_id,
    )
    projects.update_question(question.pk, spec=without(question, 2), by=None)
    with pytest.raises(InvalidAnswers) as refused:
        annotations.submit(caller, given.task_id, key="gone-class-1", body=begun)
    assert refused.value.fields == {f"answers.{question.key}": "names a class that was removed since"}
    assert Draft.objects.get(task_id=given.task_id).answers == chosen
    kept = {**shown, "answers": {question.key: {"class": 1}}}
    assert annotations.submit(caller, given.task_id, key="kept-class-1", body=kept).seat == 1
