"""Do the 95% intervals hold the truth 95% of the time, where they are given? The mean width is printed with -s."""

import sys
from collections.abc import Callable

import numpy as np
import pytest

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.brennan_prediger import brennan_prediger
from consistency.core.agreement.classes import by_class
from consistency.core.agreement.cohen import cohen_kappa
from consistency.core.agreement.conger import conger_kappa
from consistency.core.agreement.fleiss import fleiss_kappa
from consistency.core.agreement.groups import between_teams
from consistency.core.agreement.gwet import gwet_ac
from consistency.core.agreement.percent import percent_agreement
from consistency.core.agreement.scott import scott_pi
from consistency.core.estimate import Estimate
from consistency.core.labelers.human_level import human_level
from consistency.core.profiles import Profiles, profiles_of_tuples
from consistency.core.ratings import Ratings, from_arrays

DRAWS = 1500
CLOSED: dict[str, Callable[[Profiles], Estimate]] = {
    "percent": percent_agreement,
    "fleiss": fleiss_kappa,
    "gwet": gwet_ac,
    "brennan-prediger": brennan_prediger,
}
BY_LABELER: dict[str, Callable[[Ratings], Estimate]] = {
    "conger": conger_kappa,
    "cohen": cohen_kappa,
    "scott": scott_pi,
    "human level": lambda ratings: human_level(ratings, {}).people,
    "between teams": lambda ratings: between_teams(ratings, ratings.labeler == 0),
}
POPULATIONS: dict[str, list[tuple[tuple[int, ...], float]]] = {
    "two even classes, three votes": [((1, 1, 1), 0.36), ((1, 1, 2), 0.14), ((1, 2, 2), 0.12), ((2, 2, 2), 0.38)],
    "three classes, two to four votes": [
        ((1, 1), 0.2), ((1, 2), 0.1), ((2, 2, 2), 0.2), ((2, 2, 3), 0.1), ((3, 3, 3, 3), 0.3), ((1, 3, 3, 3), 0.1)
    ],
    "a rarer class of a tenth": [((1, 1), 0.83), ((1, 2), 0.09), ((2, 2), 0.08)],
}  # fmt: skip


def population(rows: list[tuple[tuple[int, ...], float]], n: int = 10_000_000) -> Profiles:
    return profiles_of_tuples([(votes, round(share * n)) for votes, share in rows])


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("n_items", [200, 1000])
@pytest.mark.parametrize(
    "figure",
    ["alpha", "published alpha", "percent", "fleiss", "gwet", "brennan-prediger", "specific agreement"],
)
def test_the_interval_covers_as_promised(name: str, n_items: int, figure: str) -> None:
    rows = POPULATIONS[name]
    rng = np.random.default_rng(17)

    def estimate(votes: Profiles) -> Estimate:
        if figure == "alpha":
            return nominal_alpha(votes, rng=rng, replicates=300)
        if figure == "published alpha":
            return nominal_alpha(votes)
        if figure == "specific agreement":
            return by_class(votes)[0].specific
        return CLOSED[figure](votes)

    truth = estimate(population(rows)).value
    covered, widths = 0, []
    for drawn in rng.multinomial(n_items, [share for _, share in rows], size=DRAWS).tolist():
        result = estimate(profiles_of_tuples([(votes, n) for (votes, _), n in zip(rows, drawn, strict=True)]))
        if not result.reason:
            covered += result.low <= truth <= result.high
            widths.append(result.high - result.low)
    share = covered / len(widths)
    sys.stdout.write(f"{name}, {n_items} items, {figure}: {share:.3f}, mean width {np.mean(widths):.3f}\n")
    assert len(widths) > 0.99 * DRAWS
    assert 0.93 <= share <= 0.97


def two_labelers(n_items: int, rng: np.random.Generator) -> Ratings:
    """Three classes; one labeler is careful, the other leans to the first class."""
    truth = rng.choice(3, n_items, p=[0.4, 0.4, 0.2])
    careful = np.where(rng.random(n_items) < 0.9, truth, rng.integers(0, 3, n_items))
    leaning = np.where(rng.random(n_items) < 0.75, truth, 0)
    return from_arrays(
        np.tile(np.arange(n_items), 2),
        np.repeat([0, 1], n_items),
        np.concatenate([careful, leaning]),
        classes=[0, 1, 2],
    )


@pytest.mark.parametrize("n_items", [150, 800])
@pytest.mark.parametrize("figure", BY_LABELER)
def test_the_interval_of_a_figure_that_knows_who_answered_covers_as_promised(
    figure: str, n_items: int
) -> None:
    rng = np.random.default_rng(23)
    truth = BY_LABELER[figure](two_labelers(400_000, rng)).value
    found = [BY_LABELER[figure](two_labelers(n_items, rng)) for _ in range(DRAWS)]
    share = float(np.mean([one.low <= truth <= one.high for one in found]))
    width = float(np.mean([one.high - one.low for one in found]))
    sys.stdout.write(f"two labelers, {n_items} items, {figure}: {share:.3f}, mean width {width:.3f}\n")
    assert 0.93 <= share <= 0.97


def test_a_figure_that_hangs_on_a_handful_of_differing_items_gives_no_interval() -> None:
    rng = np.random.default_rng(29)
    population = POPULATIONS["two even classes, three votes"]
    alike = [(votes, share) for votes, share in population if len(set(votes)) == 1]
    given, covered = 0, 0
    for differing in rng.poisson(6, 600).tolist():
        rows = [(votes, 97) for votes, _ in alike] + [((1, 1, 2), differing)]
        result = percent_agreement(profiles_of_tuples(rows))
        assert (result.reason == "") == (differing >= 5)
        if not result.reason:
            given += 1
            covered += result.low <= 1 - 6 / 200 * 2 / 3 <= result.high
    assert given > 300
    assert covered / given >= 0.93
