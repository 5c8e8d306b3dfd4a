import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.label_types.geometry import Rect
from labeling.label_types.geometry import shared_area as shared_rect_area
from labeling.label_types.rings import Ring, area, clipped, is_simple, perimeter, shared_area, turn

few = settings(max_examples=60, deadline=None)


def ring(*points: tuple[float, float]) -> Ring:
    return Ring(points)


def rect(r: Rect) -> Ring:
    return ring((r.x0, r.y0), (r.x1, r.y0), (r.x1, r.y1), (r.x0, r.y1))


@st.composite
def rects(draw: st.DrawFn) -> Rect:
    x0, y0 = draw(st.integers(-9, 9)), draw(st.integers(-9, 9))
    return Rect(x0, y0, x0 + draw(st.integers(1, 9)), y0 + draw(st.integers(1, 9)))


@st.composite
def stars(draw: st.DrawFn, at: tuple[float, float] = (0, 0)) -> Ring:
    """Around a center with growing angles, so simple, and not convex as a rule."""
    count = draw(st.integers(3, 9))
    radii = draw(st.lists(st.integers(1, 10), min_size=count, max_size=count))
    angles = [2 * math.pi * number / count for number in range(count)]
    return Ring(
        tuple((at[0] + r * math.cos(t), at[1] + r * math.sin(t)) for r, t in zip(radii, angles, strict=True))
    )


L = ring((0, 0), (6, 0), (6, 2), (2, 2), (2, 6), (0, 6))
U = ring((0, 0), (9, 0), (9, 9), (6, 9), (6, 3), (3, 3), (3, 9), (0, 9))
BOW = ring((0, 0), (4, 4), (4, 0), (0, 4))


@pytest.mark.parametrize(("shape", "expected"), [(L, 20), (U, 63), (ring((0, 0), (4, 0), (0, 3)), 6)])
def test_areas_worked_by_hand(shape: Ring, expected: float) -> None:
    assert area(shape) == expected
    assert area(Ring(shape.points[::-1])) == expected
    assert is_simple(shape)


def test_the_perimeter_goes_all_the_way_round() -> None:
    assert perimeter(ring((0, 0), (4, 0), (0, 3))) == 12


@pytest.mark.parametrize(
    "shape",
    [
        BOW,
        ring((0, 0), (4, 0), (4, 0), (0, 4)),
        ring((0, 0), (4, 0)),
        ring((0, 0), (4, 0), (8, 0)),
        ring((0, 0), (4, 0), (2, 0), (2, 4)),
        ring((0, 0), (8, 0), (8, 8), (4, 0), (0, 8)),
        ring((0, 0), (8, 0), (8, 4), (4, 4), (8, 4), (8, 8), (0, 8)),
        ring((0, 0), (4, 4), (0, 0), (4, 0)),
    ],
)
def test_a_ring_that_crosses_touches_or_folds_back_on_itself_is_not_simple(shape: Ring) -> None:
    assert not is_simple(shape)


def test_a_corner_on_a_straight_side_is_allowed() -> None:
    assert is_simple(ring((0, 0), (2, 0), (4, 0), (4, 4), (0, 4)))


def test_turns_are_exact_where_floats_are_not() -> None:
    tiny = 2.0**-53
    assert turn((0.5, 0.5), (12.0, 12.0), (24.0, 24.0)) == 0
    assert turn((0.5 + tiny, 0.5), (12.0, 12.0), (24.0, 24.0)) != 0


@few
@given(rects(), rects())
def test_of_rectangles_it_is_the_rectangles_shared_area(a: Rect, b: Rect) -> None:
    assert shared_area(rect(a), rect(b)) == pytest.approx(shared_rect_area(a, b))


@few
@given(stars(), stars(at=(3, 2)))
def test_sharing_is_symmetric_and_at_most_the_smaller_area(a: Ring, b: Ring) -> None:
    shared = shared_area(a, b)
    assert shared == pytest.approx(shared_area(b, a), abs=1e-9)
    assert -1e-9 <= shared <= min(area(a), area(b)) + 1e-9


@few
@given(stars())
def test_with_itself_however_it_is_written_a_ring_shares_its_area(a: Ring) -> None:
    again = Ring((*a.points[1:], a.points[0])[::-1])
    assert shared_area(a, again) == pytest.approx(area(a))


@few
@given(stars(), st.integers(-8, 8))
def test_two_halves_of_the_plane_share_it_out(a: Ring, at: int) -> None:
    left, right = Rect(-99, -99, at, 99), Rect(at, -99, 99, 99)
    assert shared_area(a, rect(left)) + shared_area(a, rect(right)) == pytest.approx(area(a))


@few
@given(stars(at=(4, 3)), st.integers(1, 12), st.integers(1, 12))
def test_clipping_leaves_what_is_shared_with_the_frame(a: Ring, width: int, height: int) -> None:
    left = clipped(a, width, height)
    shared = shared_area(a, rect(Rect(0, 0, width, height)))
    assert (area(left) if left else 0.0) == pytest.approx(shared, abs=1e-9)


def test_a_u_cut_through_its_arms_is_not_simple_any_more() -> None:
    left = clipped(Ring(tuple((x, y - 4) for x, y in U.points)), 9, 5)
    assert left is not None
    assert not is_simple(left)


def test_apart_or_only_touching_rings_share_nothing() -> None:
    assert shared_area(L, Ring(tuple((x + 6, y) for x, y in L.points))) == 0.0
    assert shared_area(L, Ring(tuple((x, y + 50) for x, y in L.points))) == 0.0
    assert shared_area(L, rect(Rect(3, 3, 6, 6))) == 0.0


def test_rings_that_share_a_band_too_thin_to_halve_share_nothing() -> None:
    """Half way up such a band rounds to a corner of `a`, where counting its sides would give five."""
    a = ring((0, 0), (1, 3), (2, 0), (3, 3), (4, 0), (5, 1.0), (6, 3), (7, -1))
    thin = rect(Rect(-1, 1.0, 9, math.nextafter(1.0, 2.0)))
    assert is_simple(a)
    assert shared_area(a, thin) == 0.0


def test_sides_that_are_all_but_parallel_share_an_area_without_a_warning() -> None:
    a = Ring(((0, 0), (4, 0), (4, 1e-200), (4, 2), (0, 2)))
    b = Ring(((0, 1e-180), (4, 0), (4, 2), (0, 2)))
    assert shared_area(a, b) == pytest.approx(8)
