"""Concord's API as somebody's script calls it: by bearer token, outside any browser."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
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
        return self.send(path, json.dumps(body).encode(), "application/json", status)

    def send(self, path: str, content: bytes, media_type: str, status: int) -> Any:
        request = urllib.request.Request(self.url + path, method="POST", data=content)
        request.add_header("Content-Type", media_type)
        request.add_header("Idempotency-Key", uuid.uuid4().hex)
        return json.loads(self._answered(request, status))

    def delete(self, path: str, status: int) -> None:
        self._answered(urllib.request.Request(self.url + path, method="DELETE"), status)

    def upload(self, path: str, file_name: str, content: bytes, status: int, **fields: str) -> Any:
        """A form with one file, called `file`."""
        return self.upload_files(path, "file", {file_name: content}, status, **fields)

    def upload_files(
        self, path: str, field: str, files: Mapping[str, bytes], status: int, **fields: str
    ) -> Any:
        """A form with some files under one name."""
        edge = f"concord-{uuid.uuid4().hex}"
        parts = [(f'name="{key}"', value.encode()) for key, value in fields.items()]
        parts += [(f'name="{field}"; filename="{name}"', content) for name, content in files.items()]
        body = b"".join(
            f"--{edge}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
            for head, content in parts
        )
        return self.send(
            path, body + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}", status
        )

    def demo_dataset(self, name: str) -> int:
        """One the demo made; other tests' datasets may have names much like it."""
        known = self.get("/api/v1/datasets/?page_size=200")["results"]
        return next(int(one["id"]) for one in known if one["name"] == f"{name} (demo)")

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
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                found, content = answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            found, content = refusal.code, refusal.read()
        assert found == status, f"{request.full_url} answered {found}: {content[:500]!r}"
        assert isinstance(content, bytes)
        return content
