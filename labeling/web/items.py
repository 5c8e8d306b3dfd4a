"""The item browser: of a dataset, or of a project with its questions' answers as filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from labeling import policies
from labeling.selectors.answers import tallies_of
from labeling.selectors.projects import progress
from labeling.web.listing import Listing, dataset_listing, project_listing
from metadata.kernel.errors import InvalidInput
from metadata.selectors.datasets import dataset_for
from metadata.selectors.items import ItemRow, PartPreview, item_page
from metadata.web.callers import page_caller

if TYPE_CHECKING:
    from labeling.models import Question
    from labeling.selectors.item_filters import ItemFilter

SIZE = 60


@dataclass(frozen=True)
class VoteShown:
    """How often an item got a class."""

    name: str
    color: int
    count: int


@dataclass(frozen=True)
class Tile:
    """One item as the list shows it."""

    row: ItemRow
    votes: tuple[VoteShown, ...]

    @property
    def picture(self) -> PartPreview | None:
        return next((p for p in self.row.parts if (p.media_type or "").startswith("image/")), None)

    @property
    def text(self) -> str:
        return next((p.text for p in self.row.parts if p.text), "")


@login_required
@require_GET
def items(request: HttpRequest, dataset_id: int) -> HttpResponse:
    access = dataset_for(page_caller(request), dataset_id)
    page = _listed(request, dataset_listing(access.dataset, request.GET))
    page |= {"access": access, "may_manage": policies.can_manage(access)}
    return render(request, "labeling/items.html", page)


@login_required
@require_GET
def project_items(request: HttpRequest, project_id: int) -> HttpResponse:
    listing = project_listing(page_caller(request), project_id, request.GET)
    assert listing.access is not None
    meant = listing.meant
    page = _listed(request, listing)
    votes = tallies_of([one.pk for one in meant], [tile.row.id for tile in page["tiles"]])
    page["tiles"] = [Tile(tile.row, tuple(_votes(votes[tile.row.id], meant))) for tile in page["tiles"]]
    page |= {
        "access": listing.access,
        "project": listing.access.project,
        "questions": listing.questions,
        "wanted": listing.wanted,
        "states": _states(),
        "classes": [(c["code"], c["name"]) for one in meant[:1] for c in one.spec.get("classes", ())],
        "people": [(one.agent_id, one.name) for one in progress(project_id).people],
        "narrowed": _narrowed(listing.wanted, meant),
    }
    return render(request, "labeling/items.html", page)


def _listed(request: HttpRequest, listing: Listing) -> dict[str, Any]:
    page: dict[str, Any] = {
        "listing": listing,
        "dataset": listing.dataset,
        "fields": listing.fields,
        "words": listing.words,
        "batch": listing.parameters.get("batch", ""),
        "problem": "",
        "tiles": [],
    }
    try:
        found = item_page(
            listing.dataset.pk,
            **listing.narrowing,
            cursor=request.GET.get("cursor") or None,
            size=SIZE,
        )
    except InvalidInput as error:
        page["problem"] = str(error)
        return page
    page["tiles"] = [Tile(row, ()) for row in found.rows]
    page["next_cursor"] = found.next_cursor
    page["is_filtered"] = listing.is_filtered
    return page


def _votes(counts: Mapping[tuple[int, int], int], questions: Sequence[Question]) -> list[VoteShown]:
    spec = {(q.pk, c["code"]): c for q in questions for c in q.spec.get("classes", ())}
    return [
        VoteShown(
            spec.get(key, {}).get("name", f"#{key[1]}"),
            spec.get(key, {}).get("color") or (key[1] - 1) % 12 + 1,
            count,
        )
        for key, count in sorted(counts.items(), key=lambda entry: (entry[0][0], -entry[1], entry[0][1]))
    ]


def _states() -> list[tuple[str, str]]:
    return [
        ("", _("All")),
        ("disagree", _("They differ")),
        ("agree", _("They agree")),
        ("open", _("Answers wanted")),
        ("complete", _("All answers there")),
        ("resolved", _("Accepted")),
        ("tied", _("Tied")),
    ]


def _narrowed(wanted: ItemFilter, questions: Sequence[Question]) -> str:
    """In words, what a figure that led here asked for."""
    names = {c["code"]: c["name"] for q in questions for c in q.spec.get("classes", ())}
    parts = []
    if wanted.classes:
        both = {"a": names.get(wanted.classes[0], "?"), "b": names.get(wanted.classes[1], "?")}
        parts.append(_("got both %(a)s and %(b)s") % both)
    if wanted.facet:
        parts.append(_("about whether there is a %s") % names.get(int(wanted.facet), "?"))
    if wanted.agents:
        parts.append(_("on which two labelers differ"))
    return ", ".join(parts)
