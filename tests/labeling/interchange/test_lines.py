import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.interchange.lines import LineError, UnreadableFile, numbered_lines
from tests.labeling.interchange.strategies import pieces


@given(
    st.binary(max_size=300).filter(lambda data: not data.startswith((b"\xef\xbb", b"\xff\xfe", b"\xfe\xff"))),
    st.integers(1, 17),
)
def test_lines_do_not_depend_on_where_the_bytes_were_cut(data: bytes, size: int) -> None:
    expected = data.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert list(numbered_lines(pieces(data, size))) == list(enumerate(expected, start=1))


@given(st.integers(1, 5))
def test_a_byte_order_mark_is_dropped_however_it_is_cut(size: int) -> None:
    assert list(numbered_lines(pieces(b"\xef\xbb\xbfa\n", size))) == [(1, b"a")]


@given(st.integers(1, 40))
def test_a_line_too_long_is_named_once_and_its_neighbors_are_kept(size: int) -> None:
    data = b"first\n" + b"x" * 30 + b"\nlast\n"
    lines = list(numbered_lines(pieces(data, size), longest=10))
    assert lines[0] == (1, b"first")
    assert isinstance(lines[1], LineError)
    assert (lines[1].line, lines[1].code) == (2, "line_too_long")
    assert lines[2:] == [(3, b"last")]


def test_a_gigantic_line_is_never_gathered() -> None:
    tracemalloc.start()
    lines = list(numbered_lines((b"x" * 65_536 for _ in range(1_000)), longest=100_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line.code for line in lines if isinstance(line, LineError)] == ["line_too_long"]
    assert len(lines) == 1
    assert peak < 2_000_000


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_refused_in_words(encoding: str) -> None:
    with pytest.raises(UnreadableFile, match="UTF-8"):
        list(numbered_lines([("\ufeff" + "a,b\n").encode(encoding)]))
