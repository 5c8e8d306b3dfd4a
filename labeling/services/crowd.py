"""Crowd work: links for a platform's workers, and what becomes of each worker's run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from labeling.errors import RunElsewhere, StudyOver, TasksLeft
from labeling.models import CrowdLink, CrowdRun, Project, ProjectMembership
from labeling.selectors.crowd import answers_given
from labeling.selectors.exams import exams_of
from labeling.services import desk, members
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.kernel.ids import new_token
from metadata.selectors import people
from metadata.selectors.access import Caller
from metadata.services import accounts, audit, events

if TYPE_CHECKING:
    from metadata.models import Identity

LONGEST_ID: Final = 200
MOST_TASKS: Final = 1_000
MOST_WORKERS: Final = 100_000
SLUG_CHARACTERS: Final = 22
VERDICTS: Final = (str(CrowdRun.Verdict.APPROVED), str(CrowdRun.Verdict.REJECTED))
NOTHING_LEFT: Final = frozenset({"all_done", "all_taken", "yours_done", "enough", "paused"})


@dataclass(frozen=True)
class Study:
    """What a manager says of a link."""

    name: str
    worker_parameter: str
    tasks_each: int
    workers: int
    code: str
    study_parameter: str = ""
    session_parameter: str = ""
    consent: str = ""
    return_url: str = ""
    team: int | None = None
    exam: int | None = None
    failed_code: str = ""
    failed_url: str = ""


@dataclass(frozen=True)
class WorkerIds:
    """What the platform's address says of who comes."""

    worker: str
    study: str = ""
    session: str = ""


@transaction.atomic
def make_link(project_id: int, study: Study, *, by: int | None) -> CrowdLink:
    """A link to hand to a platform; whoever opens it with an id of their own may work."""
    if wrong := _wrong(study) | _wrong_exam(project_id, study):
        raise InvalidInput(fields=wrong)
    if not Project.objects.filter(pk=project_id).exists():
        raise NotFound
    link = CrowdLink.objects.create(
        project_id=project_id,
        team_id=study.team,
        name=study.name.strip(),
        slug=new_token().secret[:SLUG_CHARACTERS],
        worker_parameter=study.worker_parameter,
        study_parameter=study.study_parameter,
        session_parameter=study.session_parameter,
        consent=study.consent,
        tasks_each=study.tasks_each,
        workers=study.workers,
        code=study.code.strip(),
        return_url=study.return_url,
        exam_id=study.exam,
        failed_code=study.failed_code.strip(),
        failed_url=study.failed_url,
        created_by_id=by,
    )
    audit.record("crowd.link_made", agent_id=by, subject=f"project {project_id}, crowd link {link.pk}")
    return link


def _wrong(study: Study) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not study.name.strip() or len(study.name) > 120 or "\0" in study.name:
        wrong["name"] = "1 to 120 characters, without NUL"
    parameters = {
        "worker_parameter": study.worker_parameter,
        "study_parameter": study.study_parameter,
        "session_parameter": study.session_parameter,
    }
    for field, name in parameters.items():
        if name and (len(name) > 60 or not all(c.isascii() and (c.isalnum() or c in "_-.") for c in name)):
            wrong[field] = "at most 60 letters, digits, dots, dashes and underscores"
    if not study.worker_parameter:
        wrong["worker_parameter"] = "is needed: it tells one worker from another"
    named = [name for name in parameters.values() if name]
    if len(set(named)) < len(named):
        wrong["worker_parameter"] = "each parameter needs a name of its own"
    if not 1 <= study.tasks_each <= MOST_TASKS:
        wrong["tasks_each"] = f"must be from 1 to {MOST_TASKS}"
    if not 1 <= study.workers <= MOST_WORKERS:
        wrong["workers"] = f"must be from 1 to {MOST_WORKERS}"
    if not study.code.strip() or len(study.code) > 60 or "\0" in study.code:
        wrong["code"] = "1 to 60 characters, without NUL"
    if len(study.consent) > 20_000 or "\0" in study.consent:
        wrong["consent"] = "at most 20,000 characters, without NUL"
    if study.return_url and not _is_web_address(study.return_url):
        wrong["return_url"] = "must be an address that begins with https:// or http://"
    if study.team is not None and not people.is_team(study.team):
        wrong["team"] = "there is no such team"
    return wrong


def _wrong_exam(project_id: int, study: Study) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if study.exam is not None and not exams_of(project_id).filter(pk=study.exam).exists():
        wrong["exam"] = "there is no such exam in this project"
    if len(study.failed_code) > 60 or "\0" in study.failed_code:
        wrong["failed_code"] = "at most 60 characters, without NUL"
    elif study.failed_code.strip() and study.failed_code.strip() == study.code.strip():
        wrong["failed_code"] = "must differ from the code of who has finished"
    if study.failed_url and not _is_web_address(study.failed_url):
        wrong["failed_url"] = "must be an address that begins with https:// or http://"
    return wrong


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (
        len(address) <= 500
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and address.isprintable()
    )


@transaction.atomic
def close_link(link_id: int, *, by: int | None) -> CrowdLink:
    """Nobody begins any more; who has begun may finish."""
    link = CrowdLink.objects.select_for_update().filter(pk=link_id).first()
    if link is None:
        raise NotFound
    if link.closed_at is None:
        link.closed_at = timezone.now()
        link.save(update_fields=["closed_at"])
        audit.record("crowd.link_closed", agent_id=by, subject=f"crowd link {link.pk}")
    return link


def ids_given(link: CrowdLink, query: Mapping[str, Collection[str]]) -> WorkerIds:
    """What the address says, each parameter once; what is wrong is named as the platform's settings call it."""
    wrong: dict[str, str] = {}

    def one(parameter: str, *, needed: bool) -> str:
        given = list(query.get(parameter, ())) if parameter else []
        if len(given) > 1:
            wrong[parameter] = "is given more than once"
        elif needed and not (given and given[0].strip()):
            wrong[parameter] = "is missing: open the study from the platform's own page"
        elif given and (len(given[0]) > LONGEST_ID or not given[0].isprintable()):
            wrong[parameter] = f"must be at most {LONGEST_ID} printable characters"
        elif given and given[0].startswith("{{"):
            wrong[parameter] = "holds the platform's placeholder, not an id"
        return given[0].strip() if given and not wrong else ""

    ids = WorkerIds(
        one(link.worker_parameter, needed=True),
        one(link.study_parameter, needed=False),
        one(link.session_parameter, needed=False),
    )
    if wrong:
        raise InvalidInput(fields=wrong)
    return ids


@transaction.atomic
def begin(slug: str, ids: WorkerIds) -> Identity:
    """A worker who agreed begins: once under an id. Of two at the same moment one does."""
    link = CrowdLink.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if link is None:
        raise NotFound
    if link.runs.filter(worker=ids.worker).exists():
        raise RunElsewhere
    if link.closed_at is not None or link.runs.count() >= link.workers:
        raise StudyOver
    identity = accounts.create_worker(f"crowd link {link.pk}", ids.worker)
    CrowdRun.objects.create(
        link=link, agent_id=identity.agent_id, worker=ids.worker, study=ids.study, session=ids.session
    )
    members.add_member(
        link.project_id,
        identity.agent_id,
        ProjectMembership.Role.CROWD_WORKER,
        link.team_id,
        by=link.created_by_id,
        most_tasks=link.tasks_each,
        exam_id=link.exam_id,
    )
    events.append("crowd.began", project_id=link.project_id, subject_id=link.pk, agent_id=identity.agent_id)
    return identity


@transaction.atomic
def finish(caller: Caller) -> CrowdRun:
    """The run ends with its code: everything asked was answered, or nothing more is to be had."""
    run = _own_run(caller)
    if run.state != CrowdRun.State.WORKING:
        return run
    given = answers_given(caller.agent_id)
    if given < run.link.tasks_each:
        left = desk.claim(caller, run.link.project_id)
        run.refresh_from_db(fields=["state", "ended_at"])
        if run.state != CrowdRun.State.WORKING:  # the exam was over with this
            return run
        if given == 0 or not isinstance(left, desk.NoTask) or left.code not in NOTHING_LEFT:
            raise TasksLeft
    return _end(run, CrowdRun.State.FINISHED)


@transaction.atomic
def leave(caller: Caller) -> CrowdRun:
    """The worker goes without a code; what was in their hands is free for others at once."""
    run = _own_run(caller)
    return _end(run, CrowdRun.State.LEFT) if run.state == CrowdRun.State.WORKING else run


def _own_run(caller: Caller) -> CrowdRun:
    run = (
        CrowdRun.objects.select_for_update(of=("self",))
        .select_related("link")
        .filter(agent_id=caller.agent_id)
        .first()
    )
    if run is None:
        raise NotFound
    return run


def _end(run: CrowdRun, state: str) -> CrowdRun:
    run.state, run.ended_at = state, timezone.now()
    run.save(update_fields=["state", "ended_at"])
    members.end_membership(run.link.project_id, run.agent_id)
    desk.sweep_lapsed_leases()
    events.append(
        f"crowd.{state}", project_id=run.link.project_id, subject_id=run.link_id, agent_id=run.agent_id
    )
    return run


@transaction.atomic
def decide(link_id: int, run_ids: Collection[int], verdict: str, reason: str = "", *, by: int | None) -> int:
    """Approves or rejects runs that have ended, as the platform will be told; how many."""
    if verdict not in VERDICTS:
        raise InvalidInput(fields={"verdict": f"must be one of {', '.join(VERDICTS)}"})
    if len(reason) > 500 or "\0" in reason:
        raise InvalidInput(fields={"reason": "at most 500 characters, without NUL"})
    if verdict == CrowdRun.Verdict.REJECTED and not reason.strip():
        raise InvalidInput(fields={"reason": "say why: the worker is told on the platform"})
    ended = CrowdRun.objects.filter(link_id=link_id, pk__in=list(run_ids)).exclude(
        state=CrowdRun.State.WORKING
    )
    decided = ended.update(verdict=verdict, verdict_reason=reason.strip())
    if decided:
        audit.record(
            f"crowd.{verdict}",
            agent_id=by,
            subject=f"crowd link {link_id}",
            detail={"runs": decided},
        )
    return decided


@transaction.atomic
def remove_worker(link_id: int, run_id: int, *, by: int | None) -> CrowdRun:
    """Ends somebody else's run, from their next click on."""
    run = (
        CrowdRun.objects.select_for_update(of=("self",))
        .select_related("link")
        .filter(pk=run_id, link_id=link_id)
        .first()
    )
    if run is None:
        raise NotFound
    if run.state == CrowdRun.State.WORKING:
        _end(run, CrowdRun.State.LEFT)
        audit.record("crowd.worker_removed", agent_id=by, subject=f"crowd run {run.pk}")
    return run
