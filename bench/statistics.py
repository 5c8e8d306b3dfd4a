"""CPU seconds and peak memory of the statistics on synthetic votes, beside a floor measured in the same run.

`./concord bench statistics [--votes 1000000] [--only TEXT] [--repeats 5] [--json]`

Every work runs in a child process of its own: its memory is what it took above the votes it was given. Figures are
medians of five (or `--repeats`), CPU of all threads. The bars are per million votes of 5 an item.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # waiting threads would be counted as work

import numpy as np

from consistency.core.aggregation.bwa import bwa
from consistency.core.aggregation.dawid_skene import dawid_skene_ml
from consistency.core.aggregation.glad import glad
from consistency.core.aggregation.ibcc import ibcc_vb
from consistency.core.aggregation.mace import mace
from consistency.core.aggregation.majority import majority
from consistency.core.aggregation.one_coin import one_coin
from consistency.core.aggregation.online import updated
from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.conger import conger_kappa
from consistency.core.agreement.fleiss import fleiss_kappa
from consistency.core.agreement.pairs import pair_matrix
from consistency.core.agreement.running import running_agreement
from consistency.core.ambiguity.pairs import confused_pairs
from consistency.core.ratings import Ratings, from_arrays
from consistency.core.tables import from_csv

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 5
VOTES_PER_ITEM = 5
MILLION = 1_000_000


@dataclass(frozen=True)
class Work:
    """Something to measure. ``bar`` is in CPU seconds per million votes, or as it is where ``fixed``.

    ``less`` is measured too and taken off, and ``parts`` divides: what one iteration costs.
    """

    name: str
    bar: float
    run: Callable[[], object]
    less: Callable[[], object] | None = None
    parts: int = 1
    fixed: bool = False


@dataclass(frozen=True)
class Row:
    """What one work took. ``floors`` is how many passes of counting its time is."""

    name: str
    seconds: float
    bar: float
    floors: float
    peak_mb: float


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


def works(votes: int, directory: Path) -> Sequence[Work]:
    five, fifty = synthetic(votes, 5, 200), synthetic(votes, 50, 200)
    table = _csv(five, directory / "votes.csv")
    small = _csv(synthetic(4_000, 5, 40), directory / "small.csv")
    running = running_agreement(synthetic(100_000, 5, 200))
    posterior, confusion = np.full(5, 0.2), np.full((5, 5), 0.05) + 0.75 * np.eye(5)

    def alpha(ratings: Ratings) -> object:
        return nominal_alpha(ratings, rng=np.random.default_rng(0))

    def iterations(count: int) -> Callable[[], object]:
        return lambda: dawid_skene_ml(five, max_iterations=count, tolerance=0.0)

    def one_vote() -> None:
        for item in range(1000):
            running.add(item, item % 5)
            running.remove(item, item % 5)

    def one_update() -> None:
        for _ in range(1000):
            updated(posterior, confusion, 1)

    def command() -> None:
        arguments = [sys.executable, str(ROOT / "concord"), "agreement", str(small)]
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)

    return [
        Work("floor: one bincount", 0.0, lambda: np.bincount(five.item * 5 + five.code)),
        Work("alpha, 5 classes, 1,000 replicates", 0.05, lambda: alpha(five)),
        Work("alpha, 50 classes, 1,000 replicates", 1.0, lambda: alpha(fifty)),
        Work("alpha with its published interval", 0.05, lambda: nominal_alpha(five)),
        Work("Fleiss' kappa with its interval", 0.0, lambda: fleiss_kappa(five)),
        Work("Conger's kappa with its interval", 0.0, lambda: conger_kappa(five)),
        Work("majority", 0.02, lambda: majority(five)),
        Work("Dawid-Skene, an iteration", 0.03, iterations(12), iterations(2), 10),
        Work("GLAD", 5.0, lambda: glad(five)),
        Work("MACE", 15.0, lambda: mace(five, rng=np.random.default_rng(0))),
        Work("BWA", 3.0, lambda: bwa(five)),
        Work("one-coin", 0.0, lambda: one_coin(five)),
        Work("iBCC-VB", 0.0, lambda: ibcc_vb(five)),
        Work("what-if of all pairs of 50 classes", 1.0, lambda: confused_pairs(fifty)),
        Work("pair matrix, 200 labelers", 0.3, lambda: pair_matrix(five)),
        Work("reading a CSV, repeats looked for", 0.5, lambda: from_csv(table, repeats="latest")),
        Work("one vote's delta", 50e-6, one_vote, None, 2000, True),
        Work("one vote's posterior", 50e-6, one_update, None, 1000, True),
        Work("whole command on 4,000 votes", 0.5, command, None, 1, True),
    ]


def _csv(ratings: Ratings, path: Path) -> Path:
    columns = zip(ratings.item.tolist(), ratings.labeler.tolist(), ratings.code.tolist(), strict=True)
    with path.open("w", encoding="utf-8") as file:
        file.write("item,worker,label\n")
        file.writelines(f"{item},w{labeler},c{code}\n" for item, labeler, code in columns)
    return path


def measured(work: Work, repeats: int = REPEATS) -> tuple[float, float]:
    """Median CPU seconds, and megabytes above what was there before, in a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        before = _resident_mb()
        times = [_cpu(work.run) - (_cpu(work.less) if work.less else 0.0) for _ in range(repeats)]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
        os.write(writing, f"{np.median(times) / work.parts} {max(0.0, peak)}".encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read().split()
    _, status = os.waitpid(child, 0)
    if status or len(told) != 2:
        raise RuntimeError(f"{work.name}: the child ended with {status}")
    return float(told[0]), float(told[1])


def _cpu(run: Callable[[], object]) -> float:
    """CPU seconds of this process and of those it started."""
    before = time.process_time() + _children()
    run()
    return time.process_time() + _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, default=MILLION)
    parser.add_argument("--only", default="", help="run what contains one of these texts, parted by commas")
    parser.add_argument(
        "--repeats", type=int, default=REPEATS, help="times each work runs; the median counts"
    )
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        planned = works(asked.votes, Path(name))
        floor = measured(planned[0])[0]
        if not asked.json:
            print(f"{asked.votes:,} votes, {VOTES_PER_ITEM} an item; resident {_resident_mb():.0f} MB")
            print(f"{'':38} {'CPU s':>9} {'bar':>8} {'of bar':>7} {'floors':>8} {'peak MB':>8}")
        for work in planned:
            if not any(text in work.name for text in asked.only.split(",")):
                continue
            seconds, peak = measured(work, asked.repeats)
            bar = work.bar if work.fixed else work.bar * asked.votes / MILLION
            rows.append(Row(work.name, seconds, bar, seconds / floor, peak))
            if not asked.json:
                share = f"{seconds / bar:7.2f}" if bar else "      –"
                told = f"{bar:8.3g}" if bar else "       –"
                print(
                    f"{work.name:38} {seconds:9.3g} {told} {share} {seconds / floor:8.3g} {peak:8.0f}",
                    flush=True,
                )
    if asked.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))


if __name__ == "__main__":
    main()
