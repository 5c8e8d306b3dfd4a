"""How two versions differ, from two streams of rows in canonical order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from metadata.versions.rows import Row

Status: TypeAlias = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that differs; `before` is None if it was added, `after` if it was removed."""

    status: Status
    before: Row | None
    after: Row | None

    @property
    def key(self) -> tuple[int, int, int]:
        row = self.after or self.before
        if row is None:
            raise ValueError("a difference has a before or an after")
        return row.key


def differences(before: Iterable[Row], after: Iterable[Row]) -> Iterator[Difference]:
    """What was added, removed or changed, in order. Content is compared by its leaf; two rows are held at a time."""
    old, new = iter(before), iter(after)
    one, other = next(old, None), next(new, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one.key < other.key):
            yield Difference("removed", one, None)
            one = next(old, None)
        elif one is None or other.key < one.key:
            yield Difference("added", None, other)
            other = next(new, None)
        else:
            if one.leaf != other.leaf:
                yield Difference("changed", one, other)
            one, other = next(old, None), next(new, None)
