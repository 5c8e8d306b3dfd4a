"""Painted masks as outlines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from labeling.interchange.masks import Mask, NoOutline, alternating, outlines, packed, signed_area
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type


def runs(mask: Mask) -> bytes:
    """Label Studio's packing, written from the description: literal runs of up to 256 values, alpha last."""
    values = np.zeros((*mask.shape, 4), dtype=np.uint8)
    values[mask] = 255
    flat = values.ravel()
    bits = [f"{len(flat):032b}", f"{7:05b}", *(f"{size - 1:04b}" for size in (1, 4, 8, 16))]
    at = 0
    while at < len(flat):
        same = 1
        while at + same < len(flat) and flat[at + same] == flat[at] and same < 2**16:
            same += 1
        if same > 4:
            bits += ["1", "11", f"{same - 1:016b}", f"{flat[at]:08b}"]
            at += same
        else:
            some = flat[at : at + 16]
            bits += ["0", "01", f"{len(some) - 1:04b}", *(f"{value:08b}" for value in some)]
            at += len(some)
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


def drawn(*rows: str) -> Mask:
    return np.array([[letter == "#" for letter in row] for row in rows])


def test_a_painted_square_is_one_outline_around_it() -> None:
    (piece,) = outlines(drawn("......", ".####.", ".####.", ".####.", "......"))
    assert piece.holes == ()
    assert signed_area(piece.outline) == pytest.approx(12, abs=1)
    assert piece.outline.min(axis=0).tolist() == [1, 1]
    assert piece.outline.max(axis=0).tolist() == [5, 4]


def test_what_is_not_painted_within_is_a_hole_and_an_island_in_it_a_piece_of_its_own() -> None:
    ring = np.zeros((30, 30), dtype=bool)
    ring[2:28, 2:28] = True
    ring[6:24, 6:24] = False
    ring[12:16, 12:16] = True
    large, small = outlines(ring)
    assert len(large.holes) == 1
    assert signed_area(large.holes[0]) < 0
    assert small.holes == ()
    area = (
        signed_area(large.outline) + sum(signed_area(one) for one in large.holes) + signed_area(small.outline)
    )
    assert area == pytest.approx(int(ring.sum()), rel=0.03)


def test_pixels_that_meet_in_a_corner_are_two_pieces() -> None:
    assert len(outlines(drawn("##..", "##..", "..##", "..##"))) == 2


def test_a_round_stroke_keeps_its_area_with_few_corners() -> None:
    y, x = np.mgrid[:400, :400]
    disc = (x - 200) ** 2 + (y - 200) ** 2 < 150**2
    (piece,) = outlines(disc)
    assert len(piece.outline) < 100
    assert signed_area(piece.outline) == pytest.approx(int(disc.sum()), rel=0.01)


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14))))
def test_every_outline_of_any_mask_is_one_that_a_polygon_question_takes(mask: Mask) -> None:
    polygon = label_type("polygon")
    spec = polygon.check_spec({"classes": [{"code": 1, "name": "a"}], "min_area": 0.01})
    facts = {"parts": {"image": {"width": mask.shape[1], "height": mask.shape[0]}}}
    painted = 0.0
    for at, piece in enumerate(outlines(mask)):
        geometry = {"points": piece.outline.tolist(), "holes": [hole.tolist() for hole in piece.holes]}
        element = {"id": f"e{at}", "class": 1, "part": "image", "geometry": geometry}
        try:
            polygon.parse({"elements": [element]}, spec, facts)
        except InvalidValue as refused:
            raise AssertionError(refused.fields) from None
        painted += signed_area(piece.outline) + sum(signed_area(hole) for hole in piece.holes)
    padded = np.pad(mask, 1)
    sides = sum(int(np.diff(padded.astype(int), axis=axis).astype(bool).sum()) for axis in (0, 1))
    assert abs(painted - int(mask.sum())) <= 0.75 * sides
    assert (painted > 0) == bool(mask.any())


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_packed_runs_are_read_back(mask: Mask) -> None:
    height, width = mask.shape
    assert (packed(runs(mask), width, height) == mask).all()


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\xff" * 40, bytes(60)])
def test_runs_that_are_none_are_refused(data: bytes) -> None:
    with pytest.raises(NoOutline):
        packed(data, 3, 3)


@pytest.mark.parametrize(("counts", "width"), [([3], 2), ([5, -1], 2), ([4], 0), ([], 2)])
def test_lengths_that_do_not_fill_the_mask_are_refused(counts: list[int], width: int) -> None:
    with pytest.raises(NoOutline):
        alternating(counts, width, 2)
