"""Days as people and programs write them."""

import datetime as dt

from metadata.kernel.errors import InvalidInput


def day_named(raw: str | None, name: str) -> dt.date | None:
    """The day, or None where nothing was said; InvalidInput naming the field for anything else.

    >>> day_named("2026-03-09", "since"), day_named("", "since")
    (datetime.date(2026, 3, 9), None)
    """
    if not raw:
        return None
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        raise InvalidInput(fields={name: "must be a day, as 2026-03-09"}) from None
