"""`./concord agreement`: the documented shape, and the figures of the published examples."""

import pytest

from tests.consistency.core.command.running import Console
from tests.consistency.core.sets import DATA, EXAMPLES, expected

FIGURE = {"value", "se", "ci", "reason"}
MANY = [
    "percent_agreement",
    "krippendorff_alpha",
    "fleiss_kappa",
    "conger_kappa",
    "gwet_ac",
    "brennan_prediger",
]


def test_the_json_has_the_documented_shape(console: Console) -> None:
    told = console.json("agreement", DATA / "rte" / "labels.csv")
    assert list(told) == ["level", "n_items", "n_labelers", "n_answers", "left_out", "coefficients"]
    assert (told["level"], told["n_items"], told["n_labelers"], told["n_answers"]) == (
        "nominal",
        800,
        164,
        8000,
    )
    assert list(told["coefficients"]) == MANY
    assert all(set(figure) == FIGURE and len(figure["ci"]) == 2 for figure in told["coefficients"].values())


def test_two_labelers_get_cohen_and_scott(console: Console) -> None:
    file = console.file("item,worker,label\n1,a,x\n1,b,x\n2,a,y\n2,b,y\n3,a,x\n3,b,y\n")
    figures = console.json("agreement", file)["coefficients"]
    assert figures["cohen_kappa"]["value"] == pytest.approx(0.4)
    assert figures["scott_pi"]["value"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_krippendorffs_example_comes_out_at_every_level(console: Console, level: str) -> None:
    told = console.json("agreement", EXAMPLES / "krippendorff2011.csv", "--level", level)
    published, measured = expected("krippendorff2011")[f"alpha_{level}"]
    value = told["coefficients"]["krippendorff_alpha"]["value"]
    assert (f"{value:.3f}", value) == (published, pytest.approx(measured, abs=6e-6))
    assert told["left_out"]["items_with_one_answer"] == 1


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic", "ordinal"])
def test_weights_weigh_every_coefficient(console: Console, weights: str) -> None:
    told = console.json("agreement", EXAMPLES / "krippendorff2011.csv", "--weights", weights)["coefficients"]
    names = {"gwet": "gwet_ac", "fleiss": "fleiss_kappa", "conger": "conger_kappa", "bp": "brennan_prediger"}
    for short, name in {**names, "krippendorff": "krippendorff_alpha"}.items():
        measured = expected("krippendorff2011")[f"{short}_{weights}"][1]
        assert told[name]["value"] == pytest.approx(measured, abs=6e-6)


def test_below_100_items_the_interval_is_withheld_with_its_reason(console: Console) -> None:
    told = console.json("agreement", EXAMPLES / "krippendorff2011.csv")["coefficients"]["gwet_ac"]
    assert told["ci"] == [None, None]
    assert "100 needed" in told["reason"]
    assert told["se"] == pytest.approx(0.14295, abs=6e-6)


def test_a_level_that_needs_numbers_names_the_label_that_is_none(console: Console) -> None:
    file = console.file("item,worker,label\n1,a,low\n1,b,high\n")
    code, _, err = console.run("agreement", file, "--level", "interval")
    assert code == 1
    assert "label: --level interval takes numbers; there is 'high'" in err


def test_named_labels_are_ordered_as_told(console: Console) -> None:
    rows = ["1,a,low", "1,b,high", "2,a,high", "2,b,high", "3,a,low", "3,b,low", "4,a,middle", "4,b,low"]
    named = console.file("item,worker,label\n" + "\n".join(rows) + "\n")
    numbers = "\n".join(rows).replace("low", "1").replace("middle", "9").replace("high", "10")
    as_numbers = console.file("item,worker,label\n" + numbers + "\n", "numbers.csv")
    by_name = console.json("agreement", named, "--level", "ordinal", "--order", "low,middle,high")
    by_value = console.json("agreement", as_numbers, "--level", "ordinal")
    assert by_name["coefficients"]["krippendorff_alpha"] == by_value["coefficients"]["krippendorff_alpha"]
    wrong = console.json("agreement", named, "--level", "ordinal", "--order", "high,low,middle")
    assert wrong["coefficients"]["krippendorff_alpha"] != by_name["coefficients"]["krippendorff_alpha"]


def test_it_is_broken_down_by_class_pair_and_labeler(console: Console) -> None:
    file = DATA / "face" / "labels.csv"
    told = console.json("agreement", file, "--duplicates", "latest", "--by", "class,pair,labeler")
    assert set(told["by"]) == {"class", "pair", "labeler"}
    assert [row["class"] for row in told["by"]["class"]] == ["0", "1", "2", "3"]
    assert sum(row["n_answers"] for row in told["by"]["class"]) == told["n_answers"]
    assert all(row["krippendorff_alpha"]["ci"][0] for row in told["by"]["class"])
    pair = max(told["by"]["pair"], key=lambda row: row["n_items"])
    assert pair["n_items"] > 500
    assert set(pair) == {"labelers", "n_items", "percent_agreement", "krippendorff_alpha", "cohen_kappa"}
    few = min(told["by"]["pair"], key=lambda row: row["n_items"])
    assert few["krippendorff_alpha"]["ci"] == [None, None]
    assert "100 needed" in few["krippendorff_alpha"]["reason"]
    assert len(told["by"]["labeler"]) == 27


def test_it_is_broken_down_by_slice_team_and_time(console: Console) -> None:
    rows = [
        f"{item},{who},{(item + (who == 'd')) % 2},{'dark' if item < 5 else 'bright'},"
        f"{'x' if who in 'ab' else 'y'},{item}"
        for item in range(12)
        for who in "abcd"
    ]
    file = console.file("item,worker,label,light,firm,at\n" + "\n".join(rows) + "\n")
    options = ["--by", "slice,team,time", "--slice", "light", "--team", "firm", "--time", "at"]
    by = console.json("agreement", file, *options)["by"]
    assert [(row["slice"], row["n_items"]) for row in by["slice"]] == [("bright", 7), ("dark", 5)]
    assert [row.get("team") for row in by["team"]] == ["x", "y", None]
    assert by["team"][0]["krippendorff_alpha"]["value"] == 1.0
    assert by["team"][2]["teams"] == ["x", "y"]
    assert by["team"][2]["kappa_between"]["value"] == pytest.approx(0.0)
    assert [(row["begin"], row["end"], row["n_items"]) for row in by["time"]] == [(0, 11, 12)]
    code, out, _ = console.run("agreement", file, *options)
    assert code == 0
    assert "between teams" in out


def test_a_breakdown_without_its_column_ends_with_2(console: Console) -> None:
    code, _, err = console.run("agreement", DATA / "rte" / "labels.csv", "--by", "team")
    assert code == 2
    assert "--by team needs --team COLUMN" in err


def test_a_bootstrap_gives_every_coefficient_its_interval_and_the_seed_fixes_it(console: Console) -> None:
    file = DATA / "bluebird" / "labels.csv"
    first, again, other = (
        console.json("agreement", file, "--bootstrap", "200", "--seed", seed)["coefficients"]
        for seed in (1, 1, 2)
    )
    plain = console.json("agreement", file)["coefficients"]
    assert first == again
    for name in MANY:
        assert first[name]["ci"] != other[name]["ci"]
        low, high = first[name]["ci"]
        assert low < first[name]["value"] < high
        assert 0.7 < first[name]["se"] / plain[name]["se"] < 1.4
