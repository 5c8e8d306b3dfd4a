"""Old votes read through a change of classes: nothing is rewritten, so undo is free."""

from collections.abc import Mapping
from typing import overload

from consistency.core.profiles import Profiles, map_profiles
from consistency.core.ratings import Ratings, map_ratings


@overload
def map_codes(votes: Ratings, mapping: Mapping[int, int] | Mapping[str, str]) -> Ratings: ...
@overload
def map_codes(votes: Profiles, mapping: Mapping[int, int] | Mapping[str, str]) -> Profiles: ...
def map_codes(
    votes: Ratings | Profiles, mapping: Mapping[int, int] | Mapping[str, str]
) -> Ratings | Profiles:
    """Votes with classes renamed or merged; a class not in ``mapping`` stays, no vote is dropped."""
    return map_ratings(votes, mapping) if isinstance(votes, Ratings) else map_profiles(votes, mapping)
