"""A create under an Idempotency-Key happens once: a repeat gets the first answer, another body a conflict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from metadata.kernel.canonical import canonical_json, sha256_hex
from metadata.kernel.errors import Conflict, InvalidInput
from metadata.kernel.json_guard import Json
from metadata.models import IdempotentRequest

KEPT_FOR_DAYS: Final = 7
LOCK_SPACE: Final = 79


class IdempotencyConflict(Conflict):
    """This Idempotency-Key was used before with another body."""

    code = "idempotency_conflict"


class InvalidIdempotencyKey(InvalidInput):
    """An Idempotency-Key is a text of 8 to 200 visible ASCII characters."""

    code = "invalid_idempotency_key"


@dataclass(frozen=True)
class Answered:
    status: int
    body: Json
    is_repeat: bool


def checked_key(key: str) -> str:
    if not 8 <= len(key) <= 200 or not all("!" <= mark <= "~" for mark in key):
        raise InvalidIdempotencyKey(fields={"Idempotency-Key": "8 to 200 visible ASCII characters"})
    return key


@transaction.atomic
def once(agent_id: int, key: str, route: str, body: object, do: Callable[[], tuple[int, Json]]) -> Answered:
    """Runs `do` unless this agent did it before under this key; both are one transaction.

    A second request with the same key waits until the first one ended, then repeats its answer.
    """
    checked_key(key)
    digest = sha256_hex(canonical_json(body))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, f"{agent_id}:{key}"])
    before = IdempotentRequest.objects.filter(agent_id=agent_id, key=key).first()
    if before is not None:
        if before.body_hash != digest or before.route != route:
            raise IdempotencyConflict
        assert before.status is not None
        return Answered(before.status, before.body, is_repeat=True)
    status, answer = do()
    IdempotentRequest.objects.create(
        agent_id=agent_id, key=key, route=route, body_hash=digest, status=status, body=answer
    )
    return Answered(status, answer, is_repeat=False)


def forget_old() -> int:
    """Deletes keys whose repeat nobody expects any more."""
    limit = timezone.now() - dt.timedelta(days=KEPT_FOR_DAYS)
    deleted, _ = IdempotentRequest.objects.filter(created_at__lt=limit).delete()
    return deleted
