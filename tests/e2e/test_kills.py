"""Web, worker, beat, PostgreSQL and the parent killed under load: a small edition of `./concord bench kills`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.harness.acknowledged import compared
from bench.harness.log import Given

ROOT = Path(__file__).resolve().parents[2]


def test_what_was_acknowledged_survives_kills_once_and_jobs_end() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.kills",
            "--acknowledged",
            "300",
            "--kills",
            "1",
            "--clients",
            "4",
            "--json",
        ],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3_000:]}"
    told = json.loads(done.stdout)
    assert told["acknowledged"] == 300
    assert told["kills"] == {"web": 1, "worker": 1, "beat": 1, "database": 1, "parent": 1}
    assert told["jobs"].get("done", 0) >= 2
    assert (told["lost"], told["doubled"], told["lost_in_export"], told["doubled_in_export"]) == (0, 0, 0, 0)
    assert (told["tasks_with_another_number"], told["places_that_disagree"]) == (0, 0)
    assert (told["profiles_that_drifted"], told["jobs_that_never_ended"]) == (0, 0)
    assert told["processes_left_behind"] == 0


def test_the_comparison_names_what_is_lost_and_what_is_doubled() -> None:
    first, second, third = (Given(task, 7, 100 + task, 1) for task in range(3))
    assert compared([first, second], [second, first]) == compared([], [])
    found = compared([first, second], [second, second, third])
    assert found.lost == [first]
    assert found.doubled == [second, third]
