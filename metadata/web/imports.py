"""Bringing items in, and what became of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from metadata import policies
from metadata.kernel.errors import DomainError
from metadata.models import Job
from metadata.selectors.datasets import batch_for
from metadata.selectors.jobs import job_of_batch
from metadata.services import imports, media
from metadata.web.callers import page_caller
from metadata.web.datasets import steered
from metadata.web.forms import PageForm

if TYPE_CHECKING:
    from django.utils.datastructures import MultiValueDict

LINE_FORMATS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
SHOWN_REFUSALS = 200


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Every file that was dropped."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        return [super(FilesField, self).clean(one, initial) for one in (data or [None])]


class ImportForm(PageForm):
    files = FilesField(  # type: ignore[assignment]  # the name that the page sends
        label=_("Files"),
        widget=ManyFiles(attrs={"accept": ".csv,.tsv,.jsonl,.ndjson,.zip,.txt,image/*,audio/*"}),
    )
    name = forms.CharField(
        label=_("Name of this delivery"), max_length=200, required=False, help_text=_("Else the file's name.")
    )
    source = forms.CharField(
        label=_("Where it is from"),
        max_length=120,
        required=False,
        help_text=_("A camera, a vendor, a stream: items can be told apart by it."),
    )

    def __init__(self, data: Any = None, files: MultiValueDict[str, UploadedFile[Any]] | None = None) -> None:
        super().__init__(data, files)


@login_required
@require_http_methods(["GET", "POST"])
def dataset_import(request: HttpRequest, dataset_id: int) -> HttpResponse:
    access = steered(request, dataset_id)
    form = ImportForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            batch_id = _started(dataset_id, form.cleaned_data, by=page_caller(request).agent_id)
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect("batch", batch_id)
    page = {"access": access, "dataset": access.dataset, "form": form, "may_manage": True}
    return render(request, "metadata/import.html", page, status=422 if form.errors else 200)


def _started(dataset_id: int, data: dict[str, Any], *, by: int) -> int:
    """A line file becomes items line by line; anything else goes in as media."""
    files: list[UploadedFile[Any]] = data["files"]
    suffixes = {"." + (one.name or "").rsplit(".", 1)[-1].lower() for one in files}
    if len(files) == 1 and suffixes <= LINE_FORMATS.keys():
        format_name = LINE_FORMATS[suffixes.pop()]
        job = imports.start_import(
            dataset_id, files[0], format_name, by, name=data["name"], source=data["source"]
        )
    else:
        job = media.start_media_import(dataset_id, files, by, name=data["name"], source=data["source"])
    return int(job.args["batch"])


@login_required
@require_GET
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    caller = page_caller(request)
    shown, access = batch_for(caller, batch_id)
    job = job_of_batch(shown)
    ended = job is None or job.state in (Job.State.FAILED, Job.State.CANCELED)
    page = {
        "access": access,
        "dataset": access.dataset,
        "batch": shown,
        "job": job,
        "may_manage": policies.can_manage_dataset(access),
        "may_resume": shown.state == "open" and ended and job is not None,
        "refused": shown.refused_lines.order_by("line", "field")[:SHOWN_REFUSALS],
        "shown_refusals": SHOWN_REFUSALS,
    }
    return render(request, "metadata/batch.html", page)


@login_required
@require_POST
def batch_change(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Undoes or resumes an import."""
    caller = page_caller(request)
    shown, access = batch_for(caller, batch_id)
    policies.require(policies.can_manage_dataset(access))
    if request.POST.get("action") == "resume":
        imports.resume_import(shown.pk, caller.agent_id)
    else:
        imports.undo_batch(shown.pk, caller.agent_id)
        messages.success(
            request, gettext("Undone: what it brought is archived and left out of the open version.")
        )
    return redirect("batch", batch_id)
