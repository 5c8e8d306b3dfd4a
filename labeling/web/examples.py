"""Items to pick a class's examples from: a part of the set-up page, and of a new project's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from labeling import policies
from labeling.web.projects import managed
from metadata.kernel.errors import InvalidInput
from metadata.selectors.datasets import dataset_for
from metadata.selectors.items import ItemRow, PartPreview, item_page
from metadata.web.callers import page_caller

SIZE: Final = 24


@dataclass(frozen=True)
class Pickable:
    """An item as it looks."""

    id: int
    key: str
    text: str
    picture: str | None


@login_required
@require_GET
def project_examples(request: HttpRequest, project_id: int) -> HttpResponse:
    access = managed(request, project_id)
    return _listed(
        request,
        access.project.dataset_id,
        lambda part: reverse("api-example", args=[access.project.pk, part.id]),
    )


@login_required
@require_GET
def dataset_examples(request: HttpRequest, dataset_id: int) -> HttpResponse:
    access = dataset_for(page_caller(request), dataset_id)
    policies.require(policies.can_manage(access))
    return _listed(request, dataset_id, lambda part: f"{reverse('media', args=[part.asset_id])}?small")


def _listed(request: HttpRequest, dataset_id: int, address: Callable[[PartPreview], str]) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    try:
        found = item_page(dataset_id, words=words, cursor=request.GET.get("cursor") or None, size=SIZE)
    except InvalidInput as error:
        page = {"problem": next(iter(error.fields.values()), "") or str(error)}
        return render(request, "labeling/example_items.html", page, status=422)
    page_of = {"items": [_pickable(row, address) for row in found.rows], "cursor": found.next_cursor}
    return render(request, "labeling/example_items.html", page_of)


def _pickable(row: ItemRow, address: Callable[[PartPreview], str]) -> Pickable:
    picture = next((part for part in row.parts if (part.media_type or "").startswith("image/")), None)
    text = next((part.text for part in row.parts if part.text), "")
    return Pickable(row.id, row.key, text, address(picture) if picture else None)
