"""Columns of metadata as fields that may explain a disagreement: numbers, categories, or why neither."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import FloatArray, IntArray

FEWEST_NUMBERS = 3
FEWEST_OF_A_CATEGORY = 5
MOST_CATEGORIES = 20
OTHER = "(other)"
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """One attribute, an entry an item. A number field has ``numbers`` (``nan`` where unknown), a category field ``code``
    into ``categories`` (-1 where unknown). A field with a ``reason`` can explain nothing, and neither is set."""

    name: str
    numbers: FloatArray | None = None
    code: IntArray | None = None
    categories: tuple[str, ...] = ()
    reason: str = ""


def field_of(name: str, values: Sequence[str | None]) -> Field:
    """Finite numbers of three different values and more are a number field, other texts categories.

    Categories of fewer than five items, and those beyond the twenty commonest, are taken together.

    >>> field_of("length", ["1.5", "", "2", "3e1"]).numbers
    array([ 1.5,  nan,  2. , 30. ])
    >>> field_of("camera", ["a"] * 5 + ["b"] * 6 + ["c", None]).categories
    ('a', 'b', '(other)')
    >>> field_of("file", ["a.png", "b.png", "c.png"]).reason
    'nearly every item has a value of its own'
    """
    texts = ["" if value is None else value.strip() for value in values]
    known = [text for text in texts if text.casefold() not in MISSING]
    if not known:
        return Field(name, reason="no item has a value")
    if len(set(known)) == 1:
        return Field(name, reason="every item has the same value")
    numbers = [_number(text) for text in known]
    finite = [number for number in numbers if number is not None]
    if len(finite) == len(known) and len(set(finite)) >= FEWEST_NUMBERS:
        column = [_number(text) if text.casefold() not in MISSING else None for text in texts]
        return Field(name, np.array([np.nan if one is None else one for one in column], dtype=np.float64))
    return _categories(name, texts, known)


def _categories(name: str, texts: Sequence[str], known: Sequence[str]) -> Field:
    count: dict[str, int] = {}
    for text in known:
        count[text] = count.get(text, 0) + 1
    large = [text for text, items in count.items() if items >= FEWEST_OF_A_CATEGORY]
    if not large or (len(large) == 1 and len(count) > MOST_CATEGORIES):
        return Field(name, reason="nearly every item has a value of its own")
    kept = sorted(sorted(large, key=lambda text: (-count[text], text))[:MOST_CATEGORIES])
    place = {text: index for index, text in enumerate(kept)}
    rest = len(kept)
    code = [-1 if text.casefold() in MISSING else place.get(text, rest) for text in texts]
    names = (*kept, OTHER) if rest in code else tuple(kept)
    return Field(name, code=np.array(code, dtype=np.int64), categories=names)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) and "_" not in text else None
