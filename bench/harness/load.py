"""Labelers who answer as fast as they are answered, many in one process: the load of the loop's benchmark."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from multiprocessing import Queue
from typing import Any


async def _call(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    path: str,
    token: str,
    body: bytes,
    key: str = "",
) -> tuple[int, bytes]:
    extra = f"Idempotency-Key: {key}\r\n" if key else ""
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n{extra}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


async def _labeler(
    port: int, project: int, token: str, answers: str, until: float, spans: list[float], apart: bool
) -> None:
    """Answers task after task: each answer brings the next task along, or with `apart` a claim of its own does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def claimed() -> Any:
        status, raw = await _call(reader, writer, f"/api/v1/projects/{project}/claim", token, b"{}")
        if status != 200:
            raise SystemExit(f"claim answered {status}: {raw[:300]!r}")
        return json.loads(raw)

    given = None if apart else await claimed()
    try:
        while time.monotonic() < until:
            begun = time.monotonic()
            given = given or await claimed()
            task = given["task"]
            if task is None:
                raise SystemExit(f"nothing left to label: {given}")
            body = f'{{"guideline_version": {task["guideline_version"]}, "answers": {answers}, "active_ms": 900}}'
            path = f"/api/v1/tasks/{task['id']}/annotations" + ("" if apart else "?next=true")
            status, raw = await _call(reader, writer, path, token, body.encode(), secrets.token_hex(12))
            if status != 201:
                raise SystemExit(f"submit answered {status}: {raw[:300]!r}")
            given = json.loads(raw).get("next")
            spans.append(time.monotonic() - begun)
    finally:
        writer.close()


def label_until(
    port: int,
    project: int,
    tokens: list[str],
    answers: str,
    seconds: float,
    apart: bool,
    out: Queue[list[float]],
) -> None:
    async def everybody() -> list[float]:
        spans: list[float] = []
        until = time.monotonic() + seconds
        await asyncio.gather(
            *(_labeler(port, project, token, answers, until, spans, apart) for token in tokens)
        )
        return spans

    try:
        out.put(asyncio.run(everybody()))
    except SystemExit as stopped:
        print(stopped, file=sys.stderr)
        out.put([])
