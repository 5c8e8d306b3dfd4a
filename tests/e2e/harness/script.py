"""Concord's API as somebody's script calls it: by bearer token, outside any browser."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any

JOB_WITHIN_S = 60.0


class Script:
    """A token and the address it is good for."""

    def __init__(self, url: str, bearer: str) -> None:
        self.url = url
        self.bearer = bearer

    def get(self, path: str) -> Any:
        return json.loads(self.fetched(path))

    def fetched(self, path: str) -> bytes:
        return self._answered(urllib.request.Request(self.url + path), 200)

    def post(self, path: str, body: object, status: int) -> Any:
        """What a POST answers; it must answer with this status."""
        request = urllib.request.Request(self.url + path, method="POST", data=json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        return json.loads(self._answered(request, status))

    def job_ended(self, job: str) -> dict[str, Any]:
        """The job's row once a worker has ended it."""
        deadline = time.monotonic() + JOB_WITHIN_S
        while (row := self.get(f"/api/v1/jobs/{job}/"))["state"] in ("queued", "running"):
            assert time.monotonic() < deadline, f"the job did not end: {row}"
            time.sleep(0.2)
        assert isinstance(row, dict)
        return row

    def _answered(self, request: urllib.request.Request, status: int) -> bytes:
        request.add_header("Authorization", f"Bearer {self.bearer}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == status
            content = answer.read()
        assert isinstance(content, bytes)
        return content
