"""What every reader of existing votes gives, and the names people use for its three columns."""

from functools import lru_cache
from typing import Final

import msgspec

from labeling.interchange.lines import LONGEST_KEY, UnreadableFile

ITEM_NAMES: Final = ("item", "task", "id", "item_id", "task_id", "key")
WORKER_NAMES: Final = (
    "worker",
    "annotator",
    "labeler",
    "user",
    "worker_id",
    "annotator_id",
    "labeler_id",
    "user_id",
)
LABEL_NAMES: Final = ("label", "answer", "response", "class", "category")
LONGEST_LABEL: Final = 10_000


class VoteRow(msgspec.Struct, frozen=True):
    """Who said what about which item, and whatever other columns came with it."""

    line: int
    item: str
    worker: str
    label: str
    extra: dict[str, str]


class VoteColumns(msgspec.Struct, frozen=True):
    """Which column is which."""

    item: str
    worker: str
    label: str


@lru_cache(maxsize=64)  # JSON Lines ask for every line, and their lines are nearly always alike
def recognized_columns(names: tuple[str, ...]) -> VoteColumns:
    """The three columns by their names, in any case of letters; UnreadableFile names those not found.

    >>> recognized_columns(("Task", "annotator_id", "Answer", "seconds"))
    VoteColumns(item='Task', worker='annotator_id', label='Answer')
    """
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(name.strip().lower(), name)
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for what, aliases in (("item", ITEM_NAMES), ("worker", WORKER_NAMES), ("label", LABEL_NAMES)):
        column = next((by_name[alias] for alias in aliases if alias in by_name), None)
        if column is None:
            missing[what] = f"no column is named {', '.join(aliases)}"
        else:
            found[what] = column
    if missing:
        raise UnreadableFile("A file of votes has columns item, worker and label.", fields=missing)
    return VoteColumns(**found)


def unusable(what: str, value: str) -> str:
    """Why a value cannot be an item's, a worker's or a label's name, or ""."""
    if not value.strip():
        return "is empty"
    longest = LONGEST_LABEL if what == "label" else LONGEST_KEY
    return f"longer than {longest} characters" if len(value) > longest else ""
