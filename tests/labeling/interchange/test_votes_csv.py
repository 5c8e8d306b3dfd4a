import csv
import time
import tracemalloc
from pathlib import Path

import pytest

from labeling.interchange.lines import LineError, UnreadableFile
from labeling.interchange.votes import VoteRow
from labeling.interchange.votes_csv import read_votes


@pytest.mark.parametrize("item", ["item", "Task", "id", "ITEM_ID"])
@pytest.mark.parametrize("worker", ["worker", "annotator", "labeler", "User"])
@pytest.mark.parametrize("label", ["label", "answer"])
def test_the_usual_names_are_recognized(item: str, worker: str, label: str) -> None:
    (vote,) = read_votes([f"{item},{worker},{label},seconds\n 17 , ann , scratch ,4\n".encode()])
    assert vote == VoteRow(2, "17", "ann", "scratch", {"seconds": "4"})


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnreadableFile) as caught:
        list(read_votes([b"item,label\n1,2\n"]))
    assert list(caught.value.fields) == ["worker"]


@pytest.mark.parametrize(("record", "field"), [(b",w,l", "item"), (b"1, ,l", "worker"), (b"1,w,", "label")])
def test_an_empty_cell_is_named_and_the_next_vote_is_read(record: bytes, field: str) -> None:
    bad, good = read_votes([b"item,worker,label\n" + record + b"\n2,w,l\n"])
    assert isinstance(bad, LineError)
    assert (bad.line, bad.field, bad.code) == (2, field, "missing")
    assert isinstance(good, VoteRow)


def test_the_first_alias_wins_and_the_other_is_kept() -> None:
    (vote,) = read_votes([b"id,item,worker,label\n9,1,w,l\n"])
    assert isinstance(vote, VoteRow)
    assert (vote.item, vote.extra) == ("1", {"id": "9"})


def test_repeated_votes_are_all_given(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["item", "worker", "label"], *[[i % 10, i % 3, i % 2] for i in range(300)]]
        )
    with path.open("rb") as data:
        votes = list(read_votes(iter(lambda: data.read(97), b"")))
    assert len(votes) == 300
    assert votes[-1] == VoteRow(301, "9", "2", "1", {})


def test_a_hundred_thousand_votes_take_about_a_second_and_no_memory() -> None:
    line = b"message-000123,worker7,refund\n"
    started = time.process_time()
    assert sum(1 for _ in read_votes([b"item,worker,label\n", *[line * 1_000] * 100])) == 100_000
    assert time.process_time() - started < 3.0  # 0.6 s on an idle core; the margin is for a busy one
    tracemalloc.start()
    for _ in read_votes([b"item,worker,label\n", *[line * 1_000] * 10]):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
