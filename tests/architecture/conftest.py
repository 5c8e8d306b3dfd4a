"""A world for a whole module: building it costs a second, and every call in it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from metadata.api.throttles import WindowThrottle
from metadata.services import jobs
from tests.architecture.world import World, world_of


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Two sides full of things, in a transaction that is rolled back when the module ends."""
    woken: list[UUID] = []
    with django_db_blocker.unblock(), transaction.atomic():
        jobs.dispatch_with(woken.append)
        yield world_of()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def unthrottled() -> Iterator[None]:
    WindowThrottle.forget()
    yield
    WindowThrottle.forget()
