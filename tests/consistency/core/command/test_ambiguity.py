"""`./concord ambiguity`: the documented shape, causes beside the votes and in a file of items, and what is refused."""

import numpy as np
import pytest

from tests.consistency.core.command.running import Console
from tests.consistency.core.sets import DATA

PAIR = [
    "first",
    "second",
    "items",
    "impact",
    "rate",
    "lift",
    "lift_ci",
    "gain",
    "gain_ci",
    "ambiguous",
    "reason",
]


def scratches(seed: int = 5, n: int = 300) -> tuple[str, str]:
    """Votes with the length beside them, and a file of items with decoys."""
    rng = np.random.default_rng(seed)
    length = rng.random(n)
    votes, items = ["item,worker,label,length,second"], ["item,brightness,site,file"]
    for at in range(n):
        other = rng.random() < 0.3
        for worker, line in (("ann", 0.35), ("bo", 0.5), ("cy", 0.65)):
            label = "dent" if other else "scratch" if length[at] > line else "ok"
            label = str(rng.choice(["ok", "scratch", "dent"])) if rng.random() < 0.05 else label
            votes.append(f"i{at},{worker},{label},{length[at]:.4f},{rng.integers(90)}")
        items.append(f"i{at},{rng.random():.3f},{'abcd'[rng.integers(4)]},{at}.png")
    return "\n".join(votes) + "\n", "\n".join(items) + "\n"


def test_the_planted_line_is_found_among_decoys_of_both_files(console: Console) -> None:
    votes, items = scratches()
    told = console.json("ambiguity", console.file(votes), "--items", console.file(items, "items.csv"))
    assert [pair["first"] + pair["second"] for pair in told["pairs"] if pair["ambiguous"]] == ["okscratch"]
    assert told["clusters"] == [["ok", "scratch"]]
    assert {(cause["field"], cause["kind"]) for cause in told["causes"] if cause["found"]} == {
        ("length", "threshold")
    }
    cause = next(cause for cause in told["causes"] if cause["found"])
    assert [cause["low"], cause["high"]] == ["ok", "scratch"]
    lines = {row["labeler"]: row["threshold"] for row in cause["labelers"]}
    assert lines == pytest.approx({"ann": 0.35, "bo": 0.5, "cy": 0.65}, abs=0.05)
    assert cause["cut"] == pytest.approx(0.5, abs=0.05)
    assert cause["explained"] > 0.6
    unusable = {field["field"]: field["reason"] for field in told["fields"] if field["reason"]}
    assert unusable == {
        "second": "differs between the answers to one item",
        "file": "nearly every item has a value of its own",
    }


def test_the_json_has_the_documented_shape(console: Console) -> None:
    told = console.json("ambiguity", console.file(scratches()[0]), "--top", 3)
    assert list(told) == [
        "n_items", "n_labelers", "n_answers", "left_out", "alpha", "ac1", "pairs_tried", "pairs", "clusters", "items",
        "fields", "causes",
    ]  # fmt: skip
    assert told["pairs_tried"] == 3
    for pair in told["pairs"]:
        assert list(pair) == [*PAIR, "what_if", "examples"]
        assert list(pair["what_if"]) == ["merge", "borderline", "split"]
        for action in pair["what_if"].values():
            for effect in (action["alpha"], action["ac1"]):
                assert effect["change"] == pytest.approx(effect["after"] - effect["before"])
                assert effect["gain"] == pytest.approx(effect["change"] - effect["at_random"])
                assert effect["gain_ci"][0] <= effect["gain"] <= effect["gain_ci"][1]
        assert len(pair["examples"]) == min(3, pair["items"])
    assert len(told["items"]) == 3
    assert list(told["items"][0]) == ["item", "disputed", "entropy", "votes"]


def test_people_read_the_finding_in_words(console: Console) -> None:
    code, out, _ = console.run("ambiguity", console.file(scratches()[0]))
    assert code == 0
    assert "labels that run into each other: ok / scratch" in out
    assert "why ok / scratch: length, on which each draws the line between ok and scratch elsewhere" in out
    assert "not tried: second, differs between the answers to one item" in out


@pytest.mark.parametrize("name", ["rte", "d_possent", "face", "bluebird", "cf_weather"])
def test_real_votes_without_metadata_are_answered(console: Console, name: str) -> None:
    told = console.json("ambiguity", DATA / name / "labels.csv", "--duplicates", "latest")
    assert told["causes"] == []
    assert sum(pair["impact"] for pair in told["pairs"]) == pytest.approx(1)


def test_two_labels_have_no_other_pair_to_compare_with(console: Console) -> None:
    told = console.json("ambiguity", console.file("item,worker,label\n1,a,x\n1,b,y\n2,a,x\n2,b,x\n"))
    (pair,) = told["pairs"]
    assert pair["reason"] == "two classes only: there is no other pair to compare with"
    assert pair["what_if"]["merge"]["alpha"]["after"] is None
    assert pair["impact"] == 1.0


@pytest.mark.parametrize(
    ("text", "arguments", "code", "message"),
    [
        ("item,worker,label\n1,a,x\n1,b,y\n", ["--fields", "size"], 2, "--fields: size is no column"),
        ("item,worker,label\n1,a,x\n1,b,y\n", ["--pair", "x", "z"], 2, "--pair: z is no label"),
        ("item,worker,label\n1,a,x\n1,b,y\n", ["--pair", "x", "x"], 2, "two different labels"),
        ("item,worker,label\n1,a,x\n1,b,y\n", ["--top", "0"], 2, "0 is not 1 or more"),
        ("item,worker\n1,a\n", [], 1, "label: the column is missing"),
        ("item,worker,label\n1,a,x\n1,a,y\n", [], 1, "row 2"),
    ],
)
def test_wrong_requests_are_refused_by_name(
    console: Console, text: str, arguments: list[str], code: int, message: str
) -> None:
    ended, out, err = console.run("ambiguity", console.file(text), *arguments)
    assert ended == code
    assert message in err
    assert out == ""


def test_a_file_of_items_must_name_each_item_once(console: Console) -> None:
    votes = console.file("item,worker,label\n1,a,x\n1,b,y\n2,a,x\n2,b,x\n")
    twice = console.file("item,size\n1,2\n2,3\n1,4\n", "items.csv")
    code, _, err = console.run("ambiguity", votes, "--items", twice)
    assert code == 1
    assert "items.csv: item: row 3 repeats row 1 (item 1)" in err
    without = console.file("id,size\n1,2\n", "other.csv")
    code, _, err = console.run("ambiguity", votes, "--items", without)
    assert code == 1
    assert "other.csv: item: the column is missing (there are: id, size)" in err


def test_described_items_that_nobody_answered_are_counted(console: Console) -> None:
    votes = console.file("item,worker,label\n1,a,x\n1,b,y\n2,a,x\n2,b,x\n")
    items = console.file('{"item": 1, "size": 2}\n{"item": 9, "size": 3, "tags": ["a"]}\n', "items.jsonl")
    told = console.json("ambiguity", votes, "--items", items)
    assert told["left_out"]["described_items_without_answer"] == 1
    assert [field["field"] for field in told["fields"]] == ["size"]


def test_everybody_agreeing_is_said(console: Console) -> None:
    code, out, _ = console.run("ambiguity", console.file("item,worker,label\n1,a,x\n1,b,x\n2,a,y\n2,b,y\n"))
    assert code == 0
    assert "no item drew two different labels" in out


def test_boxes_are_explained_by_their_own_measures(console: Console) -> None:
    rng = np.random.default_rng(1)
    rows = ["item,worker,label,x,y,width,height"]
    for item in range(80):
        for column in range(3):
            x, y, side = 100 * column + rng.uniform(0, 9), rng.uniform(0, 90), rng.uniform(10, 60)
            for worker, line in (("ann", 25), ("bo", 35), ("cy", 45)):
                label = "large" if side > line else "small"
                rows.append(
                    f"{item},{worker},{label},{x:.2f},{y:.2f},{side:.2f},{side * rng.uniform(0.97, 1.03):.2f}"
                )
    told = console.json("ambiguity", console.file("\n".join(rows) + "\n"), "--boxes")
    assert told["n_items"] == 240
    found = [cause for cause in told["causes"] if cause["found"]]
    assert {cause["field"] for cause in found} <= {"width", "long_side", "short_side", "height", "area"}
    assert found[0]["kind"] == "threshold"
    assert found[0]["explained"] > 0.9
    assert told["pairs"][0]["examples"][0].count("#") == 1


def test_boxes_take_no_columns_about_items(console: Console) -> None:
    file = console.file("item,worker,label,x0,y0,x1,y1\n1,a,c,0,0,1,1\n")
    assert console.run("ambiguity", file, "--boxes", "--fields", "x0")[0] == 2
    code, _, err = console.run("ambiguity", console.file("item,worker,label\n1,a,c\n", "no.csv"), "--boxes")
    assert code == 1
    assert "neither columns of edges nor JSON lists of boxes" in err


def test_a_column_that_stands_twice_is_not_tried(console: Console) -> None:
    told = console.json("ambiguity", console.file("item,worker,label,a,a\n1,x,c,1,2\n1,y,d,1,2\n"))
    assert told["fields"] == [{"field": "a", "kind": None, "reason": "two columns have this name"}]
