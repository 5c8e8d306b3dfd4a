"""How fast text items go in: `./concord bench imports [--items 100000]`: items/s, CPU per 1,000 and memory, as JSON."""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from bench.harness.database import own_database
from bench.harness.pace import watched_pace


def lines(count: int, words: int = 12) -> Iterator[bytes]:
    """Pieces of about a megabyte of JSON lines, made before they are read so that making them costs little."""
    vocabulary = [
        "late",
        "parcel",
        "refund",
        "invoice",
        "please",
        "courier",
        "the",
        "my",
        "was",
        "charged",
        "twice",
    ]
    for start in range(0, count, 5_000):
        yield b"".join(
            json.dumps(
                {
                    "key": f"m{n}",
                    "text": " ".join(vocabulary[(n * 7 + k * k) % 11] for k in range(words)),
                    "channel": ("mail", "chat")[n % 2],
                }
            ).encode()
            + b"\n"
            for n in range(start, min(count, start + 5_000))
        )


def server_cpu_s() -> float:
    """CPU of all processes called postgres, as the kernel counts it."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        if name.partition("(")[2].startswith("postgres"):
            values = rest.split()
            total += int(values[11]) + int(values[12])
    return total / os.sysconf("SC_CLK_TCK")


def measure(count: int) -> None:
    from labeling.config.collector import collect_rarely
    from metadata.services import datasets, imports

    collect_rarely()  # as the workers that import do
    warm = datasets.create_dataset(name="Warm-up", description="", fields=[], by=None)
    batch = imports.open_batch(warm.pk, name="warm", by=None)
    imports.import_lines(warm.pk, lines(5_000), format="jsonl", batch=batch, by=None)
    fields = [{"name": "channel", "kind": "choice", "choices": ["mail", "chat"]}]
    dataset = datasets.create_dataset(name="Imports", description="", fields=fields, by=None)
    batch = imports.open_batch(dataset.pk, name="bench", by=None)
    held = list(lines(count))
    memory_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with watched_pace() as pace:
        wall, cpu, server = time.perf_counter(), time.process_time(), server_cpu_s()
        imported = imports.import_lines(dataset.pk, held, format="jsonl", batch=batch, by=None)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        server = server_cpu_s() - server
    assert imported.created == count, imported
    print(
        json.dumps(
            {
                "items": count,
                "items_per_s": round(count / wall),
                "client_cpu_s_per_1000": round(cpu / count * 1000, 4),
                "server_cpu_s_per_1000": round(server / count * 1000, 4),
                "pace_ms": pace.ms,
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
                "grew_mb": round(
                    (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory_before) / 1024, 1
                ),
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="./concord bench imports", description="Measures an import of text."
    )
    parser.add_argument("--items", type=int, default=100_000)
    given = parser.parse_args()
    with own_database():
        measure(given.items)


if __name__ == "__main__":
    main()
