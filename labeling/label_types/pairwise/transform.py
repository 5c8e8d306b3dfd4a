"""A preference stays as its parts change; a person looks again unless they were only flipped or turned."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Carried, Remapping
from labeling.label_types.changes import Change, Crop, Photometric, Shift
from labeling.label_types.classes import check_remapping
from labeling.label_types.pairwise.value import PairwiseSpec, Ranking


def transform(value: Ranking, change: Change) -> Carried[Ranking]:
    """How a part looks or sounds may be what was preferred."""
    return Carried(value, needs_person=(WHOLE,) if isinstance(change, Photometric | Crop | Shift) else ())


def remap(value: Ranking, mapping: Remapping, spec: PairwiseSpec) -> Carried[Ranking]:
    """Classes that got another code follow; parts given up leave the ranking; merged or split ones need a person."""
    check_remapping(mapping, spec.classes)
    new = {code: tuple(mapping.get(code, (code,))) for code in value.place}
    gone = tuple(str(code) for code in sorted(new) if not new[code])
    kept = [codes[0] for codes in new.values() if codes]
    if any(len(codes) > 1 for codes in new.values()) or len(set(kept)) < len(kept):
        return Carried(None, needs_person=(WHOLE,))
    if len(kept) < 2:
        return Carried(None, dropped=(WHOLE,))
    groups = (tuple(sorted(new[code][0] for code in group if new[code])) for group in value.groups)
    shown = tuple(new[code][0] for code in value.shown if new[code])
    return Carried(Ranking(tuple(filter(None, groups)), value.strength, shown), dropped=gone)
