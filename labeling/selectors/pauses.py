"""Pause rules, what they find about people's last answers, and the log of pauses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.db import connection
from django.db.models import QuerySet

from labeling.models import Assignment, Pause, PauseRule, ProjectMembership, Round
from labeling.selectors.access import nothing_here
from labeling.selectors.known import Held, right_and_wrong
from metadata.selectors.access import Caller

Role = ProjectMembership.Role
WATCHED: Final = (str(Role.LABELER), str(Role.VENDOR_LEAD), str(Role.CROWD_WORKER))
LOOKED_THROUGH: Final = 2_000
PACE_OVER: Final = 25  # more than anybody holds: work done offline is sent at once, and was not done at once

# Whose answers to what is known are among these; an exam is judged by itself.
_ANSWERED_GOLD = """
SELECT DISTINCT n.agent_id FROM labeling_annotation n
JOIN labeling_pool p ON p.id = n.pool_id AND p.gold
JOIN labeling_round r ON r.id = p.round_id AND r.project_id = %(project)s AND r.kind <> 'exam'
WHERE n.id = ANY(%(annotations)s)
"""
_SETTLED = """
SELECT coalesce(max(u.settled_head), 0) FROM labeling_pause u
WHERE u.project_id = %(project)s AND u.agent_id = %(agent)s
"""
_LAST_GOLD = """
SELECT g.question_id, g.item_id, g.value, w.value
FROM (SELECT n.id, n.task_id, n.pool_id FROM labeling_annotation n
      WHERE n.agent_id = %(agent)s AND n.revision = 0 AND n.seat IS NOT NULL AND n.id > %(since)s
      ORDER BY n.id DESC LIMIT %(most)s) n
JOIN labeling_pool p ON p.id = n.pool_id AND p.gold
JOIN labeling_round r ON r.id = p.round_id AND r.project_id = %(project)s AND r.kind <> 'exam'
JOIN labeling_task t ON t.id = n.task_id
JOIN labeling_round_questions q ON q.round_id = r.id
JOIN labeling_goldanswer g ON g.question_id = q.question_id AND g.item_id = t.item_id AND g.ended_at IS NULL
LEFT JOIN labeling_answer w ON w.annotation_id = n.id AND w.question_id = g.question_id
ORDER BY n.id DESC, g.question_id LIMIT %(last)s
"""
# The browser counts active time, which can be made up; nobody answers faster than their answers arrive. The lower holds.
_PACES = """
SELECT m.agent_id, w.answers, least(w.median, w.pace) AS ms
FROM labeling_projectmembership m
CROSS JOIN LATERAL (SELECT coalesce(max(u.settled_head), 0) AS head, max(u.decided_at) AS lifted_at FROM labeling_pause u
    WHERE u.project_id = m.project_id AND u.agent_id = m.agent_id AND u.settled_head IS NOT NULL) s
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE nth <= %(last)s) AS answers,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY active_ms) FILTER (WHERE nth <= %(last)s AND active_ms > 0) AS median,
        1000 * extract(epoch FROM max(created_at)
            - coalesce(min(created_at) FILTER (WHERE nth = %(over)s + 1), greatest(m.created_at, s.lifted_at)))
            / least(count(*), %(over)s) AS pace
    FROM (
        SELECT n.active_ms, n.created_at, row_number() OVER (ORDER BY n.id DESC) AS nth
        FROM labeling_annotation n
        JOIN labeling_pool p ON p.id = n.pool_id
        JOIN labeling_round r ON r.id = p.round_id AND r.project_id = m.project_id AND r.kind <> 'imported'
        WHERE n.agent_id = m.agent_id AND n.revision = 0 AND n.seat IS NOT NULL AND n.id > s.head
        ORDER BY n.id DESC LIMIT %(rows)s) answers) w
WHERE m.project_id = %(project)s AND m.agent_id = ANY(%(agents)s) AND w.answers >= %(last)s
  AND least(w.median, w.pace) < %(least)s
ORDER BY m.agent_id
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody below a rule, with the figures that say so."""

    agent_id: int
    figures: dict[str, Any]


def rules_of(project_id: int) -> QuerySet[PauseRule]:
    """The rules that hold now."""
    return PauseRule.objects.filter(project_id=project_id, ended_at=None).order_by("kind")


def rule_numbered(caller: Caller, rule_id: int) -> PauseRule:
    found = PauseRule.objects.filter(pk=rule_id, ended_at=None).first()
    if found is None:
        raise nothing_here(caller)
    return found


def pauses_of(project_id: int) -> QuerySet[Pause]:
    """The whole log, newest first."""
    return Pause.objects.filter(project_id=project_id).order_by("-pk")


def pause_numbered(caller: Caller, pause_id: int) -> Pause:
    found = Pause.objects.filter(pk=pause_id).first()
    if found is None:
        raise nothing_here(caller)
    return found


def own_pauses(agent_id: int, project_id: int | None = None) -> QuerySet[Pause]:
    """What withholds tasks from somebody now, in projects they still work in."""
    own = Pause.objects.filter(
        agent_id=agent_id, project__memberships__agent_id=agent_id, project__memberships__ended_at=None
    ).exclude(state=Pause.State.LIFTED)
    return own.filter(project_id=project_id) if project_id is not None else own


def holds_a_task(agent_id: int, project_id: int) -> bool:
    """Whether somebody has a task in hand, which they may answer whatever withholds the next one."""
    leased = Assignment.objects.filter(agent_id=agent_id, state=Assignment.State.LEASED)
    return leased.filter(task__round__project_id=project_id, task__round__state=Round.State.OPEN).exists()


def watched_among(project_id: int, agent_ids: Collection[int]) -> list[int]:
    """Those of them whom rules may stop: who decides here is not watched, nor who is stopped already."""
    working = ProjectMembership.objects.filter(
        project_id=project_id, agent_id__in=agent_ids, role__in=WATCHED, ended_at=None, withheld=False
    )
    return list(working.order_by("agent_id").values_list("agent_id", flat=True))


def below(rule: PauseRule, agent_ids: Sequence[int], annotation_ids: Sequence[int]) -> list[Found]:
    """Who of them is below the rule over their last answers; `annotation_ids` are what they gave just now."""
    if rule.kind == PauseRule.Kind.SPEED:
        return _too_fast(rule, agent_ids)
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED_GOLD, {"project": rule.project_id, "annotations": list(annotation_ids)})
        answered = {agent_id for (agent_id,) in cursor.fetchall()}
    found = (_too_wrong(rule, agent_id) for agent_id in agent_ids if agent_id in answered)
    return [one for one in found if one is not None]


def _too_fast(rule: PauseRule, agent_ids: Sequence[int]) -> list[Found]:
    about: dict[str, int | list[int]] = {
        "project": rule.project_id,
        "agents": list(agent_ids),
        "last": rule.last,
        "least": rule.least,
        "over": PACE_OVER,
        "rows": max(rule.last, PACE_OVER + 1),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PACES, about)
        return [
            Found(agent, {"ms": round(ms), "answers": answers, "least": rule.least, "last": rule.last})
            for agent, answers, ms in cursor.fetchall()
        ]


def _too_wrong(rule: PauseRule, agent_id: int) -> Found | None:
    about = {"project": rule.project_id, "agent": agent_id, "last": rule.last, "most": LOOKED_THROUGH}
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, about)
        about["since"] = cursor.fetchone()[0]
        cursor.execute(_LAST_GOLD, about)
        held = [
            Held(question, item, _json(known), _json(given))
            for question, item, known, given in cursor.fetchall()
        ]
    right, wrong = right_and_wrong(held)
    if right + wrong < rule.last or 100 * right >= rule.least * (right + wrong):
        return None
    return Found(agent_id, {"right": right, "answers": right + wrong, "least": rule.least, "last": rule.last})


def _json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str) else value
