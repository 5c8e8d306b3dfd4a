"""Crowd work on pages: a worker's way from the platform's link to the code, and a manager's view of the runs."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from labeling.errors import RunElsewhere, TasksLeft
from labeling.models import CrowdLink, CrowdRun
from labeling.selectors.crowd import (
    RUNS_SHOWN,
    answers_given,
    is_begun,
    link_by_slug,
    link_of,
    links_of,
    run_of,
    runs_of,
)
from labeling.selectors.exams import exam_choices
from labeling.selectors.pauses import own_pauses
from labeling.services import crowd
from labeling.services.crowd import Study
from labeling.web.links import BACKEND
from labeling.web.projects import managed
from metadata.kernel.errors import DomainError, InvalidInput, NotFound
from metadata.selectors.people import team_choices
from metadata.web.callers import page_caller, signed_in_agent
from metadata.web.forms import PageForm

COLUMNS = (
    "worker",
    "study",
    "session",
    "state",
    "answers",
    "median_s",
    "began_at",
    "ended_at",
    "verdict",
    "reason",
)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class StudyForm(PageForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    worker_parameter = forms.CharField(
        label=gettext_lazy("Parameter with the worker’s id"), max_length=60, initial="PROLIFIC_PID"
    )
    study_parameter = forms.CharField(
        label=gettext_lazy("… the study’s id"), max_length=60, required=False, initial="STUDY_ID"
    )
    session_parameter = forms.CharField(
        label=gettext_lazy("… the session’s id"), max_length=60, required=False, initial="SESSION_ID"
    )
    tasks_each = forms.IntegerField(
        label=gettext_lazy("Tasks for one worker"), min_value=1, max_value=crowd.MOST_TASKS, initial=20
    )
    workers = forms.IntegerField(
        label=gettext_lazy("Workers at most"), min_value=1, max_value=crowd.MOST_WORKERS, initial=50
    )
    code = forms.CharField(
        label=gettext_lazy("Completion code"),
        max_length=60,
        help_text=gettext_lazy("As the platform gave it to you. Shown only to who has finished."),
    )
    return_url = forms.CharField(
        label=gettext_lazy("Address to go back to"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    consent = forms.CharField(
        label=gettext_lazy("What workers agree to"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Shown before they begin, above the guideline."),
    )
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    exam = forms.ChoiceField(
        label=gettext_lazy("Exam they take first"),
        required=False,
        help_text=gettext_lazy("Who does not pass it leaves politely, without a real task."),
    )
    failed_code = forms.CharField(
        label=gettext_lazy("Code for who does not pass"), max_length=60, required=False
    )
    failed_url = forms.CharField(
        label=gettext_lazy("Address they go back to"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    def __init__(self, *args: Any, project_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exams = self.fields["exam"]
        assert isinstance(exams, forms.ChoiceField)
        exams.choices = [("", _("no exam")), *exam_choices(project_id)]
        if len(exams.choices) == 1:
            for name in ("exam", "failed_code", "failed_url"):
                del self.fields[name]
        teams = self.fields["team"]
        assert isinstance(teams, forms.ChoiceField)
        teams.choices = [("", _("no team")), *team_choices()]

    def study(self) -> Study:
        given = {**self.cleaned_data}
        team, exam = given.pop("team"), given.pop("exam", "")
        return Study(team=int(team) if team else None, exam=int(exam) if exam else None, **given)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def crowd_links(request: HttpRequest, project_id: int) -> HttpResponse:
    access = managed(request, project_id)
    form = StudyForm(request.POST if request.method == "POST" else None, project_id=project_id)
    if request.method == "POST" and form.is_valid():
        try:
            made = crowd.make_link(project_id, form.study(), by=page_caller(request).agent_id)
        except InvalidInput as error:
            form.refuse(error)
        else:
            return redirect("crowd_link", project_id, made.pk)
    page = {"access": access, "project": access.project, "links": links_of(project_id), "form": form}
    return render(request, "labeling/crowd_links.html", page, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def crowd_link(request: HttpRequest, project_id: int, link_id: int) -> HttpResponse:
    access = managed(request, project_id)
    link = link_of(project_id, link_id)
    refused = ""
    if request.method == "POST":
        try:
            _change(request, link)
        except InvalidInput as error:
            refused = " ".join(error.fields.values())
        else:
            return redirect("crowd_link", project_id, link_id)
    rows = runs_of(link)
    page = {
        "access": access,
        "project": access.project,
        "link": link,
        "address": _address(request, link),
        "rows": rows,
        "is_cut": len(rows) == RUNS_SHOWN,
        "refused": refused,
        "finished": sum(one.state == CrowdRun.State.FINISHED for one in rows),
        "answers": sum(one.answers for one in rows),
    }
    return render(request, "labeling/crowd_link.html", page, status=422 if refused else 200)


def _change(request: HttpRequest, link: CrowdLink) -> None:
    by = page_caller(request).agent_id
    action = request.POST.get("action", "")
    runs = [int(raw) for raw in request.POST.getlist("run")[:RUNS_SHOWN] if raw.isdecimal() and len(raw) < 19]
    if action == "close":
        crowd.close_link(link.pk, by=by)
    elif action == "remove":
        for run_id in runs:
            crowd.remove_worker(link.pk, run_id, by=by)
    elif action in (CrowdRun.Verdict.APPROVED, CrowdRun.Verdict.REJECTED):
        if not runs:
            raise InvalidInput(fields={"run": _("Choose at least one worker who has ended.")})
        crowd.decide(link.pk, runs, action, request.POST.get("reason", ""), by=by)
    else:
        raise NotFound


def _address(request: HttpRequest, link: CrowdLink) -> str:
    """What is entered at the platform, with its placeholders where it puts the ids."""
    parameters = (link.worker_parameter, link.study_parameter, link.session_parameter)
    query = "&".join(f"{name}={{{{%{name}%}}}}" for name in parameters if name)
    return f"{request.build_absolute_uri(reverse('crowd_enter', args=[link.slug]))}?{query}"


@login_required
@require_GET
def crowd_runs(request: HttpRequest, project_id: int, link_id: int) -> HttpResponse:
    managed(request, project_id)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="crowd-{link_id}.csv"'
    lines = csv.writer(answer)
    lines.writerow(COLUMNS)
    for one in runs_of(link_of(project_id, link_id), crowd.MOST_WORKERS):
        lines.writerow(
            _harmless(cell)
            for cell in (
                one.worker,
                one.study,
                one.session,
                one.state,
                one.answers,
                "" if one.seconds is None else round(one.seconds, 1),
                one.began_at.isoformat(),
                one.ended_at.isoformat() if one.ended_at else "",
                one.verdict,
                one.verdict_reason,
            )
        )
    return answer


def _harmless(cell: object) -> object:
    """A worker's id comes from outside: a spreadsheet must not take it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


@never_cache
@require_http_methods(["GET", "POST"])
def crowd_enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the platform's link leads: what is asked and agreed to; only the button begins."""
    link = link_by_slug(slug)
    agent = signed_in_agent(request)
    mine = run_of(agent) if agent is not None else None
    if mine is not None and mine.link_id == link.pk:
        is_working = mine.state == CrowdRun.State.WORKING
        return redirect("label", link.project_id) if is_working else redirect("crowd_end")
    page: dict[str, Any] = {
        "link": link,
        "guideline": link.project.guideline_versions.order_by("-major", "-minor").first(),
    }
    if agent is not None:
        return render(request, "labeling/crowd_enter.html", {**page, "signed_in_as": request.user})
    try:
        ids = crowd.ids_given(link, {name: request.GET.getlist(name) for name in request.GET})
        if is_begun(link, ids.worker):
            raise RunElsewhere
        if request.method == "POST":
            login(request, crowd.begin(slug, ids), backend=BACKEND)
            return redirect("label", link.project_id)
    except DomainError as error:
        return render(request, "labeling/crowd_enter.html", {**page, "refused": error}, status=error.status)
    return render(request, "labeling/crowd_enter.html", page)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def crowd_end(request: HttpRequest) -> HttpResponse:
    """How far somebody is, and at the end the code. Only who came by a platform's link has this page."""
    caller = page_caller(request)
    run = run_of(caller.agent_id)
    if run is None:
        raise NotFound
    refused = ""
    if request.method == "POST":
        try:
            if request.POST.get("action") == "leave":
                crowd.leave(caller)
            else:
                crowd.finish(caller)
        except TasksLeft as error:
            refused = error.message
        else:
            return redirect("crowd_end")
    page = {
        "run": run,
        "link": run.link,
        "given": answers_given(caller.agent_id),
        "refused": refused,
        "is_paused": own_pauses(caller.agent_id).exists(),
    }
    return render(request, "labeling/crowd_end.html", page, status=409 if refused else 200)
