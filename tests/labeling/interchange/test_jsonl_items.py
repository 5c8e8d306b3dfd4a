import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.interchange.items import ItemRow, PartRow
from labeling.interchange.jsonl_items import read_items
from labeling.interchange.lines import LineError
from tests.labeling.interchange.strategies import pieces, printable, texts

LINE = b'{"key": "m-000123", "text": "My parcel has not arrived", "channel": "mail", "length": 71}\n'


@given(st.lists(st.tuples(printable, texts, st.integers(0, 9))), st.integers(5, 90))
def test_items_written_as_lines_come_back(items: list[tuple[str, str, int]], size: int) -> None:
    data = "".join(json.dumps({"key": key, "text": text, "n": n}) + "\n" for key, text, n in items).encode()
    expected = [
        ItemRow(number, key, (PartRow("text", text=text),), {"n": n})
        for number, (key, text, n) in enumerate(items, start=1)
    ]
    assert list(read_items(pieces(data, size))) == expected


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (b"{", "", "not_json"),
        (b"\xff", "", "not_json"),
        (b'{"text": "\xff"}', "", "not_utf8"),
        (b"[1]", "", "not_an_object"),
        (b"[" * 9_000, "", "not_json"),
        (b'{"key": "a"}', "text", "missing"),
        (b'{"text": ""}', "text", "invalid_value"),
        (b'{"text": 3}', "text", "invalid_value"),
        (b'{"key": "", "text": "a"}', "key", "invalid_value"),
        (b'{"id": true, "text": "a"}', "id", "invalid_value"),
        (b'{"key": "' + b"k" * 256 + b'", "text": "a"}', "key", "too_long"),
        (b'{"text": "a\\u0000"}', "text", "invalid_json"),
        (b'{"text": "a", "n": 9007199254740993}', "n", "invalid_json"),
        (b'{"text": "a", "fields": 1}', "fields", "invalid_value"),
        (b'{"text": "a", "n": 1, "fields": {"n": 1}}', "n", "given_twice"),
        (b'{"parts": []}', "parts", "invalid_value"),
        (b'{"parts": [{"role": "left", "path": "a.png"}, {"role": "right"}]}', "parts[1]", "invalid_value"),
        (b'{"parts": [{"role": "", "path": "a.png"}]}', "parts[0].role", "invalid_value"),
    ],
)
def test_a_bad_line_is_named_and_the_next_one_is_read(line: bytes, field: str, code: str) -> None:
    bad, good = read_items([b"\n" + line + b'\n{"text": "good"}'])
    assert isinstance(bad, LineError)
    assert (bad.line, bad.field, bad.code) == (2, field, code)
    assert bad.reason
    assert isinstance(good, ItemRow)


def test_pairs_are_parts_with_roles() -> None:
    line = b'{"id": 1, "parts": [{"role": "left", "path": "a.png"}, {"role": "right", "path": "b.png"}]}'
    (row,) = read_items([line])
    assert isinstance(row, ItemRow)
    assert row.parts == (PartRow("left", path="a.png"), PartRow("right", path="b.png"))


@given(st.binary(max_size=120))
def test_no_bytes_whatever_raise(data: bytes) -> None:
    for row in read_items([b"{" + data]):
        assert isinstance(row, ItemRow | LineError)


def test_a_hundred_thousand_lines_take_less_than_a_second_and_no_memory() -> None:
    started = time.process_time()
    count = sum(1 for _ in read_items(LINE * 1_000 for _ in range(100)))
    assert count == 100_000
    assert time.process_time() - started < 3.0  # 0.6 s on an idle core; the margin is for a busy one
    tracemalloc.start()
    for _ in read_items(LINE * 1_000 for _ in range(10)):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
