"""`./concord aggregate`: the documented shape, the printed accuracies, ties that are shown and never broken."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from consistency.core.command.aggregate import METHODS
from tests.consistency.core.command.running import Console
from tests.consistency.core.sets import DATA, EXAMPLES, expected

TIED = "item,worker,label\n1,a,x\n1,b,y\n2,a,x\n2,b,x\n3,b,=é\n3,a,=é\n"


def score(name: str, items: Sequence[Mapping[str, Any]]) -> float:
    """Share of gold items with the right label; tied labels share the point."""
    with (DATA / name / "gold.csv").open(newline="") as file:
        gold = {row["item"]: row["label"] for row in csv.DictReader(file)}
    won = []
    for row in items:
        if row["item"] in gold:
            labels = row["tied"] or [row["label"]]
            won.append((gold[row["item"]] in labels) / len(labels))
    assert len(won) == len(gold)
    return sum(won) / len(won)


@pytest.mark.parametrize(
    ("method", "name", "printed"),
    [
        ("majority", "rte", 0.8969),
        ("majority", "d_possent", 0.9335),
        ("majority", "face", 0.6367),
        ("majority", "bluebird", 0.7593),
        ("majority", "cf_weather", 0.8822),
        ("dawid-skene", "rte", 0.9275),
        ("dawid-skene", "d_possent", 0.9600),
        ("dawid-skene", "face", 0.6404),
        ("dawid-skene", "bluebird", 0.8981),
        ("dawid-skene", "cf_weather", 0.7833),
        ("bwa", "rte", 0.9275),
        ("bwa", "cf_weather", 0.8933),
    ],
)
def test_the_accuracies_are_the_printed_ones(
    console: Console, method: str, name: str, printed: float
) -> None:
    told = console.json("aggregate", DATA / name / "labels.csv", "--method", method, "--duplicates", "latest")
    assert score(name, told["items"]) == pytest.approx(printed, abs=0.003)
    assert told["facts"]["converged"] is True


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_in_the_documented_shape(console: Console, method: str) -> None:
    told = console.json("aggregate", DATA / "bluebird" / "labels.csv", "--method", method)
    assert list(told) == ["method", "facts", "items", "labelers"]
    assert told["method"] == method
    assert {"iterations", "converged", "log_likelihood"} <= set(told["facts"])
    assert len(told["items"]) == 108
    for row in told["items"]:
        assert {"item", "label", "tied", "confidence", "votes"} <= set(row)
        assert (row["label"] is None) == (bool(row["tied"]) and method != "rover")
        assert 0 < row["confidence"] <= 1
        assert row["votes"] == 39
    assert len(told["labelers"]) == 39
    assert all(0 <= row["accuracy"] <= 1 and row["answers"] == 108 for row in told["labelers"])


def test_smoothing_reaches_dawid_and_skene(console: Console) -> None:
    file = DATA / "cf_weather" / "labels.csv"
    told = console.json("aggregate", file, "--method", "dawid-skene", "--smoothing", "0.1")
    assert score("cf_weather", told["items"]) > 0.85


def test_smoothing_is_refused_where_it_would_do_nothing(console: Console) -> None:
    for method, why in (("glad", "normal prior"), ("wawa", "no prior"), ("majority", "no prior")):
        code, _, err = console.run("aggregate", console.file(TIED), "--method", method, "--smoothing", "1")
        assert code == 2
        assert "--smoothing is for" in err
        assert why in err


@pytest.mark.parametrize("method", ["dawid-skene", "dawid-skene-map", "one-coin", "mace", "bwa", "ibcc"])
def test_more_smoothing_makes_every_method_with_a_prior_less_sure_of_a_labeler(
    console: Console, method: str
) -> None:
    file = DATA / "bluebird" / "labels.csv"
    spread = []
    for smoothing in ("0.01", "100"):
        told = console.json("aggregate", file, "--method", method, "--smoothing", smoothing)
        accuracies = [row["accuracy"] for row in told["labelers"]]
        confidences = [row["confidence"] for row in told["items"]]
        spread.append((max(accuracies) - min(accuracies), sum(confidences)))
    assert spread[0] != spread[1]
    assert spread[1][1] < spread[0][1]


@pytest.mark.parametrize("method", ["mace", "bwa", "ibcc"])
def test_a_method_that_needs_its_prior_refuses_none(console: Console, method: str) -> None:
    code, _, err = console.run("aggregate", console.file(TIED), "--method", method, "--smoothing", "0")
    assert (code, "needs a prior" in err) == (2, True)


@pytest.mark.parametrize("method", ["dawid-skene", "dawid-skene-map", "glad", "mace"])
def test_restarts_are_counted_and_drawn_by_the_seed(console: Console, method: str) -> None:
    file = DATA / "bluebird" / "labels.csv"
    arguments = ("aggregate", file, "--method", method, "--restarts", "2", "--seed", "5")
    told = console.json(*arguments)
    assert told["facts"]["starts"] == 3
    assert console.json(*arguments) == told


def test_restarts_are_refused_where_there_is_one_start(console: Console) -> None:
    code, _, err = console.run("aggregate", console.file(TIED), "--method", "bwa", "--restarts", "2")
    assert (code, "--restarts is for" in err) == (2, True)


def test_texts_that_tie_word_by_word_are_all_listed(console: Console) -> None:
    file = console.file("item,worker,label\n1,a,the cat sat\n1,b,the Dog sat\n2,a,so it is\n2,b,so it is\n")
    first, second = console.json("aggregate", file, "--method", "rover")["items"]
    assert (first["label"], first["tied"]) == ("the cat sat", ["the cat sat", "the Dog sat"])
    assert (second["label"], second["tied"]) == ("so it is", [])


def test_a_tie_is_shown_with_every_label_and_never_broken(console: Console) -> None:
    first = console.json("aggregate", console.file(TIED))["items"][0]
    assert first == {"item": "1", "label": None, "tied": ["x", "y"], "confidence": 0.5, "votes": 2}


def test_the_items_are_written_as_csv(console: Console, tmp_path: Path) -> None:
    out = tmp_path / "answers.csv"
    code, _, err = console.run("aggregate", console.file(TIED), "--out", out)
    assert code == 0, err
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["item", "label", "tied", "confidence", "votes"],
        ["1", "", "x|y", "0.5", "2"],
        ["2", "x", "", "1.0", "2"],
        ["3", "=é", "", "1.0", "2"],
    ]


def test_the_1979_patients_have_the_published_class_shares(console: Console) -> None:
    told = console.json(
        "aggregate", EXAMPLES / "dawid_skene_1979.csv", "--method", "dawid-skene", "--duplicates", "all"
    )
    assert told["facts"]["log_likelihood"] == pytest.approx(-192.890881, abs=1e-4)
    for k in range(1, 5):
        measured = expected("dawid_skene_1979")[f"class_marginal_{k}"][1]
        assert told["facts"]["class_shares"][str(k)] == pytest.approx(measured, abs=6e-6)
    assert told["labelers"][0]["confusion"]["1"]["1"] == pytest.approx(0.889488, abs=6e-6)


def test_one_seed_gives_one_result(console: Console) -> None:
    file = DATA / "bluebird" / "labels.csv"
    first, second = (
        console.json("aggregate", file, "--method", "mace", "--seed", "3", "--posterior") for _ in range(2)
    )
    assert first == second
    assert sum(first["items"][0]["posterior"].values()) == pytest.approx(1)


def test_one_more_answer_is_asked_where_it_gains_more_than_it_costs(console: Console) -> None:
    file = DATA / "rte" / "labels.csv"
    items = console.json("aggregate", file, "--method", "dawid-skene", "--cost", "0.05")["items"]
    assert any(row["ask"] for row in items)
    assert not any(row["ask"] for row in items if row["gain"] <= 0.05)
    capped = console.json("aggregate", file, "--method", "dawid-skene", "--cost", "0.05", "--cap", "5")[
        "items"
    ]
    assert not any(row["ask"] for row in capped)


def test_weights_come_from_their_column(console: Console) -> None:
    file = console.file("item,worker,label,trust\n1,a,x,5\n1,b,y,1\n1,c,y,1\n")
    weighted = console.json("aggregate", file, "--method", "weighted", "--weight", "trust")["items"][0]
    assert (weighted["label"], weighted["confidence"]) == ("x", pytest.approx(5 / 7))
    plain = console.json("aggregate", file, "--method", "weighted")
    assert plain["items"][0]["label"] == "y"
    assert "every answer weighs 1" in plain["facts"]["weights"]


def test_people_see_ties_and_bars(console: Console) -> None:
    code, out, _ = console.run("aggregate", console.file(TIED))
    assert code == 0
    assert "1 ties" in out
    assert "x = y" in out
    assert "█" in out


def test_free_text_is_refused_by_models_that_would_need_a_matrix_of_it(console: Console) -> None:
    rows = "".join(f"{item},{worker},text {item} {worker}\n" for item in range(100) for worker in range(30))
    code, _, err = console.run(
        "aggregate", console.file("item,worker,label\n" + rows), "--method", "dawid-skene"
    )
    assert code == 1
    assert "label: 3,000 different labels of 30 workers are too many" in err


@pytest.mark.parametrize("method", ["majority", "wawa", "weighted"])
def test_votes_on_free_text_are_counted(console: Console, method: str) -> None:
    rows = "".join(
        f"{item},{worker},{'same' if worker else worker}\n" for item in range(20) for worker in range(3)
    )
    told = console.json("aggregate", console.file("item,worker,label\n" + rows), "--method", method)
    assert {row["label"] for row in told["items"]} == {"same"}
