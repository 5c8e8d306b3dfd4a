"""Agents in the console: people are let in and out, renamed, put in teams; tokens and links end. All by services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.admin import EmptyFieldListFilter
from django.db import models
from django.utils.translation import gettext_lazy as _

from metadata.admin.frame import ConsoleAdmin, row_action, who
from metadata.kernel.errors import PermissionRefused
from metadata.models import Agent, ApiToken, Identity, OneTimeLink, Team, TeamMembership
from metadata.services import accounts, teams

HAS_ENDED: Final = ("ended_at", EmptyFieldListFilter)
IS_REVOKED: Final = ("revoked_at", EmptyFieldListFilter)


def _deactivate(identity: Identity, by: int) -> None:
    if identity.agent_id == by:
        raise PermissionRefused(str(_("You cannot shut yourself out. Another admin can.")))
    accounts.deactivate(identity, by=by)


class AgentAdmin(ConsoleAdmin):
    """Opaque numbers; made with the identity, the import or the model run they stand for."""

    list_display = ("id", who("", _("name")), "kind", "created_at", "erased_at")
    list_filter = ("kind",)
    list_select_related = ("identity",)
    search_fields = ("identity__name", "identity__email", "identity__external_key")


class IdentityAdmin(ConsoleAdmin):
    """Names change here and people come in; passwords, rights and access have services of their own."""

    list_display = ("id", "name", "email", "is_active", "is_superuser", "external_source", "last_login")
    list_filter = ("is_active", "is_superuser", "demo")
    sortable_by = ("id", "name", "email", "last_login")
    search_fields = ("name", "email", "external_key")
    search_ids = ("id", "agent_id")
    hidden = ("password", "groups", "user_permissions")
    editable = ("name",)
    addable = ("email", "name", "is_superuser")
    actions = (
        row_action("deactivate", _("Shut out, ending sessions, tokens and links"), _deactivate),
        row_action("activate", _("Let in again"), lambda row, by: accounts.activate(row, by=by)),
    )

    def audit_words(self, row: Any) -> str:
        return f'"agent {row.agent_id}"'

    def store(self, row: Any, values: dict[str, Any], *, is_new: bool, by: int) -> Any:
        if is_new:
            return accounts.create_identity(
                values["email"] or "", values["name"], is_admin=values["is_superuser"], by=by
            )
        return accounts.rename(row, values["name"], by=by)


class TeamAdmin(ConsoleAdmin):
    """A team's name and kind are given once; a rename has no service yet."""

    list_display = ("id", "name", "kind", "created_at")
    list_filter = ("kind",)
    sortable_by = ("id", "name")
    search_fields = ("name",)
    addable = ("name", "kind")

    def store(self, row: Any, values: dict[str, Any], *, is_new: bool, by: int) -> Any:
        return teams.create_team(values["name"], values["kind"], by=by)


class TeamMembershipAdmin(ConsoleAdmin):
    """Joining and leaving are services; a row is kept when it ends."""

    list_display = ("id", "team", who("agent", _("person")), "ended_at")
    list_filter = ("team", HAS_ENDED)
    list_select_related = ("team", "agent__identity")
    search_fields = ("team__name", "agent__identity__name", "agent__identity__email")
    search_ids = ("id", "agent_id")
    raw_id_fields = ("team", "agent")
    addable = ("team", "agent")
    actions = (
        row_action(
            "leave",
            _("End membership"),
            lambda row, by: teams.take_from_team(row.team_id, row.agent_id, by=by),
        ),
    )

    def store(self, row: Any, values: dict[str, Any], *, is_new: bool, by: int) -> Any:
        return teams.put_in_team(values["team"].pk, values["agent"].pk, by=by)


class ApiTokenAdmin(ConsoleAdmin):
    """Tokens are made by their owners, whose clear text is shown once; the digest never is."""

    list_display = (
        "id",
        "name",
        "hint",
        who("agent", _("person")),
        "scopes",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    list_filter = (IS_REVOKED, "expires_at")
    list_select_related = ("agent__identity",)
    search_fields = ("name", "hint", "agent__identity__name", "agent__identity__email")
    search_ids = ("id", "agent_id")
    hidden = ("digest",)
    actions = (
        row_action("revoke", _("Revoke at once"), lambda row, by: accounts.revoke_token(row.pk, by=by)),
    )


class OneTimeLinkAdmin(ConsoleAdmin):
    """Links are issued where they are needed; the secret is shown once there, its digest never."""

    list_display = (
        "id",
        "purpose",
        who("agent", _("person")),
        who("created_by", _("issued by")),
        "expires_at",
        "used_at",
    )
    list_filter = ("purpose", "expires_at")
    list_select_related = ("agent__identity", "created_by__identity")
    search_fields = ("agent__identity__name", "agent__identity__email")
    search_ids = ("id", "agent_id")
    hidden = ("digest",)
    actions = (row_action("withdraw", _("Withdraw"), lambda row, by: accounts.withdraw_link(row.pk, by=by)),)


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Agent: AgentAdmin,
    Identity: IdentityAdmin,
    Team: TeamAdmin,
    TeamMembership: TeamMembershipAdmin,
    ApiToken: ApiTokenAdmin,
    OneTimeLink: OneTimeLinkAdmin,
}
