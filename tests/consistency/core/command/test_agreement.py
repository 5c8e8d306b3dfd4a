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
