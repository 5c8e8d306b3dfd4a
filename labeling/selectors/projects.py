"""How a project stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from labeling.models import Project, ProjectMembership, Round
from labeling.selectors.access import ProjectAccess

A_PACE = 10
"""Answers in the last hour that tell how fast it goes now."""
FARTHEST_HOURS = 24 * 365 * 10

# Of a withdrawn place (lane 1000: its item was archived) only what was answered is wanted.
_ROUNDS = """
SELECT r.id, r.name, r.kind, r.state, r.places_per_task, r.created_at,
    count(DISTINCT c.task_id) FILTER (WHERE c.lane <> 1000 OR c.taken > 0) AS tasks,
    coalesce(sum(CASE c.lane WHEN 1000 THEN c.taken ELSE c.wanted END), 0) AS wanted,
    coalesce(sum(c.taken), 0) AS taken, coalesce(sum(c.held), 0) AS held,
    count(*) FILTER (WHERE c.taken < c.wanted AND c.lane <> 1000) AS unfinished, r.gold_share,
    (SELECT coalesce(json_agg(json_build_array(q.prompt, l.value::int) ORDER BY q.ordinal, q.id), '[]')
     FROM jsonb_each_text(r.left_out) l JOIN labeling_question q ON q.id = l.key::bigint) AS left_out,
    (SELECT count(DISTINCT d.task_id) FROM labeling_pool g JOIN labeling_place d ON d.pool_id = g.id AND d.lane <> 1000
     WHERE g.round_id = r.id AND g.gold) AS gold
FROM labeling_round r LEFT JOIN labeling_pool p ON p.round_id = r.id AND NOT p.gold LEFT JOIN labeling_place c ON c.pool_id = p.id
WHERE r.project_id = %s GROUP BY r.id ORDER BY r.id DESC
"""
_PEOPLE = """
SELECT n.agent_id, coalesce(nullif(i.name, ''), i.email, nullif(i.external_key, ''), n.agent_id::text) AS name,
    count(*) AS answers, max(n.created_at) AS last_at, sum(n.active_ms)::bigint AS active_ms,
    count(*) FILTER (WHERE n.created_at > now() - interval '1 hour') AS last_hour,
    count(*) FILTER (WHERE n.created_at > now() - interval '7 days') AS last_week,
    min(n.created_at) FILTER (WHERE n.created_at > now() - interval '7 days') AS week_from
FROM labeling_annotation n
JOIN labeling_task t ON t.id = n.task_id JOIN labeling_round r ON r.id = t.round_id
LEFT JOIN metadata_identity i ON i.agent_id = n.agent_id
WHERE r.project_id = %s AND n.revision = 0 AND n.seat IS NOT NULL
GROUP BY 1, 2 ORDER BY answers DESC, n.agent_id LIMIT 200
"""


@dataclass(frozen=True)
class RoundProgress:
    """A round in numbers: places are independent answers wanted, taken or promised."""

    id: int
    name: str
    kind: str
    state: str
    places_per_task: int
    created_at: datetime
    tasks: int
    wanted: int
    taken: int
    held: int
    unfinished: int
    gold_share: int
    left_out: list[tuple[str, int]]
    gold: int

    @property
    def share(self) -> float:
        return self.taken / self.wanted if self.wanted else 0.0


@dataclass(frozen=True)
class PersonProgress:
    agent_id: int
    name: str
    answers: int
    last_at: datetime
    active_ms: int
    last_hour: int
    last_week: int
    week_from: datetime | None

    @property
    def seconds_each(self) -> int:
        """Active seconds an answer, on average."""
        return round(self.active_ms / 1000 / self.answers) if self.answers else 0


@dataclass(frozen=True)
class Progress:
    """How a project stands: its rounds, newest first, and who answered how much."""

    rounds: list[RoundProgress]
    people: list[PersonProgress]

    @property
    def tasks(self) -> int:
        return sum(r.tasks for r in self.rounds)

    @property
    def wanted(self) -> int:
        return sum(r.wanted for r in self.rounds)

    @property
    def taken(self) -> int:
        return sum(r.taken for r in self.rounds)

    @property
    def answers_last_hour(self) -> int:
        return sum(person.last_hour for person in self.people)

    @property
    def done_at(self) -> datetime | None:
        """When the open rounds are answered at the pace of the last hour, or, if little was done in it, of the last seven
        days, nights included, to the minute; unknown while there is no pace."""
        left = sum(r.wanted - r.taken for r in self.rounds if r.state == Round.State.OPEN)
        since = [person.week_from for person in self.people if person.week_from]
        if not left or not since:
            return None
        now = timezone.now()
        per_hour = float(self.answers_last_hour)
        if per_hour < A_PACE:
            hours = max(1.0, (now - min(since)).total_seconds() / 3600)
            per_hour = sum(person.last_week for person in self.people) / hours
        done = now + timedelta(hours=min(left / per_hour, FARTHEST_HOURS))
        return done.replace(second=0, microsecond=0)


def progress(project_id: int) -> Progress:
    with connection.cursor() as cursor:
        cursor.execute(_ROUNDS, [project_id])
        rounds = [RoundProgress(*row) for row in cursor.fetchall()]
        cursor.execute(_PEOPLE, [project_id])
        people = [PersonProgress(*row) for row in cursor.fetchall()]
    return Progress(rounds, people)


def own_progress(access: ProjectAccess, agent_id: int) -> tuple[int, int]:
    """How many answers this person gave in open rounds, and of how many tasks: to a vendor's people those of their team.

    Gold counts as much as it would be handed to who answers all the rest: a number that does not move with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM labeling_assignment a JOIN labeling_task t ON t.id = a.task_id
                       JOIN labeling_round r ON r.id = t.round_id
                       WHERE r.project_id = %(p)s AND r.state = 'open' AND r.kind <> 'exam' AND a.agent_id = %(a)s AND a.state = 2),
                      (SELECT coalesce(sum(tasks + least(gold, tasks * gold_share / (100 - gold_share))), 0)
                       FROM (SELECT r.gold_share, count(t.id) - count(g.task_id) AS tasks, count(g.task_id) AS gold
                             FROM labeling_round r JOIN labeling_task t ON t.round_id = r.id
                             LEFT JOIN (
                                 SELECT DISTINCT x.task_id FROM labeling_round o JOIN labeling_pool p ON p.round_id = o.id
                                 JOIN labeling_place x ON x.pool_id = p.id
                                 WHERE o.project_id = %(p)s AND p.gold) g ON g.task_id = t.id
                             WHERE r.project_id = %(p)s AND r.state = 'open' AND r.kind <> 'exam' AND (NOT %(team_only)s OR EXISTS (
                                 SELECT FROM labeling_pool l JOIN labeling_place c ON c.pool_id = l.id
                                 WHERE l.round_id = r.id AND l.team_id = %(team)s AND c.task_id = t.id))
                             GROUP BY r.id) rounds)""",
            {"p": access.project.pk, "a": agent_id, "team": access.team_id, "team_only": access.team_only},
        )
        done, total = cursor.fetchone()
    return min(int(done), int(total)), int(total)


def asked_by_round(access: ProjectAccess) -> dict[int, list[str]]:
    """The keys of the questions that each open round asks: one added later is asked by later rounds only."""
    asked: dict[int, list[str]] = {}
    opened = Round.objects.filter(project=access.project, state=Round.State.OPEN)
    if access.team_only:
        opened = opened.filter(pools__team_id=access.team_id or 0, pools__gold=False)
    rows = opened.values_list("pk", "questions__key")
    for round_id, key in rows.order_by("pk", "questions__ordinal"):
        asked.setdefault(round_id, []).append(key)
    return asked


def project_named_by_link(project_id: int) -> Project | None:
    """What an invitation leads to, for somebody who may not see it yet."""
    return Project.objects.filter(pk=project_id).first()


def with_shares(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Each with its pools, in one statement more."""
    return rounds.prefetch_related("pools")


def is_round_of(project_id: int, round_id: int) -> bool:
    return Round.objects.filter(pk=round_id, project_id=project_id).exists()


def members_of(project_id: int, most: int) -> list[ProjectMembership]:
    """Who has a role in a project now, with names and teams."""
    found = ProjectMembership.objects.filter(project_id=project_id, ended_at=None)
    return list(found.select_related("agent__identity", "team").order_by("role", "id")[:most])
