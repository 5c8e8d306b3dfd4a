"""Votes that already exist: drop a file of item, worker, label, and see agreement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from labeling import policies
from labeling.services import votes_import
from metadata.kernel.errors import DomainError, NotFound
from metadata.selectors.datasets import manages_something, steered_datasets
from metadata.selectors.jobs import job_for
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm


class VotesForm(PageForm):
    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.jsonl,.ndjson"})
    )
    name = forms.CharField(
        label=_("Name of the project"), max_length=120, required=False, help_text=_("Else the file's name.")
    )
    dataset = forms.ChoiceField(
        label=_("Its items"),
        required=False,
        help_text=_("Items are found by their keys; those that are not there are made."),
    )

    def __init__(self, *args: Any, datasets: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["dataset"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", _("make a new dataset")), *datasets]


@login_required
@require_http_methods(["GET", "POST"])
def votes_new(request: HttpRequest) -> HttpResponse:
    caller = page_caller(request)
    policies.require(policies.can_import_votes(manages_something=manages_something(caller)))
    known = list(steered_datasets(caller).values_list("pk", "name")[:500])
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = VotesForm(*given, datasets=known)
    if form.is_valid():
        data = form.cleaned_data
        stem, _dot, ending = (data["file"].name or "votes").rpartition(".")
        try:
            job_id = votes_import.start_import(
                int(data["dataset"]) if data["dataset"] else None,
                (data["name"] or stem or ending)[:120],
                data["file"],
                format=votes_import.format_of(data["file"].name or ""),
                by=caller.agent_id,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect("votes_job", job_id)
    return render(request, "labeling/votes.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def votes_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far the import is; when every line was good it leads on to the agreement."""
    job = job_for(page_caller(request), job_id)
    if job.kind != votes_import.IMPORT_VOTES_JOB:
        raise NotFound
    if job.state == "done" and job.result and not job.result["refused_lines"]:
        return redirect("agreement", job.result["project"])
    return render(request, "labeling/votes_job.html", {"job": job})
