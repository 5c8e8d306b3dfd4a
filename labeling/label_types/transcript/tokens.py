"""A text as the tokens that are compared, and what of each of them counts."""

from __future__ import annotations

import unicodedata

from labeling.label_types.transcript.value import Transcript, TranscriptSpec


def tokens(value: Transcript, spec: TranscriptSpec) -> list[str]:
    """As written."""
    return list(value.text) if spec.unit == "character" else value.text.split()


def key(token: str, spec: TranscriptSpec) -> str:
    """What of a token is compared; "" for one that does not count at all.

    >>> key("Um...", TranscriptSpec(ignore_case=True, ignore_punctuation=True))
    'um'
    """
    kept = token
    if spec.ignore_punctuation:
        kept = "".join(one for one in kept if not unicodedata.category(one).startswith(("P", "S")))
    return kept.casefold() if spec.ignore_case else kept


def keys(value: Transcript, spec: TranscriptSpec) -> list[str]:
    """What is compared, tokens that do not count left out."""
    return [found for token in tokens(value, spec) if (found := key(token, spec))]


def bare(token: str) -> str:
    """Without case and punctuation: tokens alike in this differ by convention, not by what was heard."""
    return key(token, TranscriptSpec(ignore_case=True, ignore_punctuation=True))
