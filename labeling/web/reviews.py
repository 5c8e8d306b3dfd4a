"""The reviewers' queue, one task under review, and what a labeler sees of what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from labeling import policies
from labeling.models import Flag, GuidelineVersion, Review, Task
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.deliveries import returned_tasks
from labeling.selectors.review_queue import PAGE, QUEUES, Waiting, next_waiting, waiting, waiting_counts
from labeling.selectors.reviewed import (
    CHANGES,
    StandingAnswer,
    accepted_count,
    accepted_values,
    answered_again,
    changes_of,
    open_flags,
    reviews_of,
    standing_answers,
    task_of,
)
from labeling.services import reviews
from labeling.web.compared import Compared, Picture, compared, picture_of
from labeling.web.label import desk_settings, shown_task
from labeling.web.shown import Shown, shown
from metadata.kernel.errors import DomainError, NotFound
from metadata.kernel.numbers import whole_number
from metadata.selectors.parts import ShownPart, parts_of
from metadata.web.callers import page_caller


@dataclass(frozen=True)
class Row:
    """A waiting task in the list."""

    waiting: Waiting
    text: str
    picture: Picture | None
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One person's answer under review, with what was decided about it."""

    letter: str
    answer: StandingAnswer
    questions: tuple[Compared, ...]
    reviews: tuple[Review, ...]
    is_own: bool

    @property
    def is_decided(self) -> bool:
        return any(one.annotation_id == self.answer.annotation_id for one in self.reviews)


@dataclass(frozen=True)
class Change:
    """A decision about somebody's answer, as they see it."""

    review: Review
    text: str
    picture: Picture | None
    questions: tuple[Compared, ...]
    may_open: bool
    answered_again: bool


def _reviewing(request: HttpRequest, project_id: int) -> ProjectAccess:
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_review(access), access)
    return access


def _why(raw: Mapping[str, Any]) -> str:
    why = raw.get("why", "") or "flagged"
    if why not in QUEUES:
        raise NotFound
    return str(why)


def _queue_names() -> dict[str, str]:
    return {
        "objections": _("Objections"),
        "flagged": _("Flagged and skipped"),
        "returned": _("Came back"),
        "differ": _("They differ"),
        "answered": _("Not reviewed"),
    }


@never_cache
@login_required
@require_GET
def review_queue(request: HttpRequest, project_id: int) -> HttpResponse:
    access = _reviewing(request, project_id)
    counts = waiting_counts(project_id)
    busiest = next(
        (why for why in ("objections", "flagged", "returned", "differ") if counts[why]), "answered"
    )
    why = _why(request.GET) if "why" in request.GET else busiest
    after = whole_number(request.GET.get("after"), "after") or 0
    found = waiting(project_id, why, after=after, limit=PAGE + 1)
    page = {
        "access": access,
        "project": access.project,
        "why": why,
        "queues": [(key, name, counts[key]) for key, name in _queue_names().items()],
        "rows": _rows(found[:PAGE]),
        "after": found[PAGE - 1].task_id if len(found) > PAGE else None,
    }
    return render(request, "labeling/review_queue.html", page)


def _rows(found: Sequence[Waiting]) -> list[Row]:
    parts = parts_of([one.item_id for one in found])
    names = {str(kind.value): str(kind.label) for kind in Flag.Kind}
    return [
        Row(
            one,
            _text(parts[one.item_id]),
            picture_of(one.task_id, parts[one.item_id]),
            tuple(names.get(kind, kind) for kind in one.kinds),
        )
        for one in found
    ]


def _text(parts: Sequence[ShownPart]) -> str:
    return next((part.text for part in parts if part.text), "")


@never_cache
@login_required
@require_GET
def review_task(request: HttpRequest, project_id: int, task_id: int) -> HttpResponse:
    access = _reviewing(request, project_id)
    return _task_page(request, access, task_of(access, task_id), _why(request.GET))


def _task_page(
    request: HttpRequest, access: ProjectAccess, task: Task, why: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    me = page_caller(request).agent_id
    parts = parts_of([task.item_id])[task.item_id]
    picture = picture_of(task.pk, parts)
    asked = _asked(task.round.guideline_version, task)
    standing = standing_answers(task.pk)
    decided = reviews_of(task.pk)
    letters = {answer.agent_id: chr(65 + at % 26) for at, answer in enumerate(standing)}
    cards = [
        Card(
            letters[answer.agent_id],
            answer,
            tuple(
                compared(question, answer.answers.get(question["key"]), None, parts=parts, picture=picture)
                for question in asked
            ),
            tuple(one for one in decided if one.agent_id == answer.agent_id),
            answer.agent_id == me,
        )
        for answer in standing
    ]
    accepted = accepted_values(task.item_id, [question["id"] for question in asked])
    page = {
        "access": access,
        "project": access.project,
        "task": task,
        "item": task.item,
        "why": why,
        "why_name": _queue_names()[why],
        "parts": [(part, reverse("task-part", args=[task.pk, part.id])) for part in parts],
        "cards": cards,
        "flags": open_flags(task.pk),
        "accepted": _accepted(asked, accepted),
        "next": next_waiting(access.project.pk, why, after=task.pk),
        "problem": problem,
    }
    return render(request, "labeling/review_task.html", page, status=status)


def _asked(guideline: GuidelineVersion, task: Task) -> list[dict[str, Any]]:
    wanted = set(task.round.questions.values_list("pk", flat=True))
    return [question for question in guideline.questions if question["id"] in wanted]


def _accepted(
    asked: Sequence[Mapping[str, Any]], accepted: Mapping[int, Any]
) -> list[tuple[str, Shown, str]]:
    return [
        (question["prompt"], shown(found.value, question["spec"]), found.method)
        for question in asked
        if (found := accepted.get(question["id"])) is not None and found.value is not None
    ]


@login_required
@require_POST
def review_decide(request: HttpRequest, project_id: int, task_id: int) -> HttpResponse:
    """Accepts, returns, settles marks or answers an objection, and goes on to the next of the list."""
    access = _reviewing(request, project_id)
    task = task_of(access, task_id)
    why = _why(request.POST)
    caller = page_caller(request)
    action = request.POST.get("action", "")
    try:
        if action in (Review.Verdict.ACCEPTED, Review.Verdict.RETURNED):
            annotation_id = whole_number(request.POST.get("annotation"), "annotation") or 0
            reviews.review_answer(
                caller, annotation_id, verdict=action, reason=request.POST.get("reason", "")
            )
        elif action == "settle":
            reviews.settle_task(caller, task_id)
        elif action in ("uphold", "stand"):
            review_id = whole_number(request.POST.get("review"), "review") or 0
            reviews.reply_to_objection(
                caller, review_id, upheld=action == "uphold", text=request.POST.get("reply", "")
            )
        else:
            raise NotFound
    except NotFound:
        raise
    except DomainError as error:
        problem = next(iter(error.fields.values()), "") or str(error)
        return _task_page(request, access, task, why, problem=problem, status=422)
    return _on(request, access, task, why)


def _on(request: HttpRequest, access: ProjectAccess, task: Task, why: str) -> HttpResponse:
    following = next_waiting(access.project.pk, why, after=task.pk)
    messages.success(request, _("Decided."))
    if following is None:
        return redirect(f"{reverse('review_queue', args=[access.project.pk])}?{urlencode({'why': why})}")
    return redirect(
        f"{reverse('review_task', args=[access.project.pk, following])}?{urlencode({'why': why})}"
    )


@never_cache
@login_required
@require_GET
def review_correct(request: HttpRequest, project_id: int, task_id: int, annotation_id: int) -> HttpResponse:
    """The label page over somebody's answer: what is sent from it is a correction."""
    access = _reviewing(request, project_id)
    task = task_of(access, task_id)
    found = next((one for one in standing_answers(task_id) if one.annotation_id == annotation_id), None)
    if found is None:
        raise NotFound
    why = _why(request.GET)
    following = next_waiting(project_id, why, after=task_id)
    back = reverse("review_task", args=[project_id, task_id])
    on = (
        reverse("review_task", args=[project_id, following])
        if following
        else reverse("review_queue", args=[project_id])
    )
    query = f"?{urlencode({'why': why})}"
    desk = desk_settings(access, agent_id=page_caller(request).agent_id, done=0, total=1)
    desk["questions"] = [
        question
        for question in desk["questions"]
        if question["key"] in {q["key"] for q in _asked(task.round.guideline_version, task)}
    ]
    desk["home_url"] = back + query
    desk["past_url"] = ""
    desk["skip_reasons"] = []
    desk["review"] = {
        "task": shown_task(access.project, task),
        "answers": found.answers,
        "url": reverse("api-reviews", args=[annotation_id]),
        "done_url": on + query,
    }
    return render(request, "labeling/label.html", {"desk": desk, "project": access.project})


@never_cache
@login_required
@require_GET
def changes(request: HttpRequest, project_id: int) -> HttpResponse:
    """What reviewers changed in one's own work, why, and the one objection."""
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_label(access), access)
    return _changes_page(request, access)


def _changes_page(
    request: HttpRequest, access: ProjectAccess, *, refused: tuple[int, str] | None = None
) -> HttpResponse:
    me = page_caller(request).agent_id
    after = whole_number(request.GET.get("before"), "before")
    rows = changes_of(access.project.pk, me)
    found = list((rows.filter(pk__lt=after) if after else rows)[: CHANGES + 1])
    parts = parts_of([one.task.item_id for one in found])
    again = answered_again(found)
    page = {
        "access": access,
        "project": access.project,
        "changes": [
            _change(one, parts[one.task.item_id], answered_again=one.pk in again) for one in found[:CHANGES]
        ],
        "before": found[CHANGES - 1].pk if len(found) > CHANGES else None,
        "accepted": accepted_count(access.project.pk, me),
        "returned": returned_tasks(access.project.pk, me) if access.team_only else [],
        "steers": policies.can_see_figures(access),
        "refused": refused,
    }
    return render(request, "labeling/changes.html", page, status=422 if refused else 200)


def _change(one: Review, parts: Sequence[ShownPart], *, answered_again: bool) -> Change:
    picture = picture_of(one.task_id, parts)
    given = {answer.question.key: answer.value for answer in one.annotation.answers.all()}
    correction = one.correction
    became = {answer.question.key: answer.value for answer in correction.answers.all()} if correction else {}
    asked = [
        {"key": answer.question.key, "prompt": answer.question.prompt, "spec": answer.question.spec}
        for answer in (correction or one.annotation).answers.all()
    ]
    return Change(
        one,
        _text(parts),
        picture,
        tuple(
            compared(
                question,
                given.get(question["key"]),
                became.get(question["key"]),
                parts=parts,
                picture=picture,
                differences=one.differences,
            )
            for question in asked
        ),
        may_open=one.verdict == Review.Verdict.RETURNED and one.task.round.state != "closed",
        answered_again=answered_again,
    )


@login_required
@require_POST
def change_object(request: HttpRequest, project_id: int, review_id: int) -> HttpResponse:
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_label(access), access)
    try:
        reviews.object_to_review(page_caller(request), review_id, request.POST.get("objection", ""))
    except NotFound:
        raise
    except DomainError as error:
        problem = next(iter(error.fields.values()), "") or str(error)
        return _changes_page(request, access, refused=(review_id, problem))
    messages.success(request, _("Your objection is with the reviewers."))
    return redirect("changes", project_id)
