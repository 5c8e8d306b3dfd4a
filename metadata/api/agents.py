"""Oneself, one's tokens, people and teams over HTTP."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from metadata import policies
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.models import ApiToken, Identity, OneTimeLink, Team, TeamMembership
from metadata.selectors import people as selectors
from metadata.selectors.access import Caller
from metadata.selectors.datasets import manages_something
from metadata.services import accounts, teams


class MeBody(serializers.Serializer[Any]):
    agent = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField(allow_null=True)
    is_admin = serializers.BooleanField()
    scopes = serializers.ListField(child=serializers.CharField())


class TokenBody(serializers.ModelSerializer[ApiToken]):
    class Meta:
        model = ApiToken
        fields = ["id", "name", "hint", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at"]


class NewToken(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=accounts.SCOPES), min_length=1, max_length=4
    )
    days = serializers.IntegerField(min_value=1, max_value=accounts.LONGEST_TOKEN_DAYS, default=30)


class MadeToken(TokenBody):
    token = serializers.CharField(help_text="The clear text, shown this once.")

    class Meta(TokenBody.Meta):
        fields = [*TokenBody.Meta.fields, "token"]


class PersonBody(serializers.ModelSerializer[Identity]):
    id = serializers.IntegerField(source="agent_id")
    is_admin = serializers.BooleanField(source="is_superuser")

    class Meta:
        model = Identity
        fields = ["id", "name", "email", "is_active", "is_admin", "created_at"]


class NewPerson(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120)
    is_admin = serializers.BooleanField(default=False)


class PersonChange(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    is_active = serializers.BooleanField(required=False)


class NewLink(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(choices=[OneTimeLink.Purpose.SIGN_IN, OneTimeLink.Purpose.RESET])
    hours = serializers.IntegerField(min_value=1, max_value=accounts.LONGEST_LINK_HOURS, default=72)


class LinkBody(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="Opened once, on this installation's own address.")


class TeamBody(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        fields = ["id", "name", "kind", "created_at"]
        read_only_fields = ["created_at"]


class NewTeam(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=Team.Kind.choices, default=Team.Kind.IN_HOUSE)


class TeamMemberBody(serializers.ModelSerializer[TeamMembership]):
    name = serializers.CharField(source="agent.identity.name")

    class Meta:
        model = TeamMembership
        fields = ["agent", "name"]


TokenPage = page_shape("TokenPage", TokenBody)
PersonPage = page_shape("PersonPage", PersonBody)
TeamPage = page_shape("TeamPage", TeamBody)
TeamMemberPage = page_shape("TeamMemberPage", TeamMemberBody)


def steering(request: Request) -> Caller:
    """Somebody who gives others work, and so may look people and teams up."""
    who = caller(request)
    policies.require(policies.can_invite(who, manages_something=manages_something(who)))
    return who


def administering(request: Request) -> Caller:
    who = caller(request)
    policies.require(policies.can_administer(who))
    return who


class MeView(APIView):
    @extend_schema(operation_id="me", responses={200: MeBody, **READ_ERRORS})
    def get(self, request: Request) -> Response:
        who = caller(request)
        identity = selectors.person_of(who.agent_id)
        body = {
            "agent": who.agent_id,
            "name": identity.name,
            "email": identity.email,
            "is_admin": who.is_admin,
            "scopes": sorted(who.scopes),
        }
        return Response(MeBody(body).data)


class TokensView(APIView):
    """A token's clear text must not lie in a table of answers, so a create here has no idempotency key."""

    scope = "write"

    @extend_schema(
        operation_id="token_list", parameters=PAGE_PARAMETERS, responses={200: TokenPage, **READ_ERRORS}
    )
    def get(self, request: Request) -> Response:
        return page_of(request, selectors.tokens_of(caller(request).agent_id), TokenBody)

    @extend_schema(operation_id="token_create", request=NewToken, responses={201: MadeToken, **WRITE_ERRORS})
    def post(self, request: Request) -> Response:
        who = caller(request)
        given = checked(NewToken, request.data)
        policies.require(policies.can_issue_scopes(who, given["scopes"]))
        token, clear_text = accounts.create_token(
            who.agent_id, given["name"], given["scopes"], given["days"], by=who.agent_id
        )
        return Response({**TokenBody(token).data, "token": clear_text}, status=201)


class TokenView(APIView):
    scope = "write"

    @extend_schema(operation_id="token_revoke", responses={204: None, **WRITE_ERRORS})
    def delete(self, request: Request, token_id: int) -> Response:
        who = caller(request)
        accounts.revoke_token(token_id, agent_id=None if who.is_admin else who.agent_id, by=who.agent_id)
        return Response(status=204)


class PeopleView(IdempotentCreate, APIView):
    scope = "admin"

    @extend_schema(
        operation_id="agent_list",
        parameters=[*PAGE_PARAMETERS, OpenApiParameter("email", str, description="Exactly this address.")],
        responses={200: PersonPage, **READ_ERRORS},
    )
    def get(self, request: Request) -> Response:
        who = steering(request)
        people = selectors.people()
        email = request.query_params.get("email", "").replace("\0", "").strip().lower()
        if email or not who.is_admin:  # a manager finds whom they know, and lists nobody
            people = people.filter(email=email, is_active=True)
        return page_of(request, people, PersonBody)

    @extend_schema(
        operation_id="agent_create", request=NewPerson, responses={201: PersonBody, **WRITE_ERRORS}
    )
    def post(self, request: Request) -> Response:
        who = administering(request)
        made = accounts.create_identity(**checked(NewPerson, request.data), by=who.agent_id)
        return Response(PersonBody(made).data, status=201)


class PersonView(APIView):
    scope = "admin"

    @extend_schema(operation_id="agent_get", responses={200: PersonBody, **READ_ERRORS})
    def get(self, request: Request, agent_id: int) -> Response:
        administering(request)
        return Response(PersonBody(selectors.person_of(agent_id)).data)

    @extend_schema(
        operation_id="agent_change", request=PersonChange, responses={200: PersonBody, **WRITE_ERRORS}
    )
    def patch(self, request: Request, agent_id: int) -> Response:
        who = administering(request)
        identity = selectors.person_of(agent_id)
        given = checked(PersonChange, request.data)
        if "name" in given:
            accounts.rename(identity, given["name"], by=who.agent_id)
        if given.get("is_active") is False and identity.is_active:
            accounts.deactivate(identity, by=who.agent_id)
        elif given.get("is_active") and not identity.is_active:
            accounts.activate(identity, by=who.agent_id)
        return Response(PersonBody(identity).data)


class PersonLinksView(APIView):
    scope = "admin"

    @extend_schema(operation_id="agent_link", request=NewLink, responses={201: LinkBody, **WRITE_ERRORS})
    def post(self, request: Request, agent_id: int) -> Response:
        who = administering(request)
        given = checked(NewLink, request.data)
        secret = accounts.issue_link(
            given["purpose"],
            agent_id=selectors.person_of(agent_id).agent_id,
            by=who.agent_id,
            hours=given["hours"],
        )
        return Response({"path": f"/links/{secret}/"}, status=201)


class TeamsView(IdempotentCreate, APIView):
    scope = "admin"

    @extend_schema(
        operation_id="team_list", parameters=PAGE_PARAMETERS, responses={200: TeamPage, **READ_ERRORS}
    )
    def get(self, request: Request) -> Response:
        steering(request)
        return page_of(request, selectors.teams(), TeamBody)

    @extend_schema(operation_id="team_create", request=NewTeam, responses={201: TeamBody, **WRITE_ERRORS})
    def post(self, request: Request) -> Response:
        who = administering(request)
        made = teams.create_team(**checked(NewTeam, request.data), by=who.agent_id)
        return Response(TeamBody(made).data, status=201)


class TeamMembersView(APIView):
    @extend_schema(
        operation_id="team_members",
        parameters=PAGE_PARAMETERS,
        responses={200: TeamMemberPage, **READ_ERRORS},
    )
    def get(self, request: Request, team_id: int) -> Response:
        steering(request)
        return page_of(request, selectors.team_members(team_id), TeamMemberBody)


class TeamMemberView(APIView):
    scope = "admin"

    @extend_schema(operation_id="team_join", request=None, responses={200: TeamMemberBody, **WRITE_ERRORS})
    def put(self, request: Request, team_id: int, agent_id: int) -> Response:
        who = administering(request)
        selectors.person_of(agent_id)
        return Response(TeamMemberBody(teams.put_in_team(team_id, agent_id, by=who.agent_id)).data)

    @extend_schema(operation_id="team_leave", responses={204: None, **WRITE_ERRORS})
    def delete(self, request: Request, team_id: int, agent_id: int) -> Response:
        who = administering(request)
        teams.take_from_team(team_id, agent_id, by=who.agent_id)
        return Response(status=204)
