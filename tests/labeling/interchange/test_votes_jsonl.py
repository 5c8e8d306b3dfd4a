import pytest

from labeling.interchange.lines import LineError
from labeling.interchange.votes import VoteRow
from labeling.interchange.votes_jsonl import read_votes


def test_numbers_and_booleans_become_the_text_a_csv_would_hold() -> None:
    lines = b'{"item": 1, "worker": 2, "label": 3.0}\n{"task": "a", "user": "b", "answer": false, "s": 1.5}\n'
    assert list(read_votes([lines])) == [
        VoteRow(1, "1", "2", "3", {}),
        VoteRow(2, "a", "b", "false", {"s": "1.5"}),
    ]


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (b"nonsense", "", "not_json"),
        (b"7", "", "not_an_object"),
        (b'{"item": 1, "worker": 2}', "label", "missing"),
        (b'{"item": 1, "worker": 2, "label": null}', "label", "missing"),
        (b'{"item": 1, "worker": 2, "label": {"x": 1}}', "label", "invalid_value"),
        (b'{"item": 1, "worker": " ", "label": "x"}', "worker", "missing"),
        (b'{"item": 1, "worker": "w", "label": "x\\u0000"}', "label", "invalid_json"),
        (b'{"item": "' + b"i" * 300 + b'", "worker": "w", "label": "x"}', "item", "too_long"),
    ],
)
def test_a_bad_line_is_named_and_the_next_one_is_read(line: bytes, field: str, code: str) -> None:
    bad, good = read_votes([line + b'\n{"item": 1, "worker": 2, "label": 3}\n'])
    assert isinstance(bad, LineError)
    assert (bad.line, bad.field, bad.code) == (1, field, code)
    assert isinstance(good, VoteRow)
