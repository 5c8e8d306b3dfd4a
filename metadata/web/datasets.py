"""Datasets: the list, a new one, and what one holds."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from metadata import policies
from metadata.kernel.errors import DomainError
from metadata.kernel.fields import KINDS
from metadata.selectors.access import Caller
from metadata.selectors.datasets import (
    DatasetAccess,
    batches_of,
    dataset_for,
    datasets_of,
    item_count,
    manages_something,
)
from metadata.selectors.jobs import jobs_of
from metadata.services import datasets as service
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

FIELD_NAME = re.compile(r"fields-([0-9]{1,3})-name")
SPARE_ROWS = 2


class DatasetForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=service.LONGEST_NAME)
    description = forms.CharField(
        label=_("What it is"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass
class FieldRow:
    """One declared field as typed."""

    name: str = ""
    kind: str = "text"
    visible: str = ""
    choices: str = ""
    error: str = ""

    def as_raw(self) -> dict[str, Any]:
        raw: dict[str, Any] = {"name": self.name.strip(), "kind": self.kind, "visible": self.visible == "yes"}
        choices = [one.strip() for one in self.choices.split(",") if one.strip()]
        return raw | {"choices": choices} if self.kind == "choice" or choices else raw


def typed_rows(posted: QueryDict) -> list[FieldRow]:
    at = sorted({int(found[1]) for name in posted if (found := FIELD_NAME.fullmatch(name))})
    columns = ("name", "kind", "visible", "choices")
    rows = [FieldRow(*(posted.get(f"fields-{n}-{column}", "") for column in columns)) for n in at]
    return [row for row in rows if row.name.strip()]


def stored_rows(fields: list[dict[str, Any]]) -> list[FieldRow]:
    return [
        FieldRow(f["name"], f["kind"], "yes" if f.get("visible") else "", ", ".join(f.get("choices", ())))
        for f in fields
    ]


def refuse_rows(form: DatasetForm, rows: list[FieldRow], error: DomainError) -> None:
    """Puts what the service refused at the row it names."""
    rest: dict[str, str] = {}
    for path, reason in error.fields.items():
        found = re.match(r"fields\[(\d+)\]", path)
        if found and int(found[1]) < len(rows):
            rows[int(found[1])].error = reason
        else:
            rest[path] = reason
    if rest or not error.fields:
        form.refuse(type(error)(error.message, fields=rest))


def shown_rows(rows: list[FieldRow]) -> list[FieldRow]:
    return [*rows, *[FieldRow() for _n in range(SPARE_ROWS)]]


def steered(request: HttpRequest, dataset_id: int) -> DatasetAccess:
    access = dataset_for(page_caller(request), dataset_id)
    policies.require(policies.can_manage_dataset(access))
    return access


@login_required
@require_GET
def datasets(request: HttpRequest) -> HttpResponse:
    caller = page_caller(request)
    shown = datasets_of(caller).annotate(batch_count=Count("batches"))[:500]
    page = {"datasets": shown, "may_create": _may_create(caller)}
    return render(request, "metadata/datasets.html", page)


def _may_create(caller: Caller) -> bool:
    return policies.can_create_dataset(caller, manages_something=manages_something(caller))


@login_required
@require_http_methods(["GET", "POST"])
def dataset_new(request: HttpRequest) -> HttpResponse:
    caller = page_caller(request)
    policies.require(_may_create(caller))
    posted = request.POST if request.method == "POST" else None
    form = DatasetForm(posted)
    rows = typed_rows(request.POST)
    if form.is_valid():
        try:
            made = service.create_dataset(
                fields=[row.as_raw() for row in rows], by=caller.agent_id, **form.cleaned_data
            )
        except DomainError as error:
            refuse_rows(form, rows, error)
        else:
            return redirect("dataset_import", made.pk)
    page = {"form": form, "rows": shown_rows(rows), "kinds": KINDS, "blank": FieldRow()}
    return render(request, "metadata/dataset_new.html", page, status=422 if posted is not None else 200)


@login_required
@require_http_methods(["GET", "POST"])
def dataset(request: HttpRequest, dataset_id: int) -> HttpResponse:
    caller = page_caller(request)
    access = dataset_for(caller, dataset_id)
    may_manage = policies.can_manage_dataset(access)
    posted = request.POST if request.method == "POST" else None
    initial = {"name": access.dataset.name, "description": access.dataset.description}
    form = DatasetForm(posted, initial=initial)
    rows = typed_rows(request.POST) if posted is not None else stored_rows(access.dataset.fields)
    if posted is not None:
        policies.require(may_manage)
        if form.is_valid():
            try:
                raw = [row.as_raw() for row in rows]
                service.update_dataset(dataset_id, fields=raw, by=caller.agent_id, **form.cleaned_data)
            except DomainError as error:
                refuse_rows(form, rows, error)
            else:
                messages.success(request, gettext("Saved."))
                return redirect("dataset", dataset_id)
    page = {
        "access": access,
        "dataset": access.dataset,
        "may_manage": may_manage,
        "form": form,
        "rows": shown_rows(rows),
        "kinds": KINDS,
        "blank": FieldRow(),
        "items": item_count(dataset_id),
        "batches": batches_of(dataset_id).order_by("-id")[:50],
        "sources": access.dataset.sources.annotate(batch_count=Count("batches")).order_by("name"),
        "jobs": jobs_of(caller).filter(dataset_id=dataset_id)[:10],
        "open_version": access.dataset.versions.filter(closed_at=None).first(),
    }
    return render(request, "metadata/dataset.html", page, status=422 if posted is not None else 200)


@login_required
@require_POST
def dataset_state(request: HttpRequest, dataset_id: int) -> HttpResponse:
    """Archives, restores or deletes."""
    access = steered(request, dataset_id)
    me = page_caller(request).agent_id
    action = request.POST.get("action")
    if action == "restore":
        service.restore(dataset_id, by=me)
    elif action == "delete" and access.dataset.archived_at is not None:
        service.delete_dataset(dataset_id, by=me)
        messages.success(request, gettext("“%s” is being deleted.") % access.dataset.name)
        return redirect("home")
    else:
        service.archive(dataset_id, by=me)
        messages.success(request, gettext("Archived. Nothing is lost; it can be restored here."))
    return redirect("dataset", dataset_id)
