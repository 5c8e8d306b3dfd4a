"""Votes from the database as the engine reads them; the door of labeling is its selectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from consistency.core.mapping import map_codes
from consistency.core.profiles import Profiles, profiles_of_tuples
from consistency.core.ratings import Level, Ratings, from_arrays
from labeling.label_types.registry import label_type
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
    return profiles_by_facet(question, votes.profiles_of(question.pk))


def profiles_by_facet(
    question: votes.AskedQuestion, by_facet: Mapping[str, Sequence[votes.ProfileRow]]
) -> dict[str, Profiles]:
    """Rows of profiles as the engine reads them."""
    return {
        facet: profiles_of_tuples(
            rows,
            classes=_with_seen(facet_classes(question, facet), [code for codes, _ in rows for code in codes]),
        )
        for facet, rows in by_facet.items()
    }


def on_its_scale(question: votes.AskedQuestion, profiles: Profiles) -> tuple[Profiles, Level]:
    """The votes as places on the scale the question declares, and which kind of scale that is.

    Codes are stable and say nothing of order; the order of the listed classes does. A vote for a level that was given
    up has no place on the scale: then the levels are compared as mere classes.
    """
    places = _places(question, profiles.classes.tolist())
    return (map_codes(profiles, places), _scale(question)) if places else (profiles, "nominal")


def ratings_on_their_scale(
    question: votes.AskedQuestion, ratings: Ratings
) -> tuple[Ratings, Literal["nominal", "ordinal", "interval"]]:
    """The same for single votes, whose classes then are the places, the lowest first."""
    places = _places(question, ratings.classes.tolist())
    if not places:
        return ratings, "nominal"
    lookup = np.array([places[code] - 1 for code in ratings.classes.tolist()], dtype=np.int64)
    return replace(
        ratings, code=lookup[ratings.code], classes=np.arange(1, len(places) + 1), level=_scale(question)
    ), _scale(question)


def _scale(question: votes.AskedQuestion) -> Literal["nominal", "ordinal", "interval"]:
    level = getattr(label_type(question.label_type).check_spec(question.spec), "scale", "nominal")
    return "ordinal" if level == "ordinal" else "interval" if level == "interval" else "nominal"


def _places(question: votes.AskedQuestion, codes: Sequence[int]) -> dict[int, int]:
    """The place of each level from 1; none where the question has no scale, or a vote none on it."""
    places = {code: place for place, code in enumerate(question.class_names, start=1)}
    return places if _scale(question) != "nominal" and set(codes) <= places.keys() else {}


def _with_seen(declared: Sequence[int], seen: Sequence[int]) -> list[int]:
    """A class that was given up since may still stand in votes; it is shown, never dropped."""
    return [*declared, *sorted(set(seen) - set(declared))]
