"""What a start has to bring up to date: found by comparing digests, so that a later start does nothing twice."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from labeling.config.launcher.data import DataDirectory, Prepared
from labeling.config.launcher.database import Database
from labeling.config.launcher.errors import NewerData, StepFailed
from labeling.config.launcher.process import Identity, before_exec
from labeling.config.launcher.progress import Progress

APPS = ("metadata", "labeling", "consistency", "augmentation", "labeling/config")


def bring_up_to_date(
    root: Path,
    data: DataDirectory,
    database: Database,
    variables: Mapping[str, str],
    progress: Progress,
    *,
    demo: bool,
) -> None:
    """Migrate (after a backup), install the queues, collect the static files, load the demo: what is needed."""
    before = data.prepared()
    now = _wanted(root, before)
    if not database.fresh:
        refuse_newer(before, now, data.path)
    else:
        before = Prepared()
    now = replace(now, database=hashlib.sha256(os.environ.get("DATABASE_URL", "").encode()).hexdigest())
    schema = (before.schema, before.database) != (now.schema, now.database)
    static = before.static != now.static or not any((data.path / "static").iterdir())
    load_demo = demo and not before.demo
    if not (schema or static or load_demo):
        return
    if schema and before.schema:
        progress.say(database.back_up(data))
    options = [
        f"--{name}"
        for name, wanted in (("schema", schema), ("static", static), ("demo", load_demo))
        if wanted
    ]
    if schema and os.environ.get("CELERY_BROKER_URL", "pgmq:").startswith("pgmq:"):
        options.append("--broker")
    _run(root, data.logs / "prepare.log", {**variables, **progress.handed_over()}, options)
    data.remember(replace(now, demo=before.demo or load_demo))


def refuse_newer(before: Prepared, now: Prepared, path: Path) -> None:
    """A migration that was applied and is not known here came from a newer version."""
    unknown = sorted(set(before.migrations) - set(now.migrations))
    if unknown:
        raise NewerData(
            f"{path}: {unknown[-1]} is unknown here. Run the newer version, or use another --data."
        )


def _wanted(root: Path, before: Prepared) -> Prepared:
    migrations = sorted(path for app in APPS for path in (root / app / "migrations").glob("[0-9]*.py"))
    lock = root / "requirements.txt"
    return Prepared(
        schema=_digest(
            (path.relative_to(root).as_posix().encode(), path.read_bytes()) for path in (*migrations, lock)
        ),
        static=_digest(
            (path.relative_to(root).as_posix().encode(), str(path.stat().st_mtime_ns).encode())
            for app in APPS
            for path in (*sorted((root / app / "static").rglob("*")), lock)
            if path.is_file()
        ),
        migrations=tuple(path.relative_to(root).with_suffix("").as_posix() for path in migrations),
        demo=before.demo,
    )


def _digest(pairs: Iterable[tuple[bytes, bytes]]) -> str:
    total = hashlib.sha256()
    for name, content in pairs:
        total.update(name + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()


def _run(root: Path, log: Path, variables: Mapping[str, str], options: list[str]) -> None:
    sys.stdout.flush()
    with log.open("wb") as errors:
        done = subprocess.run(
            [sys.executable, "-m", "labeling.config.launcher.prepare", *options],
            cwd=root, env=dict(variables), stdin=subprocess.DEVNULL, stderr=errors, check=False,
            preexec_fn=before_exec(Identity("same"), signal.SIGTERM),
        )  # fmt: skip
    if done.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise StepFailed(f"(The whole output is in {log}.)\n{tail}")
