"""Whole numbers out of addresses and forms, where everything comes as text."""

from typing import Final

from metadata.kernel.errors import InvalidInput

LARGEST_ID: Final = 2**63 - 1


def whole_number(raw: str | None, name: str, *, most: int = LARGEST_ID) -> int | None:
    """The number from 0 to `most`, or None where nothing was said; InvalidInput naming the field for anything else.

    >>> whole_number("17", "batch"), whole_number("", "batch")
    (17, None)
    """
    if not raw:
        return None
    # Its length first: Python refuses to read a number of thousands of digits, by another error.
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= len(str(most)) and int(raw) <= most):
        raise InvalidInput(fields={name: f"must be a whole number from 0 to {most}"})
    return int(raw)
