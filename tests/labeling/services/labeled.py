"""A dataset that entered by the front door, labeled by several people: what versions are made of."""

from dataclasses import dataclass
from typing import Any

from labeling.models import Project
from labeling.services import annotations, desk, projects, rounds
from metadata.intake.lines import PartLine
from metadata.kernel.fields import declared_fields
from metadata.models import Asset, Dataset, Item
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import datasets, items, versions
from tests.conftest import Cast

CLASSES = [{"code": 1, "name": "billing"}, {"code": 2, "name": "delivery"}, {"code": 3, "name": "=other"}]
CHOICE = {"key": "topic", "prompt": "What about?", "label_type": "choice", "spec": {"classes": CLASSES}}
BOXES = {
    "key": "marks",
    "prompt": "Where?",
    "label_type": "box",
    "spec": {"classes": [{"code": 1, "name": "scratch"}, {"code": 2, "name": "dent"}]},
}


@dataclass(frozen=True)
class Labeled:
    """A dataset with one project, its people, and their round."""

    dataset: Dataset
    project: Project
    guideline: int
    people: list[Caller]

    @property
    def question(self) -> int:
        return int(self.project.questions.get().pk)

    def label(self, who: int, answers: list[Any]) -> None:
        """A person answers every item they are handed, by the item's position; None skips it."""
        (question,) = self.project.questions.all()
        position = list(Item.objects.filter(dataset=self.dataset).order_by("pk").values_list("pk", flat=True))
        caller = self.people[who]
        while isinstance(given := desk.claim(caller, self.project.pk), desk.ClaimedTask):
            value = answers[position.index(given.item_id)]
            if value is None:
                desk.skip(caller, given.task_id, reason="unsure")
                continue
            body = {"guideline_version": self.guideline, "answers": {question.key: value}, "active_ms": 900}
            annotations.submit(
                caller, given.task_id, key=f"answer-{caller.agent_id}-{given.task_id}", body=body
            )

    def revise(self, who: int, position: int, value: Any) -> None:
        """A person corrects what they said about one item."""
        (question,) = self.project.questions.all()
        caller = self.people[who]
        item = Item.objects.filter(dataset=self.dataset).order_by("pk")[position]
        assignment = item.tasks.get().assignments.get(agent_id=caller.agent_id)
        body = {
            "guideline_version": self.guideline,
            "answers": {question.key: value},
            "active_ms": 900,
            "revises": assignment.head,
        }
        annotations.submit(caller, assignment.task_id, key=f"revision-{assignment.head}", body=body)


def put_items(dataset: Dataset, parts: list[tuple[str, dict[str, Any], PartLine]]) -> dict[str, int]:
    """Adds items as `(key, fields, part)`."""
    key = versions.leaf_key(dataset.pk)
    declared = declared_fields(dataset.fields)
    rows = [
        items.prepared(key, declared, line=at, key=name, fields=fields, parts=[part])
        for at, (name, fields, part) in enumerate(parts)
    ]
    return items.put(dataset.pk, rows, batch_id=None, by=None).ids


def messages(
    cast: Cast, texts: list[str], *, question: dict[str, Any] | None = None, places: int = 3
) -> Labeled:
    fields = [{"name": "channel", "kind": "text"}, {"name": "stars", "kind": "number"}]
    dataset = datasets.create_dataset(name="Messages", fields=fields, by=cast.manager.agent_id)
    put_items(
        dataset,
        [
            (f"m{at}", {"channel": "mail", "stars": at + 0.5}, PartLine("text", 0, text, None))
            for at, text in enumerate(texts)
        ],
    )
    return opened(cast, dataset, question or CHOICE, places)


def pictures(cast: Cast, count: int, *, content: bytes = b"picture", places: int = 3) -> Labeled:
    dataset = datasets.create_dataset(name="Phones", fields=[], by=cast.manager.agent_id)
    rows: list[tuple[str, dict[str, Any], PartLine]] = []
    for at in range(count):
        sha256 = f"{at:064x}"
        Asset.objects.get_or_create(
            sha256=sha256,
            defaults={"size": len(content), "media_type": "image/png", "width": 100, "height": 80},
        )
        rows.append((f"phone-{at}.png", {}, PartLine("image", 0, None, sha256)))
    put_items(dataset, rows)
    return opened(cast, dataset, BOXES, places)


def opened(cast: Cast, dataset: Dataset, question: dict[str, Any] = BOXES, places: int = 3) -> Labeled:
    owner = cast.manager.agent_id
    project = projects.create_project(
        dataset_id=dataset.pk, name=dataset.name, questions=[question], by=owner
    )
    people = [cast.manager, cast.labeler, cast.expert, cast.crowd_worker]
    for person in people[1:]:
        project.memberships.create(agent_id=person.agent_id, role="labeler")
    first = rounds.open_round(project.pk, name="First", places_per_task=places, by=owner)
    callers = [Caller(person.agent_id, False, ALL_SCOPES) for person in people]
    return Labeled(dataset, project, first.guideline_version_id, callers)


def chosen(*codes: int | None) -> list[Any]:
    return [None if code is None else {"class": code} for code in codes]


def drawn(*boxes: tuple[int, float, float, float, float]) -> dict[str, Any]:
    """Boxes as `(class, x0, y0, x1, y1)`."""
    return {
        "elements": [
            {
                "id": f"e{at}",
                "class": box[0],
                "part": "image",
                "geometry": dict(zip(("x0", "y0", "x1", "y1"), box[1:], strict=True)),
                "attributes": {},
            }
            for at, box in enumerate(boxes)
        ]
    }
