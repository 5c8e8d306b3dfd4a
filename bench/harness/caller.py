"""A client that never gives up: what got no answer is asked again under the same key."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from typing import Any

REPEAT_FOR_S = 60.0


class Caller:
    """One client: repeats what got no answer, or a server's error, under the same key until it is answered."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self._connection: http.client.HTTPConnection | None = None
        self.repeated = 0

    def post(
        self, path: str, body: bytes, *, key: str = "", kind: str = "application/json"
    ) -> tuple[int, Any]:
        return self._asked(
            "POST", path, body, {"Content-Type": kind, **({"Idempotency-Key": key} if key else {})}
        )

    def get(self, path: str) -> tuple[int, Any]:
        return self._asked("GET", path, None, {})

    def _asked(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        deadline = time.monotonic() + REPEAT_FOR_S
        while True:
            try:
                status, raw, is_json = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                status, raw, is_json = 0, b"", False
            if 0 < status < 500 and status != 429:
                return status, json.loads(raw) if is_json else raw
            self._connection = None
            self.repeated += 1
            if time.monotonic() > deadline:
                raise SystemExit(
                    f"{method} {path}: no answer for {REPEAT_FOR_S:.0f} s, at last {status} {raw[:300]!r}"
                )
            time.sleep(0.1)

    def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes, bool]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        self._connection.request(method, path, body, {"Authorization": f"Bearer {self._token}", **headers})
        answer = self._connection.getresponse()
        return (
            answer.status,
            answer.read(),
            answer.getheader("Content-Type", "").startswith("application/json"),
        )


def multipart(name: str, content: bytes) -> tuple[str, bytes]:
    """A form with one file: its content type and its body."""
    mark = secrets.token_hex(12)
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return f"multipart/form-data; boundary={mark}", head.encode() + content + f"\r\n--{mark}--\r\n".encode()
