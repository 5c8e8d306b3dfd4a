"""A vendor's lead: people in and out, batches signed off, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connection

from labeling.errors import DeliveryDecided, NothingToSignOff
from labeling.models import Annotation, Delivery, Pool, Project, ProjectMembership, Round
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.deliveries import batches_of, delivery_for, people_of, returned_tasks
from labeling.services import annotations as submitting
from labeling.services import deliveries, desk, invitations, members, rounds
from metadata.kernel.errors import InvalidInput, NotFound, PermissionRefused
from metadata.models import Team
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services.accounts import LinkNotUsable
from tests.conftest import Cast, member
from tests.labeling.services.conftest import add_items


@dataclass(frozen=True)
class Vendor:
    """A round of four items for the vendor alone, its lead and one person."""

    cast: Cast
    project: Project
    round: Round
    pool: Pool
    lead: Caller
    person: Caller

    @property
    def access(self) -> ProjectAccess:
        return project_for(self.lead, self.project.pk)

    def label(self, who: Caller, most: int = 50) -> list[int]:
        """The tasks that somebody was handed and answered."""
        done: list[int] = []
        while len(done) < most and isinstance(given := desk.claim(who, self.project.pk), desk.ClaimedTask):
            self.answer(who, given.task_id)
            done.append(given.task_id)
        return done

    def answer(self, who: Caller, task_id: int, code: int = 1, revises: int | None = None) -> int:
        body: dict[str, object] = {
            "guideline_version": self.round.guideline_version_id,
            "answers": {"topic": {"class": code}},
            "active_ms": 1500,
        }
        if revises is not None:
            body["revises"] = revises
        key = f"answer-{who.agent_id}-{task_id}-{revises or 'first'}"
        return submitting.submit(who, task_id, key=key, body=body).annotation_id

    def sign(self) -> Delivery:
        return deliveries.sign_off(self.access, self.pool.pk, by=self.lead.agent_id)


@pytest.fixture
def vendor(cast: Cast) -> Vendor:
    return vendor_of(cast)


def vendor_of(cast: Cast) -> Vendor:
    add_items(cast.dataset.pk, 4)
    team = Team.objects.get(name="Vendor X")
    opened = rounds.open_round(
        cast.project.pk, name="Theirs", places_per_task=1, teams=[(team.pk, 1)], by=cast.manager.agent_id
    )
    person = member("vera")
    members.add_member(cast.project.pk, person.agent_id, "labeler", team.pk, by=None)
    lead = Caller(cast.vendor_lead.agent_id, False, ALL_SCOPES)
    return Vendor(
        cast, cast.project, opened, opened.pools.get(), lead, Caller(person.agent_id, False, ALL_SCOPES)
    )


def judge(
    vendor: Vendor, made: Delivery, wrong: int, tolerated: int, reason: str = "Look twice."
) -> Delivery:
    """The whole batch as its sample, of which so many are wrong."""
    tasks = list(made.tasks.order_by("task_id").values_list("task_id", flat=True))
    deliveries.begin_check(made.pk, tasks, plan={}, tolerated=tolerated, seed=1, by=None)
    judged = [(task, at < wrong, [{"prompt": "Topic", "kind": "class"}]) for at, task in enumerate(tasks)]
    return deliveries.decide(made.pk, judged, reason=reason, by=vendor.cast.manager.agent_id)


def test_a_lead_signs_off_what_is_finished_and_nothing_twice(vendor: Vendor) -> None:
    with pytest.raises(NothingToSignOff):
        vendor.sign()
    done = vendor.label(vendor.person, most=3)
    made = vendor.sign()
    assert (made.number, made.size, made.state) == (1, 3, "signed")
    assert set(made.tasks.values_list("task_id", flat=True)) == set(done)
    with pytest.raises(NothingToSignOff):
        vendor.sign()
    vendor.label(vendor.person)
    assert (vendor.sign().number, Delivery.objects.get(number=2).size) == (2, 1)


def test_only_the_teams_own_lead_signs_off(vendor: Vendor) -> None:
    vendor.label(vendor.person)
    other = rounds.open_round(
        vendor.project.pk, name="Ours", places_per_task=1, repeats_items=True, by=None
    ).pools.get()
    with pytest.raises(NotFound):
        deliveries.sign_off(vendor.access, other.pk, by=vendor.lead.agent_id)
    manager = project_for(Caller(vendor.cast.manager.agent_id, False, ALL_SCOPES), vendor.project.pk)
    with pytest.raises(PermissionRefused):
        deliveries.sign_off(manager, vendor.pool.pk, by=vendor.cast.manager.agent_id)
    with pytest.raises(NotFound):
        deliveries.sign_off(project_for(vendor.person, vendor.project.pk), vendor.pool.pk, by=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_who_sign_off_at_once_one_does(cast: Cast) -> None:
    vendor = vendor_of(cast)
    vendor.label(vendor.person)
    access = vendor.access

    def signed(_: int) -> str:
        try:
            return deliveries.sign_off(access, vendor.pool.pk, by=vendor.lead.agent_id).state
        except NothingToSignOff as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(signed, range(4))) == ["nothing_to_sign_off"] * 3 + ["signed"]
    assert Delivery.objects.count() == 1


def test_a_returned_batch_comes_back_and_is_signed_off_again_once_everything_was_looked_at(
    vendor: Vendor,
) -> None:
    done = vendor.label(vendor.person)
    returned = judge(vendor, vendor.sign(), wrong=2, tolerated=1)
    assert (returned.state, returned.wrong, returned.reason) == ("returned", 2, "Look twice.")
    assert returned.check_round is not None
    assert Round.objects.get(pk=returned.check_round.pk).state == "closed"
    assert returned_tasks(vendor.project.pk, vendor.person.agent_id) == sorted(done)
    with pytest.raises(NothingToSignOff):
        vendor.sign()
    for at, task in enumerate(sorted(done)):
        first = Annotation.objects.get(task_id=task, agent_id=vendor.person.agent_id).pk
        vendor.answer(vendor.person, task, code=1 + at % 2, revises=first)
        assert returned_tasks(vendor.project.pk, vendor.person.agent_id) == sorted(done)[at + 1 :]
    assert (vendor.sign().number, len(done)) == (2, 4)


def test_who_has_left_holds_a_returned_batch_up_no_longer(vendor: Vendor) -> None:
    vendor.label(vendor.person)
    judge(vendor, vendor.sign(), wrong=4, tolerated=0)
    deliveries.remove_from_team(vendor.access, vendor.person.agent_id, by=vendor.lead.agent_id)
    assert vendor.sign().size == 4


def test_an_accepted_batch_stays_accepted(vendor: Vendor) -> None:
    vendor.label(vendor.person)
    made = vendor.sign()
    assert judge(vendor, made, wrong=1, tolerated=1, reason="").state == "accepted"
    assert returned_tasks(vendor.project.pk, vendor.person.agent_id) == []
    with pytest.raises(NothingToSignOff):
        vendor.sign()
    with pytest.raises(DeliveryDecided):
        deliveries.decide(made.pk, [], reason="", by=None)
    with pytest.raises(DeliveryDecided):
        deliveries.begin_check(made.pk, [1], plan={}, tolerated=0, seed=1, by=None)


def test_a_return_says_why(vendor: Vendor) -> None:
    vendor.label(vendor.person)
    with pytest.raises(InvalidInput, match="what was wrong"):
        judge(vendor, vendor.sign(), wrong=1, tolerated=0, reason=" ")


def test_a_sample_is_judged_as_a_whole_and_holds_nothing_else(vendor: Vendor) -> None:
    done = vendor.label(vendor.person)
    made = vendor.sign()
    with pytest.raises(InvalidInput, match="not in the batch"):
        deliveries.begin_check(made.pk, [done[0], 1], plan={}, tolerated=0, seed=1, by=None)
    deliveries.begin_check(made.pk, done[:2], plan={}, tolerated=0, seed=1, by=None)
    with pytest.raises(InvalidInput, match="as a whole"):
        deliveries.decide(made.pk, [(done[0], False, [])], reason="", by=None)


def test_the_sample_is_handed_to_experts_and_never_to_the_vendor(vendor: Vendor) -> None:
    done = vendor.label(vendor.person)
    deliveries.begin_check(vendor.sign().pk, done[:2], plan={}, tolerated=0, seed=1, by=None)
    for nobody in (vendor.lead, vendor.person, Caller(vendor.cast.labeler.agent_id, False, ALL_SCOPES)):
        assert isinstance(desk.claim(nobody, vendor.project.pk), desk.NoTask)
    assert len(vendor.label(Caller(vendor.cast.expert.agent_id, False, ALL_SCOPES))) == 2


def test_a_lead_sees_the_teams_people_and_batches_only(vendor: Vendor) -> None:
    rounds.open_round(vendor.project.pk, name="Ours", places_per_task=1, repeats_items=True, by=None)
    vendor.label(Caller(vendor.cast.labeler.agent_id, False, ALL_SCOPES))
    vendor.label(vendor.person, most=3)
    judge(vendor, vendor.sign(), wrong=1, tolerated=1)
    (batch,) = batches_of(vendor.access)
    assert (batch.name, batch.tasks, batch.wanted, batch.taken, batch.signable) == ("Theirs", 4, 4, 3, 0)
    assert {(one.agent_id, one.answers, one.checked, one.wrong) for one in people_of(vendor.access)} == {
        (vendor.person.agent_id, 3, 3, 1),
        (vendor.lead.agent_id, 0, 0, 0),
    }


def test_another_teams_batch_is_none(vendor: Vendor) -> None:
    vendor.label(vendor.person)
    made = vendor.sign()
    team = Team.objects.create(name="Vendor Y", kind="outsourced")
    other = member("yann")
    members.add_member(vendor.project.pk, other.agent_id, "vendor_lead", team.pk, by=None)
    caller = Caller(other.agent_id, False, ALL_SCOPES)
    theirs = project_for(caller, vendor.project.pk)
    assert delivery_for(vendor.access, made.pk).pk == made.pk
    for attempt in (
        lambda: delivery_for(theirs, made.pk),
        lambda: deliveries.sign_off(theirs, vendor.pool.pk, by=other.agent_id),
        lambda: deliveries.remove_from_team(theirs, vendor.person.agent_id, by=other.agent_id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert batches_of(theirs) == []


def test_a_lead_takes_out_the_teams_labelers_and_nobody_else(vendor: Vendor) -> None:
    assert isinstance(desk.claim(vendor.person, vendor.project.pk), desk.ClaimedTask)
    for who in (vendor.cast.labeler.agent_id, vendor.cast.manager.agent_id, vendor.lead.agent_id, 999_999):
        with pytest.raises(NotFound):
            deliveries.remove_from_team(vendor.access, who, by=vendor.lead.agent_id)
    deliveries.remove_from_team(vendor.access, vendor.person.agent_id, by=vendor.lead.agent_id)
    with pytest.raises(NotFound):
        desk.claim(vendor.person, vendor.project.pk)
    desk.sweep_lapsed_leases()
    assert len(vendor.label(vendor.lead)) == 4


def test_a_leads_invitation_makes_a_labeler_of_the_team_while_the_lead_leads(vendor: Vendor) -> None:
    secrets = [invitations.invite_to_team(vendor.access, by=vendor.lead.agent_id) for _ in range(3)]
    come = invitations.accept_as_new(
        secrets[0], email="neu@example.org", name="Neu", password="blue sky in june"
    )
    made = ProjectMembership.objects.get(agent_id=come.agent_id)
    assert (made.role, made.team_id, made.team_only) == ("labeler", vendor.pool.team_id, True)
    expert = vendor.cast.expert.agent_id
    invitations.accept_as_known(secrets[1], expert)
    assert ProjectMembership.objects.get(agent_id=expert).role == "expert"
    members.remove_member(vendor.project.pk, vendor.lead.agent_id, by=None)
    with pytest.raises(LinkNotUsable):
        invitations.accept_as_new(
            secrets[2], email="late@example.org", name="Late", password="blue sky in june"
        )
    assert not ProjectMembership.objects.filter(agent__identity__email="late@example.org").exists()


def test_a_manager_is_no_lead(vendor: Vendor) -> None:
    manager = project_for(Caller(vendor.cast.manager.agent_id, False, ALL_SCOPES), vendor.project.pk)
    attempts: list[Callable[[], object]] = [
        lambda: invitations.invite_to_team(manager, by=vendor.cast.manager.agent_id),
        lambda: deliveries.remove_from_team(manager, vendor.person.agent_id, by=1),
    ]
    for attempt in attempts:
        with pytest.raises((NotFound, PermissionRefused)):
            attempt()
