"""Live figures are sums of small changes; whatever people do, they equal a recount."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consistency.core.agreement.alpha import nominal_alpha
from consistency.selectors.ratings import live_profiles, ratings_of
from labeling.errors import PlaceTaken, TaskNotLeased
from labeling.models import Assignment, Profile, ProfileDelta, Vote
from labeling.selectors.votes import question_of
from labeling.services import annotations, desk, profiles, projects, resolutions, rounds
from metadata.models import Asset, Item, Part
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import datasets
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench

CLASSES = [{"code": code, "name": f"class {code}"} for code in (1, 2, 3)]
QUESTIONS: list[dict[str, Any]] = [
    {"key": "kind", "prompt": "Which?", "label_type": "choice", "spec": {"classes": CLASSES}},
    {
        "key": "where",
        "prompt": "Where?",
        "label_type": "box",
        "spec": {"classes": CLASSES[:2]},
        "required": False,
    },
]
OPERATIONS = 10_000
STEPS = 200
KEYS = count()


def box(code: int) -> dict[str, Any]:
    geometry = {"x0": 1, "y0": 1, "x1": 20, "y1": 20}
    return {"id": f"e{code}", "class": code, "part": "image", "geometry": geometry, "attributes": {}}


@dataclass
class Work:
    """A project of a choice and an optional box over three pictures, six places each, and four people."""

    project_id: int
    second_round: int
    questions: list[int]
    callers: list[Caller]
    body_of: dict[str, Any] = field(default_factory=dict)


def new_work(cast: Cast) -> Work:
    owner = cast.manager.agent_id
    dataset = datasets.create_dataset(name="Phones", fields=[], by=owner)
    asset, _ = Asset.objects.get_or_create(
        sha256="a" * 64, size=1, media_type="image/png", width=64, height=48
    )
    for number in range(3):
        item = Item.objects.create(dataset=dataset, external_key=f"p{number}")
        Part.objects.create(item=item, role="image", asset=asset)
    project = projects.create_project(dataset_id=dataset.pk, name="Scratches", questions=QUESTIONS, by=owner)
    people = [cast.manager, cast.labeler, cast.expert, cast.crowd_worker]
    for person in people[1:]:
        project.memberships.create(agent_id=person.agent_id, role="labeler")
    opened = rounds.open_round(project.pk, name="First", places_per_task=3, by=owner)
    second = rounds.open_round(project.pk, name="Second", places_per_task=2, ordering="spread", by=owner)
    return Work(
        project.pk,
        second.pk,
        [question.pk for question in project.questions.all()],
        [Caller(person.agent_id, False, ALL_SCOPES) for person in people],
        {"guideline_version": opened.guideline_version_id},
    )


class Labeling(RuleBasedStateMachine):
    """Labels, revises, skips, lapses, submits late or twice, resolves, publishes and folds, in any order."""

    cast: ClassVar[Cast]
    done: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.work = new_work(self.cast)
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE"
            )  # what autovacuum would know by now, were all this not one open transaction
        self.leased: list[tuple[Caller, int]] = []
        self.lapsed: list[tuple[Caller, int]] = []
        self.submitted: list[tuple[Caller, int, int]] = []
        self.sent: list[tuple[Caller, int, str, dict[str, Any]]] = []

    def body(self, code: int, drawn: list[int] | None) -> dict[str, Any]:
        answers: dict[str, Any] = {"kind": {"class": code}}
        if drawn is not None:
            answers["where"] = {"elements": [box(one) for one in drawn]}
        return {**self.work.body_of, "answers": answers}

    def submit(self, caller: Caller, task_id: int, body: dict[str, Any]) -> annotations.Accepted:
        self.sent.append((caller, task_id, f"stateful-{next(KEYS)}", body))
        caller, task_id, key, body = self.sent[-1]
        return annotations.submit(caller, task_id, key=key, body=body)

    def resend(self, at: int) -> annotations.Accepted | None:
        caller, task_id, key, body = self.sent[at % len(self.sent)]
        try:
            return annotations.submit(caller, task_id, key=key, body=body)
        except (PlaceTaken, TaskNotLeased):
            return None

    codes = st.integers(1, 3)
    drawings = st.one_of(st.none(), st.lists(st.sampled_from([1, 2]), unique=True, max_size=2))

    @rule(who=st.integers(0, 3), code=codes, drawn=drawings)
    def label(self, who: int, code: int, drawn: list[int] | None) -> None:
        caller = self.work.callers[who]
        given = desk.claim(caller, self.work.project_id)
        if isinstance(given, desk.ClaimedTask):
            accepted = self.submit(caller, given.task_id, self.body(code, drawn))
            self.submitted.append((caller, given.task_id, accepted.annotation_id))

    @rule(who=st.integers(0, 3))
    def hold(self, who: int) -> None:
        caller = self.work.callers[who]
        given = desk.claim(caller, self.work.project_id)
        if isinstance(given, desk.ClaimedTask):
            self.leased.append((caller, given.task_id))

    @precondition(lambda self: self.leased)
    @rule(at=st.integers(0, 99))
    def skip(self, at: int) -> None:
        caller, task_id = self.leased.pop(at % len(self.leased))
        try:
            desk.skip(caller, task_id, reason="unsure")
        except TaskNotLeased:
            return

    @precondition(lambda self: self.leased)
    @rule(at=st.integers(0, 99))
    def lapse(self, at: int) -> None:
        caller, task_id = self.leased.pop(at % len(self.leased))
        Assignment.objects.filter(
            task_id=task_id, agent_id=caller.agent_id, state=Assignment.State.LEASED
        ).update(due=timezone.now() - dt.timedelta(hours=1))
        desk.sweep_lapsed_leases()
        self.lapsed.append((caller, task_id))

    @precondition(lambda self: self.lapsed)
    @rule(at=st.integers(0, 99), code=codes, drawn=drawings)
    def submit_late(self, at: int, code: int, drawn: list[int] | None) -> None:
        caller, task_id = self.lapsed.pop(at % len(self.lapsed))
        try:
            accepted = self.submit(caller, task_id, self.body(code, drawn))
        except (PlaceTaken, TaskNotLeased):
            return
        self.submitted.append((caller, task_id, accepted.annotation_id))

    @precondition(lambda self: self.submitted)
    @rule(at=st.integers(0, 99), code=codes, drawn=drawings)
    def revise(self, at: int, code: int, drawn: list[int] | None) -> None:
        at %= len(self.submitted)
        caller, task_id, annotation_id = self.submitted[at]
        body = {**self.body(code, drawn), "revises": annotation_id}
        self.submitted[at] = (caller, task_id, self.submit(caller, task_id, body).annotation_id)

    @precondition(lambda self: self.submitted)
    @rule(at=st.integers(0, 99))
    def repeat(self, at: int) -> None:
        """A submit whose answer got lost on the way is sent again, word for word."""
        accepted = self.resend(at)
        assert accepted is None or accepted.repeated

    @rule(what=st.sampled_from(["resolve", "publish", "open", "paused"]), which=st.integers(0, 1))
    def manage(self, what: str, which: int) -> None:
        """What a manager does meanwhile; a submit may then have been shown the guideline before."""
        if what == "resolve":
            resolutions.resolve_question(self.work.questions[which], by=None)
        elif what == "publish":
            projects.update_question(self.work.questions[which], prompt=f"Which, {next(KEYS)}?", by=None)
        else:
            rounds.set_round_state(self.work.second_round, what, by=None)

    @rule(at_once=st.sampled_from([1, 3, 20_000]), forgets=st.booleans())
    def fold(self, at_once: int, forgets: bool) -> None:
        profiles.fold_profiles(at_once)
        if forgets:
            profiles.drop_empty_profiles()

    @invariant()
    def figures_equal_a_recount(self) -> None:
        Labeling.done += 1
        if Labeling.done % 20 == 0:
            self.check()

    def check(self) -> None:
        for question_id in self.work.questions:
            assert profiles.recount(question_id) == []

    def teardown(self) -> None:
        self.check()
        for question_id in self.work.questions:
            live = live_profiles(question_of(question_id))
            for facet, ratings in ratings_of(question_id).items():
                a, b = nominal_alpha(live[facet]), nominal_alpha(ratings)
                assert (a.n_items, a.n_answers) == (b.n_items, b.n_answers)
                assert a.value == pytest.approx(b.value, abs=1e-12, nan_ok=True)


def test_live_figures_equal_a_recount_after_ten_thousand_random_operations(cast: Cast) -> None:
    Labeling.cast, Labeling.done = cast, 0
    while Labeling.done < OPERATIONS:
        run_state_machine_as_test(
            seed(Labeling.done)(Labeling),
            settings=settings(
                max_examples=OPERATIONS // STEPS,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert Vote.objects.filter(current=True).count() > 500
    assert Vote.objects.filter(current=False).count() > 300


def answered(bench: Bench, code: int) -> None:
    for caller in bench.callers[:3]:
        while isinstance(given := desk.claim(caller, bench.project.pk), desk.ClaimedTask):
            key = f"answer-{caller.agent_id}-{given.task_id}"
            annotations.submit(caller, given.task_id, key=key, body=bench.body(code))


def test_folding_moves_every_change_into_the_totals(bench: Bench) -> None:
    answered(bench, 1)
    waiting = ProfileDelta.objects.count()
    assert waiting > 0
    assert profiles.fold_profiles(at_once=4) == waiting
    assert not ProfileDelta.objects.exists()
    profiles.drop_empty_profiles()
    assert list(Profile.objects.values_list("codes", "n")) == [([1, 1, 1], 6)]


def test_a_recount_names_a_profile_that_went_astray(bench: Bench) -> None:
    answered(bench, 2)
    profiles.fold_profiles()
    Profile.objects.filter(codes=[2, 2, 2]).update(n=5)
    question_id = bench.project.questions.get().pk
    assert profiles.recount(question_id) == [profiles.Drift("", (2, 2, 2), 5, 6)]
