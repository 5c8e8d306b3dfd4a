"""Environment variables, checked before anything is started: a wrong one is named with what is expected."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from labeling.config import env
from labeling.config.launcher.errors import WrongSetting

BROKERS = ("pgmq", "redis", "rediss", "amqp", "amqps")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def check_variables() -> None:
    """Refuse values that no process could use."""
    try:
        for name in ("CONCORD_DEBUG", "CONCORD_TLS"):
            env.flag(name)
        env.number("CONCORD_PORT", default=8000, low=1, high=65535)
        if "DATABASE_URL" in os.environ:
            env.database_address(os.environ["DATABASE_URL"])
    except env.InvalidEnvironment as error:
        raise WrongSetting(str(error)) from error
    _expect("CONCORD_SECRET_KEY", r".{32,}", "at least 32 characters", shown="…")
    _expect(
        "CELERY_BROKER_URL", rf"({'|'.join(BROKERS)})://.+", " or ".join(f"{name}://…" for name in BROKERS)
    )
    _expect("CONCORD_STORAGE", r"file:///.+", "file:///an/absolute/directory")
    _expect("CONCORD_LOG_LEVEL", "|".join(LOG_LEVELS), ", ".join(LOG_LEVELS))
    _expect("CONCORD_API_RATE", r"\d+/(s|sec|second|m|min|minute|h|hour|d|day)", "a rate such as 6000/min")


def port_from_environment() -> int:
    return int(os.environ.get("CONCORD_PORT", "8000"))


def data_from_environment(root: Path) -> Path:
    return Path(os.environ.get("CONCORD_DATA") or root / "var").absolute()


def process_variables(data: Path, port: int, database_url: str) -> Mapping[str, str]:
    """What every process of one data directory is told."""
    return {
        **os.environ,
        "CONCORD_DATA": str(data),
        "CONCORD_HOST": "127.0.0.1",  # another address needs TLS in front: see docker/
        "CONCORD_PORT": str(port),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "labeling.config.settings",
        "PYTHONUNBUFFERED": "1",
        # Threads of their own in numeric libraries would fight over the cores and must not live across a fork.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _expect(name: str, pattern: str, expected: str, *, shown: str | None = None) -> None:
    value = os.environ.get(name)
    if value is not None and not re.fullmatch(pattern, value):
        told = shown or re.sub(r"//[^/@]*@", "//…@", value)
        raise WrongSetting(f"{name} is {told!r}; expected {expected}.")
