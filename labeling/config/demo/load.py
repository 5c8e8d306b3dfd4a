"""Loads and removes the demo, through the services that everybody else uses."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from django.db import transaction

from labeling.config.demo import messages, people, pictures
from labeling.models import Project
from labeling.services import annotations, desk, members, projects, rounds
from metadata.intake.lines import PartLine
from metadata.kernel.fields import declared_fields
from metadata.models import Dataset, Identity
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import accounts, assets, datasets, imports, items

SEED = 20_261_121
PICTURES, MESSAGES = 48, 120
PHONE_FIELDS: list[object] = [
    {"name": "scratch_mm", "kind": "number"},
    {"name": "color", "kind": "choice", "choices": list(pictures.BACKS), "visible": True},
    {"name": "light", "kind": "number"},
]
MESSAGE_FIELDS: list[object] = [
    {"name": "channel", "kind": "choice", "choices": ["mail", "chat", "phone note"], "visible": True}
]
DAMAGE = {
    "key": "damage",
    "prompt": "Mark every damage on the back.",
    "label_type": "box",
    "spec": {
        "classes": [
            {
                "code": people.SCRATCH,
                "name": "scratch",
                "color": 1,
                "hotkey": "1",
                "definition": "A line in the glass that you can see at arm's length.",
            },
            {
                "code": people.STAIN,
                "name": "stain",
                "color": 5,
                "hotkey": "2",
                "definition": "A cloudy patch without an edge.",
            },
        ]
    },
}
TOPICS = {
    "delivery": (2, "Where a parcel is, when it comes, where it goes."),
    "refund": (1, "The customer wants money back."),
    "complaint": (3, "The customer is unhappy with what they got."),
    "account": (4, "Signing in, addresses, personal data."),
}


def is_loaded() -> bool:
    """Whether there is a demo to look at; one that is being removed is archived already."""
    return Dataset.objects.filter(demo=True, archived_at=None).exists()


def demo_projects() -> list[Project]:
    """What there is to look at, the ones with confused classes first: their page explains itself soonest."""
    return list(
        Project.objects.filter(dataset__demo=True, dataset__archived_at=None)
        .select_related("dataset")
        .order_by("-pk")
    )


@transaction.atomic
def load(*, seed: int = SEED) -> list[Project]:
    """Two projects that were labeled by four people who understood the definition differently."""
    labelers = [_labeler(person) for person in people.LABELERS]
    return [
        _phones(np.random.default_rng(seed), labelers),
        _messages(np.random.default_rng(seed + 1), labelers),
    ]


def remove(*, by: int | None) -> int:
    """Deletes the demo's datasets with all that hangs on them; how many. Its people can no longer be seen working."""
    found = list(Dataset.objects.filter(demo=True))
    for dataset in found:
        for project_id in dataset.projects.values_list("pk", flat=True):
            projects.update_project(
                project_id, state=Project.State.ARCHIVED, by=by
            )  # nobody labels meanwhile
        datasets.delete_dataset(dataset.pk, by=by)
    for identity in Identity.objects.filter(demo=True, is_active=True):
        accounts.deactivate(identity, by=by)
    return len(found)


def _labeler(person: people.DemoLabeler) -> Caller:
    email = f"{person.name.lower()}@demo.invalid"
    identity = Identity.objects.filter(email=email, demo=True).first()  # left by a demo that was removed
    if identity is None:
        identity = accounts.create_identity(email, person.name, demo=True)
    else:
        accounts.activate(identity)
    return Caller(identity.agent_id, False, ALL_SCOPES)


def _dataset(name: str, description: str, fields: list[object]) -> Dataset:
    dataset = datasets.create_dataset(name=name, description=description, fields=fields, by=None)
    dataset.demo = True
    dataset.save(update_fields=["demo"])
    return dataset


def _filled(dataset: Dataset, rows: list[tuple[str, dict[str, Any], PartLine]]) -> dict[str, int]:
    """Item ids by key."""
    batch = imports.open_batch(dataset.pk, name="Demo", by=None)
    declared = declared_fields(dataset.fields)
    chunk = imports.Chunk(last_line=len(rows))
    chunk.ready += [
        items.prepared(bytes(dataset.leaf_key), declared, line=at, key=key, fields=fields, parts=[part])
        for at, (key, fields, part) in enumerate(rows, start=1)
    ]
    put = imports.write_chunk(batch, chunk, None)
    imports.end_batch(batch, None)
    return put.ids


def _phones(rng: np.random.Generator, labelers: list[Caller]) -> Project:
    dataset = _dataset("Phone backs (demo)", "Returned phones, photographed from behind.", PHONE_FIELDS)
    backs: dict[str, pictures.PhoneBack] = {}
    rows = []
    for n in range(1, PICTURES + 1):
        back, key = pictures.phone_back(rng), f"phone-{n:03}"
        backs[key] = back
        stored = assets.store(pictures.picture(back, rng))
        fields = {"scratch_mm": round(back.longest_mm, 2), "color": back.color, "light": round(back.light, 2)}
        rows.append((key, fields, PartLine("image", sha256=stored.sha256)))
    ids = _filled(dataset, rows)
    keys = {item_id: key for key, item_id in ids.items()}
    project = _project(dataset, "Phone backs: damage (demo)", DAMAGE, ["color"], labelers)
    _label(project, labelers, rng, lambda who, item: {"damage": people.boxes(who, backs[keys[item]], rng)})
    return project


def _messages(rng: np.random.Generator, labelers: list[Caller]) -> Project:
    dataset = _dataset("Support messages (demo)", "What customers wrote to a shop.", MESSAGE_FIELDS)
    said = {f"message-{n:03}": messages.message(rng) for n in range(1, MESSAGES + 1)}
    ids = _filled(
        dataset,
        [(key, {"channel": one.channel}, PartLine("text", text=one.text)) for key, one in said.items()],
    )
    keys = {item_id: key for key, item_id in ids.items()}
    question = {
        "key": "topic",
        "prompt": "What is the message about?",
        "label_type": "choice",
        "spec": {
            "classes": [
                {"name": name, "color": color, "hotkey": str(at), "definition": definition}
                for at, (name, (color, definition)) in enumerate(TOPICS.items(), start=1)
            ]
        },
    }
    project = _project(dataset, "Support messages: topic (demo)", question, ["channel"], labelers)
    classes = project.questions.get().spec["classes"]
    codes = {entry["name"]: entry["code"] for entry in classes}
    _label(
        project, labelers, rng, lambda who, item: {"topic": people.topic(who, said[keys[item]], codes, rng)}
    )
    return project


def _project(
    dataset: Dataset, name: str, question: Mapping[str, Any], visible: list[str], labelers: list[Caller]
) -> Project:
    project = projects.create_project(
        dataset_id=dataset.pk, name=name, questions=[question], visible_fields=visible, by=None, demo=True
    )
    for caller in labelers:
        members.add_member(project.pk, caller.agent_id, "labeler", by=None)
    # One place more than there are demo labelers: whoever tries the product finds work.
    rounds.open_round(project.pk, name="First round", places_per_task=len(labelers) + 1, by=None)
    return project


def _label(
    project: Project,
    labelers: list[Caller],
    rng: np.random.Generator,
    answer: Callable[[people.DemoLabeler, int], dict[str, Any]],
) -> None:
    """Everybody labels everything, as a person would: claim, answer, next."""
    for person, caller in zip(people.LABELERS, labelers, strict=True):
        while isinstance(given := desk.claim(caller, project.pk), desk.ClaimedTask):
            annotations.submit(
                caller,
                given.task_id,
                key=f"demo-{given.task_id}-{caller.agent_id}",
                body={
                    "guideline_version": given.guideline_version_id,
                    "answers": answer(person, given.item_id),
                    "active_ms": int(rng.lognormal(8.6, 0.5)),
                },
            )
