"""`./concord labelers`: each figure with its interval and its minimum of evidence."""

import csv

import pytest

from tests.consistency.core.command.running import Console
from tests.consistency.core.sets import DATA

KEYS = [
    "labeler",
    "answers",
    "accuracy",
    "agreement_with_consensus",
    "agreement_with_others",
    "agreement_with_others_corrected",
    "self_agreement",
    "seconds",
    "drift",
    "class_bias",
    "confusion",
]


def test_the_json_has_the_documented_shape(console: Console) -> None:
    told = console.json("labelers", DATA / "rte" / "labels.csv")
    assert list(told) == ["n_items", "n_labelers", "n_answers", "left_out", "gold", "human_level", "labelers"]
    assert len(told["labelers"]) == 164
    assert all(list(part) == KEYS for part in told["labelers"])
    assert told["gold"] is None
    assert {part["accuracy"] for part in told["labelers"]} == {None}


def test_accuracy_on_gold_is_the_share_of_right_answers(console: Console) -> None:
    told = console.json(
        "labelers", DATA / "bluebird" / "labels.csv", "--gold", DATA / "bluebird" / "gold.csv"
    )
    with (DATA / "bluebird" / "gold.csv").open(newline="") as file:
        gold = {row["item"]: row["label"] for row in csv.DictReader(file)}
    with (DATA / "bluebird" / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for part in told["labelers"]:
        mine = [row["label"] == gold[row["item"]] for row in rows if row["worker"] == part["labeler"]]
        assert part["accuracy"]["value"] == pytest.approx(sum(mine) / len(mine))
        low, high = part["accuracy"]["ci"]
        assert low < part["accuracy"]["value"] < high
        counted = sum(count for row in part["confusion"].values() for count in row.values())
        assert counted == part["accuracy"]["n"] == len(mine)
    assert told["gold"]["items"] == told["gold"]["items_answered"] == 108


def test_too_little_evidence_withholds_the_interval_and_says_so(console: Console) -> None:
    votes = console.file("item,worker,label\n1,a,x\n1,b,x\n2,a,y\n2,b,x\n")
    gold = console.file("item,label\n1,x\n2,y\n", "gold.csv")
    accuracy = console.json("labelers", votes, "--gold", gold)["labelers"][1]["accuracy"]
    assert accuracy == {"value": 0.5, "ci": [None, None], "n": 2, "reason": "2 gold items, 10 needed"}


def test_a_gold_label_nobody_gave_counts_as_missed(console: Console) -> None:
    votes = console.file("item,worker,label\n1,a,x\n1,b,x\n2,a,y\n2,b,x\n")
    gold = console.file("item,label\n1,z\n2,y\n", "gold.csv")
    told = console.json("labelers", votes, "--gold", gold)["labelers"]
    assert [part["accuracy"]["value"] for part in told] == [0.5, 0.0]
    assert told[0]["confusion"] == {"y": {"y": 1}, "z": {"x": 1}}


def test_gold_that_contradicts_itself_is_refused_naming_the_row(console: Console) -> None:
    votes = console.file("item,worker,label\n1,a,x\n1,b,x\n")
    gold = console.file("item,label\n1,x\n2,y\n1,y\n", "gold.csv")
    code, _, err = console.run("labelers", votes, "--gold", gold)
    assert code == 1
    assert "gold.csv: label: row 3 contradicts an earlier one (item 1)" in err


def test_gold_may_use_columns_of_its_own(console: Console) -> None:
    votes = console.file("task,who,said\n1,a,1\n1,b,2\n")
    gold = console.file("key;truth\n1;1.0\n", "gold.csv")
    told = console.json(
        "labelers", votes, "--item", "task", "--worker", "who", "--label", "said",
        "--gold", gold, "--gold-item", "key", "--gold-label", "truth",
    )  # fmt: skip
    assert [part["accuracy"]["value"] for part in told["labelers"]] == [1.0, 0.0]


def test_repeats_give_self_agreement_and_do_not_count_as_others(console: Console) -> None:
    rows = [f"{item},a,{label}" for item in range(12) for label in ("x", "x" if item else "y")]
    rows += [f"{item},b,x" for item in range(12)]
    file = console.file("item,worker,label\n" + "\n".join(rows) + "\n")
    a, b = console.json("labelers", file, "--duplicates", "all")["labelers"]
    assert (a["answers"], b["answers"]) == (12, 12)
    assert (a["self_agreement"]["value"], a["self_agreement"]["n"]) == (pytest.approx(11 / 12), 12)
    assert b["self_agreement"]["reason"] == "no repeat"
    assert b["agreement_with_consensus"]["n"] == 12
    assert b["agreement_with_consensus"]["value"] == pytest.approx(11 / 12)


def test_a_labeler_who_changes_is_found_to_drift(console: Console) -> None:
    rows = []
    for item in range(120):
        when = f"2026-01-01T{item // 60:02d}:{item % 60:02d}:00"
        rows += [f"{item},{who},x,{when},30" for who in ("a", "b", "c")]
        rows.append(f"{item},late,{'x' if item < 60 or item % 3 == 0 else 'y'},{when},{5 + item % 2}")
    file = console.file("item,worker,label,at,took\n" + "\n".join(rows) + "\n")
    told = console.json("labelers", file, "--time", "at", "--duration", "took")["labelers"]
    late = next(part for part in told if part["labeler"] == "late")
    assert (late["drift"]["earlier"], late["drift"]["n"]) == (1.0, 120)
    assert late["drift"]["ci"][1] < 0
    assert late["seconds"]["value"] == pytest.approx(5.5)
    assert late["class_bias"]["y"]["difference"] == pytest.approx(1 / 3)
    assert late["class_bias"]["y"]["ci"][0] > 0
    a = next(part for part in told if part["labeler"] == "a")
    assert a["drift"]["ci"][0] <= 0 <= a["drift"]["ci"][1]


def test_a_model_is_measured_beside_people(console: Console) -> None:
    told = console.json("labelers", DATA / "rte" / "labels.csv", "--predictions", DATA / "rte" / "gold.csv")[
        "human_level"
    ]
    assert told["people"]["ci"][0] < told["people"]["value"] < told["model"]["value"]
    assert told["gap"]["value"] == pytest.approx(told["model"]["value"] - told["people"]["value"])


def test_people_see_the_lowest_first(console: Console) -> None:
    code, out, _ = console.run(
        "labelers", DATA / "bluebird" / "labels.csv", "--gold", DATA / "bluebird" / "gold.csv"
    )
    assert code == 0
    assert "gold: 108 of 108 items answered" in out
    shown = [float(line.split()[2]) for line in out.splitlines() if "█" in line and " to " in line][1:]
    assert shown == sorted(shown)
