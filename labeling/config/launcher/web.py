"""The web server: Django is loaded once, before the workers are forked, so that they share its memory."""

from __future__ import annotations

import os
from typing import Any

from django.db import connections
from django.urls import get_resolver
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from labeling.config.collector import collect_rarely
from labeling.config.wsgi import application

WORKERS = 2
THREADS = 8


def loaded(_target: str) -> Any:
    return application


def main() -> None:
    _ = get_resolver().url_patterns  # every view is imported here, not in each worker
    connections.close_all()
    collect_rarely()
    Granian(
        "labeling.config.wsgi:application",
        address=os.environ.get("CONCORD_HOST", "127.0.0.1"),
        port=int(os.environ["CONCORD_PORT"]),
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=5,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=loaded)


if __name__ == "__main__":
    main()
