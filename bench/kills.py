"""What an acknowledged answer survives: web, worker, beat and PostgreSQL killed in turn while people label.

`./concord bench kills [--acknowledged 5000] [--kills 6] [--clients 8] [--json]`

The product itself is started (`./concord up --no-demo`, fsync on) on a data directory and a port of its own. Clients
claim and submit over HTTP, repeat a request whose answer was lost under the same key, and append every acknowledged
submit to a log of their own, synced to disk before they go on. Meanwhile jobs run: imports, resolutions, versions,
exports. In the end the parent is killed too, everything is started again, and the log is compared with the database
and with an exported version. Exit code 1 if an answer is lost or doubled, a task holds another number of answers
than it wants, a job neither ended nor failed, a live figure is not what a recount gives, or a process is left behind.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from bench.harness.acknowledged import Result, check_database, check_export
from bench.harness.caller import Caller
from bench.harness.campaign_work import (
    JOBS_END_WITHIN_S,
    PLACES,
    Pace,
    Work,
    ask_for_imports,
    ask_for_versions,
    label,
    staged,
)
from bench.harness.log import Log
from bench.harness.product import UP_WITHIN_S, Product, connect, disconnect

KILLED = ("web", "worker", "beat", "database")


def campaign(place: Path, product: Product, given: argparse.Namespace) -> Result:
    """Everything, from the first start to the last comparison."""
    began = time.monotonic()
    tasks = -(-given.acknowledged // PLACES)
    scene = staged(tasks, given.clients)
    disconnect()
    logs = [Log(place / f"client-{n}.log") for n in range(given.clients)]
    strikes = [name for _ in range(given.kills) for name in KILLED]
    pace, work, over = Pace(tasks * PLACES, len(strikes)), Work(), threading.Event()
    callers = [Caller(product.port, token) for _, token in scene.labelers]
    askers = [Caller(product.port, scene.manager) for _ in range(2)]
    labelers = [
        threading.Thread(target=label, args=(caller, agent, scene, log, pace, work), daemon=True)
        for caller, (agent, _), log in zip(callers, scene.labelers, logs, strict=True)
    ]
    asking = [
        threading.Thread(target=ask, args=(caller, scene, work, over), daemon=True)
        for ask, caller in zip((ask_for_imports, ask_for_versions), askers, strict=True)
    ]
    for thread in (*labelers, *asking):
        thread.start()
    for name in strikes:
        pace.wait_for_load()
        product.kill(name)
        pace.struck()
    pace.end()
    for thread in labelers:
        thread.join(UP_WITHIN_S)
    if any(thread.is_alive() for thread in labelers):
        work.refused.append("a labeler did not come to an end")
    over.set()
    for thread in asking:
        thread.join(3 * JOBS_END_WITHIN_S)
        work.overdue += thread.is_alive()
    result = Result(kills=dict(Counter(strikes)), tasks=tasks, refused=len(work.refused))
    for line in work.refused[:5]:
        print(line, file=sys.stderr)
    result.requests_repeated = sum(caller.repeated for caller in (*callers, *askers))
    result.slowest_job_s = round(work.slowest_job_s, 1)
    result.processes_left_behind = product.kill_parent()
    result.kills["parent"] = 1
    product.start()
    told = sorted(one for log in logs for one in log.read())
    result.acknowledged = len(told)
    check_database(told, scene, work, result)
    check_export(told, Caller(product.port, scene.manager), scene, result)
    result.seconds = round(time.monotonic() - began, 1)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(prog="./concord bench kills", description="Kills everything under load.")
    parser.add_argument(
        "--acknowledged", type=int, default=5_000, help="submits in all (default: %(default)s)"
    )
    parser.add_argument("--kills", type=int, default=6, help="of each process (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ckill-") as name:
        product = Product(Path(name))
        try:
            product.start()
            connect(product)
            result = campaign(Path(name), product, given)
            disconnect()
        except BaseException:
            print(product.output.read_text()[-3_000:], file=sys.stderr)
            raise
        finally:
            product.stop()
    if given.json:
        print(json.dumps(asdict(result), indent=2))
    else:
        for title, value in asdict(result).items():
            print(f"{title.replace('_', ' '):28}{value}")
    return 1 if result.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
