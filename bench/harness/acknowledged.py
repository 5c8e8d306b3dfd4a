"""What clients were told, compared with what is kept: the database's rows, and an exported version."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.harness.caller import Caller
from bench.harness.campaign_work import ENDED, JOBS_END_WITHIN_S, PLACES, Scene, Work, asked_for, follow
from bench.harness.log import Given


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


def check_database(told: Sequence[Given], scene: Scene, work: Work, result: Result) -> None:
    """The log against the rows, and every projection against what it is a projection of."""
    from django.db.models import Count, F

    from labeling.models import Annotation, Answer, Place, Question
    from labeling.services import profiles
    from metadata.models import Item, Job

    deadline = time.monotonic() + JOBS_END_WITHIN_S
    while (unended := Job.objects.exclude(state__in=ENDED).count()) and time.monotonic() < deadline:
        time.sleep(0.2)
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
