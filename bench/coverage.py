"""How often the 95% intervals hold the truth, by simulation, and how wide they are.

`./concord bench coverage [--draws 1000] [--items 100,200,1000] [--only TEXT] [--json]`

Each scene draws items, their classes and the answers of labelers with habits of their own. The truth is the figure of
half a million items of the scene. Counted are the draws in which an interval was given; `given` is their share.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from bench.harness.pace import watched_pace
from consistency.core.agreement.alpha import alpha, nominal_alpha
from consistency.core.agreement.brennan_prediger import brennan_prediger
from consistency.core.agreement.classes import by_class
from consistency.core.agreement.cohen import cohen_kappa
from consistency.core.agreement.conger import conger_kappa
from consistency.core.agreement.fleiss import fleiss_kappa
from consistency.core.agreement.groups import between_teams
from consistency.core.agreement.gwet import gwet_ac
from consistency.core.agreement.percent import percent_agreement
from consistency.core.agreement.scott import scott_pi
from consistency.core.arrays import FloatArray
from consistency.core.estimate import Estimate
from consistency.core.labelers.human_level import human_level
from consistency.core.ratings import Ratings, from_arrays

WHOLE = 500_000
REPLICATES = 400
PROMISED = (0.93, 0.97)


@dataclass(frozen=True)
class Scene:
    """``right[g]`` is labeler g's share of right answers; a wrong one is a neighboring class where ``near``, else any.
    Each item is answered by ``fewest`` to ``most`` labelers."""

    name: str
    shares: Sequence[float]
    right: Sequence[float]
    fewest: int
    most: int
    near: bool = False

    def drawn(self, n_items: int, rng: np.random.Generator) -> Ratings:
        q, g = len(self.shares), len(self.right)
        truth = rng.choice(q, n_items, p=self.shares)
        answered = rng.random((n_items, g)).argsort(axis=1).argsort(axis=1)
        taken = answered < rng.integers(self.fewest, self.most + 1, n_items)[:, None]
        item, labeler = np.nonzero(taken)
        is_right = rng.random(len(item)) < np.array(self.right)[labeler]
        step = rng.integers(1, q, len(item)) if q > 1 else 0
        wrong = (truth[item] + step) % q
        if self.near:
            wrong = np.clip(truth[item] + rng.choice([-1, 1], len(item)), 0, q - 1)
        code = np.where(is_right, truth[item], wrong)
        return from_arrays(item, labeler, code, classes=list(range(q)), repeats="all")


SCENES = (
    Scene("2 even classes, 3 labelers", (0.5, 0.5), (0.9, 0.85, 0.8), 3, 3),
    Scene("3 classes, 2 to 4 of 8 labelers", (0.5, 0.3, 0.2), (0.95, 0.9, 0.9, 0.85, 0.8, 0.8, 0.7, 0.6), 2, 4),
    Scene("2 classes 9 to 1, 2 labelers", (0.9, 0.1), (0.95, 0.9), 2, 2),
    Scene("2 classes, rare and much alike", (0.94, 0.06), (0.99, 0.98), 2, 2),
    Scene("2 even classes, nearly all alike", (0.5, 0.5), (0.985, 0.985), 2, 2),
    Scene("3 classes, 2 labelers", (0.4, 0.4, 0.2), (0.8, 0.65), 2, 2),
    Scene("5 steps of a scale, 3 labelers", (0.1, 0.2, 0.4, 0.2, 0.1), (0.7, 0.6, 0.5), 3, 3, True),
)  # fmt: skip

Figure = Callable[[Ratings, np.random.Generator], Estimate]


def _specific(code: int, how: str) -> Figure:
    def figure(ratings: Ratings, rng: np.random.Generator) -> Estimate:
        drawn = rng if how else None
        return by_class(ratings, rng=drawn, replicates=REPLICATES)[code].specific

    return figure


def _of_class(code: int) -> Figure:
    return lambda ratings, _: by_class(ratings)[code].alpha


ANY: dict[str, Figure] = {
    "percent": lambda ratings, _: percent_agreement(ratings),
    "percent, bootstrap": lambda ratings, rng: percent_agreement(ratings, rng=rng, replicates=REPLICATES),
    "alpha": lambda ratings, _: nominal_alpha(ratings),
    "alpha, bootstrap": lambda ratings, rng: nominal_alpha(ratings, rng=rng, replicates=REPLICATES),
    "fleiss": lambda ratings, _: fleiss_kappa(ratings),
    "fleiss, bootstrap": lambda ratings, rng: fleiss_kappa(ratings, rng=rng, replicates=REPLICATES),
    "conger": lambda ratings, _: conger_kappa(ratings),
    "gwet": lambda ratings, _: gwet_ac(ratings),
    "gwet, bootstrap": lambda ratings, rng: gwet_ac(ratings, rng=rng, replicates=REPLICATES),
    "brennan-prediger": lambda ratings, _: brennan_prediger(ratings),
    "alpha of the first class": _of_class(0),
    "alpha of the last class": _of_class(-1),
    "specific agreement, first class": _specific(0, ""),
    "specific agreement, last class": _specific(-1, ""),
    "specific agreement, last class, bootstrap": _specific(-1, "bootstrap"),
    "human level": lambda ratings, _: human_level(ratings, {}).people,
    "between two teams": lambda ratings, _: between_teams(ratings, ratings.labeler % 2 == 0),
}
OF_TWO: dict[str, Figure] = {
    "cohen": lambda ratings, _: cohen_kappa(ratings),
    "cohen, bootstrap": lambda ratings, rng: cohen_kappa(ratings, rng=rng, replicates=REPLICATES),
    "scott": lambda ratings, _: scott_pi(ratings),
}
ON_A_SCALE: dict[str, Figure] = {
    "interval alpha": lambda ratings, rng: alpha(ratings, level="interval", rng=rng, replicates=REPLICATES),
    "ordinal alpha": lambda ratings, rng: alpha(ratings, level="ordinal", rng=rng, replicates=REPLICATES),
    "percent, linear": lambda ratings, _: percent_agreement(ratings, weights="linear"),
    "fleiss, quadratic": lambda ratings, _: fleiss_kappa(ratings, weights="quadratic"),
    "conger, linear": lambda ratings, _: conger_kappa(ratings, weights="linear"),
    "gwet, linear": lambda ratings, _: gwet_ac(ratings, weights="linear"),
    "brennan-prediger, linear": lambda ratings, _: brennan_prediger(ratings, weights="linear"),
}


def figures_of(scene: Scene) -> dict[str, Figure]:
    more = OF_TWO if len(scene.right) == 2 else {}
    return {**ANY, **more, **(ON_A_SCALE if scene.near else {})}


@dataclass(frozen=True)
class Row:
    """``covered`` of the intervals given hold the truth; ``given`` is the share of draws with one."""

    scene: str
    n_items: int
    figure: str
    truth: float
    covered: float
    given: float
    mean_width: float


def covered(scene: Scene, n_items: int, draws: int, only: str, seed: int = 5) -> Iterator[Row]:
    rng = np.random.default_rng(seed)
    figures = {name: figure for name, figure in figures_of(scene).items() if only in name}
    whole = scene.drawn(WHOLE, rng)
    truth = {name: _value(figure, name, whole, rng) for name, figure in figures.items()}
    ends: dict[str, list[tuple[float, float]]] = {name: [] for name in figures}
    for _ in range(draws):
        ratings = scene.drawn(n_items, rng)
        for name, figure in figures.items():
            found = figure(ratings, rng)
            ends[name].append((found.low, found.high))
    for name, pairs in ends.items():
        low, high = _columns(pairs)
        given = np.isfinite(low)
        held = (low <= truth[name]) & (truth[name] <= high)
        n = int(given.sum())
        yield Row(
            scene.name,
            n_items,
            name,
            truth[name],
            float(held[given].mean()) if n else float("nan"),
            n / draws,
            float((high - low)[given].mean()) if n else float("nan"),
        )


def _value(figure: Figure, name: str, whole: Ratings, rng: np.random.Generator) -> float:
    plain = figures_without_draws().get(name, figure)
    return plain(whole, rng).value


def figures_without_draws() -> dict[str, Figure]:
    """The same figures where only the value is wanted: resampling half a million items would take minutes."""
    return {
        **{f"{name}, bootstrap": figure for name, figure in {**ANY, **OF_TWO}.items() if "bootstrap" not in name},
        "interval alpha": lambda ratings, _: alpha(ratings, level="interval"),
        "ordinal alpha": lambda ratings, _: alpha(ratings, level="ordinal"),
    }  # fmt: skip


def _columns(pairs: Sequence[tuple[float, float]]) -> tuple[FloatArray, FloatArray]:
    table = np.array(pairs)
    return table[:, 0], table[:, 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--items", default="100,200,1000", help="sizes of a sample, parted by commas")
    parser.add_argument("--only", default="", help="figures whose name contains this text")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    asked = parser.parse_args()
    rows = []
    with watched_pace() as pace:
        for scene in SCENES:
            for n_items in map(int, asked.items.split(",")):
                for row in covered(scene, n_items, asked.draws, asked.only):
                    rows.append(row)
                    if not asked.json:
                        kept = PROMISED[0] <= row.covered <= PROMISED[1]
                        print(
                            f"{row.scene:34} {row.n_items:5} {row.figure:42} {row.truth:6.3f} {row.covered:6.3f}"
                            f" given {row.given:5.3f} width {row.mean_width:.3f}{'' if kept else ' *'}",
                            flush=True,
                        )
    if asked.json:
        print(json.dumps({"pace_ms": pace.ms, "rows": [asdict(row) for row in rows]}, indent=2))
    else:
        print(f"pace {pace.ms} ms a million additions")


if __name__ == "__main__":
    main()
