"""Transcripts merged word by word: what most people said at each place, in the way most of them wrote it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from consistency.core.aggregation.watch import Watch, unwatched
from consistency.core.arrays import FloatArray, IntArray, NameArray, counts, totals
from consistency.core.ratings import Ratings
from labeling.label_types.alignment import Reading, Slot, edit_distance, rover

MOST_TIED = 16
"""Texts listed of an item whose places stood even: with many such places there are thousands."""


@dataclass(frozen=True, eq=False, slots=True)
class Transcribed:
    """One row an item with a text. ``confidence`` is the mean share behind the winner of each place, ``even_places``
    counts those that two writings won alike (the first in order of the labelers' names stands), and ``tied`` lists the
    texts that these make, the one that stands first; none where no place was even. ``error_rate`` of a labeler: edits to the merged texts over their words, case and punctuation not held against anybody."""

    ratings: Ratings
    item: IntArray
    text: tuple[str, ...]
    confidence: FloatArray
    even_places: IntArray
    tied: tuple[tuple[str, ...], ...]
    error_rate: FloatArray

    @property
    def items(self) -> NameArray:
        names: NameArray = self.ratings.items[self.item]
        return names


def spoken(token: str) -> str:
    """What counts of a token: no case, no punctuation.

    >>> spoken("Don't,"), spoken("...")
    ('dont', '')
    """
    return "".join(one for one in token.casefold() if not unicodedata.category(one).startswith(("P", "S")))


def spoken_words(text: str) -> list[str]:
    return [word for token in text.split() if (word := spoken(token))]


def rover_transcripts(ratings: Ratings, *, watch: Watch = unwatched) -> Transcribed:
    """ROVER (Fiscus 1997, doi:10.1109/ASRU.1997.659110) over labels that are texts, labelers in order of their names.

    >>> from consistency.core.ratings import from_arrays
    >>> texts = ["the cat sat", "The cat sat.", "the hat sat"]
    >>> merged = rover_transcripts(from_arrays([1, 1, 1], ["a", "b", "c"], texts))
    >>> merged.text, merged.confidence.round(2).tolist(), merged.error_rate.round(2).tolist()
    (('the cat sat',), [0.89], [0.0, 0.0, 0.33])
    """
    texts = [str(name) for name in ratings.classes.tolist()]
    by_name = np.argsort(
        np.array([str(name) for name in ratings.labelers.tolist()], dtype=object), kind="stable"
    )
    rank = np.empty(len(by_name), dtype=np.int64)
    rank[by_name] = np.arange(len(by_name))
    order = np.lexsort((ratings.code, rank[ratings.labeler], ratings.item))
    votes = counts(ratings.item, len(ratings.items))
    items = np.flatnonzero(votes)
    confidence, even = np.ones(len(items)), np.zeros(len(items), dtype=np.int64)
    merged: list[str] = []
    tied: list[tuple[str, ...]] = []
    edits, words = np.zeros(len(ratings)), np.zeros(len(ratings))
    begin = 0
    for row, item in enumerate(items.tolist()):
        watch(row + 1)
        rows = order[begin : begin + int(votes[item])]
        begin += int(votes[item])
        slots = rover(
            [
                _reading(texts[code], _weight(ratings, vote))
                for vote, code in zip(rows.tolist(), ratings.code[rows].tolist(), strict=True)
            ]
        )
        merged.append(_text([slot.token for slot in slots]))
        tied.append(_tied(slots))
        if slots:
            confidence[row] = sum(slot.share for slot in slots) / len(slots)
        even[row] = sum(slot.even for slot in slots)
        reference = spoken_words(merged[-1])
        for vote in rows.tolist():
            edits[vote] = edit_distance(spoken_words(texts[ratings.code[vote]]), reference)
            words[vote] = len(reference)
    n = len(ratings.labelers)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate: FloatArray = totals(ratings.labeler, edits, n) / totals(ratings.labeler, words, n)
    return Transcribed(ratings, items, tuple(merged), confidence, even, tuple(tied), rate)


def _tied(slots: Sequence[Slot]) -> tuple[str, ...]:
    """The texts the even places make; the first `MOST_TIED` of them."""
    if not any(slot.even for slot in slots):
        return ()
    texts = (_text(tokens) for tokens in product(*((slot.token, *slot.rivals) for slot in slots)))
    return tuple(dict.fromkeys(islice(texts, MOST_TIED)))


def _text(tokens: Sequence[str]) -> str:
    return " ".join(token for token in tokens if token)


def _reading(text: str, weight: float) -> Reading:
    tokens = text.split()
    return Reading([spoken(token) or token for token in tokens], tokens, weight)


def _weight(ratings: Ratings, vote: int) -> float:
    return 1.0 if ratings.weight is None else float(ratings.weight[vote])
