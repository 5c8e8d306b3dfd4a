"""What goes on while processes are killed: people label, and jobs import, resolve, close and export."""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.harness.caller import Caller, multipart
from bench.harness.log import Given, Log
from bench.harness.product import UP_WITHIN_S

PLACES = 3
LINES = 4_000
JOBS_END_WITHIN_S = 120.0
IDLE_FOR_S = 60.0
ENDED = ("done", "failed", "canceled")


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
