import numpy as np
import pytest

from consistency.core.agreement.weights import SCHEMES, Scheme, class_scores, weight_matrix


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_is_symmetric_full_for_the_same_class_and_between_0_and_1(scheme: Scheme) -> None:
    weights = weight_matrix(scheme, np.arange(1.0, 7.0))
    assert np.allclose(weights, weights.T)
    assert np.allclose(np.diagonal(weights), 1)
    assert weights.min() >= 0
    assert weights.max() <= 1


@pytest.mark.parametrize(
    ("scheme", "row"),
    [
        ("identity", [1, 0, 0, 0]),
        ("linear", [1, 2 / 3, 1 / 3, 0]),
        ("quadratic", [1, 8 / 9, 5 / 9, 0]),
        ("radical", [1, 1 - (1 / 3) ** 0.5, 1 - (2 / 3) ** 0.5, 0]),
        ("ratio", [1, 1 - (1 / 9) / (9 / 25), 1 - (1 / 4) / (9 / 25), 0]),
        ("ordinal", [1, 5 / 6, 1 / 2, 0]),
        ("circular", [1, 0.5, 0, 0.5]),
    ],
)
def test_the_first_row_for_four_classes_is_what_the_formula_gives(scheme: Scheme, row: list[float]) -> None:
    assert weight_matrix(scheme, np.arange(1.0, 5.0))[0] == pytest.approx(row)


def test_names_that_are_no_numbers_are_scored_by_their_place() -> None:
    assert class_scores(np.array(["a", "b"], dtype=object)).tolist() == [1, 2]


def test_equal_scores_and_unknown_schemes_are_refused() -> None:
    with pytest.raises(ValueError, match="same score"):
        weight_matrix("linear", np.array([1.0, 1.0]))
    with pytest.raises(ValueError, match="scheme: one of"):
        weight_matrix("cubic", np.array([1.0, 2.0]))  # type: ignore[arg-type]
