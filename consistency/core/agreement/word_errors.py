"""How many words two people write differently, of the same recording."""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from math import sqrt

import numpy as np

from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from labeling.label_types.alignment import edit_distance

Z95 = 1.959963984540054


def word_error_rate(
    answers: Iterable[Sequence[str]], words: Callable[[str], Sequence[str]] = str.split
) -> Estimate:
    """Edits between two people over the mean length of their texts, pooled over all pairs and items.

    ``sum edits / sum (words_a + words_b) / 2``: symmetric, so nobody is the reference. The interval is linearized over
    items. ``words`` says what of a text counts.

    >>> e = word_error_rate([["the cat", "the hat"], ["a dog", "a dog", "A dog"]])
    >>> round(e.value, 3), round(word_error_rate([["A dog", "a dog"]], lambda t: t.lower().split()).value, 3)
    (0.375, 0.0)
    """
    edits, lengths, n_answers = [], [], 0
    for texts in answers:
        if len(texts) < 2:
            continue
        said = [words(text) for text in texts]
        n_answers += len(said)
        edits.append(float(sum(edit_distance(one, other) for one, other in combinations(said, 2))))
        lengths.append(sum(len(one) + len(other) for one, other in combinations(said, 2)) / 2)
    if not edits:
        return undefined("no item has two texts")
    total, n = sum(lengths), len(edits)
    if not total:
        return undefined("nobody wrote a word", n_items=n, n_answers=n_answers)
    value = sum(edits) / total
    reason = too_little_for_interval(n, 1.0)
    if reason:
        return Estimate(value, reason=reason, n_items=n, n_answers=n_answers)
    apart = np.array(edits) - value * np.array(lengths)
    se = sqrt(float((apart**2).sum()) * n / (n - 1)) / total
    return Estimate(
        value,
        value - Z95 * se,
        value + Z95 * se,
        se=se,
        interval="linearized over items",
        n_items=n,
        n_answers=n_answers,
    )
