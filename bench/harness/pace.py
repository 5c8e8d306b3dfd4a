"""How slow the machine is meanwhile: the same one can be three times as slow a minute later."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

SAMPLE = 10_000
REST_S = 0.1


class Pace:
    """The CPU in milliseconds that a million additions in Python took, known once the measured work is over."""

    ms = float("nan")


@contextmanager
def watched_pace() -> Iterator[Pace]:
    """Samples from a process of its own, a hundredth of the million at a time, so that it hardly weighs."""
    pace, over = Pace(), multiprocessing.Event()
    taken: multiprocessing.Queue[float] = multiprocessing.Queue()
    watcher = multiprocessing.Process(target=_watch, args=(over, taken), daemon=True)
    watcher.start()
    try:
        yield pace
    finally:
        over.set()
        pace.ms = round(taken.get(timeout=10), 1)
        watcher.join()


def _watch(over: Event, out: multiprocessing.Queue[float]) -> None:
    taken = [_sample_ms()]
    while not over.wait(REST_S):
        taken.append(_sample_ms())
    out.put(sorted(taken)[len(taken) // 2])


def _sample_ms() -> float:
    begun, total = time.process_time(), 0
    for number in range(SAMPLE):
        total += number
    return 1000 * (time.process_time() - begun) * 1_000_000 / SAMPLE
