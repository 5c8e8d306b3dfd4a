"""The agreement page: figures as the votes stand, asked for again while people label."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from consistency import policies
from consistency.selectors import agreement as figures
from consistency.selectors.reports import reports_of
from consistency.services import reports
from consistency.web.history import history_of
from consistency.web.view import view_of
from labeling.selectors.access import ProjectAccess, project_for
from metadata.kernel.errors import NotFound
from metadata.selectors.jobs import jobs_of
from metadata.selectors.parts import parts_of
from metadata.selectors.people import names_of
from metadata.web.callers import page_caller

if TYPE_CHECKING:
    from labeling.models import Question

LIVE_REPLICATES = 400


def seen_project(request: HttpRequest, project_id: int) -> tuple[ProjectAccess, list[Question]]:
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_see_agreement(access), access)
    return access, list(access.project.questions.filter(retired_at=None))


def chosen_question(questions: list[Question], raw: str | None) -> Question | None:
    if not raw:
        return questions[0] if questions else None
    found = next((one for one in questions if str(one.pk) == raw), None)
    if found is None:
        raise NotFound
    return found


@login_required
@require_GET
def agreement(request: HttpRequest, project_id: int) -> HttpResponse:
    access, questions = seen_project(request, project_id)
    question = chosen_question(questions, request.GET.get("question"))
    measuring = jobs_of(page_caller(request)).filter(
        kind=reports.MEASURE_JOB, dataset_id=access.project.dataset_id, state__in=("queued", "running")
    )
    page: dict[str, Any] = {
        "access": access,
        "project": access.project,
        "questions": questions,
        "question": question,
        "job": measuring.first(),
        "guideline": access.project.guideline_versions.order_by("-major", "-minor").first(),
    }
    if question is not None:
        page["fragment"], _stamp = _fragment(request, access, question)
        page["may_measure"] = policies.can_measure(access) and page["guideline"] is not None
        page["was_measured"] = reports_of(question.pk).exists()
    return render(request, "consistency/agreement.html", page)


@login_required
@require_GET
def agreement_figures(request: HttpRequest, project_id: int) -> HttpResponse:
    """The figures alone; 304 while nothing changed."""
    access, questions = seen_project(request, project_id)
    question = chosen_question(questions, request.GET.get("question"))
    if question is None:
        raise NotFound
    fragment, stamp = _fragment(request, access, question)
    if request.headers.get("If-None-Match") == stamp:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(fragment)
    answer["ETag"] = stamp
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _fragment(request: HttpRequest, access: ProjectAccess, question: Question) -> tuple[str, str]:
    measured = figures.live(question.pk, replicates=LIVE_REPLICATES)
    address = reverse("agreement_figures", args=[access.project.pk]) + f"?question={question.pk}"
    people = names_of({one.agent for one in measured.labelers})
    parts = parts_of(item for split in measured.causes.splits for item in split.examples)
    state = repr((question.pk, question.spec, measured, people))
    history = history_of(question.pk)
    stamp = '"' + hashlib.sha256((state + repr(history)).encode()).hexdigest()[:32] + '"'
    page = {
        "measured": measured,
        "view": view_of(measured, question.spec, people, parts),
        "history": history,
        "question": question,
        "project": access.project,
        "address": address,
        "stamp": stamp,
        "may_invite": policies.can_invite(access),
    }
    return render_to_string("consistency/figures.html", page, request=request), stamp


@login_required
@require_POST
def agreement_measure(request: HttpRequest, project_id: int) -> HttpResponse:
    """Keeps a report: measured in full, with a seed, by a worker."""
    access, questions = seen_project(request, project_id)
    policies.require(policies.can_measure(access), access)
    question = chosen_question(questions, request.POST.get("question"))
    if question is None:
        raise NotFound
    reports.request_measurement(question.pk, by=page_caller(request).agent_id)
    messages.success(request, gettext("A worker measures now and keeps a report."))
    return redirect(f"{reverse('agreement', args=[project_id])}?question={question.pk}")
