"""A crowd under load: workers who come by a platform's link, label at a human's pace and leave with the code.

`./concord bench crowd [--workers 1000] [--think 10] [--seconds 120] [--ramp 40] [--tasks-each 20] [--json]`

Real HTTP with cookies and forms as a browser sends them, real PostgreSQL with fsync, pause rules on and applied as the
background worker would. Everybody arrives within the ramp; after so many seconds each answers what is in their hands and
stops. A row a kind of request; `submit` brings the next task along. Then the rows are looked through: an answer that was
accepted is stored once, and no task holds more than it wants. Anything else ends with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from multiprocessing import Process, Queue
from pathlib import Path
from queue import Empty

from bench.harness.crowd_load import Study, Told, work_through
from bench.harness.database import own_database
from bench.harness.loop_stage import seed
from bench.harness.pace import watched_pace
from bench.harness.processes import answering, cpu_seconds, free_port

ROOT = Path(__file__).resolve().parents[1]
PLACES = 3
CODE = "C0NC0RD"
RULES_EVERY_S = 5.0


@dataclass(frozen=True)
class Row:
    """One kind of request."""

    request: str
    times: int
    p50_ms: float
    p95_ms: float
    longest_ms: float


@dataclass(frozen=True)
class Measured:
    """The table, and what the rows say afterwards; every number after `unfinished` must be nought."""

    workers: int
    seconds: float
    accepted: int
    per_s: float
    cpu_ms: float
    pace_ms: float
    load_before: float
    codes: int
    unfinished: int
    errors: int
    lost: int
    doubled: int
    over_filled: int
    rows: tuple[Row, ...]

    @property
    def is_right(self) -> bool:
        return not (self.errors or self.lost or self.doubled or self.over_filled)


def measured(given: argparse.Namespace) -> Measured:
    answers = given.workers * min(given.tasks_each, int(2 * given.seconds / given.think) + 4)
    with own_database(CONCORD_API_RATE="100000000/min") as own:
        project, _, _ = seed(answers // PLACES + given.workers, 0, boxes=False)
        study = _study(project, given)
        web = subprocess.Popen(
            [sys.executable, "-m", "labeling.config.launcher.web"],
            cwd=ROOT,
            env={**os.environ, "CONCORD_PORT": str(study.port)},
            stdout=subprocess.DEVNULL,
            stderr=(own.data / "web.log").open("wb"),
        )
        try:
            answering(study.port)
            load_before = os.getloadavg()[0]
            with watched_pace() as pace:
                before, begun = cpu_seconds(web.pid) + cpu_seconds(own.server), time.monotonic()
                told = _worked(study, given.workers)
                took = time.monotonic() - begun
                cpu_s = cpu_seconds(web.pid) + cpu_seconds(own.server) - before
        except BaseException:
            print((own.data / "web.log").read_text()[-3_000:], file=sys.stderr)
            raise
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait(20)
        for error in told.errors[:10]:
            print(error, file=sys.stderr)
        lost, doubled, over_filled = _looked_through(told.accepted)
        return Measured(
            workers=given.workers,
            seconds=round(took, 1),
            accepted=told.accepted,
            per_s=round(told.accepted / took, 1),
            cpu_ms=round(1000 * cpu_s / max(told.accepted, 1), 2),
            pace_ms=pace.ms,
            load_before=round(load_before, 2),
            codes=told.codes,
            unfinished=told.unfinished,
            errors=len(told.errors),
            lost=lost,
            doubled=doubled,
            over_filled=over_filled,
            rows=tuple(_row(name, spans) for name, spans in told.spans.items()),
        )


def _study(project: int, given: argparse.Namespace) -> Study:
    from labeling.services import crowd, pauses

    link = crowd.make_link(
        project,
        crowd.Study(
            name="Bench",
            worker_parameter="WORKER",
            tasks_each=given.tasks_each,
            workers=given.workers,
            code=CODE,
        ),
        by=None,
    )
    pauses.add_rule(project, "speed", least=1, last=10, by=None)
    return Study(
        port=free_port(),
        slug=link.slug,
        project=project,
        code=CODE,
        think_s=given.think,
        ramp_s=given.ramp,
        seconds=given.seconds,
    )


def _worked(study: Study, workers: int) -> Told:
    """While they work, rules are applied and profiles folded as often as the background worker does."""
    from labeling.services import pauses, profiles

    out: Queue[Told] = Queue()
    client = Process(target=work_through, args=(study, workers, out))
    client.start()
    deadline = time.monotonic() + study.ramp_s + study.seconds + 3 * study.think_s + 120
    while True:
        try:
            told = out.get(timeout=RULES_EVERY_S)
        except Empty:
            if time.monotonic() > deadline or not client.is_alive():
                client.kill()
                raise SystemExit("the workers did not come to an end") from None
            pauses.apply_rules()
            profiles.fold_profiles()
        else:
            client.join()
            return told


def _looked_through(accepted: int) -> tuple[int, int, int]:
    """Accepted answers that are not stored, stored ones too many, and tasks with more answers than they want."""
    from django.db.models import Count, F

    from labeling.models import Annotation, Place

    stored = Annotation.objects.filter(seat__isnull=False, revision=0)
    by_person = stored.values("task", "agent").annotate(n=Count("pk"))
    doubled = by_person.filter(n__gt=1).count() + max(0, stored.count() - accepted)
    fullest = stored.values("task").annotate(n=Count("pk")).filter(n__gt=PLACES).count()
    over = Place.objects.filter(taken__gt=F("wanted")).count() + fullest
    return max(0, accepted - stored.count()), doubled, over


def _row(name: str, spans: list[float]) -> Row:
    spans = sorted(spans)
    at = (len(spans) // 2, int(len(spans) * 0.95), len(spans) - 1)
    return Row(name, len(spans), *(round(1000 * spans[one], 1) for one in at))


def options(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./concord bench crowd", description="Measures a crowd's work.")
    parser.add_argument("--workers", type=int, default=1_000)
    parser.add_argument(
        "--think", type=float, default=10, help="seconds of thinking, half to one and a half of it"
    )
    parser.add_argument("--seconds", type=float, default=120, help="how long each worker goes on")
    parser.add_argument("--ramp", type=float, default=40, help="everybody has arrived by then")
    parser.add_argument("--tasks-each", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    return parser.parse_args(words)


def main() -> None:
    given = options()
    found = measured(given)
    if given.json:
        print(json.dumps(asdict(found), indent=2))
    else:
        print(f"{'request':12}{'times':>8}{'p50 ms':>9}{'p95 ms':>9}{'longest':>10}")
        for row in found.rows:
            print(f"{row.request:12}{row.times:>8}{row.p50_ms:>9}{row.p95_ms:>9}{row.longest_ms:>10}")
        print(", ".join(f"{name} {value}" for name, value in asdict(found).items() if name != "rows"))
    sys.exit(0 if found.is_right else 1)


if __name__ == "__main__":
    main()
