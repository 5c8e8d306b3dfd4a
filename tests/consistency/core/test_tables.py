from pathlib import Path

import pytest

from consistency.core import table_formats
from consistency.core.tables import Columns, from_csv


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csv_of_votes_is_read_by_its_header(tmp_path: Path) -> None:
    file = write(tmp_path / "votes.csv", 'label,item,worker\n"a, b",1,w1\nc,2,w1\n')
    ratings = from_csv(file)
    assert ratings.classes[ratings.code].tolist() == ["a, b", "c"]
    assert ratings.items.tolist() == [1, 2]


def test_other_column_names_can_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "votes.csv", "task,who,answer,when\n1,x,a,5\n1,x,b,3\n")
    ratings = from_csv(file, columns=Columns("task", "who", "answer", time="when"), repeats="latest")
    assert ratings.classes[ratings.code].tolist() == ["a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "votes.csv: empty"),
        ("item,worker\n1,2\n", "label: the column is missing in votes.csv"),
        ("item,worker,label,item\n", "item: the column stands there twice"),
        ("item,worker,label\n1,2\n", "line 2 has 2 cells, 3 expected"),
        ("item,worker,label\n1,2,a\n1,,a\n", "worker: row 2 \\(line 3\\) is empty"),
    ],
)
def test_a_broken_csv_is_refused_naming_column_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_csv(write(tmp_path / "votes.csv", text))


def test_items_with_leading_zeros_stay_apart(tmp_path: Path) -> None:
    ratings = from_csv(write(tmp_path / "votes.csv", "item,worker,label\n007,1,a\n7,1,a\n"))
    assert ratings.items.tolist() == ["007", "7"]


def test_json_lines_are_read_as_votes(tmp_path: Path) -> None:
    file = write(
        tmp_path / "v.jsonl",
        '{"item": 1, "worker": "w", "label": "a"}\n\n{"item": 2, "worker": "w", "label": 3}\n',
    )
    ratings = from_csv(file)
    assert ratings.classes[ratings.code].tolist() == ["a", "3"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1]", "line 1 is not an object"),
        ("{", "line 1 is not JSON"),
        ('{"item": 1, "worker": "w", "label": true}', "label: line 1 holds True"),
        ('{"item": 1, "worker": "w"}', "label: row 1 \\(line 1\\) is empty"),
    ],
)
def test_a_broken_json_line_is_refused_naming_it(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_csv(write(tmp_path / "v.jsonl", line + "\n"))


def test_a_large_file_is_read_like_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'{i},"w, {i % 3}",{"yes" if i % 5 else "NA"}\n' for i in range(500))
    file = write(tmp_path / "votes.csv", "item,worker,label\n" + rows)
    small = from_csv(file)
    monkeypatch.setattr(table_formats, "LARGE", 0)
    large = from_csv(file)
    for name in ("item", "labeler", "code", "items", "labelers", "classes"):
        assert getattr(large, name).tolist() == getattr(small, name).tolist()


def test_labels_that_are_numbers_stay_text_in_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_formats, "LARGE", 0)
    file = write(tmp_path / "votes.csv", "item,worker,label\n1,1,10\n2,1,9\n3,1,9\n")
    assert from_csv(file).classes.tolist() == ["9", "10"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("item,worker\n1,2\n", "label: the column is missing"),
        ("item,worker,label\n1,2\n", "line 2 has 2 cells"),
        ("item,worker,label\n1,2,a\n1,,a\n", "worker: row 2 \\(line 3\\) is empty"),
        (
            "item,worker,label\n1,2,a\n1,2,b\n",
            "row 2 \\(line 3\\) repeats row 1 \\(line 2\\) \\(item 1, worker 2\\)",
        ),
    ],
)
def test_a_broken_large_file_is_refused_as_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.setattr(table_formats, "LARGE", 0)
    with pytest.raises(ValueError, match=message):
        from_csv(write(tmp_path / "votes.csv", text))
