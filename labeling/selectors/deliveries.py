"""A vendor's team as its lead sees it: the batches assigned to it, its people's work, what was signed off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.db import connection
from django.utils.translation import gettext_lazy as _

from labeling.models import Annotation, Delivery
from labeling.selectors.access import ProjectAccess, nothing_here
from metadata.kernel.errors import NotFound
from metadata.selectors.access import Caller

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_SIGNED: Final = 100_000
DeliveryState = Delivery.State

# Full, and not in a batch that is still with the checkers or accepted. What was returned must have been answered anew
# since by everybody of the team who answered it: who has left cannot, and holds nobody up.
_SIGNABLE = """
SELECT c.pool_id, c.task_id FROM labeling_place c
WHERE c.pool_id = ANY(%(pools)s) AND c.taken = c.wanted AND c.lane <> 1000
  AND NOT EXISTS (
    SELECT FROM labeling_deliveredtask d JOIN labeling_delivery e ON e.id = d.delivery_id
    WHERE d.task_id = c.task_id AND e.pool_id = c.pool_id AND e.state <> 'returned')
  AND NOT EXISTS (SELECT FROM ({returned}) r WHERE r.task_id = c.task_id AND r.pool_id = c.pool_id)
ORDER BY c.task_id LIMIT %(most)s
"""
# What somebody still has to look at again: their own answers in the newest returned batch of a task, not given anew since.
_RETURNED = """
SELECT d.task_id, e.pool_id
FROM labeling_delivery e
JOIN labeling_deliveredtask d ON d.delivery_id = e.id
JOIN labeling_pool p ON p.id = e.pool_id JOIN labeling_round o ON o.id = p.round_id
JOIN labeling_annotation n ON n.task_id = d.task_id AND n.pool_id = e.pool_id AND n.revision = 0 AND n.repeat = 0
    AND n.seat IS NOT NULL
JOIN labeling_projectmembership m ON m.project_id = o.project_id AND m.agent_id = n.agent_id AND m.ended_at IS NULL
    AND m.team_id = p.team_id
WHERE e.state = 'returned' AND {about}
  AND NOT EXISTS (
    SELECT FROM labeling_deliveredtask x JOIN labeling_delivery f ON f.id = x.delivery_id
    WHERE x.task_id = d.task_id AND f.pool_id = e.pool_id AND f.id > e.id)
  AND NOT EXISTS (
    SELECT FROM labeling_annotation v
    WHERE v.task_id = d.task_id AND v.agent_id = n.agent_id AND v.repeat = 0 AND v.revision > 0
      AND v.id > e.decided_head)
"""
_SIGNABLE_TASKS = _SIGNABLE.format(returned=_RETURNED.format(about="e.pool_id = ANY(%(pools)s)"))
_OWN_RETURNED = _RETURNED.format(
    about="o.project_id = %(project)s AND n.agent_id = %(agent)s AND o.state <> 'closed'"
)

_BATCHES = """
SELECT p.id, r.id, r.name, r.state, p.share,
    count(c.id) FILTER (WHERE c.lane <> 1000 OR c.taken > 0),
    coalesce(sum(CASE c.lane WHEN 1000 THEN c.taken ELSE c.wanted END), 0), coalesce(sum(c.taken), 0)
FROM labeling_pool p JOIN labeling_round r ON r.id = p.round_id LEFT JOIN labeling_place c ON c.pool_id = p.id
WHERE r.project_id = %(project)s AND p.team_id = %(team)s AND NOT p.gold
GROUP BY p.id, r.id ORDER BY p.id DESC LIMIT 200
"""
# By the team's places only. A second answer to an item that was checked counts once for each of its labelers.
_PEOPLE = """
SELECT m.agent_id, coalesce(nullif(i.name, ''), i.email, nullif(i.external_key, ''), m.agent_id::text), m.role, m.ended_at,
    coalesce(w.answers, 0), coalesce(w.active_ms, 0), coalesce(w.last_hour, 0), w.last_at, coalesce(k.checked, 0),
    coalesce(k.wrong, 0), coalesce(s.skipped, 0)
FROM labeling_projectmembership m
LEFT JOIN metadata_identity i ON i.agent_id = m.agent_id
LEFT JOIN LATERAL (
    SELECT count(*) AS answers, sum(n.active_ms)::bigint AS active_ms, max(n.created_at) AS last_at,
        count(*) FILTER (WHERE n.created_at > now() - interval '1 hour') AS last_hour
    FROM labeling_annotation n JOIN labeling_pool p ON p.id = n.pool_id JOIN labeling_round r ON r.id = p.round_id
    WHERE n.agent_id = m.agent_id AND r.project_id = m.project_id AND p.team_id = m.team_id AND NOT p.gold
      AND n.revision = 0 AND n.repeat = 0 AND n.seat IS NOT NULL) w ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS checked, count(*) FILTER (WHERE d.is_wrong) AS wrong
    FROM labeling_delivery e JOIN labeling_pool p ON p.id = e.pool_id JOIN labeling_round r ON r.id = p.round_id
    JOIN labeling_deliveredtask d ON d.delivery_id = e.id AND d.is_sampled AND d.is_wrong IS NOT NULL
    JOIN labeling_annotation n ON n.task_id = d.task_id AND n.pool_id = p.id AND n.agent_id = m.agent_id
        AND n.revision = 0 AND n.repeat = 0 AND n.seat IS NOT NULL
    WHERE r.project_id = m.project_id AND p.team_id = m.team_id) k ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS skipped FROM labeling_assignment a JOIN labeling_pool p ON p.id = a.pool_id
    JOIN labeling_round r ON r.id = p.round_id
    WHERE a.agent_id = m.agent_id AND a.state = 4 AND r.project_id = m.project_id AND p.team_id = m.team_id) s ON true
WHERE m.project_id = %(project)s AND m.team_id = %(team)s
  AND (m.ended_at IS NULL OR w.answers > 0) AND m.role IN ('labeler', 'vendor_lead')
ORDER BY m.ended_at NULLS FIRST, w.answers DESC, m.agent_id LIMIT 500
"""


@dataclass(frozen=True)
class TeamBatch:
    """A round's places that a team has: so many answers wanted and given, and how many tasks wait for a signature."""

    pool_id: int
    round_id: int
    name: str
    state: str
    share: int
    tasks: int
    wanted: int
    taken: int
    signable: int

    @property
    def done(self) -> float:
        return self.taken / self.wanted if self.wanted else 0.0


@dataclass(frozen=True)
class TeamPerson:
    """One of a team: how much they answered for it, and how their answers fared in samples."""

    agent_id: int
    name: str
    role: str
    ended_at: datetime | None
    answers: int
    active_ms: int
    last_hour: int
    last_at: datetime | None
    checked: int
    wrong: int
    skipped: int

    @property
    def seconds_each(self) -> float | None:
        return self.active_ms / 1000 / self.answers if self.answers else None

    @property
    def right(self) -> int:
        return self.checked - self.wrong


def signable_tasks(pool_id: int, most: int) -> list[int]:
    """The tasks of a pool that its team finished, and that are in no batch which is with the checkers or accepted."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGNABLE_TASKS, {"pools": [pool_id], "most": most})
        return [task for _, task in cursor.fetchall()]


def newest_annotation() -> int:
    """The number of the last annotation there is; later ones have higher ones."""
    return Annotation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def returned_tasks(project_id: int, agent_id: int) -> list[int]:
    """The tasks that somebody has to look at again, since their batch was returned."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN_RETURNED + " ORDER BY d.task_id", {"project": project_id, "agent": agent_id})
        return [row[0] for row in cursor.fetchall()]


def batches_of(access: ProjectAccess) -> list[TeamBatch]:
    """What is assigned to the caller's team, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, {"project": access.project.pk, "team": access.team_id})
        found = cursor.fetchall()
        cursor.execute(_SIGNABLE_TASKS, {"pools": [row[0] for row in found], "most": MOST_SIGNED})
        waiting = Counter(pool for pool, _ in cursor.fetchall())
    return [TeamBatch(*(*row, waiting[row[0]])) for row in found]


def people_of(access: ProjectAccess) -> list[TeamPerson]:
    """The team's people, who has left at the end."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"project": access.project.pk, "team": access.team_id})
        return [TeamPerson(*row) for row in cursor.fetchall()]


def deliveries_of(project_id: int, team_id: int | None = None) -> QuerySet[Delivery]:
    """What was signed off in a project, by one team or by any; the newest first."""
    found = Delivery.objects.select_related("pool__round", "pool__team").filter(
        pool__round__project_id=project_id
    )
    return (found if team_id is None else found.filter(pool__team_id=team_id)).order_by("-id")


def delivery_numbered(caller: Caller, delivery_id: int) -> Delivery:
    found = Delivery.objects.select_related("pool__round", "pool__team").filter(pk=delivery_id).first()
    if found is None:
        raise nothing_here(caller)
    return found


def delivery_for(access: ProjectAccess, delivery_id: int) -> Delivery:
    """A batch of the project, and to a vendor's lead one of their team's; else there is none."""
    theirs = deliveries_of(access.project.pk, access.team_id if access.team_only else None)
    found = theirs.filter(pk=delivery_id).first()
    if found is None:
        raise NotFound
    return found


# As it stood when the batch was signed off, and what experts said since, blind.
_STANDING = """
SELECT n.task_id, n.agent_id, answers.answers FROM labeling_deliveredtask d
JOIN labeling_delivery e ON e.id = d.delivery_id
JOIN labeling_annotation f ON f.task_id = d.task_id AND f.pool_id = e.pool_id AND f.revision = 0 AND f.repeat = 0
    AND f.seat IS NOT NULL
CROSS JOIN LATERAL (
    SELECT v.id, v.task_id, v.agent_id FROM labeling_annotation v
    WHERE v.task_id = f.task_id AND v.agent_id = f.agent_id AND v.repeat = 0 AND (v.revision > 0 OR v.id = f.id)
      AND v.id <= e.signed_head
    ORDER BY v.revision DESC LIMIT 1) n
CROSS JOIN LATERAL (
    SELECT coalesce(json_object_agg(w.question_id, w.value), '{}') AS answers
    FROM labeling_answer w WHERE w.annotation_id = n.id) answers
WHERE d.delivery_id = %(delivery)s AND d.is_sampled ORDER BY n.task_id, n.agent_id
"""
_CHECKED = """
SELECT d.task_id, s.item_id, answers.answers, n.id IS NULL AND (t.id IS NULL OR i.archived_at IS NOT NULL)
FROM labeling_deliveredtask d
JOIN labeling_delivery e ON e.id = d.delivery_id
JOIN labeling_task s ON s.id = d.task_id JOIN metadata_item i ON i.id = s.item_id
LEFT JOIN labeling_task t ON t.round_id = e.check_round_id AND t.item_id = s.item_id
LEFT JOIN LATERAL (
    SELECT v.id FROM labeling_annotation f JOIN labeling_annotation v ON v.task_id = f.task_id AND v.agent_id = f.agent_id
        AND v.repeat = 0 AND (v.revision > 0 OR v.id = f.id)
    WHERE f.task_id = t.id AND f.revision = 0 AND f.repeat = 0 AND f.seat IS NOT NULL
    ORDER BY v.revision DESC LIMIT 1) n ON true
LEFT JOIN LATERAL (
    SELECT json_object_agg(w.question_id, w.value) AS answers
    FROM labeling_answer w WHERE w.annotation_id = n.id) answers ON true
WHERE d.delivery_id = %(delivery)s AND d.is_sampled ORDER BY d.task_id
"""


@dataclass(frozen=True)
class CheckedTask:
    """A task of the sample: what the vendor's people answered, and what an expert did (None: not yet).

    One that `is_gone` was archived before an expert labeled it: nobody will.
    """

    task_id: int
    item_id: int
    expert: dict[int, Any] | None
    vendor: list[dict[int, Any]]
    is_gone: bool


def checked_tasks(delivery_id: int) -> list[CheckedTask]:
    """The sample of a batch, answer beside answer."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"delivery": delivery_id})
        given: dict[int, list[dict[int, Any]]] = {}
        for task, _agent, answers in cursor.fetchall():
            given.setdefault(task, []).append(_by_question(answers) or {})
        cursor.execute(_CHECKED, {"delivery": delivery_id})
        return [
            CheckedTask(task, item, _by_question(answers), given.get(task, []), is_gone)
            for task, item, answers, is_gone in cursor.fetchall()
        ]


_WAYS: Final = {
    "class": _("another class"),
    "boundary": _("other boundaries"),
    "missed": _("something missed, or too much"),
    "one_versus_many": _("one or several"),
    "convention": _("another way to write it"),
    "sides": _("left and right exchanged"),
    "points": _("points missed, or too many"),
    "visibility": _("hidden or seen"),
    "link": _("a link missed, or too much"),
    "relation": _("another relation"),
    "direction": _("a link the other way around"),
    "end": _("a link to something else"),
    "outdated": _("does not fit the question any more"),
}


def way_words(difference: Mapping[str, str]) -> str:
    """In which way an answer was wrong, as people read it; no answer is named."""
    way = _WAYS.get(difference.get("kind", ""), _("another answer"))
    return f"{difference.get('prompt', '')}: {way}"


def _by_question(answers: Any) -> dict[int, Any] | None:
    if answers is None:
        return None
    read = msgspec.json.decode(answers) if isinstance(answers, str) else answers
    return {int(question): value for question, value in read.items()}


def wrong_tasks(delivery_ids: Collection[int]) -> dict[int, list[tuple[int, list[dict[str, str]]]]]:
    """What was wrong in the samples of these batches: task and in which way, by batch."""
    from_sample = Delivery.objects.filter(pk__in=delivery_ids, tasks__is_wrong=True)
    found: dict[int, list[tuple[int, list[dict[str, str]]]]] = {}
    for delivery, task, differences in from_sample.values_list(
        "pk", "tasks__task_id", "tasks__differences"
    ).order_by("pk", "tasks__task_id"):
        found.setdefault(delivery, []).append((task, differences))
    return found
