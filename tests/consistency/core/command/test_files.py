"""Files as people have them: marks at their start, other line ends, quotes, other names, empty cells, Parquet."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.consistency.core.command.running import Console
from tests.consistency.core.sets import DATA, EXAMPLES

PLAIN = 'item,worker,label\n1,a,"x, ""y"""\n1,b,日本\n2,a,日本\n2,b,日本\n'


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN + "\n\n",
        PLAIN.replace("item,worker,label", "label, item ,worker").replace('1,a,"x, ""y"""', '"x, ""y""",1,a')
        .replace("1,b,日本", "日本,1,b").replace("2,a,日本", "日本,2,a").replace("2,b,日本", "日本,2,b"),
    ],
    ids=["byte order mark", "carriage returns", "blank lines", "other order"],
)  # fmt: skip
def test_how_a_csv_is_written_changes_nothing(console: Console, text: str) -> None:
    plain = console.json("aggregate", console.file(PLAIN))
    assert console.json("aggregate", console.file(text, "other.csv")) == plain
    assert plain["items"][0]["tied"] == ['x, "y"', "日本"]
    assert plain["items"][1]["label"] == "日本"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_are_seen_from_the_header(console: Console, mark: str) -> None:
    text = "item,worker,label\n1,a,x\n1,b,y\n".replace(",", mark)
    assert console.json("agreement", console.file(text))["n_answers"] == 2


def as_parquet(path: Path, **columns: object) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


def test_parquet_says_what_a_csv_says(console: Console) -> None:
    rows = (EXAMPLES / "krippendorff2011.csv").read_text().splitlines()[1:]
    item, worker, label = zip(*(row.split(",") for row in rows), strict=True)
    file = as_parquet(
        console.directory / "votes.parquet",
        item=[int(name) for name in item],
        worker=pa.array(worker).dictionary_encode(),
        label=[float(name) for name in label],
    )
    for level in ("nominal", "interval"):
        told = console.json("agreement", file, "--level", level)
        assert told == console.json("agreement", EXAMPLES / "krippendorff2011.csv", "--level", level)


def test_a_null_of_parquet_is_an_empty_cell(console: Console) -> None:
    file = as_parquet(
        console.directory / "votes.parquet", item=[1, 1, 2], worker=["a", "b", "a"], label=["x", None, "y"]
    )
    code, _, err = console.run("agreement", file)
    assert (code, "votes.parquet: label: row 2 is empty" in err) == (1, True)
    assert console.json("agreement", file, "--empty", "skip")["left_out"]["empty_labels"] == 1


def test_what_is_no_parquet_is_refused(console: Console) -> None:
    code, _, err = console.run("agreement", console.file("item", "votes.parquet"))
    assert (code, "not a Parquet file" in err) == (1, True)


def test_rows_without_a_label_are_refused_or_skipped_and_counted(console: Console) -> None:
    file = console.file("item,worker,label\n1,a,x\n1,b,\n2,a,y\n2,b,y\n1,b,x\n")
    code, _, err = console.run("agreement", file)
    assert code == 1
    assert "votes.csv: label: row 2 (line 3) is empty" in err
    told = console.json("agreement", file, "--empty", "skip")
    assert (told["n_answers"], told["left_out"]["empty_labels"]) == (4, 1)
    assert told["coefficients"]["percent_agreement"]["value"] == 1.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty, a header line expected"),
        ("item,worker,label\n", "label: the file holds no answer"),
        (
            "item,worker,answer\n1,a,x\n",
            "label: the column is missing in votes.csv (there are: item, worker, answer)",
        ),
        ('item,worker,label\n1,"a\nb",x\n1,c\n', "line 4 has 2 cells, 3 expected"),
        ("item,worker,label\n1,a,x\n,a,x\n", "item: row 2 (line 3) is empty"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(console: Console, text: str, said: str) -> None:
    code, out, err = console.run("agreement", console.file(text))
    assert (code, out) == (1, "")
    assert said in err


def test_what_is_not_utf8_is_refused(console: Console) -> None:
    path = console.directory / "latin.csv"
    path.write_bytes(b"item,worker,label\n1,a,caf\xe9\n")
    code, _, err = console.run("agreement", path)
    assert (code, "latin.csv: line 2 is not UTF-8" in err) == (1, True)


def test_the_latest_answer_is_the_last_row_or_the_last_in_time(console: Console) -> None:
    file = console.file(
        "item,worker,label,at\n1,a,x,2026-01-02T00:00:00\n1,a,y,2026-01-01T00:00:00\n1,b,x,2026-01-01\n"
    )
    by_row = console.json("aggregate", file, "--duplicates", "latest")["items"][0]
    by_time = console.json("aggregate", file, "--duplicates", "latest", "--time", "at")
    every = console.json("aggregate", file, "--duplicates", "all")["items"][0]
    assert by_row["tied"] == ["x", "y"]
    assert by_time["items"][0]["label"] == "x"
    assert by_time["facts"]["left_out"]["repeated_answers"] == 1
    assert (every["label"], every["votes"]) == ("x", 3)


def test_a_single_labeler_leaves_nothing_to_compare(console: Console) -> None:
    file = console.file("item,worker,label\n1,a,x\n2,a,y\n")
    told = console.json("agreement", file)
    assert told["left_out"]["items_with_one_answer"] == 2
    assert told["left_out"]["labelers_with_no_shared_item"] == 1
    for figure in told["coefficients"].values():
        assert figure["value"] is None
        assert figure["reason"] == "no item has two answers"


def test_one_label_alone_makes_chance_certain(console: Console) -> None:
    told = console.json("agreement", console.file("item,worker,label\n1,a,x\n1,b,x\n"))["coefficients"]
    assert told["percent_agreement"]["value"] == 1.0
    assert told["krippendorff_alpha"]["value"] is None
    assert "only one class" in told["krippendorff_alpha"]["reason"]


def test_numbers_are_ordered_by_value_and_written_alike(console: Console) -> None:
    rows = "".join(
        f"{item},{who},{(item * 5 + (who == 'b' and item % 3 == 0)) % 12}\n"
        for item in range(40)
        for who in "ab"
    )
    plain = console.file("item,worker,label\n" + rows)
    mixed = console.file("item,worker,label\n" + rows.replace(",b,10\n", ",b,10.0\n"), "mixed.csv")
    order = ",".join(map(str, range(12)))
    ordinal = console.json("agreement", plain, "--level", "ordinal")
    assert ordinal == console.json("agreement", plain, "--level", "ordinal", "--order", order)
    assert ordinal == console.json("agreement", mixed, "--level", "ordinal")


def test_what_could_steer_a_terminal_is_shown_as_an_escape(console: Console) -> None:
    file = console.file("item,worker,label\n1,a,\x1b[31mred\n1,b,\x1b[31mred\n")
    _, out, _ = console.run("aggregate", file)
    assert "\x1b" not in out
    assert "\\x1b[31mred" in out


def test_a_real_file_reads_the_same_large_as_small(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from consistency.core import table_formats

    file = DATA / "cf_weather" / "labels.csv"
    small = console.json("aggregate", file, "--duplicates", "latest")
    monkeypatch.setattr(table_formats, "LARGE", 0)
    assert console.json("aggregate", file, "--duplicates", "latest") == small


def test_truth_values_of_parquet_are_written_as_tables_write_them_to_csv(console: Console) -> None:
    file = as_parquet(console.directory / "votes.parquet", item=[1, 1], worker=["a", "b"], label=[True, True])
    assert console.json("aggregate", file)["items"][0]["label"] == "True"


def test_columns_that_hold_no_texts_are_refused_by_name(console: Console) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    for name, column in (("lists", [[1], [2]]), ("bytes", [b"a", b"b"])):
        path = console.directory / f"{name}.parquet"
        parquet.write_table(pa.table({"item": [1, 1], "worker": ["a", "b"], "label": column}), path)
        code, _, err = console.run("agreement", path)
        assert (code, f"{name}.parquet: label: texts or numbers expected" in err) == (1, True)


def test_a_label_as_long_as_a_book_is_cut_in_tables_and_whole_in_json(console: Console) -> None:
    file = console.file(f"item,worker,label\n1,a,{'x' * 200_000}\n1,b,y\n")
    code, out, _ = console.run("aggregate", file)
    assert code == 0
    assert max(map(len, out.splitlines())) < 200
    tied = console.json("aggregate", file)["items"][0]["tied"]
    assert sorted(map(len, tied)) == [1, 200_000]


@pytest.mark.parametrize("command", ["agreement", "aggregate", "labelers", "ambiguity", "conventions"])
@pytest.mark.parametrize(
    "rows",
    [
        "1,a,x\n",
        "1,a,x\n2,a,y\n",
        "1,a,x\n1,b,x\n2,a,x\n2,b,x\n",
        "1,a,Кот 🙂\n1,b,鳥\n2,a,كلب\n",
        '1,a,"two\nlines"\n1,b,"two\nlines"\n',
        "1,a,1.5\n1,b,-2\n1,c,1e1\n",
        "1,a,nan\n1,b,NA\n2,a,inf\n",
        "1,=1+1,x\n1,@b,-x\n",
    ],
    ids=[
        "one row",
        "one worker",
        "one class",
        "scripts",
        "lines",
        "decimals",
        "words for nothing",
        "formulas",
    ],
)
def test_odd_but_honest_files_are_answered_by_every_command(
    console: Console, command: str, rows: str
) -> None:
    told = console.json(command, console.file(f"item,worker,label\n{rows}"))
    assert isinstance(told, dict)
    code, out, err = console.run(command, console.file(f"item,worker,label\n{rows}"))
    assert (code, bool(out), err) == (0, True, "")
