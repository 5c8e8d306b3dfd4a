"""A project of another tool: drop its export, and read what came over and what did not."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from labeling import policies
from labeling.services import foreign_projects
from metadata.kernel.errors import DomainError, NotFound
from metadata.selectors.datasets import manages_something, steered_datasets
from metadata.selectors.jobs import job_for
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm
from metadata.web.imports import FilesField, ManyFiles

REMARKS_ABOUT: Final = {
    "tag": _("part of the config"),
    "attribute": _("attribute"),
    "class": _("class"),
    "region": _("region"),
    "answer": _("answer"),
    "prediction": _("prediction"),
    "item": _("item"),
    "file": _("file"),
    "field": _("field"),
    "person": _("person"),
}


class ForeignProjectForm(PageForm):
    files = FilesField(  # type: ignore[assignment]  # the name that the page sends
        label=_("Files"), widget=ManyFiles(attrs={"accept": ".json,.xml,.txt,.zip,image/*,audio/*"})
    )
    name = forms.CharField(
        label=_("Name of the project"),
        max_length=foreign_projects.LONGEST_NAME,
        required=False,
        help_text=_("Else the export's. The same name again adds what is new."),
    )
    dataset = forms.ChoiceField(
        label=_("Its items"),
        required=False,
        help_text=_("Pictures are found by the names of their files, texts by their keys."),
    )

    def __init__(self, *args: Any, datasets: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["dataset"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", _("make a new dataset")), *datasets]


@login_required
@require_http_methods(["GET", "POST"])
def foreign_new(request: HttpRequest) -> HttpResponse:
    caller = page_caller(request)
    policies.require(policies.can_import_votes(manages_something=manages_something(caller)))
    known = list(steered_datasets(caller).values_list("pk", "name")[:500])
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    wanted = request.GET.get("dataset", "")
    form = ForeignProjectForm(*given, datasets=known, initial={"dataset": wanted})
    if form.is_valid():
        data = form.cleaned_data
        try:
            job_id = foreign_projects.start_migration(
                int(data["dataset"]) if data["dataset"] else None,
                data["name"],
                data["files"],
                by=caller.agent_id,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect("foreign_job", job_id)
    return render(request, "labeling/foreign.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def foreign_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far it is; then what came over, and the report of what did not."""
    job = job_for(page_caller(request), job_id)
    if job.kind != foreign_projects.IMPORT_PROJECT_JOB:
        raise NotFound
    report = (job.result or {}).get("report", [])
    remarks = [{**one, "about": REMARKS_ABOUT.get(one["what"], one["what"])} for one in report]
    return render(request, "labeling/foreign_job.html", {"job": job, "remarks": remarks})
