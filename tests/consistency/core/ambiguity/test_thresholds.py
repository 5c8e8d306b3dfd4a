import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency.core.ambiguity.firth import firth_curve
from consistency.core.ambiguity.thresholds import attribute_thresholds
from consistency.core.arrays import FloatArray
from consistency.core.ratings import Ratings, from_arrays

PLANTED = np.array([0.35, 0.5, 0.65])


def scratches(
    seed: int, *, spread: bool = True, sharp: float = 0.03, n: int = 300
) -> tuple[Ratings, dict[str, FloatArray]]:
    """Three labelers call an item "long" above a length of their own; two other fields mean nothing."""
    rng = np.random.default_rng(seed)
    length = rng.random(n)
    lines = PLANTED if spread else np.full(3, 0.5)
    long = length[None, :] + sharp * rng.normal(size=(3, n)) > lines[:, None]
    ratings = from_arrays(
        np.tile(np.arange(n), 3),
        np.repeat(["ann", "bo", "cy"], n),
        np.where(long.ravel(), "long", "short"),
    )
    return ratings, {"brightness": rng.random(n), "length": length, "depth": rng.normal(size=n)}


def test_planted_thresholds_are_found_and_decoys_are_not() -> None:
    close = false = 0
    for seed in range(20):
        ratings, fields = scratches(seed)
        results = attribute_thresholds(ratings, fields, 1, 0)
        best = results[0]
        close += (
            best.field == "length" and best.found and bool((np.abs(best.threshold - PLANTED) <= 0.05).all())
        )
        false += sum(result.found for result in results if result.field != "length")
    assert close >= 18
    assert false / (2 * 20) <= 0.05


def test_the_finding_names_the_sides_the_band_and_what_it_explains() -> None:
    ratings, fields = scratches(1)
    best = attribute_thresholds(ratings, fields, 0, 1)[0]
    assert (best.low, best.high) == ("short", "long")
    assert best.band == pytest.approx((0.35, 0.65), abs=0.05)
    assert best.cut == pytest.approx(0.5, abs=0.05)
    assert best.explained > 0.8
    assert (best.lower < best.threshold).all()
    assert (best.threshold < best.upper).all()


def test_labelers_with_one_line_are_no_finding() -> None:
    found = 0
    for seed in range(40):
        ratings, fields = scratches(seed, spread=False, sharp=0.1)
        found += any(result.found for result in attribute_thresholds(ratings, fields, 0, 1))
    assert found <= 2


def test_bias_without_the_attribute_is_no_finding() -> None:
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(40):
        truth = rng.random(300) < 0.5
        bias = np.array([0.1, 0.3, 0.5])[:, None]
        high = truth[None, :] | (rng.random((3, 300)) < bias)
        ratings = from_arrays(
            np.tile(np.arange(300), 3), np.repeat(np.arange(3), 300), high.ravel().astype(int)
        )
        found += attribute_thresholds(ratings, {"noise": rng.random(300)}, 0, 1)[0].found
    assert found <= 2


def test_where_classes_separate_the_gap_is_the_interval() -> None:
    ratings, fields = scratches(2, sharp=0.0)
    best = attribute_thresholds(ratings, fields, 0, 1)[0]
    assert best.separated.all()
    assert (best.lower <= PLANTED).all()
    assert (best.upper >= PLANTED).all()
    assert best.explained == 1.0


def test_missing_values_are_left_out_and_a_field_of_the_wrong_length_is_refused() -> None:
    ratings, fields = scratches(3)
    holes = fields["length"].copy()
    holes[:50] = np.nan
    assert attribute_thresholds(ratings, {"length": holes}, 0, 1)[0].found
    with pytest.raises(ValueError, match="short: 300 numbers expected"):
        attribute_thresholds(ratings, {"short": np.zeros(2)}, 0, 1)


def test_too_few_answers_say_so() -> None:
    ratings = from_arrays([1, 2, 3], ["a"] * 3, [0, 1, 0])
    result = attribute_thresholds(ratings, {"x": np.arange(3.0)}, 0, 1)[0]
    assert not result.found
    assert "fewer than two labelers" in result.reason


@given(st.integers(0, 10_000), st.floats(0.1, 100), st.floats(-1000, 1000))
def test_the_threshold_moves_with_the_unit_of_measurement(seed: int, scale: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=60)
    y = x + rng.normal(size=60) > 0
    if y.all() or not y.any():
        return
    before, after = firth_curve(x, y), firth_curve(x * scale + shift, y)
    assert after.threshold == pytest.approx(before.threshold * scale + shift, rel=1e-5, abs=1e-5 * scale)
    assert after.slope == pytest.approx(before.slope / scale, rel=1e-5)


def test_firth_stays_finite_under_separation() -> None:
    curve = firth_curve(np.arange(10.0), np.arange(10) >= 5)
    assert curve.converged
    assert curve.threshold == pytest.approx(4.5)
    assert 0 < curve.slope < 10
