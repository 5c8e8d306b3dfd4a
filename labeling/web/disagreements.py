"""The gallery of disagreements: each beside its counterpart, by the way in which people differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from labeling import policies
from labeling.selectors.access import project_for
from labeling.selectors.disagreements import Disagreement, disagreements_of
from labeling.selectors.votes import question_of
from labeling.web.compared import Compared, Picture, compared
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.kernel.numbers import whole_number
from metadata.selectors.items import keys_of
from metadata.selectors.parts import ShownPart, parts_of
from metadata.web.callers import page_caller

if TYPE_CHECKING:
    from labeling.models import Question
    from labeling.selectors.votes import AskedQuestion

SIZE = 12
GLYPHS = {
    "class": "differ-class",
    "boundary": "differ-boundary",
    "missed": "differ-missed",
    "one_versus_many": "differ-count",
    "convention": "differ-convention",
}


@dataclass(frozen=True)
class Kind:
    """A way to differ, as the row of filters names it."""

    key: str
    name: str
    icon: str
    count: int


@dataclass(frozen=True)
class Card:
    """One disagreement; letters stand for people."""

    one: Disagreement
    kind: Kind
    item_key: str
    sides: Compared
    letters: tuple[str, str]
    text: str


@login_required
@require_GET
def disagreements(request: HttpRequest, project_id: int) -> HttpResponse:
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_see_answers(access), access)
    questions = list(access.project.questions.filter(retired_at=None))
    chosen = _chosen(questions, request.GET.get("question", ""))
    page: dict[str, Any] = {
        "access": access,
        "project": access.project,
        "questions": questions,
        "question": chosen,
    }
    if chosen is not None:
        asked = question_of(chosen.pk)
        found = disagreements_of(asked)
        names = _names()
        kinds = [
            Kind(key, names[key], GLYPHS.get(key, "overlap"), found.counts[key])
            for key in names
            if found.counts[key]
        ]
        wanted = request.GET.get("kind", "")
        if wanted and wanted not in names:
            raise InvalidInput(fields={"kind": f"must be one of {', '.join(names)}"})
        fitting = [one for one in found.found if one.kind == wanted or not wanted]
        shown = min(whole_number(request.GET.get("shown"), "shown") or SIZE, max(SIZE, len(fitting)))
        by_key = {one.key: one for one in kinds}
        page |= {
            "found": found,
            "kinds": kinds,
            "wanted": wanted,
            "fitting": len(fitting),
            "cards": list(_cards(asked, fitting[:shown], by_key)),
            "shown": min(shown, len(fitting)),
            "more": shown + SIZE if len(fitting) > shown else 0,
        }
    return render(request, "labeling/disagreements.html", page)


def _chosen(questions: Sequence[Question], raw: str) -> Question | None:
    if not raw:
        return questions[0] if questions else None
    found = next((one for one in questions if str(one.pk) == raw), None)
    if found is None:
        raise NotFound
    return found


def _names() -> dict[Any, str]:
    return {
        "class": _("Class"),
        "boundary": _("Boundary"),
        "missed": _("Missed"),
        "one_versus_many": _("One or many"),
        "convention": _("Convention"),
        "sides": _("Left and right"),
        "points": _("Points"),
        "visibility": _("Visibility"),
        "link": _("Links"),
        "relation": _("Relation"),
        "direction": _("Direction"),
        "end": _("Ends of links"),
    }


def _cards(question: AskedQuestion, found: Sequence[Disagreement], kinds: dict[str, Kind]) -> Iterator[Card]:
    items = [one.item_id for one in found]
    parts, keys = parts_of(items), keys_of(items)
    as_shown = {"key": question.key, "prompt": question.prompt, "spec": question.spec}
    for one in found:
        own = parts[one.item_id]
        sides = compared(
            as_shown,
            one.first.value,
            one.second.value,
            parts=own,
            picture=_picture(own),
            differences=[{"question": question.key, **asdict(difference)} for difference in one.differences],
        )
        text = next((part.text for part in own if part.text), "")
        yield Card(
            one, kinds[one.kind], keys[one.item_id], sides, _letters(one), text if not sides.picture else ""
        )


def _picture(parts: Sequence[ShownPart]) -> Picture | None:
    for part in parts:
        if part.kind == "image" and part.width and part.height:
            return Picture(
                f"{reverse('media', args=[part.asset_id])}?small", part.width, part.height, part.role
            )
    return None


def _letters(one: Disagreement) -> tuple[str, str]:
    at = sorted(one.agents)
    first, second = (at.index(answer.agent_id) for answer in (one.first, one.second))
    return _letter(first), _letter(second)


def _letter(at: int) -> str:
    return chr(65 + at) if at < 26 else str(at + 1)
