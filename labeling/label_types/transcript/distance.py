"""How far two transcripts are apart, and whether they differ in what was heard or in how it is written."""

from __future__ import annotations

from labeling.label_types.alignment import alignment, edit_distance, same_tokens
from labeling.label_types.base import Difference
from labeling.label_types.transcript.tokens import bare, keys
from labeling.label_types.transcript.value import Transcript, TranscriptSpec


def distance(a: Transcript, b: Transcript, spec: TranscriptSpec) -> float:
    """Edits over the tokens of the longer text; unlike a word error rate it is symmetric and at most 1."""
    left, right = keys(a, spec), keys(b, spec)
    longer = max(len(left), len(right))
    return edit_distance(left, right) / longer if longer else 0.0


def differences(a: Transcript, b: Transcript, spec: TranscriptSpec) -> list[Difference]:
    """Each edit: another word (class), a word of one side only (missed), or the same written otherwise (convention).

    `word:3` names the fourth token that counts.
    """
    left, right = keys(a, spec), keys(b, spec)
    same = same_tokens(left, right)
    longer = max(len(left), len(right))
    found: list[Difference] = []
    for row, column in alignment(same):
        if row is not None and column is not None and same[row, column]:
            continue
        here = () if row is None else (f"word:{row}",)
        there = () if column is None else (f"word:{column}",)
        one = "" if row is None else bare(left[row])
        other = "" if column is None else bare(right[column])
        if one == other:
            found.append(Difference("convention", here, there, amount=1 / longer))
        elif here and there:
            found.append(Difference("class", here, there, amount=1 / longer))
        else:
            found.append(Difference("missed", here, there, amount=1 / longer))
    return found
