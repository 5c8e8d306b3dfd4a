"""A question asked only after certain answers: needed there, and taken nowhere else."""

import uuid
from typing import Any

import pytest

from labeling.errors import InvalidAnswers
from labeling.models import Answer, Project
from labeling.services import annotations, projects, rounds
from metadata.kernel.errors import Conflict, InvalidInput
from metadata.selectors.access import ALL_SCOPES, Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import add_items
from tests.labeling.services.test_desk import handed

DAMAGED = {
    "key": "damaged",
    "prompt": "Is it damaged?",
    "label_type": "choice",
    "spec": {
        "classes": [{"code": 1, "name": "yes"}, {"code": 2, "name": "no"}, {"code": 3, "name": "partly"}]
    },
}
HOW = {
    "key": "how",
    "prompt": "How badly?",
    "label_type": "rating",
    "spec": {"classes": [{"code": 1, "name": "a bit"}, {"code": 2, "name": "badly"}]},
    "shown_if": {"question": "damaged", "classes": [1, 3]},
}


@pytest.fixture
def project(cast: Cast) -> Project:
    add_items(cast.dataset.pk, 3)
    return projects.create_project(
        dataset_id=cast.dataset.pk, name="Damage", questions=[DAMAGED, HOW], by=cast.manager.agent_id
    )


def submit(cast: Cast, project: Project, answers: dict[str, Any], *, asks: list[str] | None = None) -> None:
    questions = None
    if asks is not None:
        questions = list(project.questions.filter(key__in=asks).values_list("pk", flat=True))
    opened = rounds.open_round(project.pk, name="One", places_per_task=1, question_ids=questions, by=None)
    caller = Caller(cast.manager.agent_id, False, ALL_SCOPES)
    task = handed(caller, project.pk).task_id
    body = {"guideline_version": opened.guideline_version_id, "answers": answers, "active_ms": 1}
    annotations.submit(caller, task, key=uuid.uuid4().hex, body=body)


def refusal(cast: Cast, project: Project, answers: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as refused:
        submit(cast, project, answers)
    assert not Answer.objects.exists()
    return dict(refused.value.fields)


def test_where_it_is_asked_an_answer_is_needed(cast: Cast, project: Project) -> None:
    assert refusal(cast, project, {"damaged": {"class": 3}}) == {"answers.how": "an answer is required"}


def test_where_it_is_asked_an_answer_is_taken(cast: Cast, project: Project) -> None:
    submit(cast, project, {"damaged": {"class": 1}, "how": {"level": 2}})
    assert Answer.objects.count() == 2


def test_where_it_is_not_asked_none_is_needed(cast: Cast, project: Project) -> None:
    submit(cast, project, {"damaged": {"class": 2}})
    assert Answer.objects.count() == 1


def test_where_it_is_not_asked_none_is_taken(cast: Cast, project: Project) -> None:
    fields = refusal(cast, project, {"damaged": {"class": 2}, "how": {"level": 2}})
    assert fields == {"answers.how": "is not asked after this answer to damaged"}


def test_a_round_without_the_deciding_question_asks_it_of_every_item(cast: Cast, project: Project) -> None:
    submit(cast, project, {"how": {"level": 1}}, asks=["how"])
    assert Answer.objects.count() == 1


def test_a_question_waits_for_no_later_one_and_not_for_itself(cast: Cast, project: Project) -> None:
    first, last = project.questions.all()
    for waiting, decider in ((first, "how"), (last, "how")):
        with pytest.raises(InvalidInput) as refused:
            projects.update_question(waiting.pk, shown_if={"question": decider, "classes": [1]}, by=None)
        assert list(refused.value.fields) == ["shown_if.question"]


def test_a_question_that_others_wait_for_is_not_retired(cast: Cast, project: Project) -> None:
    first, last = project.questions.all()
    with pytest.raises(Conflict):
        projects.retire_question(first.pk, by=None)
    projects.update_question(last.pk, shown_if={}, by=None)
    projects.retire_question(first.pk, by=None)
    newest = project.guideline_versions.order_by("-major", "-minor").first()
    assert newest is not None
    assert [(q["key"], q["shown_if"]) for q in newest.questions] == [("how", {})]
