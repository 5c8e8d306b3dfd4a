"""Every figure and every method has its page, and every page says the four things a reader must know."""

from pathlib import Path

import pytest

from consistency.core.command.aggregate import METHODS
from consistency.core.command.agreement import TITLES
from consistency.core.command.labelers import FIGURES

PAGES = Path(__file__).parents[3] / "docs" / "reference" / "measures"
HEADINGS = ["## Formula", "## Use", "## What it hides", "## Source"]
OF_METHOD = {"weighted": "weighted-vote", "wawa": "weighted-vote", "dawid-skene-map": "dawid-skene"}
OF_FIGURE = {
    "accuracy": "gold-accuracy",
    "agreement_with_consensus": "consensus-accuracy",
    "agreement_with_others": "against-others",
    "agreement_with_others_corrected": "against-others",
    "seconds": "speed",
    "confusion": "gold-accuracy",
}


@pytest.mark.parametrize("page", sorted(PAGES.glob("[a-z]*.md")), ids=lambda page: page.stem)
def test_a_page_has_formula_use_what_it_hides_and_source(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("## ")] == HEADINGS
    for heading in HEADINGS:
        said = lines[lines.index(heading) + 2]
        assert len(said) > 10


def test_every_coefficient_method_and_figure_has_its_page() -> None:
    wanted = {name.replace("_", "-") for name in TITLES}
    wanted |= {OF_METHOD.get(name, name) for name in METHODS if name != "rover"}
    wanted |= {OF_FIGURE.get(name, name.replace("_", "-")) for name in FIGURES}
    assert wanted - {page.stem for page in PAGES.glob("*.md")} == set()
