"""Strategies shared by the types that mark stretches of a line: of a text, or of a sound."""

from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric
from tests.labeling.label_types.drawn import drawn_values
from tests.labeling.label_types.situation import Raw

LENGTH = 24


@st.composite
def stretches(draw: st.DrawFn) -> Raw:
    start = draw(st.integers(0, LENGTH - 1))
    return {"start": start, "end": draw(st.integers(start + 1, LENGTH))}


@st.composite
def apart(draw: st.DrawFn, spec: Raw, part: str) -> Raw:
    """Stretches that share nothing: neighboring pairs of increasing offsets."""
    value = draw(drawn_values(spec, stretches(), parts=(part,)))
    elements = value["elements"]
    assert isinstance(elements, list)
    wanted = 2 * len(elements)
    offsets = sorted(draw(st.lists(st.integers(0, LENGTH), unique=True, min_size=wanted, max_size=wanted)))
    order = draw(st.permutations(range(len(elements))))
    for place, element in zip(order, elements, strict=True):
        element["geometry"] = {"start": offsets[2 * place], "end": offsets[2 * place + 1]}
    return value


def marked(spec: Raw, parts: tuple[str, str]) -> st.SearchStrategy[Raw]:
    return drawn_values(spec, stretches(), parts=parts) if spec["overlapping"] else apart(spec, parts[0])


def exact_changes_of(part: str) -> st.SearchStrategy[Change]:
    return st.sampled_from([Photometric(part), Flip("image", "horizontal", 8, 8)])


def texts() -> Facts:
    return {"parts": {part: {"characters": LENGTH} for part in ("text", "reply")}}
