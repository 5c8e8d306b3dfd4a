import io
import itertools
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.versions.diff import Difference, differences
from metadata.versions.digest import version_digest
from metadata.versions.rows import Row
from metadata.versions.segments import (
    NotASegment,
    RowsOutOfOrder,
    gone,
    merged_rows,
    rewritten_rows,
    segment_rows,
    write_segment,
)
from tests.metadata.versions.strategies import member_row, versions


def _written(rows: Iterable[Row], rows_a_group: int = 20_000) -> bytes:
    sink = io.BytesIO()
    write_segment(sink, rows, rows_a_group=rows_a_group)
    return sink.getvalue()


def _told(one: Difference) -> Row:
    if one.after is not None:
        return one.after
    assert one.before is not None
    return gone(one.before)


def _many(count: int) -> Iterator[Row]:
    leaf = bytes(32)
    return (Row(1, number, 0, 1, leaf, '{"text":"' + "x" * 200 + '"}') for number in range(count))


@given(versions, st.integers(1, 5))
def test_what_was_frozen_is_read_back(rows: list[Row], rows_a_group: int) -> None:
    assert list(segment_rows(io.BytesIO(_written(rows, rows_a_group)), batch=2)) == rows


@given(versions)
def test_the_same_rows_give_the_same_bytes(rows: list[Row]) -> None:
    assert _written(rows) == _written(list(rows))


@given(st.lists(versions, min_size=1, max_size=4))
def test_a_base_and_its_deltas_hold_the_last_version(states: list[list[Row]]) -> None:
    segments: list[list[Row]] = [states[0]]
    for before, after in itertools.pairwise(states):
        segments.append([_told(one) for one in differences(before, after)])
    again = [segment_rows(io.BytesIO(_written(segment))) for segment in segments]
    assert list(merged_rows(again)) == states[-1]


def test_rows_out_of_order_or_twice_are_refused() -> None:
    first, second = member_row(1, 1, 0, 1, {}), member_row(1, 2, 0, 1, {})
    for rows in ([second, first], [first, first]):
        with pytest.raises(RowsOutOfOrder):
            _written(rows)


def test_erasing_words_leaves_the_digest() -> None:
    rows = [member_row(2, number, 0, 1, {"note": f"said by {number}"}) for number in range(3)]
    erased = list(rewritten_rows(rows, lambda row: '{"note":null}' if row.subject == 1 else None))
    assert "said" not in erased[1].content
    assert [erased[0], erased[2]] == [rows[0], rows[2]]
    assert version_digest(row.leaf for row in erased) == version_digest(row.leaf for row in rows)


def test_memory_does_not_grow_with_the_number_of_rows() -> None:
    peaks = []
    for count in (20_000, 60_000):
        tracemalloc.start()
        data = io.BytesIO(_written(_many(count), 5_000))
        assert sum(1 for _ in segment_rows(data)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


@pytest.mark.parametrize("data", [b"", b"PAR1", b"x" * 1_000])
def test_what_is_no_segment_is_refused(data: bytes) -> None:
    with pytest.raises(NotASegment):
        list(segment_rows(io.BytesIO(data)))
