"""Do the 95% intervals hold the truth 95% of the time, where they are given? The mean width is printed with -s."""

import sys

import numpy as np
import pytest

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.fleiss import fleiss_kappa
from consistency.core.agreement.gwet import gwet_ac
from consistency.core.agreement.percent import percent_agreement
from consistency.core.estimate import Estimate
from consistency.core.profiles import Profiles, profiles_of_tuples

DRAWS = 1500
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
@pytest.mark.parametrize("figure", ["alpha", "published alpha", "percent", "fleiss", "gwet"])
def test_the_interval_covers_as_promised(name: str, n_items: int, figure: str) -> None:
    rows = POPULATIONS[name]
    rng = np.random.default_rng(17)

    def estimate(votes: Profiles) -> Estimate:
        if figure == "alpha":
            return nominal_alpha(votes, rng=rng, replicates=300)
        if figure == "published alpha":
            return nominal_alpha(votes)
        return {"percent": percent_agreement, "fleiss": fleiss_kappa, "gwet": gwet_ac}[figure](votes)

    truth = estimate(population(rows)).value
    covered, widths = 0, []
    for drawn in rng.multinomial(n_items, [share for _, share in rows], size=DRAWS).tolist():
        result = estimate(profiles_of_tuples([(votes, n) for (votes, _), n in zip(rows, drawn, strict=True)]))
        covered += result.low <= truth <= result.high
        widths.append(result.high - result.low)
    sys.stdout.write(
        f"{name}, {n_items} items, {figure}: {covered / DRAWS:.3f}, mean width {np.mean(widths):.3f}\n"
    )
    assert 0.93 <= covered / DRAWS <= 0.97
