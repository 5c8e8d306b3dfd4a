"""Votes out: one vote a row, the long form every statistics package reads, and `votes_csv` reads back."""

from collections.abc import Iterable, Iterator

import msgspec

from labeling.interchange.csv_table import written_table


class LongVote(msgspec.Struct, frozen=True):
    """One vote. `facet` is "" where a question has one vote an answer; `seat` None where it is not counted."""

    item: str
    worker: str
    question: str
    facet: str
    code: int
    label: str
    round: str
    seat: int | None
    revision: int
    guideline_version: int
    submitted_at: str


COLUMNS = LongVote.__struct_fields__


def written_votes(votes: Iterable[LongVote]) -> Iterator[bytes]:
    """The votes as CSV, in pieces, in the order given; texts that would start a formula are quoted."""
    return written_table(COLUMNS, (msgspec.structs.astuple(vote) for vote in votes))
