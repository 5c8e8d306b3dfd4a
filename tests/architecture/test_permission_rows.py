"""No address is without a line on who may do what there. tests/api/ holds the product to it."""

import pytest

from tests.api.calls import addresses
from tests.api.table import ROWS, rows_of


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    """A new address needs rows in tests/api/permissions.txt and, where it takes a body, one in tests/api/calls.py."""
    listed = {row.operation.address for row in ROWS}
    known = {address for address, _view in addresses()}
    assert sorted(known - listed) == [], "addresses without a row in tests/api/permissions.txt"
    assert sorted(listed - known) == [], "rows of addresses that are gone"
    assert len({row.operation for row in ROWS}) == len(ROWS)


def test_a_row_that_is_cut_short_is_an_error() -> None:
    with pytest.raises(ValueError, match="columns"):
        rows_of("GET /x/ - 200 200")
