"""A vendor's team over HTTP, for its lead: its batches and people, invitations, signing off."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.models import Delivery
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.deliveries import batches_of, deliveries_of, people_of
from labeling.services import deliveries, invitations
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.kernel.errors import NotFound
from metadata.kernel.numbers import LARGEST_ID
from metadata.selectors.access import Caller


class TeamBatchBody(serializers.Serializer[Any]):
    batch = serializers.IntegerField(source="pool_id")
    name = serializers.CharField()
    state = serializers.CharField()
    tasks = serializers.IntegerField()
    wanted = serializers.IntegerField()
    taken = serializers.IntegerField()
    signable = serializers.IntegerField(help_text="Finished tasks that are not signed off.")


class TeamPersonBody(serializers.Serializer[Any]):
    agent = serializers.IntegerField(source="agent_id")
    name = serializers.CharField()
    role = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    answers = serializers.IntegerField()
    active_ms = serializers.IntegerField()
    last_at = serializers.DateTimeField(allow_null=True)
    skipped = serializers.IntegerField()
    checked = serializers.IntegerField(help_text="Answers that were in a sample.")
    wrong = serializers.IntegerField(help_text="Of these, in how many tasks something was wrong.")


class VendorTeamBody(serializers.Serializer[Any]):
    team = serializers.IntegerField()
    batches = TeamBatchBody(many=True)
    people = TeamPersonBody(many=True)


class DeliveryBody(serializers.ModelSerializer[Delivery]):
    batch = serializers.IntegerField(source="pool_id")

    class Meta:
        model = Delivery
        fields = [
            "id",
            "batch",
            "number",
            "state",
            "size",
            "note",
            "signed_at",
            "sample",
            "tolerated",
            "wrong",
            "reason",
            "decided_at",
        ]


class NewDelivery(serializers.Serializer[Any]):
    batch = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    note = serializers.CharField(required=False, allow_blank=True, max_length=deliveries.NOTE_LENGTH)


class InvitationBody(serializers.Serializer[Any]):
    address = serializers.CharField(help_text="Lets one person in, once, within 7 days; shown this one time.")


DeliveryPage = page_shape("DeliveryPage", DeliveryBody)


def led(who: Caller, project_id: int) -> ProjectAccess:
    access = project_for(who, project_id)
    policies.require(policies.can_lead(access), access)
    if access.team_id is None:
        raise NotFound
    return access


class VendorTeamView(APIView):
    @extend_schema(operation_id="vendor_team", responses={200: VendorTeamBody, **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        access = led(caller(request), project_id)
        shown = {"team": access.team_id, "batches": batches_of(access), "people": people_of(access)}
        return Response(VendorTeamBody(shown).data)


class VendorInvitationsView(APIView):
    @extend_schema(
        operation_id="vendor_invite", request=None, responses={201: InvitationBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        secret = invitations.invite_to_team(led(who, project_id), by=who.agent_id)
        return Response({"address": request.build_absolute_uri(reverse("link", args=[secret]))}, status=201)


class VendorPersonView(APIView):
    @extend_schema(operation_id="vendor_remove", request=None, responses={204: None, **WRITE_ERRORS})
    def delete(self, request: Request, project_id: int, agent_id: int) -> Response:
        who = caller(request)
        deliveries.remove_from_team(led(who, project_id), agent_id, by=who.agent_id)
        return Response(status=204)


class VendorDeliveriesView(IdempotentCreate, APIView):
    @extend_schema(
        operation_id="vendor_delivery_list",
        parameters=PAGE_PARAMETERS,
        responses={200: DeliveryPage, **READ_ERRORS},
    )
    def get(self, request: Request, project_id: int) -> Response:
        access = led(caller(request), project_id)
        return page_of(request, deliveries_of(project_id, access.team_id), DeliveryBody)

    @extend_schema(
        operation_id="vendor_sign_off", request=NewDelivery, responses={201: DeliveryBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        access = led(who, project_id)
        given = checked(NewDelivery, request.data)
        made = deliveries.sign_off(access, given["batch"], given.get("note", ""), by=who.agent_id)
        return Response(DeliveryBody(made).data, status=201)
