"""One member of a version, as it is frozen: what it is about, where it is stored, its leaf, and its content."""

from dataclasses import dataclass
from typing import Final

LEAF_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One member of a version with its content; kind, subject and facet name it, and rows ascend by them.

    `row` says which row of a table held the content. `leaf` is the keyed hash of the canonical content: where a thing
    is stored does not count. `content` is canonical JSON; "" in a delta segment says that the member is gone.
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
