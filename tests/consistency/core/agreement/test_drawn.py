import numpy as np
import pytest

from consistency.core.agreement.drawn import drawn_agreement, presence_alpha
from consistency.core.ratings import from_arrays


def test_empty_items_are_counted_apart_and_do_not_flatter() -> None:
    item = np.arange(100)
    tp = np.where(item < 10, 1, 0)
    fp = np.where(item < 10, 1, 0)
    drawn = drawn_agreement(
        item, tp, fp, np.zeros(100, dtype=np.int64), matched_item=np.arange(10), iou=np.full(10, 0.8)
    )
    assert drawn.f1.value == pytest.approx(2 / 3)
    assert drawn.both_empty == 90
    assert drawn.f1.n_items == 10


def test_one_side_empty_counts_as_missed() -> None:
    one = np.ones(1, dtype=np.int64)
    drawn = drawn_agreement(
        one, one * 0, one * 3, one * 0, matched_item=np.zeros(0, dtype=np.int64), iou=np.zeros(0)
    )
    assert drawn.f1.value == 0.0
    assert drawn.one_empty == 1
    assert np.isnan(drawn.matched_iou.value)
    assert drawn.matched_iou.reason == "no two elements matched"


def test_nothing_drawn_anywhere_is_undefined() -> None:
    zero = np.zeros(3, dtype=np.int64)
    drawn = drawn_agreement(
        np.arange(3), zero, zero, zero, matched_item=np.zeros(0, dtype=np.int64), iou=np.zeros(0)
    )
    assert np.isnan(drawn.f1.value)
    assert drawn.f1.reason == "nobody drew anything"


def test_without_two_answers_to_an_item_that_is_the_reason_and_not_an_empty_drawing() -> None:
    none = np.zeros(0, dtype=np.int64)
    drawn = drawn_agreement(none, none, none, none, matched_item=none, iou=np.zeros(0))
    assert drawn.f1.reason == drawn.matched_iou.reason == "no item has two answers yet"


def test_the_interval_resamples_items_not_pairs_of_labelers() -> None:
    rng = np.random.default_rng(0)
    hits = rng.integers(0, 2, 200)
    once = drawn_agreement(
        np.arange(200), hits, 1 - hits, 0 * hits, matched_item=np.arange(200), iou=np.full(200, 0.7), rng=rng
    )
    again = np.tile(np.arange(200), 6)
    six = drawn_agreement(
        again,
        np.tile(hits, 6),
        np.tile(1 - hits, 6),
        np.tile(0 * hits, 6),
        matched_item=again,
        iou=np.full(1200, 0.7),
        rng=np.random.default_rng(1),
    )
    assert six.f1.high - six.f1.low == pytest.approx(once.f1.high - once.f1.low, rel=0.1)


def test_mismatched_columns_are_refused() -> None:
    one = np.ones(2, dtype=np.int64)
    with pytest.raises(ValueError, match="fp: 2 entries expected"):
        drawn_agreement(one, one, one[:1], one, matched_item=one, iou=np.ones(2))
    with pytest.raises(ValueError, match="iou: values from 0 to 1"):
        drawn_agreement(one, one, one, one, matched_item=one, iou=np.full(2, 1.5))


def test_presence_alpha_is_one_figure_a_class() -> None:
    ratings = from_arrays(
        [1, 1, 2, 2, 1, 1, 2, 2],
        ["a", "b"] * 4,
        [1, 1, 0, 0, 1, 0, 1, 0],
        facet=["cat"] * 4 + ["dog"] * 4,
        classes=[0, 1],
    )
    alphas = presence_alpha(ratings)
    assert alphas["cat"].value == 1.0
    assert alphas["dog"].value < 0
