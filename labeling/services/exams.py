"""Exams: items whose answers are known, asked before other work. Who fails is told so; a person may let them in."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from labeling.models import CrowdRun, ExamResult, Place, Pool, Project, Round
from labeling.models.work import GOLD_LANES
from labeling.selectors.exams import done_exams, exam_answers
from labeling.selectors.known import right_and_wrong
from labeling.services import members
from labeling.services.rounds import GOLD_WANTED, SEEDS
from metadata.kernel.errors import Conflict, InvalidInput, NotFound
from metadata.services import audit, events

MOST_ITEMS: Final = 100
ASKED_FIRST: Final = 1  # before every other round
REASON_LENGTH: Final = 500

_DRAWN = """
SELECT g.item_id FROM labeling_goldanswer g JOIN metadata_item i ON i.id = g.item_id AND i.archived_at IS NULL
WHERE g.question_id = ANY(%(questions)s) AND g.ended_at IS NULL
GROUP BY g.item_id ORDER BY hashint8extended(g.item_id, %(seed)s), g.item_id LIMIT %(items)s
"""
_TASKS = """
INSERT INTO labeling_task (round_id, item_id, state)
SELECT %(round)s, item, 0 FROM unnest(%(drawn)s::bigint[]) AS t(item) ORDER BY item
"""
_PLACES = """
INSERT INTO labeling_place (task_id, pool_id, wanted, taken, held, lane, pos)
SELECT t.id, %(pool)s, %(wanted)s, 0, 0, %(lane)s + (drawn.at %% %(lanes)s), drawn.at
FROM labeling_task t CROSS JOIN LATERAL (SELECT hashint8extended(t.item_id, %(seed)s) & 549755813887 AS at) drawn
WHERE t.round_id = %(round)s
"""


@transaction.atomic
def open_exam(
    project_id: int, *, name: str, items: int, pass_mark: int, seed: int | None = None, by: int | None
) -> Round:
    """So many items whose answers are known, drawn by `seed`: the same for everybody, in an order of each one's own.

    It asks nobody by itself: a crowd link or a round names it. What is answered here casts no vote.
    """
    fields = {}
    if not name.strip() or len(name) > 120 or "\0" in name:
        fields["name"] = "1 to 120 characters, without NUL"
    if not 1 <= items <= MOST_ITEMS:
        fields["items"] = f"from 1 to {MOST_ITEMS}"
    if not 1 <= pass_mark <= 100:
        fields |= {"pass_mark": "from 1 to 100"}
    if fields:
        raise InvalidInput(fields=fields)
    project = Project.objects.select_for_update(no_key=True).filter(pk=project_id).first()
    if project is None:
        raise NotFound
    if project.state == Project.State.ARCHIVED:
        raise Conflict("An archived project opens no rounds.")
    guideline = project.guideline_versions.order_by("-major", "-minor").first()
    asked = list(project.questions.filter(retired_at=None))
    if guideline is None or not asked:
        raise InvalidInput(fields={"questions": "there is nothing to ask yet"})
    made = Round.objects.create(
        project=project,
        name=name.strip(),
        kind=Round.Kind.EXAM,
        ordering=Round.Ordering.SHUFFLE,
        guideline_version=guideline,
        places_per_task=1,
        gold_share=100,
        pass_mark=pass_mark,
        repeats_items=True,
        rank=ASKED_FIRST,
        seed=secrets.randbelow(SEEDS) if seed is None else seed,
        created_by_id=by,
    )
    made.questions.set(asked)
    pool = Pool.objects.create(round=made, share=GOLD_WANTED, gold=True)
    _fill(made, pool, [question.pk for question in asked], items)
    events.append(
        "exam.opened",
        dataset_id=project.dataset_id,
        project_id=project_id,
        subject_id=made.pk,
        agent_id=by,
        payload={"items": items, "pass_mark": pass_mark},
    )
    return made


def _fill(made: Round, pool: Pool, questions: list[int], items: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN, {"questions": questions, "seed": made.seed, "items": items})
        drawn = [item_id for (item_id,) in cursor.fetchall()]
        if len(drawn) < items:
            raise InvalidInput(fields={"items": f"only {len(drawn)} items have a known answer"})
        cursor.execute(_TASKS, {"round": made.pk, "drawn": drawn})
        about = {"round": made.pk, "pool": pool.pk, "wanted": GOLD_WANTED, "seed": made.seed}
        cursor.execute(_PLACES, {**about, "lane": int(Place.Lane.GOLD), "lanes": GOLD_LANES})


def settle(agent_id: int, project_id: int) -> bool | None:
    """Judges what somebody has done with: whether all of it is passed, None if there was nothing to judge.

    A worker of a platform who fails has done with the study: their run ends with a code of its own.
    """
    done = done_exams(agent_id, project_id)
    if not done:
        return None
    passed = True
    for one in done:
        with transaction.atomic():
            right, wrong = right_and_wrong(exam_answers(one.exam_id, agent_id))
            is_passed = 100 * right >= one.pass_mark * (right + wrong)
            result, is_new = ExamResult.objects.get_or_create(
                exam_id=one.exam_id,
                agent_id=agent_id,
                defaults={"right": right, "asked": right + wrong, "passed": is_passed},
            )
            passed = passed and result.passed
            if is_new:
                _happened("passed" if is_passed else "failed", result, project_id, agent_id)
            if not result.passed:
                _end_run(one.exam_id, agent_id)
    return passed


def _end_run(exam_id: int, agent_id: int) -> None:
    run = (
        CrowdRun.objects.select_for_update(of=("self",))
        .select_related("link")
        .filter(agent_id=agent_id, link__exam_id=exam_id, state=CrowdRun.State.WORKING)
        .first()
    )
    if run is None:
        return
    run.state, run.ended_at = CrowdRun.State.FAILED, timezone.now()
    run.save(update_fields=["state", "ended_at"])
    members.end_membership(run.link.project_id, agent_id)
    events.append("crowd.failed", project_id=run.link.project_id, subject_id=run.link_id, agent_id=agent_id)


@transaction.atomic
def let_in(exam_id: int, agent_id: int, reason: str, *, by: int) -> ExamResult:
    """A person passes somebody who failed, with the reason. A platform's worker whose run ended stays out."""
    if not reason.strip() or len(reason) > REASON_LENGTH or "\0" in reason:
        raise InvalidInput(fields={"reason": f"1 to {REASON_LENGTH} characters, without NUL"})
    result = (
        ExamResult.objects.select_for_update(of=("self",))
        .select_related("exam")
        .filter(exam_id=exam_id, agent_id=agent_id)
        .first()
    )
    if result is None:
        raise NotFound
    if result.passed:
        raise Conflict("They have passed already.")
    result.passed, result.let_in_by_id, result.let_in_reason = True, by, reason.strip()
    result.save(update_fields=["passed", "let_in_by", "let_in_reason"])
    _happened("let_in", result, result.exam.project_id, by)
    audit.record("exam.let_in", agent_id=by, subject=f"exam {exam_id}, agent {agent_id}")
    return result


def _happened(what: str, result: ExamResult, project_id: int, by: int) -> None:
    events.append(
        f"exam.{what}",
        project_id=project_id,
        subject_id=result.exam_id,
        agent_id=by,
        payload={"agent": result.agent_id, "right": result.right, "asked": result.asked},
    )
