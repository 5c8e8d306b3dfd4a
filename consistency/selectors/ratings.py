"""Votes from the database as the engine reads them; the door of labeling is its selectors."""

from __future__ import annotations

from collections.abc import Sequence

from consistency.core.profiles import Profiles, profiles_of_tuples
from consistency.core.ratings import Ratings, from_arrays
from labeling.selectors import votes


def facet_classes(question: votes.AskedQuestion, facet: str) -> list[int]:
    """The codes a vote on this facet may hold: a class each, or for the presence of one class 0 and 1."""
    return [0, 1] if facet else list(question.class_names)


def ratings_of(question_id: int) -> dict[str, Ratings]:
    """By facet, every current vote. Somebody who met an item in two rounds counts twice, as in the tallies."""
    question = votes.question_of(question_id)
    return {
        facet: from_arrays(
            arrays.item,
            arrays.agent,
            arrays.code,
            classes=_with_seen(facet_classes(question, facet), arrays.code.tolist()),
            repeats="all",
        )
        for facet, arrays in votes.vote_arrays(question_id).items()
    }


def live_profiles(question: votes.AskedQuestion) -> dict[str, Profiles]:
    """By facet, the vote profiles as they are now, unfolded changes included."""
    return {
        facet: profiles_of_tuples(
            rows,
            classes=_with_seen(facet_classes(question, facet), [code for codes, _ in rows for code in codes]),
        )
        for facet, rows in votes.profiles_of(question.pk).items()
    }


def _with_seen(declared: Sequence[int], seen: Sequence[int]) -> list[int]:
    """A class that was given up since may still stand in votes; it is shown, never dropped."""
    return [*declared, *sorted(set(seen) - set(declared))]
