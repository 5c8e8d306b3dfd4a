import uuid

import pytest

from labeling.errors import AlreadyObjected, AnswerChanged, NotReviewed
from labeling.models import Annotation, Flag, Resolution, Review, Tally, Vote
from labeling.services import annotations, desk, flags, resolutions, reviews
from metadata.kernel.errors import InvalidInput, NotFound, PermissionRefused
from metadata.models import Event, VersionMember
from metadata.selectors.access import ALL_SCOPES, Caller
from tests.labeling.services.conftest import Bench
from tests.labeling.services.test_annotations import answered, key
from tests.labeling.services.test_desk import handed

BILLING, DELIVERY = {"class": 1}, {"class": 2}


def expert(bench: Bench) -> Caller:
    return Caller(bench.cast.expert.agent_id, False, ALL_SCOPES)


def ruling(bench: Bench) -> tuple[object, str] | None:
    newest = Resolution.objects.order_by("-pk").first()
    return (newest.value, newest.method) if newest else None


def corrected(bench: Bench) -> tuple[Caller, int, Review]:
    labeler = bench.callers[0]
    task, accepted = answered(bench, labeler, 1)
    made = reviews.review_answer(
        expert(bench),
        accepted.annotation_id,
        verdict="corrected",
        reason="It asks where the parcel is.",
        answers={"topic": DELIVERY},
    )
    return labeler, task, made


def test_an_accepted_answer_becomes_the_accepted_one(bench: Bench) -> None:
    _, accepted = answered(bench, bench.callers[0], 1)
    made = reviews.review_answer(expert(bench), accepted.annotation_id, verdict="accepted")
    assert (made.agent_id, made.correction, made.differences) == (bench.callers[0].agent_id, None, [])
    assert ruling(bench) == (BILLING, "review")
    assert VersionMember.objects.filter(kind=3, subject=made.task.item_id, valid_to=None).count() == 1


def test_a_correction_is_kept_apart_and_says_how_it_differs(bench: Bench) -> None:
    _, _, made = corrected(bench)
    assert made.correction is not None
    assert (made.correction.independent, made.correction.seat) == (False, None)
    assert made.differences == [
        {
            "question": "topic",
            "kind": "class",
            "a": [],
            "b": [],
            "class_a": 1,
            "class_b": 2,
            "amount": 1.0,
        }
    ]
    assert ruling(bench) == (DELIVERY, "review")
    assert list(Vote.objects.values_list("code", "current")) == [(1, True)]
    assert Tally.objects.get().codes == [1]
    assert Event.objects.filter(kind="answer.corrected").count() == 1


def test_counting_the_votes_leaves_a_ruling_alone(bench: Bench) -> None:
    corrected(bench)
    question = bench.project.questions.get()
    resolutions.resolve_question(question.pk, by=None)
    assert ruling(bench) == (DELIVERY, "review")
    assert Resolution.objects.count() == 1


def test_a_returned_answer_is_corrected_by_its_labeler_and_no_longer_independent(bench: Bench) -> None:
    labeler = bench.callers[0]
    task, accepted = answered(bench, labeler, 1)
    reviews.review_answer(
        expert(bench), accepted.annotation_id, verdict="returned", reason="Read it again, please."
    )
    assert ruling(bench) is None
    first = annotations.submit(
        labeler, task, key=key(), body=bench.body(2) | {"revises": accepted.annotation_id}
    )
    second = annotations.submit(
        labeler, task, key=key(), body=bench.body(1) | {"revises": first.annotation_id}
    )
    assert (first.revision, second.revision) == (1, 2)
    assert list(Annotation.objects.order_by("pk").values_list("independent", flat=True)) == [
        True,
        False,
        False,
    ]
    assert list(Vote.objects.values_list("code", "current")) == [(1, True)]
    assert Tally.objects.get().codes == [1]
    with pytest.raises(AnswerChanged):
        annotations.submit(labeler, task, key=key(), body=bench.body(2) | {"revises": accepted.annotation_id})


def test_only_the_newest_answer_of_a_chain_is_reviewed(bench: Bench) -> None:
    labeler = bench.callers[0]
    task, accepted = answered(bench, labeler, 1)
    newer = annotations.submit(
        labeler, task, key=key(), body=bench.body(2) | {"revises": accepted.annotation_id}
    )
    with pytest.raises(AnswerChanged):
        reviews.review_answer(expert(bench), accepted.annotation_id, verdict="accepted")
    reviews.review_answer(expert(bench), newer.annotation_id, verdict="accepted")
    assert ruling(bench) == (DELIVERY, "review")


def test_a_correction_needs_a_reason_and_another_answer(bench: Bench) -> None:
    _, accepted = answered(bench, bench.callers[0], 1)
    with pytest.raises(InvalidInput) as refusal:
        reviews.review_answer(
            expert(bench), accepted.annotation_id, verdict="corrected", answers={"topic": DELIVERY}
        )
    assert "reason" in refusal.value.fields
    for answers in (None, {"topic": BILLING}, {"topic": {"class": 9}}, {"other": BILLING}):
        with pytest.raises(InvalidInput):
            reviews.review_answer(
                expert(bench), accepted.annotation_id, verdict="corrected", reason="No.", answers=answers
            )
    assert Review.objects.count() == 0
    assert Annotation.objects.count() == 1


def test_labelers_review_nothing_and_nobody_their_own(bench: Bench) -> None:
    _, accepted = answered(bench, bench.callers[0], 1)
    with pytest.raises(PermissionRefused):
        reviews.review_answer(bench.callers[1], accepted.annotation_id, verdict="accepted")
    outsider = Caller(bench.cast.outsider.agent_id, False, ALL_SCOPES)
    with pytest.raises(NotFound):
        reviews.review_answer(outsider, accepted.annotation_id, verdict="accepted")
    _, own = answered(bench, expert(bench), 1)
    with pytest.raises(InvalidInput):
        reviews.review_answer(expert(bench), own.annotation_id, verdict="accepted")


def test_a_correction_itself_is_not_reviewed(bench: Bench) -> None:
    _, _, made = corrected(bench)
    with pytest.raises(NotReviewed):
        reviews.review_answer(
            Caller(bench.cast.manager.agent_id, False, ALL_SCOPES),
            made.correction_id or 0,
            verdict="accepted",
        )


def test_an_objection_is_made_once_and_upheld_it_restores_the_answer(bench: Bench) -> None:
    labeler, _, made = corrected(bench)
    with pytest.raises(NotFound):
        reviews.object_to_review(bench.callers[1], made.pk, "Not mine.")
    reviews.object_to_review(labeler, made.pk, "It says refund in the second line.")
    with pytest.raises(AlreadyObjected):
        reviews.object_to_review(labeler, made.pk, "Again.")
    with pytest.raises(PermissionRefused):
        reviews.reply_to_objection(labeler, made.pk, upheld=True, text="Indeed.")
    reviews.reply_to_objection(expert(bench), made.pk, upheld=True, text="Indeed.")
    assert ruling(bench) == (BILLING, "review")
    with pytest.raises(NotReviewed):
        reviews.reply_to_objection(expert(bench), made.pk, upheld=False, text="No.")


def test_what_was_accepted_leaves_nothing_to_object_to(bench: Bench) -> None:
    _, accepted = answered(bench, bench.callers[0], 1)
    made = reviews.review_answer(expert(bench), accepted.annotation_id, verdict="accepted")
    with pytest.raises(InvalidInput):
        reviews.object_to_review(bench.callers[0], made.pk, "But why?")


def test_a_flag_keeps_the_task_and_is_settled_by_a_ruling(bench: Bench) -> None:
    labeler = bench.callers[0]
    task = handed(labeler, bench.project.pk).task_id
    flags.flag_task(labeler, task, kind="ambiguous", comment="Both?")
    flags.flag_task(labeler, task, kind="ambiguous", comment="Both, I think.")
    assert Flag.objects.get().comment == "Both, I think."
    assert handed(labeler, bench.project.pk).task_id == task
    accepted = annotations.submit(labeler, task, key=uuid.uuid4().hex, body=bench.body())
    reviews.review_answer(expert(bench), accepted.annotation_id, verdict="accepted")
    assert Flag.objects.get().settled_by_id == expert(bench).agent_id
    flags.flag_task(labeler, task, kind="ambiguous", comment="Still.")
    assert Flag.objects.get().settled_at is None


def test_a_task_one_never_had_cannot_be_flagged(bench: Bench) -> None:
    task = handed(bench.callers[0], bench.project.pk).task_id
    with pytest.raises(NotFound):
        flags.flag_task(bench.callers[1], task, kind="unreadable")
    with pytest.raises(InvalidInput):
        flags.flag_task(bench.callers[0], task, kind="boring")


def test_a_skip_waits_for_a_reviewer_under_its_reason(bench: Bench) -> None:
    given = handed(bench.callers[0], bench.project.pk)
    desk.skip(bench.callers[0], given.task_id, reason="unsure", comment="Sarcasm?")
    flag = Flag.objects.get()
    assert (flag.task_id, flag.kind, flag.comment, flag.skipped) == (
        given.task_id,
        "ambiguous",
        "Sarcasm?",
        True,
    )
    assert reviews.settle_task(expert(bench), given.task_id) == 1
    assert reviews.settle_task(expert(bench), given.task_id) == 0
