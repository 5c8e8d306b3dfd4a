"""CPU seconds and peak memory of the statistics on synthetic votes, beside a floor measured in the same run.

python -m bench.statistics [--votes 1000000] [--only NAME]
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # waiting threads would be counted as work

import numpy as np

from consistency.core.aggregation.bwa import bwa
from consistency.core.aggregation.dawid_skene import dawid_skene_ml
from consistency.core.aggregation.glad import glad
from consistency.core.aggregation.mace import mace
from consistency.core.aggregation.majority import majority
from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.pairs import pair_matrix
from consistency.core.ambiguity.pairs import confused_pairs
from consistency.core.ratings import Ratings, from_arrays
from consistency.core.tables import from_csv

REPEATS = 5
VOTES_PER_ITEM = 5


def synthetic(votes: int, n_classes: int, n_labelers: int, accuracy: float = 0.75, seed: int = 1) -> Ratings:
    """``votes`` answers, five an item, each by a different labeler of a pool."""
    rng = np.random.default_rng(seed)
    n_items = votes // VOTES_PER_ITEM
    item = np.repeat(np.arange(n_items), VOTES_PER_ITEM)
    first = rng.integers(0, n_labelers, n_items)
    step = rng.integers(1, max(2, n_labelers // VOTES_PER_ITEM), n_items)
    labeler = (first[:, None] + step[:, None] * np.arange(VOTES_PER_ITEM)) % n_labelers
    truth = rng.integers(0, n_classes, n_items)[item]
    right = rng.random(len(item)) < accuracy
    code = np.where(right, truth, rng.integers(0, n_classes, len(item)))
    return from_arrays(item, labeler.ravel(), code, classes=np.arange(n_classes), repeats="all")


def cpu_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median CPU time of the process, all threads counted."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return float(np.median(times))


def measurements(votes: int) -> list[tuple[str, float, int, Callable[[], object]]]:
    """Name, bar in CPU seconds per million votes, repeats and the work."""
    five, fifty = synthetic(votes, 5, 200), synthetic(votes, 50, 200)

    def alpha(ratings: Ratings) -> object:
        return nominal_alpha(ratings, rng=np.random.default_rng(0))

    def dawid_skene_ten() -> object:
        return dawid_skene_ml(five, max_iterations=10, tolerance=0.0)

    table = Path(tempfile.mkdtemp()) / "votes.csv"
    columns = zip(five.item.tolist(), five.labeler.tolist(), five.code.tolist(), strict=True)
    with table.open("w", encoding="utf-8") as file:
        file.write("item,worker,label\n")
        file.writelines(f"{item},w{labeler},c{code}\n" for item, labeler, code in columns)

    return [
        ("floor: one bincount", 0.0, REPEATS, lambda: np.bincount(five.item * 5 + five.code)),
        ("alpha, 5 classes, 1,000 replicates", 0.05, REPEATS, lambda: alpha(five)),
        ("alpha, 50 classes, 1,000 replicates", 1.0, 3, lambda: alpha(fifty)),
        ("majority", 0.02, REPEATS, lambda: majority(five)),
        ("pair matrix, 200 labelers", 0.3, REPEATS, lambda: pair_matrix(five)),
        ("what-if of all pairs of 50 classes", 1.0, REPEATS, lambda: confused_pairs(fifty)),
        ("Dawid-Skene, 10 iterations and set-up", 0.3, REPEATS, dawid_skene_ten),
        ("reading a CSV, repeats looked for", 0.5, 3, lambda: from_csv(table, repeats="latest")),
        ("GLAD", 5.0, 3, lambda: glad(five)),
        ("MACE", 15.0, 3, lambda: mace(five, rng=np.random.default_rng(0))),
        ("BWA", 3.0, 3, lambda: bwa(five)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--only", default="", help="run what contains this text")
    arguments = parser.parse_args()
    works = measurements(arguments.votes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    floor = cpu_seconds(works[0][3])
    print(f"{arguments.votes:,} votes; input resident {before:.0f} MB")
    print(f"{'':40} {'CPU s':>8} {'bar':>7} {'of bar':>7} {'floors':>7} {'peak MB':>8}")
    for name, bar, repeats, work in works:
        if arguments.only not in name:
            continue
        seconds = cpu_seconds(work, repeats)
        scaled = bar * arguments.votes / 1_000_000
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
        share = f"{seconds / scaled:7.2f}" if scaled else "      -"
        print(f"{name:40} {seconds:8.4f} {scaled:7.3f} {share} {seconds / floor:7.1f} {peak:8.0f}")


if __name__ == "__main__":
    main()
