"""The canonical row of what belongs to a version, and its keyed hash: a leaf.

A leaf covers what a reader would call the content. Which row of which table holds it, and when it was written, do not
count: the same item imported twice is the same leaf.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from metadata.kernel.canonical import canonical_json, leaf_hash
from metadata.kernel.json_guard import Json

LEAF_BYTES: Final = 32


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One member of a version with its content; ordered by kind, subject and facet, which name it.

    `content` is canonical JSON as text; "" in a delta segment says that the member is gone.
    """

    kind: int
    subject: int
    facet: int
    row: int
    leaf: bytes
    content: str

    @property
    def key(self) -> tuple[int, int, int]:
        return self.kind, self.subject, self.facet


def member_leaf(key: bytes, kind: int, subject: int, facet: int, content: Json) -> bytes:
    """The leaf of one member: HMAC-SHA-256 over its canonical row `[kind, subject, facet, content]`."""
    return leaf_hash(key, [kind, subject, facet, content])


def member_row(key: bytes, kind: int, subject: int, facet: int, row: int, content: Json) -> Row:
    """The row to freeze, with the leaf computed from its content."""
    text = canonical_json(content).decode("utf-8")
    return Row(kind, subject, facet, row, member_leaf(key, kind, subject, facet, content), text)


def item_content(
    *, key: str, fields: Mapping[str, Json], parts: Sequence[tuple[str, int, str, str]], split: str = ""
) -> Json:
    """What an item is in a version: `parts` are (role, ordinal, kind, text or the hash of its bytes)."""
    listed: list[Json] = [
        {"role": role, "ordinal": ordinal, "kind": kind, "content": content}
        for role, ordinal, kind, content in sorted(parts)
    ]
    return {"key": key, "fields": dict(fields), "parts": listed, "split": split}


def resolution_content(
    *, question: str, value: Json, distribution: Json, method: str, guideline_version: str
) -> Json:
    """What an accepted answer is in a version."""
    return {
        "question": question,
        "value": value,
        "distribution": distribution,
        "method": method,
        "guideline": guideline_version,
    }


def annotation_content(
    *,
    agent: int,
    round_name: str,
    guideline_version: str,
    seat: int | None,
    revision: int,
    answers: Mapping[str, Json],
) -> Json:
    """What one person's pass over an item is in a version; the agent is an opaque id, so a person can be erased."""
    return {
        "agent": agent,
        "round": round_name,
        "guideline": guideline_version,
        "seat": seat,
        "revision": revision,
        "answers": dict(answers),
    }
