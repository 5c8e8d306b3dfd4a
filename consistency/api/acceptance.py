"""Acceptance by sampling over HTTP: what was signed off, the plan, the sample, the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consistency import policies
from consistency.core.acceptance.iso2859 import LEVELS, QUALITIES
from consistency.selectors.acceptance import LARGEST_GOOD, METHODS, Wanted, curve_of, plan_of
from consistency.services import acceptance
from labeling.selectors.access import project_for
from labeling.selectors.deliveries import DeliveryState, deliveries_of, delivery_numbered
from metadata.api.authentication import caller
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.selectors.access import Caller

if TYPE_CHECKING:
    from labeling.models import Delivery


class SignedBatchBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    round = serializers.IntegerField(source="pool.round_id")
    team = serializers.IntegerField(source="pool.team_id", allow_null=True)
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    size = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    signed_at = serializers.DateTimeField()
    plan = serializers.DictField(help_text="What was wanted; empty before the sample is drawn.")
    sample = serializers.IntegerField(allow_null=True)
    tolerated = serializers.IntegerField(allow_null=True)
    seed = serializers.IntegerField(allow_null=True)
    check_round = serializers.IntegerField(source="check_round_id", allow_null=True)
    wrong = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class WantedBody(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=METHODS, required=False)
    quality = serializers.FloatField(
        min_value=min(QUALITIES),
        max_value=max(QUALITIES),
        required=False,
        help_text="Percent, of the table’s.",
    )
    level = serializers.ChoiceField(choices=LEVELS, required=False)
    good = serializers.FloatField(min_value=0, max_value=LARGEST_GOOD, required=False, help_text="Percent.")
    good_accepted = serializers.FloatField(min_value=50, max_value=99.9, required=False, help_text="Percent.")
    bad = serializers.FloatField(min_value=1, max_value=60, required=False, help_text="Percent.")
    bad_accepted = serializers.FloatField(min_value=0.1, max_value=50, required=False, help_text="Percent.")
    tolerance = serializers.FloatField(
        min_value=0,
        max_value=0.99,
        required=False,
        help_text="Wrong is what is further from the expert's answer.",
    )


class DrawnBody(WantedBody):
    seed = serializers.IntegerField(min_value=0, max_value=acceptance.SEEDS - 1, required=False)


class PlanBody(serializers.Serializer[Any]):
    sample = serializers.IntegerField()
    tolerated = serializers.IntegerField()
    letter = serializers.CharField(allow_blank=True)
    curve = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="Pairs: percent of wrong items, chance of acceptance.",
    )


class VerdictBody(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


SignedBatchPage = page_shape("SignedBatchPage", SignedBatchBody)


def delivery_judged(who: Caller, delivery_id: int) -> Delivery:
    found = delivery_numbered(who, delivery_id)
    access = project_for(who, found.pool.round.project_id)
    policies.require(policies.can_accept(access), access)
    return found


class ProjectDeliveriesView(APIView):
    @extend_schema(
        operation_id="delivery_list",
        parameters=PAGE_PARAMETERS,
        responses={200: SignedBatchPage, **READ_ERRORS},
    )
    def get(self, request: Request, project_id: int) -> Response:
        access = project_for(caller(request), project_id)
        policies.require(policies.can_accept(access), access)
        return page_of(request, deliveries_of(project_id), SignedBatchBody)


class DeliveryView(APIView):
    @extend_schema(operation_id="delivery_get", responses={200: SignedBatchBody, **READ_ERRORS})
    def get(self, request: Request, delivery_id: int) -> Response:
        return Response(SignedBatchBody(delivery_judged(caller(request), delivery_id)).data)


class DeliveryPlanView(APIView):
    scope = "write"

    @extend_schema(
        operation_id="delivery_plan", request=WantedBody, responses={200: PlanBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, delivery_id: int) -> Response:
        """What a wanted quality comes to for this batch; nothing is stored."""
        found = delivery_judged(caller(request), delivery_id)
        wanted = Wanted(**checked(WantedBody, request.data))
        plan = plan_of(found.size, wanted)
        curve = curve_of(found.size, wanted, plan)
        shown = {
            "sample": plan.size,
            "tolerated": plan.tolerated,
            "letter": curve.letter,
            "curve": [list(point) for point in curve.points],
        }
        return Response(PlanBody(shown).data)


class DeliverySampleView(APIView):
    scope = "write"

    @extend_schema(
        operation_id="delivery_draw", request=DrawnBody, responses={201: SignedBatchBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, delivery_id: int) -> Response:
        who = caller(request)
        found = delivery_judged(who, delivery_id)
        given = checked(DrawnBody, request.data)
        seed = given.pop("seed", None)
        made = acceptance.draw_sample(found, Wanted(**given), seed=seed, by=who.agent_id)
        return Response(SignedBatchBody(made).data, status=201)


class DeliveryVerdictView(APIView):
    scope = "write"

    @extend_schema(
        operation_id="delivery_conclude",
        request=VerdictBody,
        responses={200: SignedBatchBody, **WRITE_ERRORS},
    )
    def post(self, request: Request, delivery_id: int) -> Response:
        """Accepts or returns it. Where items of the sample were archived, others are drawn first: it is still `checking`."""
        who = caller(request)
        found = delivery_judged(who, delivery_id)
        reason = checked(VerdictBody, request.data).get("reason", "")
        return Response(SignedBatchBody(acceptance.conclude(found, reason=reason, by=who.agent_id)).data)
