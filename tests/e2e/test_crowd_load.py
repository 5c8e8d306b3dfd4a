"""A small crowd works through a study as the benchmark's large one does: every answer is stored, none is one too many."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
WORKERS, TASKS_EACH, WITHIN_S = 50, 6, 240
ASKED = f"--workers {WORKERS} --tasks-each {TASKS_EACH} --think 0.4 --ramp 2 --seconds 120 --json"


def test_fifty_workers_come_by_a_link_and_leave_with_the_code_and_nothing_is_lost_or_over_filled() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.crowd", *ASKED.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["accepted"] == WORKERS * TASKS_EACH
    assert found["codes"] == WORKERS
    assert {found[name] for name in ("errors", "lost", "doubled", "over_filled", "unfinished")} == {0}
    assert {row["request"] for row in found["rows"]} == {"page", "begin", "claim", "submit", "finish"}
