"""One figure a project, for pages that list many: in two statements, without intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consistency.core.agreement.alpha import alpha, nominal_alpha
from consistency.core.profiles import Profiles
from consistency.selectors.figures import defined
from consistency.selectors.ratings import on_its_scale, profiles_by_facet
from labeling.selectors import votes
from labeling.selectors.home import Headline


def headlines_of(project_ids: Sequence[int]) -> dict[int, Headline]:
    """By project, alpha of its first question as the votes stand; for a class that may be there or not, of the commonest.

    The same figure that the agreement page shows first. A project without votes has none.
    """
    asked = votes.first_questions(project_ids)
    rows = votes.profiles_of_many([question.pk for question in asked])
    found = {
        question.project_id: _headline(question, profiles_by_facet(question, rows[question.pk]))
        for question in asked
    }
    return {project: headline for project, headline in found.items() if headline is not None}


def _headline(question: votes.AskedQuestion, by_facet: Mapping[str, Profiles]) -> Headline | None:
    if not by_facet:
        return None
    answers = max(int((one.votes() * one.n_items).sum()) for one in by_facet.values())
    items = max(int(one.n_items.sum()) for one in by_facet.values())
    if "" in by_facet:
        on_scale, level = on_its_scale(question, by_facet[""])
        estimate, about = alpha(on_scale, level=level), ""
    else:
        in_order = sorted(by_facet, key=lambda name: (len(name), name))
        facet = max(in_order, key=lambda name: _present(by_facet[name]))
        estimate, about = nominal_alpha(by_facet[facet]), _about(question, facet)
    return Headline(defined(estimate.value), estimate.reason, answers, items, about)


def _about(question: votes.AskedQuestion, facet: str) -> str:
    """The class whose presence the votes are about, or the field of a form."""
    return question.class_names.get(int(facet), "") if facet.isdecimal() else facet.replace("_", " ")


def _present(profiles: Profiles) -> int:
    """How many answers have the class."""
    counted = dict(zip(profiles.classes.tolist(), profiles.class_votes().tolist(), strict=True))
    return int(counted.get(1, 0))
