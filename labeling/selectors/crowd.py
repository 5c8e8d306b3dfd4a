"""Crowd links and their runs, as managers and workers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from labeling.models import Annotation, CrowdLink, CrowdRun, Round
from labeling.selectors.access import nothing_here
from metadata.kernel.errors import NotFound
from metadata.selectors.access import Caller

RUNS_SHOWN: Final = 2_000
HASTY_S: Final = 1.0

# By the server's clock, from one answer to the next: what a browser says of its own time can be made up.
_RUNS = """
SELECT u.id, u.agent_id, u.worker, u.study, u.session, u.state, u.began_at, u.ended_at, u.verdict, u.verdict_reason,
    coalesce(n.answers, 0) AS answers, n.seconds,
    EXISTS (SELECT FROM labeling_pause p WHERE p.agent_id = u.agent_id AND p.state <> 'lifted') AS is_paused
FROM labeling_crowdrun u
LEFT JOIN LATERAL (
    SELECT count(*) AS answers, percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS seconds
    FROM (SELECT extract(epoch FROM a.created_at - lag(a.created_at) OVER (ORDER BY a.id))::float8 AS gap
          FROM labeling_annotation a
          JOIN labeling_pool p ON p.id = a.pool_id JOIN labeling_round r ON r.id = p.round_id AND r.kind <> 'exam'
          WHERE a.agent_id = u.agent_id AND a.seat IS NOT NULL AND a.revision = 0) gaps
) n ON true
WHERE u.link_id = %s ORDER BY u.id DESC LIMIT %s
"""


@dataclass(frozen=True)
class RunRow:
    """One worker's run in numbers; `seconds` is the median from one answer to the next."""

    id: int
    agent_id: int
    worker: str
    study: str
    session: str
    state: str
    began_at: datetime
    ended_at: datetime | None
    verdict: str
    verdict_reason: str
    answers: int
    seconds: float | None
    is_paused: bool = False

    @property
    def is_hasty(self) -> bool:
        return self.seconds is not None and self.seconds < HASTY_S

    @property
    def has_ended(self) -> bool:
        return self.state != CrowdRun.State.WORKING


def crowd_links_of(project_id: int) -> QuerySet[CrowdLink]:
    return CrowdLink.objects.filter(project_id=project_id)


def link_numbered(caller: Caller, link_id: int) -> CrowdLink:
    found = CrowdLink.objects.filter(pk=link_id).first()
    if found is None:
        raise nothing_here(caller)
    return found


def links_of(project_id: int) -> list[CrowdLink]:
    """A project's links, newest first, each with how many began and finished (`begun`, `finished`)."""
    counted = CrowdLink.objects.filter(project_id=project_id).annotate(
        begun=Count("runs"), finished=Count("runs", filter=Q(runs__state=CrowdRun.State.FINISHED))
    )
    return list(counted.order_by("-id")[:200])


def link_of(project_id: int, link_id: int) -> CrowdLink:
    found = CrowdLink.objects.filter(project_id=project_id, pk=link_id).first()
    if found is None:
        raise NotFound
    return found


def link_by_slug(slug: str) -> CrowdLink:
    found = CrowdLink.objects.select_related("project", "exam").filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def run_of(agent_id: int) -> CrowdRun | None:
    """The run of somebody who came by a platform's link."""
    return CrowdRun.objects.select_related("link__project").filter(agent_id=agent_id).first()


def workers_of(link: CrowdLink) -> set[int]:
    """The agents of those who came by a link."""
    return set(link.runs.values_list("agent_id", flat=True))


def is_begun(link: CrowdLink, worker: str) -> bool:
    return link.runs.filter(worker=worker).exists()


def _given(answers: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """What an exam asked is not among what a run asks for."""
    return answers.filter(seat__isnull=False, revision=0).exclude(pool__round__kind=Round.Kind.EXAM)


def answers_given(agent_id: int) -> int:
    """Answers that hold a seat, those of an exam apart."""
    return _given(Annotation.objects.filter(agent_id=agent_id)).count()


def counted_runs(link: CrowdLink) -> QuerySet[CrowdRun]:
    """The runs of a link, each with its `answers`."""
    given = _given(Annotation.objects.filter(agent_id=OuterRef("agent_id")))
    counted = given.order_by().values("agent_id").annotate(n=Count("pk")).values("n")
    return CrowdRun.objects.filter(link=link).annotate(answers=Coalesce(Subquery(counted), 0))


def runs_of(link: CrowdLink, most: int = RUNS_SHOWN) -> list[RunRow]:
    """The newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [link.pk, most])
        return [RunRow(*row) for row in cursor.fetchall()]
