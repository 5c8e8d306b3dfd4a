"""What a person's first page shows: their projects, with how far each is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from labeling import policies
from labeling.models import Project
from labeling.selectors.access import ProjectAccess, projects_of
from metadata.selectors.access import Caller

SHOWN = 50


@dataclass(frozen=True)
class Headline:
    """How far people agree on a project's first question: None with its reason, and what was counted."""

    value: float | None
    reason: str
    answers: int
    items: int
    about: str


Headlines = Callable[[Sequence[int]], dict[int, Headline]]
_headlines: list[Headlines] = []


def headlines_by(of_projects: Headlines) -> None:
    """Whoever measures agreement tells this page; the newest one counts."""
    _headlines[:] = [of_projects]


@dataclass(frozen=True)
class Work:
    """A project on somebody's first page: all wanted answers, those taken, and this person's own share."""

    access: ProjectAccess
    wanted: int
    taken: int
    open_rounds: int
    open_tasks: int
    mine_done: int
    unfinished: int
    headline: Headline | None = None

    @property
    def project(self) -> Project:
        return self.access.project

    @property
    def may_label(self) -> bool:
        return policies.can_label(self.access)

    @property
    def steers(self) -> bool:
        return policies.can_see_figures(self.access)

    @property
    def mine_left(self) -> int:
        """At most: others may take places first, and some of the unfinished ones were mine."""
        return max(0, min(self.unfinished, self.open_tasks - self.mine_done))

    @property
    def mine_total(self) -> int:
        return self.mine_done + self.mine_left


# Of a withdrawn place (lane 1000: its item was archived) only what was answered is wanted. Gold counts among what is
# left to a person as much as it would be handed to who answers all the rest, so that the number falls with each answer.
# To a vendor's people there is nothing but what is assigned to their team.
_COUNTS = """
SELECT r.project_id, coalesce(sum(CASE p.lane WHEN 1000 THEN p.taken ELSE p.wanted END), 0), coalesce(sum(p.taken), 0),
    count(DISTINCT r.id) FILTER (WHERE r.state = 'open'),
    count(DISTINCT p.task_id) FILTER (WHERE r.state = 'open' AND (p.lane <> 1000 OR p.taken > 0)),
    (SELECT count(*) FROM labeling_annotation a JOIN labeling_task t ON t.id = a.task_id
        JOIN labeling_round q ON q.id = t.round_id
        WHERE a.agent_id = %(agent)s AND a.revision = 0 AND a.repeat = 0 AND q.project_id = r.project_id AND q.state = 'open'
            AND q.kind <> 'exam'),
    count(DISTINCT p.task_id) FILTER (WHERE r.state = 'open' AND p.taken < p.wanted AND p.lane <> 1000),
    (SELECT coalesce(sum(least(gold, tasks * gold_share / (100 - gold_share))), 0)::bigint FROM (
        SELECT o.gold_share, count(DISTINCT g.task_id) FILTER (WHERE s.gold) AS gold,
            count(DISTINCT g.task_id) FILTER (WHERE NOT s.gold) AS tasks
        FROM labeling_round o JOIN labeling_pool s ON s.round_id = o.id AND (m.id IS NULL OR s.team_id = m.team_id)
        JOIN labeling_place g ON g.pool_id = s.id
        WHERE o.project_id = r.project_id AND o.state = 'open' AND o.gold_share BETWEEN 1 AND 99 GROUP BY o.id) mixed),
    (SELECT count(DISTINCT g.task_id) FROM labeling_round o JOIN labeling_pool s ON s.round_id = o.id AND s.gold
        JOIN labeling_place g ON g.pool_id = s.id
        JOIN labeling_assignment a ON a.task_id = g.task_id AND a.agent_id = %(agent)s AND a.state = 2
        WHERE o.project_id = r.project_id AND o.state = 'open' AND o.gold_share BETWEEN 1 AND 99)
FROM labeling_round r
LEFT JOIN labeling_projectmembership m ON m.project_id = r.project_id AND m.agent_id = %(agent)s AND m.ended_at IS NULL
    AND m.team_only
JOIN labeling_pool l ON l.round_id = r.id AND NOT l.gold AND (m.id IS NULL OR l.team_id = m.team_id)
LEFT JOIN labeling_place p ON p.pool_id = l.id
WHERE r.project_id = ANY(%(projects)s) GROUP BY r.project_id, m.id, m.team_id
"""
_ROLES = """
SELECT project_id, role, team_id, team_only, withheld FROM labeling_projectmembership
WHERE agent_id = %(agent)s AND ended_at IS NULL AND project_id = ANY(%(projects)s)
"""


def work_of(caller: Caller) -> list[Work]:
    """The caller's newest projects with their progress; two statements beside the list itself, and two for the figures."""
    projects = list(projects_of(caller).exclude(state=Project.State.ARCHIVED)[:SHOWN])
    arguments: dict[str, int | list[int]] = {
        "agent": caller.agent_id,
        "projects": [project.pk for project in projects],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, arguments)
        roles = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_COUNTS, arguments)
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
    accesses = []
    for project in projects:
        role, team, team_only, is_paused = roles.get(project.pk, (None, None, False, False))
        is_admin = caller.is_admin or role == "admin"
        access = ProjectAccess(
            project,
            role,
            team,
            is_admin,
            team_only=team_only and not caller.is_admin,
            is_paused=is_paused,
        )
        accesses.append(access)
    headlines = _headlines_for(accesses)
    found = []
    for access in accesses:
        project = access.project
        wanted, taken, rounds, tasks, mine, unfinished, gold, own_gold = counts.get(project.pk, (0,) * 8)
        tasks, unfinished = tasks + gold, unfinished + max(0, gold - own_gold)
        headline = headlines.get(project.pk)
        found.append(Work(access, int(wanted), int(taken), rounds, tasks, mine, unfinished, headline))
    return found


def _headlines_for(accesses: Sequence[ProjectAccess]) -> dict[int, Headline]:
    """Only where the caller may see figures: they tell what others said."""
    seen = [access.project.pk for access in accesses if policies.can_see_figures(access)]
    return _headlines[0](seen) if seen and _headlines else {}
