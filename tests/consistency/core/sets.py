"""Real label sets and worked examples, as the engine reads them, and votes drawn by Hypothesis."""

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from consistency.core.arrays import FloatArray, IntArray, NameArray
from consistency.core.ratings import Level, Ratings, RepeatRule, from_arrays
from consistency.core.tables import from_csv

DATA = Path(__file__).parents[2] / "data"
EXAMPLES = DATA / "worked_examples"


def example(name: str, *, level: Level = "nominal", repeats: RepeatRule = "refuse") -> Ratings:
    return from_csv(EXAMPLES / f"{name}.csv", level=level, repeats=repeats)


def expected(name: str) -> Mapping[str, tuple[str, float]]:
    """Measure -> (as published, as measured) of one worked example."""
    with (EXAMPLES / "expected.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["dataset"] == name]
    return {row["measure"]: (row["published"], float(row["measured"])) for row in rows}


def label_set(name: str) -> Ratings:
    return from_csv(DATA / name / "labels.csv", repeats="latest")


def gold_of(name: str) -> dict[int, str]:
    with (DATA / name / "gold.csv").open(newline="") as file:
        return {int(row["item"]): row["label"] for row in csv.DictReader(file)}


def accuracy(
    name: str, items: IntArray, item_names: NameArray, classes: NameArray, posterior: FloatArray
) -> float:
    """Share of gold items whose most probable class is right; a tie of k classes scores 1/k."""
    gold = gold_of(name)
    score = []
    for item, row in zip(items.tolist(), posterior, strict=True):
        truth = gold.get(int(item_names[item]))
        if truth is None:
            continue
        best = np.flatnonzero(row >= row.max() - 1e-9)
        score.append(float(truth in classes[best].tolist()) / len(best))
    return float(np.mean(score))


@st.composite
def votes(
    draw: st.DrawFn, *, max_items: int = 12, max_labelers: int = 5, n_classes: int = 3, complete: bool = False
) -> Ratings:
    """Votes of a few labelers with missing answers; all classes declared."""
    n_items = draw(st.integers(1, max_items))
    n_labelers = draw(st.integers(2, max_labelers))
    cells = [(i, w) for i in range(n_items) for w in range(n_labelers)]
    kept = cells if complete else draw(st.lists(st.sampled_from(cells), min_size=1, unique=True))
    codes = draw(st.lists(st.integers(0, n_classes - 1), min_size=len(kept), max_size=len(kept)))
    return from_arrays(
        [item for item, _ in kept], [labeler for _, labeler in kept], codes, classes=list(range(n_classes))
    )
