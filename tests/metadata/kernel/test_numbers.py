import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.kernel.errors import InvalidInput
from metadata.kernel.numbers import LARGEST_ID, whole_number


@given(st.integers(0, LARGEST_ID))
def test_a_number_that_fits_is_read(number: int) -> None:
    assert whole_number(str(number), "item") == number


def test_nothing_said_is_no_number() -> None:
    assert whole_number(None, "item") is None
    assert whole_number("", "item") is None


@pytest.mark.parametrize(
    "raw", ["-1", "+1", "1.0", " 1", "1_0", "x", "٣", "²", "\0", "9" * 5000, str(LARGEST_ID + 1)]
)
def test_anything_else_is_refused_by_its_name(raw: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        whole_number(raw, "item")
    assert refused.value.fields == {"item": f"must be a whole number from 0 to {LARGEST_ID}"}


def test_a_number_over_the_limit_is_refused() -> None:
    assert whole_number("2000", "replicates", most=2000) == 2000
    with pytest.raises(InvalidInput):
        whole_number("2001", "replicates", most=2000)
