from labeling.models import Annotation, Answer
from labeling.selectors.own_answers import last_answers, own_answer
from labeling.services import annotations, rounds
from metadata.services import items
from tests.labeling.services.conftest import Bench, bench
from tests.labeling.services.test_annotations import answered, key

__all__ = ["bench"]


def test_the_last_answers_come_newest_first_and_only_ones_own(bench: Bench) -> None:
    me, other = bench.callers[:2]
    first, _ = answered(bench, me, 1)
    second, _ = answered(bench, me, 2)
    answered(bench, other, 1)
    found = last_answers(bench.project.pk, me.agent_id)
    assert [(one.task_id, one.answers) for one in found] == [
        (second, {"topic": {"class": 2}}),
        (first, {"topic": {"class": 1}}),
    ]
    assert own_answer(bench.project.pk, other.agent_id, second) == []


def test_a_correction_is_a_new_revision_and_the_first_stays(bench: Bench) -> None:
    me = bench.callers[0]
    task, accepted = answered(bench, me, 1)
    body = bench.body(2) | {"revises": own_answer(bench.project.pk, me.agent_id, task)[0].annotation_id}
    annotations.submit(me, task, key=key(), body=body)
    (now,) = last_answers(bench.project.pk, me.agent_id)
    assert (now.revision, now.answers) == (1, {"topic": {"class": 2}})
    assert Answer.objects.get(annotation_id=accepted.annotation_id).value == {"class": 1}
    assert list(Annotation.objects.order_by("pk").values_list("revision", "seat")) == [(0, 1), (1, None)]


def test_what_is_closed_or_archived_is_not_offered_for_correction(bench: Bench) -> None:
    me = bench.callers[0]
    task, _ = answered(bench, me)
    answered(bench, me)
    archived = own_answer(bench.project.pk, me.agent_id, task)[0].item_id
    items.archive(bench.project.dataset_id, [archived], by=None)
    assert [one.task_id == task for one in last_answers(bench.project.pk, me.agent_id)] == [False]
    rounds.set_round_state(bench.round.pk, "closed", by=None)
    assert last_answers(bench.project.pk, me.agent_id) == []
