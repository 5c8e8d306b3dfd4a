"""A valid call of every operation: what fills its address and what it sends, so that only permission decides."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from labeling.models import CrowdLink
from tests.api.world import MISSING, Side, World, part_of, picture

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
Key = tuple[str, str]
Filled = Callable[[World, Side, str], Any]

QUESTION: Final = {
    "key": "mood",
    "prompt": "How does it sound?",
    "label_type": "choice",
    "spec": {"classes": [{"name": "calm"}, {"name": "angry"}]},
    "required": False,
}
TERMS: Final = {"starts_on": "2026-11-01", "currency": "EUR", "per_item": "0.05", "per_hour": "12"}
CARD: Final = {
    "prompt": "What about?",
    "label_type": "choice",
    "classes-0-name": "billing",
    "classes-1-name": "delivery",
}


@dataclass(frozen=True)
class Operation:
    """A method at an address, as the tables name it."""

    method: str
    address: str

    @property
    def key(self) -> Key:
        return self.method, self.address

    @property
    def is_api(self) -> bool:
        return self.address.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def addresses() -> Iterator[tuple[str, Any]]:
    """Every address of the site as the tables write it, with its view; the admin console is Django's own."""
    yield from _walk(get_resolver("labeling.config.urls").url_patterns, "/")


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith("/admin/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), pattern.callback


def _task(world: World, side: Side, who: str) -> int:
    """A labeler's own task; for everybody else somebody's."""
    return side.tasks.get(who) or side.ids["task_id"]


def _part(world: World, side: Side, who: str) -> int:
    return MISSING if side is world.missing else part_of(_task(world, side, who))


def _token(world: World, side: Side, who: str) -> int:
    """One's own token, or the outsider's."""
    if side is world.missing or who == "anonymous":
        return MISSING
    return world.tokens["outsider" if side is world.foreign else who]


# What an address takes that is not simply the side's thing of that name.
PARTS: Final[dict[str, Filled]] = {
    "task_id": _task,
    "part_id": _part,
    "token_id": _token,
    "token": lambda world, side, who: world.link,
    "slug": lambda world, side, who: CrowdLink.objects.get(pk=world.own.ids["link_id"]).slug,
}
SPECIAL: Final[dict[str, dict[str, str]]] = {
    "/votes/{job_id}/": {"job_id": "votes_job_id"},
    "/bring-project/{job_id}/": {"job_id": "foreign_job_id"},
    "/api/v1/reviews/{review_id}/reply": {"review_id": "objected_id"},
    "/projects/{project_id}/review/{task_id}/": {"task_id": "reviewed_task_id"},
    "/projects/{project_id}/review/{task_id}/decide": {"task_id": "reviewed_task_id"},
    "/projects/{project_id}/review/{task_id}/correct/{annotation_id}/": {"task_id": "reviewed_task_id"},
    "/api/v1/batches/{batch_id}/resume": {"batch_id": "open_batch_id"},
    "/api/v1/deliveries/{delivery_id}/verdict": {"delivery_id": "checked_id"},
    "/api/v1/projects/{project_id}/team/people/{agent_id}/": {"agent_id": "vendors_person_id"},
    "/api/v1/datasets/{dataset_id}/members/{agent_id}/": {"agent_id": "expert_id"},
}


def address_of(operation: Operation, world: World, side: Side, who: str) -> str:
    special = SPECIAL.get(operation.address, {})

    def filled(match: re.Match[str]) -> str:
        name = special.get(match[1], match[1])
        value = PARTS[name](world, side, who) if name in PARTS else side.ids[name]
        return str(value)

    return re.sub(r"\{(\w+)\}", filled, operation.address)


def _constant(body: Any) -> Filled:
    return lambda world, side, who: body


BODIES: Final[dict[Key, Filled]] = {
    ("POST", "/api/v1/tokens/"): _constant({"name": "script", "scopes": ["read"], "days": 3}),
    ("POST", "/api/v1/agents/"): _constant({"email": "new@example.org", "name": "New"}),
    ("PATCH", "/api/v1/agents/{agent_id}/"): _constant({"name": "Renamed"}),
    ("POST", "/api/v1/agents/{agent_id}/links"): _constant({"purpose": "sign_in", "hours": 5}),
    ("POST", "/api/v1/teams/"): _constant({"name": "Vendor Y", "kind": "outsourced"}),
    ("POST", "/api/v1/datasets/"): _constant({"name": "New", "fields": [{"name": "kind", "kind": "text"}]}),
    ("PATCH", "/api/v1/datasets/{dataset_id}/"): _constant({"name": "Renamed"}),
    ("PUT", "/api/v1/datasets/{dataset_id}/members/{agent_id}/"): _constant({"role": "expert"}),
    ("POST", "/api/v1/datasets/{dataset_id}/items/"): _constant({"items": [{"key": "n1", "text": "new"}]}),
    ("PATCH", "/api/v1/items/{item_id}/"): _constant({"fields": {"channel": "chat"}, "reason": "typo"}),
    ("POST", "/api/v1/datasets/{dataset_id}/batches/"): _constant({"name": "Second", "source": "web"}),
    ("POST", "/api/v1/datasets/{dataset_id}/versions/"): _constant({"name": "second", "note": "more"}),
    ("POST", "/api/v1/datasets/{dataset_id}/recipes/"): _constant(
        {
            "name": "Dusk",
            "steps": {"part": "image", "seed": 1, "steps": [{"change": "darken", "factor": 0.4}]},
        }
    ),
    ("POST", "/api/v1/recipes/{recipe_id}/runs/"): lambda world, side, who: {"items": side.items[1:2]},
    ("POST", "/api/v1/projects/"): lambda world, side, who: {
        "dataset": side.dataset.pk,
        "name": "Second",
        "questions": [QUESTION],
    },
    ("PATCH", "/api/v1/projects/{project_id}/"): _constant(
        {"name": "Renamed", "visible_fields": ["channel"]}
    ),
    ("POST", "/api/v1/projects/{project_id}/questions/"): _constant(QUESTION),
    ("POST", "/api/v1/projects/{project_id}/guideline/"): _constant(
        {"body": "Look twice.", "changes": "more"}
    ),
    ("POST", "/api/v1/projects/{project_id}/members/"): lambda world, side, who: {
        "agent": world.cast.outsider.agent_id,
        "role": "labeler",
    },
    ("POST", "/api/v1/projects/{project_id}/rounds/"): lambda world, side, who: {
        "name": "Probe",
        "kind": "probe",
        "places_per_task": 2,
        "items": side.items[:2],
    },
    ("POST", "/api/v1/projects/{project_id}/claims"): _constant({"most": 2}),
    ("POST", "/api/v1/projects/{project_id}/claim"): _constant({"holding": []}),
    ("PATCH", "/api/v1/questions/{question_id}/"): _constant({"prompt": "What is it about?"}),
    ("POST", "/api/v1/questions/{question_id}/resolutions/"): _constant({"method": "majority"}),
    ("POST", "/api/v1/questions/{question_id}/gold/"): lambda world, side, who: {
        "answers": [{"item": side.items[1], "value": {"class": 1}}]
    },
    ("PATCH", "/api/v1/rounds/{round_id}/"): _constant({"state": "paused"}),
    ("POST", "/api/v1/tasks/{task_id}/annotations"): lambda world, side, who: {
        "guideline_version": side.guideline,
        "answers": {"topic": {"class": 1}},
        "active_ms": 800,
    },
    ("PUT", "/api/v1/tasks/{task_id}/draft"): lambda world, side, who: {
        "guideline_version": side.guideline,
        "answers": {"topic": {"class": 1}},
        "active_ms": 800,
    },
    ("POST", "/api/v1/tasks/{task_id}/flags"): _constant({"kind": "ambiguous", "comment": "Both?"}),
    ("POST", "/api/v1/projects/{project_id}/team/deliveries/"): lambda world, side, who: {
        "batch": side.ids["pool_id"]
    },
    ("POST", "/api/v1/projects/{project_id}/vendors/{vendor_id}/terms/"): _constant(TERMS),
    ("POST", "/api/v1/deliveries/{delivery_id}/plan"): _constant({"quality": 4.0}),
    ("POST", "/api/v1/deliveries/{delivery_id}/sample"): _constant({"quality": 4.0, "seed": 3}),
    ("POST", "/api/v1/deliveries/{delivery_id}/verdict"): _constant({"reason": "Look twice."}),
    ("POST", "/api/v1/projects/{project_id}/crowd-links/"): _constant(
        {"name": "Study", "worker_parameter": "WORKER", "tasks_each": 5, "workers": 9, "code": "C0DE"}
    ),
    ("POST", "/api/v1/crowd-links/{link_id}/verdicts"): _constant({"runs": [1], "verdict": "approved"}),
    ("POST", "/api/v1/projects/{project_id}/exams/"): _constant(
        {"name": "Second", "items": 1, "pass_mark": 50}
    ),
    ("POST", "/api/v1/exams/{exam_id}/results/{agent_id}/let-in"): _constant({"reason": "They can."}),
    ("POST", "/api/v1/projects/{project_id}/pause-rules/"): _constant(
        {"kind": "gold", "least": 70, "last": 10}
    ),
    ("POST", "/api/v1/projects/{project_id}/pauses/"): lambda world, side, who: {
        "agent": side.ids["vendors_person_id"],
        "reason": "Please call me.",
    },
    ("POST", "/api/v1/pauses/{pause_id}/decision"): _constant({"decision": "kept", "reason": "Not yet."}),
    ("POST", "/api/v1/pauses/{pause_id}/appeal"): _constant({"appeal": "They were all blank."}),
    ("POST", "/api/v1/annotations/{annotation_id}/reviews"): _constant(
        {"verdict": "returned", "reason": "Look again."}
    ),
    ("POST", "/api/v1/reviews/{review_id}/objection"): _constant({"objection": "It is right."}),
    ("POST", "/api/v1/reviews/{review_id}/reply"): _constant({"upheld": False, "reply": "It is not."}),
    ("POST", "/api/v1/tasks/{task_id}/skip"): _constant({"reason": "unsure"}),
    ("POST", "/api/v1/versions/{version_id}/exports"): _constant({"format": "jsonl"}),
}


EXPORT: Final = (Path(__file__).parents[1] / "data" / "cvat" / "annotations.xml").read_bytes()


def _file(name: str, content: bytes, media_type: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=media_type)


UPLOADS: Final[dict[Key, Filled]] = {
    ("POST", "/api/v1/assets/"): lambda world, side, who: {"file": _file("p.png", picture(7), "image/png")},
    ("POST", "/api/v1/datasets/{dataset_id}/imports/"): lambda world, side, who: {
        "files": [_file("more.jsonl", b'{"key": "n2", "text": "more"}\n', LINES)],
        "name": "More",
    },
    ("POST", "/api/v1/project-imports/"): lambda world, side, who: {
        "files": [_file("annotations.xml", EXPORT, "text/xml")],
        "dataset": side.dataset.pk,
    },
    ("POST", "/api/v1/votes-imports/"): lambda world, side, who: {
        "file": _file("votes.csv", b"item,worker,label\nk0,w1,billing\n", "text/csv"),
        "name": "Votes",
        "dataset": side.dataset.pk,
    },
}
RAW: Final[dict[Key, tuple[bytes, str]]] = {
    ("POST", "/api/v1/datasets/{dataset_id}/imports/lines"): (b'{"key": "n3", "text": "x"}\n', LINES),
}
FORMS: Final[dict[Key, Filled]] = {
    ("POST", "/sign-in/"): _constant({"email": "manager@example.org", "password": "not the password"}),
    ("POST", "/account/"): _constant({"action": "name", "name": "Renamed"}),
    ("POST", "/first-run/"): _constant({"start": "items"}),
    ("POST", "/people/"): _constant({"action": "team", "team-name": "Vendor Y", "team-kind": "outsourced"}),
    ("POST", "/datasets/new/"): _constant({"name": "New", "description": ""}),
    ("POST", "/datasets/{dataset_id}/"): _constant({"name": "Renamed", "description": ""}),
    ("POST", "/datasets/{dataset_id}/state"): _constant({"action": "archive"}),
    ("POST", "/datasets/{dataset_id}/import/"): lambda world, side, who: {
        "files": [_file("more.jsonl", b'{"key": "n2", "text": "more"}\n', LINES)],
        "name": "More",
    },
    ("POST", "/datasets/{dataset_id}/versions/close"): _constant({"name": "second", "note": ""}),
    ("POST", "/datasets/{dataset_id}/versions/export"): _constant({"version": "1", "format": "jsonl"}),
    ("POST", "/datasets/{dataset_id}/augmentation/"): lambda world, side, who: {
        "recipe": str(side.ids["recipe_id"])
    },
    ("POST", "/batches/{batch_id}/change"): _constant({"action": "undo"}),
    ("POST", "/links/{token}/"): _constant(
        {"name": "Eva Neu", "email": "eva@example.org", "password": "blue sky in june"}
    ),
    ("POST", "/bring-project/"): lambda world, side, who: {
        "files": [_file("annotations.xml", EXPORT, "text/xml")],
        "name": "Cars",
    },
    ("POST", "/votes/"): lambda world, side, who: {
        "file": _file("votes.csv", b"item,worker,label\nk0,w1,billing\n", "text/csv"),
        "name": "Votes",
    },
    ("POST", "/projects/{project_id}/preview/"): lambda world, side, who: CARD,
    ("POST", "/projects/new/preview/"): lambda world, side, who: {"dataset": str(side.dataset.pk), **CARD},
    ("POST", "/projects/new/"): lambda world, side, who: {
        "name": "Second",
        "dataset": str(side.dataset.pk),
        **CARD,
    },
    ("POST", "/projects/{project_id}/review/{task_id}/decide"): _constant(
        {"action": "settle", "why": "flagged"}
    ),
    ("POST", "/projects/{project_id}/changes/{review_id}/object"): _constant({"objection": "It is right."}),
    ("POST", "/projects/{project_id}/setup/"): _constant({"action": "add", **CARD}),
    ("POST", "/projects/{project_id}/members/"): _constant({"action": "invite", "role": "labeler"}),
    ("POST", "/projects/{project_id}/gold/"): _constant({"action": "rulings"}),
    ("POST", "/projects/{project_id}/team/"): _constant({"action": "invite"}),
    ("POST", "/projects/{project_id}/vendors/{vendor_id}/statement/"): _constant(TERMS),
    ("POST", "/projects/{project_id}/deliveries/{delivery_id}/"): _constant(
        {"action": "draw", "method": "table", "quality": "2.5", "level": "II", "tolerance": "0"}
    ),
    ("POST", "/projects/{project_id}/crowd/"): _constant(
        {"name": "Study", "worker_parameter": "WORKER", "tasks_each": "5", "workers": "9", "code": "C0DE"}
    ),
    ("POST", "/projects/{project_id}/crowd/{link_id}/"): _constant({"action": "close"}),
    ("POST", "/projects/{project_id}/exams/"): _constant(
        {"action": "open", "name": "Second", "items": "1", "pass_mark": "50"}
    ),
    ("POST", "/projects/{project_id}/pauses/"): lambda world, side, who: {
        "action": "end",
        "rule": str(side.ids["rule_id"]),
    },
    ("POST", "/projects/{project_id}/paused/"): lambda world, side, who: {
        "pause": str(side.ids["pause_id"]),
        "appeal": "They were all blank.",
    },
    ("POST", "/projects/{project_id}/rounds/"): _constant(
        {"name": "Second", "kind": "production", "places_per_task": "2", "ordering": "finish"}
    ),
    ("POST", "/projects/{project_id}/rounds/{round_id}/"): _constant({"action": "paused"}),
    ("POST", "/projects/{project_id}/agreement/measure"): lambda world, side, who: {
        "question": str(side.ids["question_id"])
    },
}


def client_of(world: World, who: str, *, is_api: bool) -> Client:
    if who == "anonymous":
        return Client()
    return world.cast[who].api if is_api else world.cast[who].browser


def send(
    client: Client, operation: Operation, world: World, side: Side, who: str, *, address: str = ""
) -> Any:
    """Makes the call as it is meant to be made; `address` replaces the one that the side gives."""
    path = address or address_of(operation, world, side, who)
    headers = {"Idempotency-Key": f"{who}-{path}"} if operation.address.endswith("/annotations") else {}
    if operation.method != "POST" and operation.key not in BODIES:
        return client.generic(operation.method, path, headers=headers)
    if operation.key in UPLOADS:
        return client.post(path, UPLOADS[operation.key](world, side, who), headers=headers)
    if operation.key in RAW:
        content, media_type = RAW[operation.key]
        return client.post(path, content, content_type=media_type, headers=headers)
    if operation.is_api:
        body = BODIES[operation.key](world, side, who) if operation.key in BODIES else None
        raw = b"" if body is None else json.dumps(body).encode()
        return client.generic(operation.method, path, raw, content_type=JSON, headers=headers)
    form = FORMS.get(operation.key, _constant({}))(world, side, who)
    return client.post(path, form, headers=headers)


def content_of(answer: Any) -> bytes:
    """An answer's body, a file's read to its end."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def plain(answer: Any) -> bytes:
    """An answer's body without what is new in each: the nonce and the token against forgery."""
    body = content_of(answer)
    return re.sub(rb'(nonce|value|content|csrf[^ ]*)=(["\'])[A-Za-z0-9+/=_-]{20,}\2', b"", body)
