"""The fixed cast of the permission tests, and doubles of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import settings

from labeling.models import Project, ProjectMembership
from labeling.services import members, projects
from metadata.api.throttles import WindowThrottle
from metadata.models import Dataset, Identity, Team
from metadata.services import accounts, datasets, jobs

settings.register_profile("concord", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("concord")

PROJECT_ROLES: Final = ("manager", "expert", "labeler", "vendor_lead", "crowd_worker")
QUESTIONS: Final = [
    {
        "key": "topic",
        "prompt": "What is the message about?",
        "label_type": "choice",
        "spec": {"classes": [{"code": 1, "name": "billing"}, {"code": 2, "name": "delivery"}]},
        "required": True,
    }
]


@dataclass(frozen=True)
class Member:
    """One of the cast: who they are, a signed-in browser and a bearer token with every scope they can have."""

    identity: Identity
    bearer: str

    @property
    def agent_id(self) -> int:
        return self.identity.agent_id

    @property
    def browser(self) -> Client:
        """A fresh test client with a session cookie; it does not check CSRF tokens."""
        client = Client()
        client.force_login(self.identity)
        return client

    @property
    def api(self) -> Client:
        """A fresh test client that sends the bearer token."""
        return Client(headers={"authorization": f"Bearer {self.bearer}"})


@dataclass(frozen=True)
class Cast:
    """Everybody there is in the permission tests. The outsider manages a dataset and project of their own."""

    admin: Member
    manager: Member
    expert: Member
    labeler: Member
    vendor_lead: Member
    crowd_worker: Member
    outsider: Member
    dataset: Dataset
    project: Project
    foreign_dataset: Dataset
    foreign_project: Project

    def __getitem__(self, name: str) -> Member:
        member = getattr(self, name)
        assert isinstance(member, Member)
        return member


EVERYBODY: Final = ("admin", *PROJECT_ROLES, "outsider")


def member(name: str, *, is_admin: bool = False) -> Member:
    """A person with this name, and their token."""
    identity = accounts.create_identity(
        f"{name}@example.org", name.replace("_", " ").title(), is_admin=is_admin
    )
    scopes = ("read", "label", "write", "admin") if is_admin else ("read", "label", "write")
    _, bearer = accounts.create_token(identity.agent_id, "test", scopes, 30, by=None)
    return Member(identity, bearer)


@pytest.fixture
def cast(db: None) -> Cast:
    return cast_of_everybody()


def cast_of_everybody() -> Cast:
    """Every role in one project, and somebody who steers another."""
    people = {name: member(name, is_admin=name == "admin") for name in EVERYBODY}
    own = _project("Support messages", people["manager"].agent_id)
    foreign = _project("Somebody else's", people["outsider"].agent_id)
    vendor = Team.objects.create(name="Vendor X", kind=Team.Kind.OUTSOURCED)
    for name in PROJECT_ROLES:
        if name != "manager":
            team_id = vendor.pk if name == "vendor_lead" else None
            members.add_member(own.pk, people[name].agent_id, ProjectMembership.Role(name), team_id, by=None)
    return Cast(
        **people,
        dataset=own.dataset,
        project=own,
        foreign_dataset=foreign.dataset,
        foreign_project=foreign,
    )


def _project(name: str, agent_id: int) -> Project:
    fields: list[dict[str, Any]] = [{"name": "channel", "kind": "choice", "choices": ["mail", "chat"]}]
    dataset = datasets.create_dataset(name=name, description="", fields=fields, by=agent_id)
    return projects.create_project(dataset_id=dataset.pk, name=name, questions=QUESTIONS, by=agent_id)


@pytest.fixture(autouse=True)
def sent_jobs() -> list[UUID]:
    """The broker's double: which jobs a worker was woken for. `jobs.run(id)` does one."""
    sent: list[UUID] = []
    jobs.dispatch_with(sent.append)
    cache.clear()
    WindowThrottle.forget()
    return sent
