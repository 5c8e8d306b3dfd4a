"""Versions: closed ones stay as they are; two can be compared; one can be exported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from metadata import policies
from metadata.kernel.errors import DomainError, InvalidInput
from metadata.models import Job, Version, VersionMember
from metadata.selectors.datasets import DatasetAccess, dataset_for
from metadata.selectors.jobs import jobs_of
from metadata.selectors.versions import (
    Diff,
    MemberKey,
    diff,
    file_for,
    item_keys,
    newest_files,
    newest_versions,
)
from metadata.services import frozen, version_files, versions
from metadata.web.callers import page_caller
from metadata.web.datasets import steered
from metadata.web.forms import PageForm

ROWS = 50
SHOWN = 200


class CloseForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    note = forms.CharField(
        label=_("What changed"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )


@dataclass(frozen=True)
class Row:
    """One change, with the key of its item where the member is an item's."""

    what: str
    item_id: int | None
    item_key: str
    status: str


@login_required
@require_GET
def dataset_versions(request: HttpRequest, dataset_id: int) -> HttpResponse:
    access = dataset_for(page_caller(request), dataset_id)
    return _page(request, access, CloseForm())


def _page(request: HttpRequest, access: DatasetAccess, form: CloseForm, *, status: int = 200) -> HttpResponse:
    dataset = access.dataset
    known = newest_versions(dataset.pk, SHOWN)
    closed = [one for one in known if one.closed_at is not None]
    page: dict[str, Any] = {
        "access": access,
        "dataset": dataset,
        "may_manage": policies.can_manage_dataset(access),
        "open_version": next((one for one in known if one.closed_at is None), None),
        "versions": closed,
        "close_form": form,
        "jobs": jobs_of(page_caller(request)).filter(dataset_id=dataset.pk, state__in=("queued", "running"))[
            :5
        ],
        "failed": _last_failed(request, dataset.pk),
        "files": newest_files(dataset.pk, ROWS),
    }
    chosen = _chosen(request, known)
    if chosen is not None:
        page |= _compared(request, dataset.pk, *chosen)
    return render(request, "metadata/versions.html", page, status=status)


def _last_failed(request: HttpRequest, dataset_id: int) -> list[Job]:
    """The newest piece of work on this dataset's versions, if it failed."""
    newest = jobs_of(page_caller(request)).filter(
        dataset_id=dataset_id, kind__in=(frozen.FREEZE_JOB, "labeling.export")
    )
    return [one for one in newest[:1] if one.state == Job.State.FAILED]


def _chosen(request: HttpRequest, known: list[Version]) -> tuple[int, int] | None:
    """The two versions to compare: asked for, else the newest closed one with the one before it."""
    asked = [int(raw) for raw in request.GET.getlist("v") if raw.isdecimal() and len(raw) < 10]
    if len(asked) == 2:
        return min(asked), max(asked)
    if not asked and len(known) >= 2:
        return known[1].number, known[0].number
    return None


def _compared(request: HttpRequest, dataset_id: int, a: int, b: int) -> dict[str, Any]:
    found = diff(dataset_id, a, b, after=_after(request), size=ROWS)
    following = "-".join(map(str, found.next)) if found.next else ""
    return {"a": a, "b": b, "diff": found, "rows": _rows(found), "following": following}


def _after(request: HttpRequest) -> MemberKey | None:
    raw = request.GET.get("after", "")
    if not raw:
        return None
    parts = raw.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 19 for part in parts):
        raise InvalidInput(fields={"after": "is damaged"})
    return int(parts[0]), int(parts[1]), int(parts[2])


def _rows(found: Diff) -> list[Row]:
    """Items and resolutions are named by their item; an annotation only by its number."""
    kinds = VersionMember.Kind
    named = (kinds.ITEM, kinds.RESOLUTION)
    keys = item_keys(c.subject for c in found.changes if c.kind in named)
    words: dict[int, str] = {
        kinds.ITEM: gettext("item"),
        kinds.ANNOTATION: gettext("answer"),
        kinds.RESOLUTION: gettext("resolution"),
    }
    return [
        Row(
            words.get(c.kind, str(c.kind)),
            c.subject if c.kind in named else None,
            keys.get(c.subject, "") if c.kind in named else f"#{c.subject}",
            c.status,
        )
        for c in found.changes
    ]


@login_required
@require_POST
def version_close(request: HttpRequest, dataset_id: int) -> HttpResponse:
    access = steered(request, dataset_id)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            closed = versions.close_version(dataset_id, by=page_caller(request).agent_id, **form.cleaned_data)
            frozen.request_freeze(closed.pk, by=page_caller(request).agent_id)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("%s is closed. It stays as it is, whatever comes.") % closed)
            return redirect("versions", dataset_id)
    return _page(request, access, form, status=422)


@login_required
@require_GET
def version_file(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """Hands a file of a version to those who see its dataset."""
    found, access = file_for(page_caller(request), file_id)
    policies.require(policies.can_see_dataset(access))
    return FileResponse(
        version_files.opened(found),
        as_attachment=True,
        filename=found.name,
        headers=version_files.headers_of(found),
    )
