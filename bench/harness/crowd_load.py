"""Workers of a platform in one process: each comes by the link, agrees, labels at a human's pace, and leaves with the code."""

from __future__ import annotations

import asyncio
import json
import random
import re
import secrets
import time
from dataclasses import dataclass, field
from multiprocessing import Queue
from typing import Any, Final

PATIENCE_S: Final = 60.0
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"


@dataclass
class Told:
    """What the workers were told, and how long each kind of request took, in seconds."""

    spans: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    accepted: int = 0
    codes: int = 0
    unfinished: int = 0


@dataclass(frozen=True)
class Study:
    """Where the workers go and how they work."""

    port: int
    slug: str
    project: int
    code: str
    think_s: float
    ramp_s: float
    seconds: float


class Refused(Exception):
    """A request was answered with what nobody should be told here."""


class Browser:
    """One worker's browser: a connection that is kept, cookies, and the token that forms carry."""

    def __init__(self, study: Study, told: Told) -> None:
        self._study, self._told = study, told
        self._cookies: dict[str, str] = {}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, what: str, path: str) -> tuple[int, bytes]:
        return await self._asked(what, "GET", path, b"", "", "")

    async def form(self, what: str, path: str, body: str = "") -> tuple[int, bytes]:
        token = self._cookies["csrftoken"]
        return await self._asked(what, "POST", path, f"csrfmiddlewaretoken={token}&{body}".encode(), FORM, "")

    async def json(self, what: str, path: str, body: dict[str, Any]) -> Any:
        status, raw = await self._asked(
            what, "POST", path, json.dumps(body).encode(), JSON, secrets.token_hex(12)
        )
        if status not in (200, 201):
            raise Refused(f"{what}: {status} {raw[:200]!r}")
        return json.loads(raw)

    async def _asked(
        self, what: str, method: str, path: str, body: bytes, kind: str, key: str
    ) -> tuple[int, bytes]:
        begun = time.monotonic()
        status, raw = await asyncio.wait_for(self._once(method, path, body, kind, key), PATIENCE_S)
        self._told.spans.setdefault(what, []).append(time.monotonic() - begun)
        if status >= 400:
            raise Refused(f"{what}: {status} {raw[:200]!r}")
        return status, raw

    async def _once(self, method: str, path: str, body: bytes, kind: str, key: str) -> tuple[int, bytes]:
        if self._streams is None or self._streams[1].is_closing() or self._streams[0].at_eof():
            self._streams = await asyncio.open_connection("127.0.0.1", self._study.port)
        reader, writer = self._streams
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        lines += [f"Cookie: {cookies}"] if cookies else []
        lines += (
            [f"Content-Type: {kind}", f"X-CSRFToken: {self._cookies.get('csrftoken', '')}"] if kind else []
        )
        lines += [f"Idempotency-Key: {key}"] if key else []
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        for name, value in re.findall(r"(?im)^set-cookie: *(\w+)=([^;\r]*)", head):
            self._cookies[name] = value
        return int(head[9:12]), await self._body(reader, head.lower())

    @staticmethod
    async def _body(reader: asyncio.StreamReader, head: str) -> bytes:
        if length := re.search(r"content-length: (\d+)", head):
            return await reader.readexactly(int(length[1]))
        raw = b""
        while "transfer-encoding: chunked" in head:
            size = int(await reader.readline(), 16)
            raw += (await reader.readexactly(size + 2))[:-2]
            if size == 0:
                break
        return raw

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


async def _worker(number: int, study: Study, told: Told) -> None:
    rng = random.Random(number)
    browser = Browser(study, told)
    begun = time.monotonic()
    await asyncio.sleep(rng.random() * study.ramp_s)
    try:
        enter = f"/crowd/{study.slug}/?WORKER=w{number}"
        await browser.get("page", enter)
        await browser.form("begin", enter)
        given = await browser.json("claim", f"/api/v1/projects/{study.project}/claim", {})
        while (task := given["task"]) is not None:
            await asyncio.sleep(study.think_s * rng.uniform(0.5, 1.5))
            body = {
                "guideline_version": task["guideline_version"],
                "answers": {"kind": {"class": rng.choice((1, 1, 2, 3))}},
                "active_ms": 8_000,
            }
            path = f"/api/v1/tasks/{task['id']}/annotations"
            is_last = time.monotonic() - begun > study.seconds
            answered = await browser.json("submit", path + ("" if is_last else "?next=true"), body)
            told.accepted += 1
            if is_last:
                told.unfinished += 1
                return
            given = answered["next"]
        if given["reason"]["code"] not in ("enough", "all_done", "yours_done", "all_taken"):
            raise Refused(f"no task: {given['reason']['code']}")
        await browser.form("finish", "/crowd/end/", "action=finish")
        _, page = await browser.get("page", "/crowd/end/")
        told.codes += study.code.encode() in page
    except (Refused, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        told.errors.append(f"worker {number}: {type(error).__name__} {error}")
    finally:
        browser.close()


def work_through(study: Study, workers: int, out: Queue[Told]) -> None:
    """Everybody at once, in a process of its own."""

    async def everybody() -> Told:
        told = Told()
        await asyncio.gather(*(_worker(number, study, told) for number in range(workers)))
        return told

    out.put(asyncio.run(everybody()))
