"""Stretches of sounds as RTTM, one turn a line: what diarization tools and scorers read.

Rich Transcription Time Marked, NIST 2009, "The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan",
appendix A. It carries who or what and from when to when, and no words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec


class Turn(msgspec.Struct, frozen=True):
    """One stretch of one sound."""

    item: str
    part: str
    name: str
    start_ms: int
    end_ms: int


def written_rttm(turns: Iterable[Turn]) -> Iterator[bytes]:
    """A line a turn, in the order given; blanks in names become `_`, since fields are set apart by blanks.

    >>> b"".join(written_rttm([Turn("call 1", "sound", "Ann", 250, 1_500)])).decode()
    'SPEAKER call_1.sound 1 0.250 1.250 <NA> <NA> Ann <NA> <NA>\\n'
    """
    for turn in turns:
        sound = _field(f"{turn.item}.{turn.part}")
        onset, length = turn.start_ms / 1000, (turn.end_ms - turn.start_ms) / 1000
        line = f"SPEAKER {sound} 1 {onset:.3f} {length:.3f} <NA> <NA> {_field(turn.name)} <NA> <NA>\n"
        yield line.encode()


def _field(text: str) -> str:
    return "_".join(text.split()) or "<NA>"
