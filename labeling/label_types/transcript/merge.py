"""Word for word what most people heard (ROVER); of several ways to write the winner, the most usual."""

from __future__ import annotations

import math
from collections.abc import Sequence

from labeling.label_types.alignment import Reading, rover
from labeling.label_types.ballots import canonical
from labeling.label_types.base import WHOLE, Ballot, Merged, Tie
from labeling.label_types.transcript.tokens import key, tokens
from labeling.label_types.transcript.value import Transcript, TranscriptSpec, dump


def merge(ballots: Sequence[Ballot[Transcript]], spec: TranscriptSpec) -> Merged[Transcript]:
    """`word:3` is the fourth word of the merged text; the whole is supported by the mean over all places voted on.

    A token that does not count (punctuation by itself, where that is ignored) is aligned by how it is written.
    """
    slots = rover([_reading(ballot, spec) for ballot in canonical(ballots, dump)])
    said = [slot for slot in slots if slot.token]
    text = ("" if spec.unit == "character" else " ").join(slot.token for slot in said)
    support = {f"word:{number}": slot.share for number, slot in enumerate(said)}
    support[WHOLE] = math.fsum(slot.share for slot in slots) / len(slots) if slots else 1.0
    ties: list[Tie] = []
    number = 0
    for slot in slots:
        if slot.even:
            ties.append(Tie(f"word:{number}", (0, 1)))
        number += bool(slot.token)
    return Merged(Transcript(" ".join(text.split())), support, ties=tuple(ties))


def _reading(ballot: Ballot[Transcript], spec: TranscriptSpec) -> Reading:
    written = tokens(ballot.value, spec)
    return Reading([key(token, spec) or token for token in written], written, ballot.weight)
