import json

from labeling.interchange.jsonl_export import (
    ExportedAnswer,
    ExportedItem,
    ExportedPart,
    ExportedVote,
    read_items,
    written_items,
)
from labeling.interchange.lines import LineError

VOTES = (
    ExportedVote("agent-1", {"class": 3}, "production", 2, seat=1),
    ExportedVote("agent-2", {"class": 1}, "probe", 2),
)
ITEM = ExportedItem(
    key="m1",
    revision=1,
    parts=(ExportedPart("text", "text", text="Hi"),),
    fields={"b": 1, "a": "x"},
    answers={"kind": ExportedAnswer({"class": 3}, "majority", 0.5, {"3": 1, "1": 1}, VOTES)},
)


def test_what_goes_out_comes_in_the_same() -> None:
    many = [ITEM] * 1_200
    assert list(read_items(written_items(many))) == many


def test_every_line_is_json_and_equal_items_are_equal_bytes() -> None:
    (piece,) = written_items([ITEM, ITEM])
    first, second = piece.splitlines()
    assert first == second
    assert json.loads(first)["answers"]["kind"]["votes"][0]["worker"] == "agent-1"
    assert first.index(b'"a"') < first.index(b'"b"')


def test_a_damaged_line_is_named() -> None:
    good, bad = read_items([*written_items([ITEM]), b'{"key": 1}\n'])
    assert good == ITEM
    assert isinstance(bad, LineError)
    assert bad.line == 2
