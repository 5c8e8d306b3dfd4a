"""Pauses: rules withhold tasks and ask a person, who lifts or keeps; whom it stops may say something to it, once."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from labeling.errors import AlreadyAppealed, AlreadyPaused, PauseDecided, RuleThere
from labeling.models import Annotation, Pause, PauseRule, Project, ProjectMembership
from labeling.selectors.pauses import WATCHED, Found, below, watched_among
from labeling.services import event_log
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.services import audit, events

FOLLOWED: Final = ("annotation.submitted",)
CURSOR: Final = "pause rules"
EVENTS_AT_ONCE: Final = 2_000
SHORTEST_LAST, LONGEST_LAST = 5, 200
LONGEST_MS: Final = 10 * 60 * 1000
APPEAL_LENGTH: Final = 2_000
REASON_LENGTH: Final = 500
DECISIONS: Final = (str(Pause.State.LIFTED), str(Pause.State.KEPT))


@transaction.atomic
def add_rule(project_id: int, kind: str, *, least: int, last: int, by: int | None) -> PauseRule:
    """From the next answers on, whoever is below gets no more tasks until a person has decided."""
    fields = {}
    if kind not in PauseRule.Kind.values:
        fields["kind"] = f"must be one of {', '.join(PauseRule.Kind.values)}"
    most = LONGEST_MS if kind == PauseRule.Kind.SPEED else 100
    if not 1 <= least <= most:
        fields["least"] = f"from 1 to {most}"
    if not SHORTEST_LAST <= last <= LONGEST_LAST:
        fields["last"] = f"from {SHORTEST_LAST} to {LONGEST_LAST}"
    if fields:
        raise InvalidInput(fields=fields)
    if not Project.objects.select_for_update(no_key=True).filter(pk=project_id).exists():
        raise NotFound
    rules = PauseRule.objects.filter(ended_at=None)
    if rules.filter(project_id=project_id, kind=kind).exists():
        raise RuleThere
    if not rules.exists():  # nobody has read the log since there was one
        event_log.begin_here(CURSOR)
    made = PauseRule.objects.create(
        project_id=project_id, kind=kind, least=least, last=last, created_by_id=by
    )
    audit.record(
        "pause_rule.added",
        agent_id=by,
        subject=f"project {project_id}, pause rule {made.pk}",
        detail={"kind": kind, "least": least, "last": last},
    )
    return made


@transaction.atomic
def end_rule(rule_id: int, *, by: int | None) -> PauseRule:
    """It stops nobody any more; whom it stopped stays so until somebody decides."""
    rule = PauseRule.objects.select_for_update().filter(pk=rule_id, ended_at=None).first()
    if rule is None:
        raise NotFound
    rule.ended_at = timezone.now()
    rule.save(update_fields=["ended_at"])
    audit.record("pause_rule.ended", agent_id=by, subject=f"project {rule.project_id}, pause rule {rule.pk}")
    return rule


def apply_rules() -> int:
    """Holds who answered since the last time against their projects' rules; how many pauses began. Safe to run twice."""
    rules: dict[int, list[PauseRule]] = defaultdict(list)
    for rule in PauseRule.objects.filter(ended_at=None, project__state=Project.State.ACTIVE).order_by("pk"):
        rules[rule.project_id].append(rule)
    if not rules and not PauseRule.objects.filter(ended_at=None).exists():
        return 0
    begun = 0
    for some in event_log.new_events(CURSOR, FOLLOWED, at_once=EVENTS_AT_ONCE):
        given: dict[int, list[event_log.Happened]] = defaultdict(list)
        for one in some:
            if one.project_id in rules:
                given[one.project_id].append(one)
        for project_id, answers in sorted(given.items()):
            begun += _applied(rules[project_id], project_id, answers)
    return begun


def _applied(rules: list[PauseRule], project_id: int, answers: list[event_log.Happened]) -> int:
    watched = watched_among(project_id, {one.agent_id for one in answers if one.agent_id is not None})
    numbers = [one.subject_id for one in answers if one.subject_id is not None]
    return sum(_begun(rule, found) for rule in rules for found in below(rule, watched, numbers))


def _begun(rule: PauseRule, found: Found) -> bool:
    try:
        _pause(rule.project_id, found.agent_id, rule.kind, rule=rule, figures=found.figures)
    except AlreadyPaused:  # by another rule, or another worker, a moment ago
        return False
    return True


@transaction.atomic
def pause(project_id: int, agent_id: int, words: str, *, by: int) -> Pause:
    """A person withholds tasks from somebody, with the reason."""
    if not words.strip() or len(words) > REASON_LENGTH or "\0" in words:
        raise InvalidInput(fields={"reason": f"1 to {REASON_LENGTH} characters, without NUL"})
    return _pause(project_id, agent_id, Pause.Kind.PERSON, words=words.strip(), by=by)


@transaction.atomic
def _pause(
    project_id: int,
    agent_id: int,
    kind: str,
    *,
    rule: PauseRule | None = None,
    figures: dict[str, Any] | None = None,
    words: str = "",
    by: int | None = None,
) -> Pause:
    """What they hold they may still answer; nothing more is handed out."""
    member = (
        ProjectMembership.objects.select_for_update(no_key=True)
        .filter(project_id=project_id, agent_id=agent_id, ended_at=None)
        .first()
    )
    if member is None:
        raise NotFound
    if member.withheld or member.role not in WATCHED:
        raise AlreadyPaused
    member.withheld = True
    member.save(update_fields=["withheld"])
    made = Pause.objects.create(
        project_id=project_id,
        agent_id=agent_id,
        kind=kind,
        rule=rule,
        figures=figures or {},
        words=words,
        opened_by_id=by,
    )
    _noted("began", made, by)
    return made


@transaction.atomic
def appeal(agent_id: int, pause_id: int, text: str) -> Pause:
    """What they say to it: once, before it is lifted; also after somebody decided to keep it."""
    if not text.strip() or len(text) > APPEAL_LENGTH or "\0" in text:
        raise InvalidInput(fields={"appeal": f"1 to {APPEAL_LENGTH} characters, without NUL"})
    found = Pause.objects.select_for_update().filter(pk=pause_id, agent_id=agent_id).first()
    works_there = ProjectMembership.objects.filter(agent_id=agent_id, ended_at=None)
    if found is None or not works_there.filter(project_id=found.project_id).exists():
        raise NotFound
    if found.state == Pause.State.LIFTED:
        raise PauseDecided
    if found.appealed_at is not None:
        raise AlreadyAppealed
    found.appeal, found.appealed_at = text.strip(), timezone.now()
    found.save(update_fields=["appeal", "appealed_at"])
    _noted("appealed", found, agent_id)
    return found


@transaction.atomic
def decide(pause_id: int, decision: str, reason: str, *, by: int) -> Pause:
    """A person lifts it, or keeps it with a reason; what is kept can be lifted later."""
    fields = {}
    if decision not in DECISIONS:
        fields["decision"] = f"must be one of {', '.join(DECISIONS)}"
    if not reason.strip() or len(reason) > REASON_LENGTH or "\0" in reason:
        fields["reason"] = f"1 to {REASON_LENGTH} characters, without NUL: they are told"
    if fields:
        raise InvalidInput(fields=fields)
    about = Pause.objects.filter(pk=pause_id).values_list("project_id", "agent_id").first()
    if about is None:
        raise NotFound
    member = ProjectMembership.objects.select_for_update(no_key=True).filter(
        project_id=about[0], agent_id=about[1]
    )
    held = member.first()  # before the pause, as where one begins
    found = Pause.objects.select_for_update().get(pk=pause_id)
    if found.state in (Pause.State.LIFTED, decision):
        raise PauseDecided
    found.state, found.decision_reason = decision, reason.strip()
    found.decided_at, found.decided_by_id = timezone.now(), by
    if decision == Pause.State.LIFTED:
        newest = Annotation.objects.filter(agent_id=found.agent_id, revision=0, seat__isnull=False)
        found.settled_head = newest.order_by("-pk").values_list("pk", flat=True).first() or 0
        if held is not None:
            held.withheld = False
            held.save(update_fields=["withheld"])
    found.save(update_fields=["state", "decision_reason", "decided_at", "decided_by", "settled_head"])
    _noted(decision, found, by)
    return found


def _noted(what: str, about: Pause, by: int | None) -> None:
    events.append(
        f"pause.{what}",
        project_id=about.project_id,
        subject_id=about.pk,
        agent_id=by,
        payload={"agent": about.agent_id},
    )
    audit.record(
        f"pause.{what}",
        agent_id=by,
        subject=f"project {about.project_id}, agent {about.agent_id}, pause {about.pk}",
        detail={"kind": about.kind, **about.figures},
    )
