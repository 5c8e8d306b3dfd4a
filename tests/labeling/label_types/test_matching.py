from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labeling.label_types.matching import Matrix, best_pairs

qualities = arrays(
    np.float64, st.tuples(st.integers(0, 4), st.integers(0, 4)), elements=st.sampled_from([0, 0.25, 0.5, 1])
)


@given(qualities)
def test_no_other_pairing_is_better(quality: Matrix) -> None:
    rows, columns = quality.shape
    wide = quality if rows <= columns else quality.T
    best = max(
        (
            sum(wide[row, column] for row, column in enumerate(order))
            for order in permutations(range(wide.shape[1]), wide.shape[0])
        ),
        default=0.0,
    )
    assert sum(quality[row, column] for row, column in best_pairs(quality)) == best


def test_of_equally_good_pairings_the_one_with_more_pairs_is_taken() -> None:
    assert len(best_pairs(np.array([[0.8, 0.4], [0.4, 0.0]]))) == 2


def test_a_pair_that_is_not_allowed_is_never_made() -> None:
    assert best_pairs(np.ones((1, 1)), allowed=np.zeros((1, 1), dtype=np.bool_)) == []
