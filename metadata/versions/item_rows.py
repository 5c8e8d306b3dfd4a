"""The canonical row of an item: what its leaf hash is over, and what a frozen version holds of it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from metadata.kernel.canonical import canonical_json

_sorted_json = msgspec.json.Encoder(order="sorted").encode


def item_row(
    key: str, fields: Mapping[str, Any], parts: Sequence[tuple[str, int, str | None, str | None]]
) -> dict[str, Any]:
    """`parts` are (role, ordinal, text, sha256), in any order; database ids are left out, so a restore keeps it.

    >>> item_row("m1", {}, [("text", 0, "Hi", None)])
    {'fields': {}, 'key': 'm1', 'parts': [{'ordinal': 0, 'role': 'text', 'text': 'Hi'}]}
    """
    listed = [
        {"ordinal": ordinal, "role": role, "text": text}
        if text is not None
        else {"ordinal": ordinal, "role": role, "sha256": sha256}
        for role, ordinal, text, sha256 in (sorted(parts) if len(parts) > 1 else parts)
    ]
    return {"fields": fields, "key": key, "parts": listed}


def item_leaf(leaf_key: bytes, row: Mapping[str, Any]) -> bytes:
    """`leaf_hash` of an item's row, by a faster way to the same bytes where no float needs care."""
    if float in map(type, row["fields"].values()):
        return hmac.digest(leaf_key, canonical_json(row), "sha256")
    return hmac.digest(leaf_key, _sorted_json(row), "sha256")
