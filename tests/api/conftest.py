"""A world for a whole module: building it costs a second, and every call in it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from metadata.api.throttles import WindowThrottle
from metadata.services import jobs
from tests.api.calls import Operation
from tests.api.world import ROLES, World, world_of


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


@pytest.fixture(scope="module")
def client_of(world: World) -> Callable[..., Client]:
    return clients_of(world)


def clients_of(world: World) -> Callable[..., Client]:
    """Gives a fresh client of one of the cast: a bearer token for the API, a signed-in browser for pages."""
    everybody = (*ROLES, "outsider")
    sessions = {who: world.cast[who].browser.cookies[settings.SESSION_COOKIE_NAME].value for who in everybody}

    def made(who: str, operation: Operation) -> Client:
        if who != "anonymous" and operation.is_api:
            return world.cast[who].api
        client = Client()
        if who != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = sessions[who]
        return client

    return made
