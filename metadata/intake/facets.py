"""Which values of an item's fields can be filtered by, written as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

LONGEST_VALUE: Final = 200


def facet_value(value: object) -> str | None:
    """The value as its facet holds it, or None where nobody filters by it: long text, nothing.

    >>> facet_value(True), facet_value(2.0), facet_value(0.25), facet_value("mail")
    ('true', '2', '0.25', 'mail')
    """
    if isinstance(value, str):
        return value if 0 < len(value) <= LONGEST_VALUE else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    return None


def facets_of(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, value) of each field that can be filtered by."""
    for name, value in fields.items():
        written = facet_value(value)
        if written is not None:
            yield name, written
