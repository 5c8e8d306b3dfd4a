"""The labeler's loop under load: real HTTP, real PostgreSQL with fsync, CPU of all servers a cycle.

`./concord bench loop [--tasks 100000] [--seconds 8] [--clients 1,8,32,100] [--json]`

A cycle is one claim and one submit: an answer that asks for the next task, as the label page sends it, and in the row
"two calls" a claim by itself. The servers' CPU is read from /proc (web workers and every PostgreSQL process);
the load generator is a process of its own and not counted, but shares the machine's cores. Beside each row stands what a
million additions in Python took meanwhile, since the same machine can be three times as slow a minute later.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import Process, Queue
from pathlib import Path

from bench.harness.database import own_database
from bench.harness.load import label_until
from bench.harness.loop_stage import run_ahead, seed
from bench.harness.pace import watched_pace
from bench.harness.processes import answering, cpu_seconds, free_port, proportional_mb

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Measured:
    """One row of the table."""

    scene: str
    clients: int
    cycles: int
    cycles_per_s: float
    cpu_ms: float
    web_cpu_ms: float
    database_cpu_ms: float
    p50_ms: float
    p95_ms: float
    web_memory_mb: float
    pace_ms: float


def under_load(
    scene: str,
    web: int,
    database: int,
    port: int,
    project: int,
    tokens: list[str],
    answers: str,
    seconds: float,
    *,
    apart: bool = False,
) -> Measured:
    out: Queue[list[float]] = Queue()
    with watched_pace() as pace:
        before_web, before_database, begun = cpu_seconds(web), cpu_seconds(database), time.monotonic()
        client = Process(target=label_until, args=(port, project, tokens, answers, seconds, apart, out))
        client.start()
        spans = sorted(out.get(timeout=seconds + 60))
        client.join()
        wall = time.monotonic() - begun
    if not spans:
        raise SystemExit(f"{scene}: no cycle was completed in {seconds:g} s")
    web_s, database_s = cpu_seconds(web) - before_web, cpu_seconds(database) - before_database
    cycles = len(spans)
    return Measured(
        scene=scene,
        clients=len(tokens),
        cycles=cycles,
        cycles_per_s=round(cycles / wall, 1),
        cpu_ms=round(1000 * (web_s + database_s) / cycles, 2),
        web_cpu_ms=round(1000 * web_s / cycles, 2),
        database_cpu_ms=round(1000 * database_s / cycles, 2),
        p50_ms=round(1000 * spans[cycles // 2], 1),
        p95_ms=round(1000 * spans[int(cycles * 0.95)], 1),
        web_memory_mb=round(proportional_mb(web), 1),
        pace_ms=pace.ms,
    )


def measured(given: argparse.Namespace) -> list[Measured]:
    """Every scene of the table, against servers of its own."""
    counts = [int(word) for word in given.clients.split(",")]
    with own_database(CONCORD_API_RATE="100000000/min") as own:
        port = free_port()
        web = None
        try:
            project, tokens, answers = seed(given.tasks, max(counts), boxes=False)
            three, three_tokens, three_answers = seed(5_000, 8, boxes=True)
            web = subprocess.Popen(
                [sys.executable, "-m", "labeling.config.launcher.web"],
                cwd=ROOT,
                env={**os.environ, "CONCORD_PORT": str(port)},
                stdout=subprocess.DEVNULL,
                stderr=(own.data / "web.log").open("wb"),
            )
            answering(port)
            servers = (web.pid, own.server, port)
            loop = partial(under_load, seconds=given.seconds)
            under_load("warm-up", *servers, project, tokens[:4], answers, 2)
            table = [loop(f"{given.tasks:,} tasks", *servers, project, tokens[:n], answers) for n in counts]
            run_ahead(project, tokens[0], given.tasks // 2)
            return [
                *table,
                loop("one far ahead", *servers, project, tokens[:8], answers),
                loop("far ahead alone", *servers, project, tokens[:1], answers),
                loop("two calls", *servers, project, tokens[1:9], answers, apart=True),
                loop("3 questions, 20 boxes", *servers, three, three_tokens, three_answers),
            ]
        except BaseException:
            print((own.data / "web.log").read_text()[-3_000:], file=sys.stderr)
            raise
        finally:
            if web is not None:
                web.send_signal(signal.SIGTERM)
                web.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./concord bench loop", description="Measures claim + submit.")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", default="1,8,32,100")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    given = parser.parse_args()
    table = measured(given)
    if given.json:
        print(json.dumps([asdict(row) for row in table], indent=2))
        return
    print(
        f"{'scene':24}{'clients':>8}{'cycles/s':>10}{'CPU ms':>8}{'web':>7}{'db':>7}{'p50 ms':>8}{'p95 ms':>8}{'MB':>7}{'pace':>11}"
    )
    for row in table:
        print(
            f"{row.scene:24}{row.clients:>8}{row.cycles_per_s:>10}{row.cpu_ms:>8}{row.web_cpu_ms:>7}"
            f"{row.database_cpu_ms:>7}{row.p50_ms:>8}{row.p95_ms:>8}{row.web_memory_mb:>7}{row.pace_ms:>11}"
        )


if __name__ == "__main__":
    main()
