"""People and how they come in: identities, one-time links, tokens; and external workers without any of these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from metadata.kernel.errors import Conflict, InvalidInput, NotFound
from metadata.kernel.ids import new_token, token_digest
from metadata.kernel.json_guard import Json, guard_json
from metadata.models import Agent, ApiToken, Identity, OneTimeLink
from metadata.services import audit, events

SCOPES: Final = ("read", "label", "write", "admin")
LONGEST_TOKEN_DAYS: Final = 366
LONGEST_LINK_HOURS: Final = 24 * 30
LOCK_SPACE: Final = 80


class EmailTaken(Conflict):
    """Somebody has this address already."""

    code = "email_taken"


class WorkerKnown(Conflict):
    """Somebody works here under this id already."""

    code = "worker_known"


class LinkNotUsable(NotFound):
    """This link was used, has expired, or never was."""

    code = "link_not_usable"


class InvalidIdentity(InvalidInput):
    """A person's details need a correction."""

    code = "invalid_identity"


class InvalidToken(InvalidInput):
    """The token's details need a correction."""

    code = "invalid_token_request"


@transaction.atomic
def create_identity(
    email: str,
    name: str,
    *,
    password: str | None = None,
    is_admin: bool = False,
    by: int | None = None,
    demo: bool = False,
) -> Identity:
    """A person who can sign in: by a link, and by password once there is one."""
    email = email.strip().lower()
    wrong = _wrong_email(email) | _wrong_name(name)
    if wrong:
        raise InvalidIdentity(fields=wrong)
    if password is not None:
        check_password_strength(password, email=email, name=name)
    try:
        with transaction.atomic():
            identity = Identity.objects.create_user(
                email, password, name=name.strip(), is_staff=is_admin, is_superuser=is_admin, demo=demo
            )
    except IntegrityError:
        raise EmailTaken(fields={"email": "somebody has it already"}) from None
    audit.record(
        "identity.created", agent_id=by, subject=f"agent {identity.agent_id}", detail={"is_admin": is_admin}
    )
    events.append("agent.created", subject_id=identity.agent_id, agent_id=by)
    return identity


def _wrong_email(email: str) -> dict[str, str]:
    try:
        validate_email(email)
    except ValidationError:
        return {"email": "is not an email address"}
    return {"email": "longer than 254 characters"} if len(email) > 254 else {}


def _wrong_name(name: str) -> dict[str, str]:
    if len(name) > 120 or "\0" in name:
        return {"name": "at most 120 characters, without NUL"}
    return {}


def check_password_strength(password: str, *, email: str = "", name: str = "") -> None:
    try:
        validate_password(password, Identity(email=email, name=name))
    except ValidationError as error:
        raise InvalidIdentity(fields={"password": " ".join(error.messages)}) from None


@transaction.atomic
def set_password(identity: Identity, password: str, *, by: int | None = None) -> None:
    """A new password; it ends the person's other sessions."""
    check_password_strength(password, email=identity.email or "", name=identity.name)
    identity.set_password(password)
    identity.save(update_fields=["password"])
    audit.record("identity.password_set", agent_id=by, subject=f"agent {identity.agent_id}")


@transaction.atomic
def rename(identity: Identity, name: str, *, by: int | None) -> Identity:
    if wrong := _wrong_name(name):
        raise InvalidIdentity(fields=wrong)
    identity.name = name.strip()
    identity.save(update_fields=["name"])
    audit.record("identity.renamed", agent_id=by, subject=f"agent {identity.agent_id}")
    return identity


@transaction.atomic
def deactivate(identity: Identity, *, by: int | None = None) -> None:
    """Ends a person's access: sessions, tokens and links stop at once. What they said stays."""
    now = timezone.now()
    identity.is_active = False
    identity.set_unusable_password()  # also changes what sessions are signed with
    identity.save(update_fields=["is_active", "password"])
    ApiToken.objects.filter(agent_id=identity.agent_id, revoked_at=None).update(revoked_at=now)
    OneTimeLink.objects.filter(agent_id=identity.agent_id, used_at=None).update(expires_at=now)
    audit.record("identity.deactivated", agent_id=by, subject=f"agent {identity.agent_id}")
    events.append("agent.deactivated", subject_id=identity.agent_id, agent_id=by)


@transaction.atomic
def activate(identity: Identity, *, by: int | None = None) -> None:
    """Lets a person in again; they need a new link or password."""
    identity.is_active = True
    identity.save(update_fields=["is_active"])
    audit.record("identity.activated", agent_id=by, subject=f"agent {identity.agent_id}")


@transaction.atomic
def issue_link(
    purpose: str,
    *,
    agent_id: int | None = None,
    invitation: Mapping[str, Json] | None = None,
    by: int | None = None,
    hours: int = 72,
) -> str:
    """A one-time link's secret, shown once; only its digest is kept. Needs no mail server."""
    if purpose not in OneTimeLink.Purpose.values:
        raise InvalidInput(fields={"purpose": f"must be one of {', '.join(OneTimeLink.Purpose.values)}"})
    if not 1 <= hours <= LONGEST_LINK_HOURS:
        raise InvalidInput(fields={"hours": f"must be from 1 to {LONGEST_LINK_HOURS}"})
    if agent_id is None and purpose != OneTimeLink.Purpose.INVITE:
        raise InvalidInput(fields={"agent": "only an invitation is for somebody unknown"})
    if agent_id is not None and not Identity.objects.filter(agent_id=agent_id, is_active=True).exists():
        raise NotFound("There is no such active person.", fields={"agent": "unknown"})
    guard_json(dict(invitation or {}), root="invitation", max_bytes=10_000)
    token = new_token()
    OneTimeLink.objects.create(
        purpose=purpose,
        digest=token.digest,
        agent_id=agent_id,
        invitation=dict(invitation or {}),
        created_by_id=by,
        expires_at=timezone.now() + dt.timedelta(hours=hours),
    )
    audit.record(f"link.{purpose}", agent_id=by, subject=f"agent {agent_id}" if agent_id else "")
    return token.secret


@transaction.atomic
def withdraw_link(link_id: int, *, by: int | None) -> OneTimeLink:
    """Ends a link that nobody has used yet."""
    link = OneTimeLink.objects.select_for_update().filter(pk=link_id).first()
    if link is None:
        raise NotFound
    if link.used_at is not None or link.expires_at <= timezone.now():
        raise LinkNotUsable
    link.expires_at = timezone.now()
    link.save(update_fields=["expires_at"])
    audit.record("link.withdrawn", agent_id=by, subject=f"link {link.pk}")
    return link


def pending_link(token: str) -> OneTimeLink:
    """The link as it waits to be used; nothing changes, so a page may show it before the button is pressed."""
    link = (
        OneTimeLink.objects.select_related("agent__identity")
        .filter(digest=token_digest(token), used_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if link is None:
        raise LinkNotUsable
    return link


@transaction.atomic
def redeem_link(token: str) -> OneTimeLink:
    """Uses a link up: of two at the same moment one gets it."""
    link = OneTimeLink.objects.select_for_update().filter(digest=token_digest(token)).first()
    if link is None or link.used_at is not None or link.expires_at <= timezone.now():
        raise LinkNotUsable
    if (
        link.agent_id is not None
        and not Identity.objects.filter(agent_id=link.agent_id, is_active=True).exists()
    ):
        raise LinkNotUsable
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    audit.record(f"link.{link.purpose}.used", agent_id=link.agent_id, subject=f"link {link.pk}")
    return link


@transaction.atomic
def create_token(
    agent_id: int, name: str, scopes: Collection[str], days: int, *, by: int | None
) -> tuple[ApiToken, str]:
    """A bearer token and its clear text, shown once."""
    identity = Identity.objects.filter(agent_id=agent_id, is_active=True).first()
    if identity is None:
        raise NotFound("There is no such active person.", fields={"agent": "unknown"})
    if identity.email is None:
        raise InvalidToken(fields={"agent": "comes in by a platform's link and has no tokens"})
    wrong: dict[str, str] = {}
    if not name.strip() or len(name) > 80 or "\0" in name:
        wrong["name"] = "1 to 80 characters"
    if not scopes or set(scopes) - set(SCOPES):
        wrong["scopes"] = f"some of {', '.join(SCOPES)}"
    elif "admin" in scopes and not identity.is_superuser:
        wrong["scopes"] = "only an admin's token can carry admin"
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        wrong["days"] = f"must be from 1 to {LONGEST_TOKEN_DAYS}"
    if wrong:
        raise InvalidToken(fields=wrong)
    token = new_token("cc_")
    row = ApiToken.objects.create(
        agent_id=agent_id,
        name=name.strip(),
        digest=token.digest,
        hint=token.secret[:8],
        scopes=[scope for scope in SCOPES if scope in scopes],
        expires_at=timezone.now() + dt.timedelta(days=days),
    )
    audit.record(
        "token.created",
        agent_id=by,
        subject=f"token {row.pk}",
        detail={"agent": agent_id, "scopes": " ".join(row.scopes)},
    )
    return row, token.secret


@transaction.atomic
def revoke_token(token_id: int, *, agent_id: int | None = None, by: int | None) -> ApiToken:
    """Ends a token at once; with `agent_id` only a token of that agent."""
    tokens = ApiToken.objects.select_for_update().filter(pk=token_id)
    if agent_id is not None:
        tokens = tokens.filter(agent_id=agent_id)
    token = tokens.first()
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record("token.revoked", agent_id=by, subject=f"token {token.pk}")
    return token


@transaction.atomic
def create_worker(source: str, key: str) -> Identity:
    """Somebody who works here under the id they have elsewhere: no address, no password, no token; a link lets them in."""
    if not key or len(key) > 200 or "\0" in key or not source or len(source) > 80:
        raise InvalidInput(fields={"worker": "1 to 200 characters, without NUL"})
    worker = Identity(email=None, external_source=source, external_key=key)
    worker.set_unusable_password()
    try:
        with transaction.atomic():
            worker.agent = Agent.objects.create(kind=Agent.Kind.EXTERNAL)
            worker.save()
    except IntegrityError:
        raise WorkerKnown from None
    events.append("agent.created", subject_id=worker.agent_id)
    return worker


@transaction.atomic
def external_agents(source: str, keys: Sequence[str], *, are_models: bool = False) -> dict[str, int]:
    """Agents of many external workers, or models, by their keys; the same worker is always the same agent."""
    wrong = [key for key in keys if not key or len(key) > 200 or "\0" in key]
    if wrong or not source or len(source) > 80 or "\0" in source:
        raise InvalidInput(fields={"worker": "1 to 200 characters, of a source of 1 to 80"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, source])
    known = dict(
        Identity.objects.filter(external_source=source, external_key__in=set(keys)).values_list(
            "external_key", "agent_id"
        )
    )
    missing = sorted(set(keys) - known.keys())
    kind = Agent.Kind.MODEL if are_models else Agent.Kind.EXTERNAL
    agents = Agent.objects.bulk_create([Agent(kind=kind) for _ in missing])
    unusable = Identity()
    unusable.set_unusable_password()
    Identity.objects.bulk_create(
        Identity(
            agent=agent,
            email=None,
            external_source=source,
            external_key=key,
            is_active=False,
            password=unusable.password,
        )
        for agent, key in zip(agents, missing, strict=True)
    )
    known.update({key: agent.pk for agent, key in zip(agents, missing, strict=True)})
    return known
