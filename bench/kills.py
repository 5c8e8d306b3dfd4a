"""What an acknowledged answer survives: web, worker, beat and PostgreSQL killed in turn while people label.

`./concord bench kills [--acknowledged 5000] [--kills 6] [--clients 8] [--json]`

The product itself is started (`./concord up --no-demo`, fsync on) on a data directory and a port of its own. Clients
claim and submit over HTTP, repeat a request whose answer was lost under the same key, and append every acknowledged
submit to a log of their own, synced to disk before they go on. Meanwhile jobs run: imports, resolutions, versions,
exports. In the end the parent is killed too, everything is started again, and the log is compared with the database
and with an exported version. Exit code 1 if an answer is lost or doubled, a task holds another number of answers
than it wants, a job neither ended nor failed, a live figure is not what a recount gives, or a process is left behind.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import io
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.loop import answering, free_port, process_tree
from labeling.config.launcher.data import DataDirectory
from labeling.config.launcher.process import alive

ROOT = Path(__file__).resolve().parents[1]
KILLED = ("web", "worker", "beat", "database")
PLACES = 3
LINES = 4_000
UP_WITHIN_S = 120.0
JOBS_END_WITHIN_S = 120.0
REPEAT_FOR_S = 60.0
LEFT_BEHIND_AFTER_S = 20.0
IDLE_FOR_S = 60.0
ENDED = ("done", "failed", "canceled")


@dataclass(frozen=True, order=True)
class Given:
    """One answer, as its labeler was told of it and as the database keeps it."""

    task: int
    agent: int
    annotation: int
    code: int


@dataclass(frozen=True)
class Compared:
    """What the log holds that the store does not, what the store holds that the log does not."""

    lost: list[Any]
    doubled: list[Any]


def compared(acknowledged: Iterable[Any], kept: Iterable[Any]) -> Compared:
    """Each acknowledged answer is kept once, and nothing else is."""
    told, held = Counter(acknowledged), Counter(kept)
    return Compared(sorted((told - held).elements()), sorted((held - told).elements()))


@dataclass
class Result:
    """What the campaign found; everything after `jobs_restarted` must be nought."""

    acknowledged: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    requests_repeated: int = 0
    tasks: int = 0
    answers_per_task: int = PLACES
    jobs: dict[str, int] = field(default_factory=dict)
    jobs_restarted: int = 0
    slowest_job_s: float = 0.0
    seconds: float = 0.0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    lost_in_export: int = 0
    doubled_in_export: int = 0
    tasks_with_another_number: int = 0
    places_that_disagree: int = 0
    items_imported_wrongly: int = 0
    jobs_that_never_ended: int = 0
    profiles_that_drifted: int = 0
    processes_left_behind: int = 0

    def faults(self) -> dict[str, int]:
        names = list(asdict(self))
        checked = names[names.index("refused") :]
        return {name: getattr(self, name) for name in checked if getattr(self, name)}


class Product:
    """`./concord up` on a directory and a port of its own."""

    def __init__(self, place: Path) -> None:
        self.data = DataDirectory(place / "data")
        self.output = place / "up.log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        ours = ("CONCORD_", "DATABASE_", "CELERY_", "DJANGO_")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        variables["CONCORD_API_RATE"] = "1000000/min"
        command = [sys.executable, str(ROOT / "concord"), "up", "--no-demo"]
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--data", str(self.data.path)],
                cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        self.wait_until(lambda: "READY" in self.output.read_text() and len(self.processes()) == 4)

    def processes(self) -> Mapping[str, int]:
        state = self.data.state()
        return state.processes if state else {}

    def wait_until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + UP_WITHIN_S
        while not true():
            if time.monotonic() > deadline or self.process is None or self.process.poll() is not None:
                raise SystemExit(f"It did not come up:\n{self.output.read_text()[-3_000:]}")
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """Kills one process outright, and waits until it is replaced and pages are answered again."""
        killed = self.processes()[name]
        os.kill(killed, signal.SIGKILL)
        self.wait_until(lambda: self.processes().get(name) not in (None, killed))
        answering(self.port)

    def kill_parent(self) -> int:
        """Kills the parent outright; how many processes are left behind a while later."""
        assert self.process is not None
        family = set(process_tree(self.process.pid)) - {self.process.pid}
        self.process.kill()
        self.process.wait()
        deadline = time.monotonic() + LEFT_BEHIND_AFTER_S
        while (left := sum(map(alive, family))) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()


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


class Log:
    """A client's own record of what it was told, on disk before the client goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append(self, given: Given) -> None:
        os.write(self._file, json.dumps(asdict(given)).encode() + b"\n")
        os.fsync(self._file)

    def read(self) -> Iterator[Given]:
        for line in self.path.read_text().splitlines():
            yield Given(**json.loads(line))


class Pace:
    """Lets the clients run as far as the kills have come, so that each kill strikes under load."""

    def __init__(self, wanted: int, strikes: int) -> None:
        self._step = wanted / (strikes + 1)
        self._changed = threading.Condition()
        self._done = self._struck = 0
        self._is_over = False

    def acknowledged(self) -> None:
        with self._changed:
            self._done += 1
            self._changed.notify_all()

    def may_go_on(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._done < self._step * (self._struck + 1.7))

    def wait_for_load(self) -> None:
        """Until enough was labeled since the last strike, and people are at it."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_over or self._done >= self._step * (self._struck + 1), UP_WITHIN_S
            )

    def struck(self) -> None:
        with self._changed:
            self._struck += 1
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()


@dataclass(frozen=True)
class Scene:
    """What is labeled, by whom, and what the jobs work on."""

    dataset: int
    project: int
    question: int
    imports: int
    manager: str
    labelers: Sequence[tuple[int, str]]


@dataclass
class Work:
    """What the clients and the job askers did, shared among their threads."""

    refused: list[str] = field(default_factory=list)
    repeated: int = 0
    jobs: dict[str, str] = field(default_factory=dict)
    slowest_job_s: float = 0.0
    overdue: int = 0
    imported: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def staged(tasks: int, labelers: int) -> Scene:
    """A dataset of messages, a project that asks one question of each, people with tokens, and an empty dataset."""
    from labeling.models import Question
    from labeling.services import members, projects, rounds
    from metadata.services import accounts, datasets, imports

    manager = accounts.create_identity("manager@example.org", "Manager", is_admin=True)
    owner = manager.agent_id
    labeled = datasets.create_dataset(name="Messages", description="", fields=[], by=owner)
    lines = "".join(json.dumps({"key": f"m{n}", "text": f"Message {n}"}) + "\n" for n in range(tasks))
    batch = imports.open_batch(labeled.pk, name="Messages", by=owner)
    imports.import_lines(labeled.pk, iter([lines.encode()]), format="jsonl", batch=batch, by=owner)
    classes = [{"name": name, "color": color} for color, name in enumerate(("one", "two", "three"), 1)]
    asked = {"key": "kind", "prompt": "Which?", "label_type": "choice", "spec": {"classes": classes}}
    project = projects.create_project(dataset_id=labeled.pk, name="Messages", questions=[asked], by=owner)
    rounds.open_round(project.pk, name="First", places_per_task=PLACES, by=owner)
    people = []
    for n in range(labelers):
        person = accounts.create_identity(f"labeler-{n}@example.org", f"Labeler {n}")
        members.add_member(project.pk, person.agent_id, "labeler", by=owner)
        _, token = accounts.create_token(person.agent_id, "campaign", ["read", "label"], 1, by=owner)
        people.append((person.agent_id, token))
    _, token = accounts.create_token(owner, "campaign", ["read", "write"], 1, by=owner)
    question = Question.objects.get(project=project)
    other = datasets.create_dataset(name="Deliveries", description="", fields=[], by=owner)
    return Scene(labeled.pk, project.pk, question.pk, other.pk, token, people)


def label(client: Caller, agent: int, scene: Scene, log: Log, pace: Pace, work: Work) -> None:
    """One person labels until nothing is left for them."""
    rng, idle_since = random.Random(agent), time.monotonic()
    while True:
        pace.may_go_on()
        status, told = client.post(f"/api/v1/projects/{scene.project}/claim", b"{}")
        task = told["task"] if status == 200 else None
        if task is None:
            if status != 200:
                work.refused.append(f"claim: {status} {told}")
                return
            # A place that somebody else had locked is stepped over; a queue is read anew every half minute.
            if told["reason"]["code"] == "all_done" or time.monotonic() > idle_since + IDLE_FOR_S:
                return
            time.sleep(0.2)
            continue
        idle_since = time.monotonic()
        code = rng.choice((1, 1, 2, 3))
        body = {"guideline_version": task["guideline_version"], "answers": {"kind": {"class": code}}}
        status, told = client.post(
            f"/api/v1/tasks/{task['id']}/annotations", json.dumps(body).encode(), key=secrets.token_hex(12)
        )
        if status not in (200, 201):
            work.refused.append(f"submit: {status} {told}")
            return
        log.append(Given(task["id"], agent, told["annotation"], code))
        pace.acknowledged()


def ask_for_imports(client: Caller, scene: Scene, work: Work, over: threading.Event) -> None:
    """Files of lines, one after the other; a file whose request got no answer is sent again and adds nothing."""
    while not over.is_set():
        lines = "".join(
            json.dumps({"key": f"d{n}", "text": f"Delivery {n}: " + "word " * 20}) + "\n"
            for n in range(work.imported, work.imported + LINES)
        )
        kind, body = multipart("deliveries.jsonl", lines.encode())
        status, told = client.post(f"/api/v1/datasets/{scene.imports}/imports/", body, kind=kind)
        if status != 202:
            work.refused.append(f"import: {status} {told}")
            return
        follow(client, told["job"], "import", work)
        work.imported += LINES


def ask_for_versions(client: Caller, scene: Scene, work: Work, over: threading.Event) -> None:
    """Resolutions, versions and their exports, one after the other."""
    while not over.is_set():
        told = asked_for(
            client, f"/api/v1/questions/{scene.question}/resolutions/", {"method": "majority"}, work
        )
        follow(client, told["job"], "resolve", work)
        closed = asked_for(client, f"/api/v1/datasets/{scene.dataset}/versions/", {}, work)
        told = asked_for(client, f"/api/v1/versions/{closed['id']}/exports", {"format": "votes_csv"}, work)
        follow(client, told["job"], "export", work)


def asked_for(client: Caller, path: str, body: Mapping[str, Any], work: Work) -> Any:
    status, told = client.post(path, json.dumps(body).encode(), key=secrets.token_hex(12))
    if status not in (200, 201, 202):
        raise SystemExit(f"POST {path}: {status} {told}")
    return told


def follow(client: Caller, job: str, kind: str, work: Work) -> Mapping[str, Any]:
    """Waits until a job has ended one way or the other, or has taken too long."""
    began = time.monotonic()
    while True:
        _, told = client.get(f"/api/v1/jobs/{job}/")
        took = time.monotonic() - began
        if told["state"] in ENDED or took > JOBS_END_WITHIN_S:
            with work.lock:
                work.jobs[job] = kind
                work.slowest_job_s = max(work.slowest_job_s, took)
                work.overdue += told["state"] not in ENDED
            return dict(told)
        time.sleep(0.1)


def multipart(name: str, content: bytes) -> tuple[str, bytes]:
    """A form with one file: its content type and its body."""
    mark = secrets.token_hex(12)
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return f"multipart/form-data; boundary={mark}", head.encode() + content + f"\r\n--{mark}--\r\n".encode()


def campaign(place: Path, product: Product, given: argparse.Namespace) -> Result:
    """Everything, from the first start to the last comparison."""
    began = time.monotonic()
    tasks = -(-given.acknowledged // PLACES)
    scene = staged(tasks, given.clients)
    disconnect()
    logs = [Log(place / f"client-{n}.log") for n in range(given.clients)]
    strikes = [name for _ in range(given.kills) for name in KILLED]
    pace, work, over = Pace(tasks * PLACES, len(strikes)), Work(), threading.Event()
    callers = [Caller(product.port, token) for _, token in scene.labelers]
    askers = [Caller(product.port, scene.manager) for _ in range(2)]
    labelers = [
        threading.Thread(target=label, args=(caller, agent, scene, log, pace, work), daemon=True)
        for caller, (agent, _), log in zip(callers, scene.labelers, logs, strict=True)
    ]
    asking = [
        threading.Thread(target=ask, args=(caller, scene, work, over), daemon=True)
        for ask, caller in zip((ask_for_imports, ask_for_versions), askers, strict=True)
    ]
    for thread in (*labelers, *asking):
        thread.start()
    for name in strikes:
        pace.wait_for_load()
        product.kill(name)
        pace.struck()
    pace.end()
    for thread in labelers:
        thread.join(UP_WITHIN_S)
    if any(thread.is_alive() for thread in labelers):
        work.refused.append("a labeler did not come to an end")
    over.set()
    for thread in asking:
        thread.join(3 * JOBS_END_WITHIN_S)
        work.overdue += thread.is_alive()
    result = Result(kills=dict(Counter(strikes)), tasks=tasks, refused=len(work.refused))
    for line in work.refused[:5]:
        print(line, file=sys.stderr)
    result.requests_repeated = sum(caller.repeated for caller in (*callers, *askers))
    result.slowest_job_s = round(work.slowest_job_s, 1)
    result.processes_left_behind = product.kill_parent()
    result.kills["parent"] = 1
    product.start()
    told = sorted(one for log in logs for one in log.read())
    result.acknowledged = len(told)
    check_database(told, scene, work, result)
    check_export(told, Caller(product.port, scene.manager), scene, result)
    result.seconds = round(time.monotonic() - began, 1)
    return result


def check_database(told: Sequence[Given], scene: Scene, work: Work, result: Result) -> None:
    """The log against the rows, and every projection against what it is a projection of."""
    from django.db.models import Count, F

    from labeling.models import Annotation, Answer, Place, Question
    from labeling.services import profiles
    from metadata.models import Item, Job

    answers = Answer.objects.filter(question_id=scene.question, annotation__seat__isnull=False)
    rows = answers.values_list("annotation__task_id", "annotation__agent_id", "annotation_id", "value")
    kept = [Given(task, agent, annotation, value["class"]) for task, agent, annotation, value in rows]
    answered = compared(told, kept)
    result.lost, result.doubled = len(answered.lost), len(answered.doubled)
    result.doubled += Annotation.objects.count() - len(kept)
    per_task = Counter(one.task for one in kept)
    result.tasks_with_another_number = (
        sum(number != PLACES for number in per_task.values()) + result.tasks - len(per_task)
    )
    result.places_that_disagree = Place.objects.exclude(taken=PLACES, held=0, wanted=F("taken")).count()
    items = Item.objects.filter(dataset_id=scene.imports, archived_at=None)
    result.items_imported_wrongly = abs(items.count() - work.imported) + (
        items.values("external_key").annotate(n=Count("pk")).filter(n__gt=1).count()
    )
    asked = Job.objects.filter(pk__in=list(work.jobs))
    result.jobs = dict(asked.values_list("state").annotate(n=Count("pk")))
    deadline = time.monotonic() + JOBS_END_WITHIN_S
    while (unended := Job.objects.exclude(state__in=ENDED).count()) and time.monotonic() < deadline:
        time.sleep(0.2)
    silently = Job.objects.filter(state="failed", error=None).count()
    result.jobs_that_never_ended = unended + silently + work.overdue
    result.jobs_restarted = Job.objects.filter(attempts__gt=1).count()
    profiles.fold_profiles()
    for question in Question.objects.all():
        result.profiles_that_drifted += len(profiles.recount(question.pk))


def check_export(told: Sequence[Given], client: Caller, scene: Scene, result: Result) -> None:
    """The log against the votes of a version that is closed, frozen and exported now."""
    from labeling.models import Task

    work = Work()
    closed = asked_for(client, f"/api/v1/datasets/{scene.dataset}/versions/", {"name": "after"}, work)
    job = asked_for(client, f"/api/v1/versions/{closed['id']}/exports", {"format": "votes_csv"}, work)["job"]
    done = follow(client, job, "export", work)
    if done["state"] != "done":
        raise SystemExit(f"the last export: {done}")
    (file,) = done["result"]["files"]
    _, content = client.get(f"/api/v1/versions/{closed['id']}/files/{file['id']}/")
    exported = [
        (row["item"], row["worker"], int(row["code"]))
        for row in csv.DictReader(io.StringIO(content.decode()))
    ]
    keys = dict(Task.objects.values_list("pk", "item__external_key"))
    found = compared([(keys[one.task], f"agent-{one.agent}", one.code) for one in told], exported)
    result.lost_in_export, result.doubled_in_export = len(found.lost), len(found.doubled)


def disconnect() -> None:
    """Nothing here holds a connection while the database is killed."""
    from django.db import connections

    connections.close_all()


def connect(product: Product) -> None:
    """Gives this process the product's own database and secret."""
    state = product.data.state()
    assert state is not None
    os.environ.update(
        DATABASE_URL=state.database_url,
        CONCORD_DATA=str(product.data.path),
        DJANGO_SETTINGS_MODULE="labeling.config.settings",
    )
    os.environ.pop("CONCORD_SECRET_KEY", None)
    import django

    django.setup()


def main() -> int:
    parser = argparse.ArgumentParser(prog="./concord bench kills", description="Kills everything under load.")
    parser.add_argument(
        "--acknowledged", type=int, default=5_000, help="submits in all (default: %(default)s)"
    )
    parser.add_argument("--kills", type=int, default=6, help="of each process (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ckill-") as name:
        product = Product(Path(name))
        try:
            product.start()
            connect(product)
            result = campaign(Path(name), product, given)
            disconnect()
        except BaseException:
            print(product.output.read_text()[-3_000:], file=sys.stderr)
            raise
        finally:
            product.stop()
    if given.json:
        print(json.dumps(asdict(result), indent=2))
    else:
        for title, value in asdict(result).items():
            print(f"{title.replace('_', ' '):28}{value}")
    return 1 if result.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
