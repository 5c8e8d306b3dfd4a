"""The labeler's loop under load: real HTTP, real PostgreSQL with fsync, CPU of all servers a cycle.

`./concord bench loop [--tasks 100000] [--seconds 8] [--clients 1,8,32,100] [--json]`

A cycle is one claim and one submit: an answer that asks for the next task, as the label page sends it, and in the row
"two calls" a claim by itself. The servers' CPU is read from /proc (web workers and every PostgreSQL process);
the load generator is a process of its own and not counted, but shares the machine's cores. Beside each row stands what a
million additions in Python took meanwhile, since the same machine can be three times as slow a minute later.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

from bench.database import own_database
from bench.pace import watched_pace

ROOT = Path(__file__).resolve().parents[1]
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One row of the table."""

    scene: str
    clients: int
    cycles: int
    cycles_per_s: float
    cpu_ms: float
    web_cpu_ms: float
    database_cpu_ms: float
    p50_ms: float
    p95_ms: float
    web_memory_mb: float
    pace_ms: float


def process_tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        found.append(pid)
        pending += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of a process, its living descendants and those it has reaped."""
    total = 0
    for pid in process_tree(root):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(stat[11]) + int(stat[12]) + int(stat[13]) + int(stat[14])
    return total / TICK


def proportional_mb(root: int) -> float:
    """Memory of a process tree, shared pages divided among those who share them."""
    kilobytes = 0
    for pid in process_tree(root):
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        except OSError:
            continue
    return kilobytes / 1024


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


def _load(
    port: int,
    project: int,
    tokens: list[str],
    answers: str,
    seconds: float,
    apart: bool,
    out: "Queue[list[float]]",
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


def under_load(
    scene: str,
    web: int,
    database: int,
    port: int,
    project: int,
    tokens: list[str],
    answers: str,
    seconds: float,
    *,
    apart: bool = False,
) -> Measured:
    out: Queue[list[float]] = Queue()
    with watched_pace() as pace:
        before_web, before_database, begun = cpu_seconds(web), cpu_seconds(database), time.monotonic()
        client = Process(target=_load, args=(port, project, tokens, answers, seconds, apart, out))
        client.start()
        spans = sorted(out.get(timeout=seconds + 60))
        client.join()
        wall = time.monotonic() - begun
    if not spans:
        raise SystemExit("the load generator was refused")
    web_s, database_s = cpu_seconds(web) - before_web, cpu_seconds(database) - before_database
    cycles = len(spans)
    return Measured(
        scene=scene,
        clients=len(tokens),
        cycles=cycles,
        cycles_per_s=round(cycles / wall, 1),
        cpu_ms=round(1000 * (web_s + database_s) / cycles, 2),
        web_cpu_ms=round(1000 * web_s / cycles, 2),
        database_cpu_ms=round(1000 * database_s / cycles, 2),
        p50_ms=round(1000 * spans[cycles // 2], 1),
        p95_ms=round(1000 * spans[int(cycles * 0.95)], 1),
        web_memory_mb=round(proportional_mb(web), 1),
        pace_ms=pace.ms,
    )


BOXES = json.dumps(
    {
        "elements": [
            {
                "id": f"e{n}",
                "class": 1 + n % 2,
                "part": "image",
                "geometry": {"x0": 10 + 20 * n, "y0": 15, "x1": 25 + 20 * n, "y1": 40.5},
                "attributes": {},
            }
            for n in range(20)
        ]
    }
)


def seed(tasks: int, labelers: int, *, boxes: bool) -> tuple[int, list[str], str]:
    """A dataset, a project with one question (or three, one of them boxes), a round of 3 places, and tokens."""
    from django.db import connection

    from labeling.services import members, projects, rounds
    from metadata.services import accounts, datasets

    manager = accounts.create_identity(f"manager-{boxes}@example.org", "Bench", is_admin=True)
    dataset = datasets.create_dataset(name="bench", description="", fields=[], by=manager.agent_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO metadata_item (dataset_id, external_key, revision, fields, created_at) "
            "SELECT %s, 'item-' || n, 0, '{}', now() FROM generate_series(1, %s) n",
            [dataset.pk, tasks],
        )
        if boxes:
            cursor.execute(
                "INSERT INTO metadata_asset (sha256, size, media_type, width, height, facts, created_at) "
                "VALUES (%s, 1, 'image/png', 640, 480, '{}', now()) RETURNING id",
                [secrets.token_hex(32)],
            )
            cursor.execute(
                "INSERT INTO metadata_part (item_id, role, ordinal, asset_id) "
                "SELECT id, 'image', 0, %s FROM metadata_item WHERE dataset_id = %s",
                [cursor.fetchone()[0], dataset.pk],
            )
        else:
            cursor.execute(
                "INSERT INTO metadata_part (item_id, role, ordinal, text) "
                "SELECT id, 'text', 0, 'Message number ' || id FROM metadata_item WHERE dataset_id = %s",
                [dataset.pk],
            )
    classes = [{"name": "one", "color": 1}, {"name": "two", "color": 2}, {"name": "three", "color": 3}]
    asked: list[dict[str, Any]] = [
        {"key": "kind", "prompt": "Which?", "label_type": "choice", "spec": {"classes": classes}}
    ]
    if boxes:
        asked.append({"key": "boxes", "prompt": "Where?", "label_type": "box", "spec": {"classes": classes}})
        asked.append(
            {"key": "clear", "prompt": "Clear?", "label_type": "choice", "spec": {"classes": classes}}
        )
    project = projects.create_project(
        dataset_id=dataset.pk, name="bench", questions=asked, by=manager.agent_id
    )
    rounds.open_round(project.pk, name="bench", places_per_task=3, by=manager.agent_id)
    tokens = []
    for n in range(labelers):
        person = accounts.create_identity(f"labeler-{boxes}-{n}@example.org", f"Labeler {n}")
        members.add_member(project.pk, person.agent_id, "labeler", by=manager.agent_id)
        tokens.append(
            accounts.create_token(person.agent_id, "bench", ["read", "label"], 1, by=manager.agent_id)[1]
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    answers = '{"kind": {"class": 2}}'
    if boxes:
        answers = f'{{"kind": {{"class": 2}}, "boxes": {BOXES}, "clear": {{"class": 1}}}}'
    return project.pk, tokens, answers


def run_ahead(project: int, token: str, tasks: int) -> None:
    """One labeler has answered `tasks` tasks that nobody else has touched."""
    from django.db import connection

    from metadata.selectors.access import live_token

    found = live_token(token)
    assert found is not None
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH ahead AS (
                 SELECT c.task_id, c.pool_id FROM labeling_place c JOIN labeling_task t ON t.id = c.task_id
                 JOIN labeling_round r ON r.id = t.round_id
                 WHERE r.project_id = %s AND c.taken = 0 AND c.held = 0 ORDER BY c.task_id LIMIT %s
               ), moved AS (
                 UPDATE labeling_place p SET taken = 1, lane = 1, pos = nextval('labeling_place_pos') FROM ahead
                 WHERE p.task_id = ahead.task_id AND p.pool_id = ahead.pool_id
               )
               INSERT INTO labeling_assignment (task_id, agent_id, repeat, pool_id, state, skip_reason, skip_comment)
               SELECT task_id, %s, 0, pool_id, 2, '', '' FROM ahead""",
            [project, tasks, found[0].agent_id],
        )
        cursor.execute("VACUUM ANALYZE labeling_place, labeling_assignment")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answering(port: int, deadline_s: float = 30) -> None:
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as probe:
                probe.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if b" 200 " in probe.recv(64):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the web server did not answer in time")


def main() -> None:
    parser = argparse.ArgumentParser(prog="./concord bench loop", description="Measures claim + submit.")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", default="1,8,32,100")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    given = parser.parse_args()
    counts = [int(word) for word in given.clients.split(",")]

    with own_database(CONCORD_API_RATE="100000000/min") as own:
        port = free_port()
        web = None
        try:
            project, tokens, answers = seed(given.tasks, max(counts), boxes=False)
            three, three_tokens, three_answers = seed(5_000, 8, boxes=True)
            web = subprocess.Popen(
                [sys.executable, "-m", "labeling.config.launcher.web"],
                cwd=ROOT,
                env={**os.environ, "CONCORD_PORT": str(port)},
                stdout=subprocess.DEVNULL,
                stderr=(own.data / "web.log").open("wb"),
            )
            answering(port)
            servers = (web.pid, own.server, port)
            under_load("warm-up", *servers, project, tokens[:4], answers, 2)
            table = [
                under_load(f"{given.tasks:,} tasks", *servers, project, tokens[:n], answers, given.seconds)
                for n in counts
            ]
            run_ahead(project, tokens[0], given.tasks // 2)
            table.append(under_load("one far ahead", *servers, project, tokens[:8], answers, given.seconds))
            table.append(under_load("far ahead alone", *servers, project, tokens[:1], answers, given.seconds))
            table.append(
                under_load("two calls", *servers, project, tokens[1:9], answers, given.seconds, apart=True)
            )
            table.append(
                under_load(
                    "3 questions, 20 boxes", *servers, three, three_tokens, three_answers, given.seconds
                )
            )
        except BaseException:
            print((own.data / "web.log").read_text()[-3_000:], file=sys.stderr)
            raise
        finally:
            if web is not None:
                web.send_signal(signal.SIGTERM)
                web.wait(20)
    if given.json:
        print(json.dumps([asdict(row) for row in table], indent=2))
        return
    print(
        f"{'scene':24}{'clients':>8}{'cycles/s':>10}{'CPU ms':>8}{'web':>7}{'db':>7}{'p50 ms':>8}{'p95 ms':>8}{'MB':>7}{'pace':>11}"
    )
    for row in table:
        print(
            f"{row.scene:24}{row.clients:>8}{row.cycles_per_s:>10}{row.cpu_ms:>8}{row.web_cpu_ms:>7}"
            f"{row.database_cpu_ms:>7}{row.p50_ms:>8}{row.p95_ms:>8}{row.web_memory_mb:>7}{row.pace_ms:>11}"
        )


if __name__ == "__main__":
    main()
