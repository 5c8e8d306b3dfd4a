"""Two datasets with everything in them, side by side: one that the cast works on, one that is somebody else's.

Every permission test asks for the same thing twice: about what is one's own, and about what is foreign.
"""

from __future__ import annotations

import datetime as dt
import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from augmentation.services import recipes, runs
from consistency.selectors.acceptance import Wanted
from consistency.services import acceptance, reports
from labeling.models import (
    Annotation,
    DeliveredTask,
    Delivery,
    ExamResult,
    GoldAnswer,
    Pause,
    Pool,
    Project,
    Review,
    Task,
)
from labeling.selectors.access import project_for
from labeling.services import annotations as submitting
from labeling.services import (
    crowd,
    deliveries,
    desk,
    exams,
    exports,
    foreign_projects,
    gold,
    invitations,
    pauses,
    projects,
    resolutions,
    reviews,
    rounds,
    terms,
    votes_import,
)
from labeling.services import members as members_service
from labeling.services.votes_import import IMPORT_VOTES_JOB
from metadata.models import (
    ApiToken,
    Batch,
    Dataset,
    Identity,
    Item,
    Job,
    Part,
    RefusedLine,
    Team,
    VersionFile,
)
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import accounts, assets, datasets, frozen, imports, jobs, teams, versions
from tests.conftest import QUESTIONS, Cast, Member, cast_of_everybody, member

ROLES: Final = ("admin", "manager", "expert", "labeler", "vendor_lead", "crowd_worker")
MISSING: Final = 987_654_321
LABELING: Final = ("manager", "expert", "labeler", "vendor_lead", "crowd_worker")


@dataclass
class Side:
    """What there is on one side, by the names that addresses give their parts."""

    dataset: Dataset
    project: Project
    ids: dict[str, Any] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    guideline: int = 0
    items: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class World:
    cast: Cast
    own: Side
    foreign: Side
    missing: Side
    tokens: dict[str, int]
    link: str


def picture(shade: int) -> bytes:
    written = io.BytesIO()
    Image.fromarray(np.full((12, 16, 3), shade, dtype=np.uint8)).save(written, "PNG")
    return written.getvalue()


def hum(seconds: float) -> bytes:
    """A sound of this length."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(2 * round(seconds * 8_000)))
    return written.getvalue()


def world_of(items: int = 4) -> World:
    cast = cast_of_everybody()
    own = Side(cast.dataset, cast.project)
    foreign = Side(cast.foreign_dataset, cast.foreign_project)
    members = {role: cast[role] for role in LABELING}
    team = teams.create_team("Night shift", "in_house", by=None).pk
    teams.put_in_team(team, cast.labeler.agent_id, by=None)
    vendor = Team.objects.get(name="Vendor X").pk
    vendors_person = member("vendors_person")
    members_service.add_member(cast.project.pk, vendors_person.agent_id, "labeler", vendor, by=None)
    own.ids |= {"vendor_id": vendor, "vendors_person_id": vendors_person.agent_id}
    foreign.ids["vendors_person_id"] = cast.outsider.agent_id
    _fill(own, cast.manager, members, shade=40, items=items)
    _fill(foreign, cast.outsider, {"outsider": cast.outsider}, shade=90, items=items)
    own.ids |= {"agent_id": cast.labeler.agent_id, "expert_id": cast.expert.agent_id, "team_id": team}
    foreign.ids |= {"agent_id": cast.outsider.agent_id, "expert_id": cast.outsider.agent_id, "team_id": team}
    foreign.ids["vendor_id"] = teams.create_team("Vendor Z", "outsourced", by=None).pk
    foreign_lead = member("foreign_lead").agent_id
    members_service.add_member(
        cast.foreign_project.pk, foreign_lead, "vendor_lead", foreign.ids["vendor_id"], by=None
    )
    missing = Side(
        Dataset(pk=MISSING),
        Project(pk=MISSING),
        {name: UUID(int=MISSING) if isinstance(value, UUID) else MISSING for name, value in own.ids.items()},
        guideline=own.guideline,
        items=[MISSING, MISSING + 1],
    )
    tokens = {
        name: accounts.create_token(cast[name].agent_id, "spare", ("read",), 30, by=None)[0].pk
        for name in (*ROLES, "outsider")
    }
    link = invitations.invite(cast.project.pk, "labeler", by=cast.manager.agent_id)
    return World(cast, own, foreign, missing, tokens, link)


def _fill(side: Side, owner: Member, members: dict[str, Member], *, shade: int, items: int) -> None:
    """Items with pictures and text, answers, a version with files, a report, a run of a recipe, jobs."""
    me, dataset_id = owner.agent_id, side.dataset.pk
    batch = imports.open_batch(dataset_id, name="First delivery", source="camera", by=me)
    stored = [assets.store(picture(shade + at)) for at in range(items)]
    lines = (
        "".join(f'{{"key": "k{at}", "text": "hello {at}", "channel": "mail"}}\n' for at in range(items))
        + '{"text": "no key is refused", "channel": "fax"}\n'
    )
    imports.import_lines(dataset_id, [lines.encode()], format="jsonl", batch=batch, by=me)
    side.items = list(Item.objects.filter(dataset_id=dataset_id).order_by("pk").values_list("pk", flat=True))
    for item_id, asset in zip(side.items, stored, strict=True):
        Part.objects.create(item_id=item_id, role="image", ordinal=1, asset=asset)
    vendor = side.ids.get("vendor_id")
    shares = [(None, len(members)), (vendor, 1)] if vendor else []
    opened = rounds.open_round(
        side.project.pk, name="First", places_per_task=len(members) + 1, teams=shares, by=me
    )
    side.guideline = opened.guideline_version_id
    callers = {name: Caller(who.agent_id, False, ALL_SCOPES) for name, who in members.items()}
    pool = Pool.objects.filter(round=opened).order_by("team_id").first()  # the vendor's, where there is one
    assert pool is not None
    signed, checked = _delivered(side, pool, callers, me)
    answering = ("manager", "expert", "labeler") if len(members) > 1 else members
    for code, name in enumerate(answering, start=1):
        _answer(side, callers[name], code=min(code, 2))
    question = side.project.questions.get()
    resolutions.resolve_question(question.pk, by=me)
    report = reports.measure(question.pk, by=me)
    for name, caller in callers.items():
        given = desk.claim(caller, side.project.pk)
        assert isinstance(given, desk.ClaimedTask), given
        side.tasks[name] = given.task_id
    task = next(iter(side.tasks.values()))
    reviewed, objected = _reviewed(side, callers.get("labeler") or callers["outsider"])
    versions.close_version(dataset_id, name="baseline", by=me)
    version = versions.close_version(dataset_id, name="second", by=me)
    frozen.freeze(version.pk)
    jobs.run(exports.request_export(version.pk, format="jsonl", by=me))
    recipe = recipes.create_recipe(
        dataset_id,
        "Evening",
        {"part": "image", "seed": 3, "steps": [{"change": "darken", "factor": 0.5}]},
        by=me,
    )
    run = runs.start_run(recipe.pk, item_ids=side.items[:1], by=me)
    assert run.job_id is not None
    jobs.run(run.job_id)
    foreign = foreign_projects.start_migration(
        dataset_id, "Old project", [ContentFile(b"<annotations/>", "annotations.xml")], by=me
    )
    votes = votes_import.start_import(
        dataset_id, "Old votes", ContentFile(b"item,worker,label\nk0,w1,a\n", "v.csv"), format="csv", by=me
    )
    study = crowd.Study(name="Study", worker_parameter="WORKER", tasks_each=5, workers=9, code="C0DE")
    link = crowd.make_link(side.project.pk, study, by=me)
    resumable = imports.start_import(dataset_id, ContentFile(b'{"key": "later"}\n', "l.jsonl"), "jsonl", me)
    gold.set_gold(question.pk, [(side.items[-1], {"class": 2})], by=me)
    side.ids |= {
        "pool_id": pool.pk,
        "delivery_id": signed,
        "checked_id": checked,
        "gold_id": GoldAnswer.objects.get(question=question).pk,
        "dataset_id": dataset_id,
        "guideline": side.guideline,
        "project_id": side.project.pk,
        "batch_id": batch.pk,
        "open_batch_id": resumable.args["batch"],
        "item_id": side.items[0],
        "asset_id": stored[0].pk,
        "question_id": question.pk,
        "round_id": opened.pk,
        "annotation_id": reviewed.annotation_id,
        "review_id": reviewed.pk,
        "objected_id": objected.pk,
        "reviewed_task_id": reviewed.task_id,
        "task_id": task,
        "version_id": version.pk,
        "file_id": VersionFile.objects.filter(version=version, kind="jsonl").earliest("pk").pk,
        "report_id": report.pk,
        "recipe_id": recipe.pk,
        "run_id": run.pk,
        "job_id": jobs.enqueue(
            frozen.FREEZE_JOB, args={"version": version.pk}, dataset_id=dataset_id, by=me
        ).pk,
        "votes_job_id": votes,
        "foreign_job_id": foreign,
        "link_id": link.pk,
        "exam_id": exams.open_exam(side.project.pk, name="Entry", items=1, pass_mark=80, by=me).pk,
        "rule_id": pauses.add_rule(side.project.pk, "speed", least=1, last=200, by=me).pk,
        "pause_id": _pause(side, callers.get("labeler") or callers["outsider"]),
    }
    # The person that an address about an agent of ours names, so that there is a result to let in.
    examined = (callers.get("labeler") or callers["outsider"]).agent_id
    ExamResult.objects.create(exam_id=side.ids["exam_id"], agent_id=examined, right=0, asked=1, passed=False)
    assert RefusedLine.objects.filter(batch=batch).exists()
    assert Job.objects.get(pk=votes).kind == IMPORT_VOTES_JOB
    assert Batch.objects.get(pk=resumable.args["batch"]).state == Batch.State.OPEN


def _pause(side: Side, caller: Caller) -> int:
    """One to look at: nothing is withheld, since whom it names still labels in the tests."""
    made = Pause.objects.create(project=side.project, agent_id=caller.agent_id, kind="person", words="Wait.")
    return made.pk


def _delivered(side: Side, pool: Pool, callers: dict[str, Caller], me: int) -> tuple[int, int]:
    """A batch that waits for its sample, and one whose sample an expert has labeled."""
    if "vendor_lead" not in callers:
        made = [Delivery.objects.create(pool=pool, number=n, size=1, signed_head=0) for n in (1, 2)]
        for one, item_id in zip(made, side.items[-2:], strict=True):
            DeliveredTask.objects.create(
                delivery=one, task=Task.objects.get(round=pool.round, item_id=item_id)
            )
        acceptance.draw_sample(made[0], Wanted(), seed=1, by=me)
        _answer(side, callers["outsider"], code=1)
        return made[1].pk, made[0].pk
    terms.set_terms(
        side.project.pk,
        side.ids["vendor_id"],
        starts_on=dt.date(2026, 1, 1),
        currency="EUR",
        per_item=Decimal("0.05"),
        per_hour=Decimal(12),
        by=me,
    )
    lead = callers["vendor_lead"]
    access = project_for(lead, side.project.pk)
    _answer(side, lead, code=2)
    checked = deliveries.sign_off(access, pool.pk, by=lead.agent_id)
    acceptance.draw_sample(checked, Wanted(), seed=1, by=me)
    _answer(side, callers["expert"], code=1)
    _answer(side, lead, code=2)
    signed = deliveries.sign_off(access, pool.pk, by=lead.agent_id)
    _answer(side, Caller(side.ids["vendors_person_id"], False, ALL_SCOPES), code=1)
    return signed.pk, checked.pk


def _reviewed(side: Side, labeler: Caller) -> tuple[Review, Review]:
    """An answer that an admin sent back twice; to the second, its labeler objected."""
    admin = Caller(Identity.objects.get(is_superuser=True).agent_id, True, ALL_SCOPES)
    answer = Annotation.objects.get(
        agent_id=labeler.agent_id, task__round__project=side.project, task__round__name="First"
    )
    first, second = (
        reviews.review_answer(admin, answer.pk, verdict="returned", reason=reason)
        for reason in ("Look again.", "And again.")
    )
    return first, reviews.object_to_review(labeler, second.pk, "I did.")


def grow(world: World, times: int = 3) -> None:
    """So many times the rows of everything that one side's pages and lists show."""
    side, me = world.own, world.cast.manager.agent_id
    before = len(side.items)
    lines = "".join(f'{{"key": "g{at}", "text": "grown {at}"}}\n' for at in range(before * (times - 1)))
    batch = imports.open_batch(side.dataset.pk, name="Grown", by=me)
    imports.import_lines(side.dataset.pk, [lines.encode()], format="jsonl", batch=batch, by=me)
    ids = Item.objects.filter(dataset=side.dataset, parent=None).order_by("pk").values_list("pk", flat=True)
    for at, item_id in enumerate(list(ids)[before:]):
        stored = assets.store(picture(120 + at))
        Part.objects.get_or_create(item_id=item_id, role="image", defaults={"ordinal": 1, "asset": stored})
    side.items.extend(list(ids)[before:])
    for at in range(1, times):
        _more(side, world.cast.manager, at)
    del side.items[before:]


def _more(side: Side, owner: Member, at: int) -> None:
    """Once more of everything that lists show: rounds, people with answers, batches, versions, runs, projects, jobs."""
    me, dataset_id = owner.agent_id, side.dataset.pk
    person = member(f"extra_{at}")
    members_service.add_member(side.project.pk, person.agent_id, "labeler", by=me)
    ExamResult.objects.create(
        exam_id=side.ids["exam_id"], agent_id=person.agent_id, right=0, asked=1, passed=False
    )
    Pause.objects.create(project=side.project, agent_id=person.agent_id, kind="person", words="Wait.")
    rounds.open_round(side.project.pk, name=f"Round {at}", places_per_task=3, by=me)
    _answer(side, Caller(person.agent_id, False, ALL_SCOPES), code=2)
    gold.set_gold(side.ids["question_id"], [(side.items[at], {"class": 1})], by=me)
    resolutions.resolve_question(side.ids["question_id"], by=me)
    reports.measure(side.ids["question_id"], by=me)
    imports.open_batch(dataset_id, name=f"Delivery {at}", source=f"source {at}", by=me)
    versions.close_version(dataset_id, name=f"more {at}", by=me)
    jobs.run(exports.request_export(side.ids["version_id"], format="csv", by=me))
    run = runs.start_run(side.ids["recipe_id"], item_ids=side.items[at : at + 1], by=me)
    assert run.job_id is not None
    jobs.run(run.job_id)
    recipes.create_recipe(
        dataset_id, f"Dusk {at}", {"part": "image", "steps": [{"change": "darken", "factor": 0.4}]}, by=me
    )
    made = datasets.create_dataset(name=f"Dataset {at}", fields=[], by=me)
    projects.create_project(dataset_id=made.pk, name=f"Project {at}", questions=QUESTIONS, by=me)
    teams.create_team(f"Team {at}", "in_house", by=None)
    jobs.enqueue(frozen.FREEZE_JOB, args={"version": side.ids["version_id"]}, dataset_id=dataset_id, by=me)


def _answer(side: Side, caller: Caller, *, code: int) -> None:
    """Somebody answers one item."""
    given = desk.claim(caller, side.project.pk)
    assert isinstance(given, desk.ClaimedTask), given
    body = {
        "guideline_version": side.guideline,
        "answers": {"topic": {"class": code}},
        "active_ms": 900,
    }
    submitting.submit(caller, given.task_id, key=f"answer-{caller.agent_id}-{given.task_id}", body=body)


def part_of(task_id: int) -> int:
    """The picture of a task's item."""
    item_id = Task.objects.values_list("item_id", flat=True).get(pk=task_id)
    return int(Part.objects.get(item_id=item_id, role="image").pk)


@contextmanager
def taken_back(*, read_only: bool = False) -> Iterator[None]:
    """What happens inside has not happened afterwards; `read_only` lets the database refuse every write."""
    with transaction.atomic():
        if read_only:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_read_only = on")
        yield
        transaction.set_rollback(True)


def fingerprint() -> str:
    """A digest of every row of every table of ours: equal before and after means that nothing was stored."""
    names = sorted(name for name in connection.introspection.table_names() if name != "django_session")
    parts = " UNION ALL ".join(
        f"SELECT '{name}' AS name, count(*) AS n, sum(hashtext(t::text)::bigint) AS h FROM {name} t"
        for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(concat(name, n, h), ',' ORDER BY name)) FROM ({parts}) rows")
        return str(cursor.fetchone()[0])


def expire(token: ApiToken) -> None:
    """An hour ago: inside one long transaction the database's clock stands at its start."""
    token.expires_at = timezone.now() - dt.timedelta(hours=1)
    token.save(update_fields=["expires_at"])
