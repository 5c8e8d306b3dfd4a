"""One item: what it is, and what people said about it side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from labeling import policies
from labeling.selectors.access import project_for, projects_of
from labeling.selectors.answers import GivenAnswer, QuestionAnswers, answers_about
from labeling.web.listing import Listing, dataset_listing, project_listing
from labeling.web.shown import Shape, Shown, line_of, shown
from metadata.kernel.errors import NotFound
from metadata.kernel.numbers import whole_number
from metadata.selectors.datasets import dataset_for
from metadata.selectors.items import item_neighbors
from metadata.selectors.parts import ShownPart, item_for, parts_of
from metadata.web.callers import page_caller

if TYPE_CHECKING:
    from metadata.models import Dataset
    from metadata.selectors.access import Caller


@dataclass(frozen=True)
class Pane:
    """One labeler's answer."""

    letter: str
    answer: GivenAnswer
    shown: Shown
    line: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Section:
    """One question of one project."""

    asked: QuestionAnswers
    panes: tuple[Pane, ...]
    resolution: Shown | None
    resolution_shapes: tuple[Shape, ...]
    shares: tuple[tuple[str, int], ...]
    picture: ShownPart | None

    @property
    def differs(self) -> bool:
        """Whether the classes named, or how many of each, are not the same for all."""
        return len({frozenset(pane.shown.words) for pane in self.panes}) > 1


@login_required
@require_GET
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    caller = page_caller(request)
    found = item_for(caller, item_id)
    access = dataset_for(caller, found.dataset_id)
    listing = _listing(caller, found.dataset, request)
    seen = [
        project
        for project in projects_of(caller).filter(dataset_id=found.dataset_id)
        if policies.can_see_answers(project_for(caller, project.pk))
    ]
    parts = parts_of([found.pk])[found.pk]
    asked = answers_about(found.pk, seen)
    letters = _letters(asked)
    page: dict[str, Any] = {
        "item": found,
        "access": access,
        "dataset": found.dataset,
        "may_manage": policies.can_manage(access),
        "parts": parts,
        "sections": [_section(one, letters, parts) for one in asked],
        "listing": listing,
        "neighbors": item_neighbors(found.dataset_id, found.pk, **listing.narrowing),
        "project": listing.access.project if listing.access else None,
        "project_access": listing.access,
        "children": found.children.filter(archived_at=None)[:20],
        "names": [field["name"] for field in found.dataset.fields],
    }
    return render(request, "labeling/item.html", page)


def _listing(caller: Caller, dataset: Dataset, request: HttpRequest) -> Listing:
    """The list this page was reached from, as its address names it."""
    project_id = whole_number(request.GET.get("project"), "project")
    if project_id is None:
        return dataset_listing(dataset, request.GET)
    listing = project_listing(caller, project_id, request.GET)
    if listing.dataset != dataset:
        raise NotFound
    return listing


def _letters(asked: list[QuestionAnswers]) -> dict[int, str]:
    """A letter for each who answered here, drawn anew for each item."""
    agents = sorted({answer.agent_id for one in asked for answer in one.answers})
    return {agent: chr(65 + at) if at < 26 else str(at + 1) for at, agent in enumerate(agents)}


def _section(asked: QuestionAnswers, letters: dict[int, str], parts: list[ShownPart]) -> Section:
    spec = asked.question.spec
    panes = []
    picture = next((part for part in parts if part.kind == "image"), None)
    role = picture.role if picture else ""
    for answer in asked.answers:
        drawn = shown(answer.value, spec)
        letter = letters[answer.agent_id]
        at = sorted(letters.values()).index(letter)
        panes.append(Pane(letter, answer, drawn, line_of(at), drawn.shapes.get(role, ())))
    accepted = asked.resolution
    resolution = shown(accepted.value, spec) if accepted and accepted.value is not None else None
    is_drawn = any(pane.shown.is_drawn for pane in panes)
    return Section(
        asked,
        tuple(panes),
        resolution,
        resolution.shapes.get(role, ()) if resolution else (),
        _shares(accepted.distribution, spec) if accepted else (),
        picture if is_drawn else None,
    )


def _shares(distribution: dict[str, Any], spec: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    """The share of each class where the resolution kept them by class code."""
    names = {str(c["code"]): c["name"] for c in spec.get("classes", ())}
    plain = distribution.get("", distribution)
    if not isinstance(plain, dict):
        return ()
    return tuple(
        (names[code], round(100 * share))
        for code, share in sorted(
            plain.items(), key=lambda entry: -entry[1] if isinstance(entry[1], float) else 0
        )
        if code in names and isinstance(share, int | float)
    )
