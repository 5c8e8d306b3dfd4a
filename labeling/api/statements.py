"""A vendor's statement of work done over HTTP, and the rates it is computed by."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.models import VendorTerms
from labeling.selectors.access import ProjectAccess
from labeling.selectors.statements import Period, statement_access, statement_of
from labeling.services import terms
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.kernel.days import day_named
from metadata.selectors.access import Caller


class PeriodBody(serializers.Serializer[Any]):
    since = serializers.DateField(required=False, help_text="Accepted on this day or later.")
    until = serializers.DateField(required=False, help_text="Accepted on this day or earlier.")


class TermsBody(serializers.ModelSerializer[VendorTerms]):
    class Meta:
        model = VendorTerms
        fields = ["id", "starts_on", "currency", "per_item", "per_hour", "created_at"]


class NewTerms(serializers.Serializer[Any]):
    starts_on = serializers.DateField(help_text="They hold for what is accepted from this day on.")
    currency = serializers.CharField(min_length=3, max_length=3)
    per_item = serializers.DecimalField(12, terms.PLACES, min_value=0, max_value=terms.HIGHEST)
    per_hour = serializers.DecimalField(
        12, terms.PLACES, min_value=0, max_value=terms.HIGHEST, help_text="For an hour of active time."
    )


class AcceptedBatchBody(serializers.Serializer[Any]):
    delivery = serializers.IntegerField(source="delivery_id")
    round = serializers.CharField(source="name")
    number = serializers.IntegerField()
    accepted_at = serializers.DateTimeField()
    items = serializers.IntegerField()
    answers = serializers.IntegerField()
    active_ms = serializers.IntegerField()
    hours = serializers.DecimalField(14, 2)
    terms = TermsBody(allow_null=True)
    amount = serializers.DecimalField(20, 2, allow_null=True)


class AmountBody(serializers.Serializer[Any]):
    currency = serializers.CharField()
    amount = serializers.DecimalField(20, 2)


class StatementBody(serializers.Serializer[Any]):
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    items = serializers.IntegerField()
    answers = serializers.IntegerField()
    active_ms = serializers.IntegerField()
    hours = serializers.DecimalField(14, 2)
    amounts = AmountBody(many=True)
    without_rate = serializers.IntegerField(help_text="Batches that no rate holds for: in no amount.")
    batches = AcceptedBatchBody(many=True)


TermsPage = page_shape("TermsPage", TermsBody)


class StatementView(APIView):
    @extend_schema(
        operation_id="vendor_statement",
        parameters=[PeriodBody],
        responses={200: StatementBody, **READ_ERRORS},
    )
    def get(self, request: Request, project_id: int, vendor_id: int) -> Response:
        """What was accepted of a vendor's team, the active time in it, and what it comes to."""
        statement_access(caller(request), project_id, vendor_id)
        query = request.query_params
        period = Period(day_named(query.get("since"), "since"), day_named(query.get("until"), "until"))
        found = statement_of(project_id, vendor_id, period)
        shown = {
            "since": period.since,
            "until": period.until,
            "items": found.items,
            "answers": found.answers,
            "active_ms": found.active_ms,
            "hours": found.hours,
            "amounts": [{"currency": currency, "amount": amount} for currency, amount in found.amounts],
            "without_rate": found.without_rate,
            "batches": found.batches,
        }
        return Response(StatementBody(shown).data)


def managed(who: Caller, project_id: int, vendor_id: int) -> ProjectAccess:
    access = statement_access(who, project_id, vendor_id)
    policies.require(policies.can_manage(access), access)
    return access


class TermsView(IdempotentCreate, APIView):
    @extend_schema(
        operation_id="vendor_terms_list",
        parameters=PAGE_PARAMETERS,
        responses={200: TermsPage, **READ_ERRORS},
    )
    def get(self, request: Request, project_id: int, vendor_id: int) -> Response:
        """Every row there was, the newest first; of those for the same day the newest holds."""
        statement_access(caller(request), project_id, vendor_id)
        held = VendorTerms.objects.filter(project_id=project_id, team_id=vendor_id)
        return page_of(request, held, TermsBody)

    @extend_schema(
        operation_id="vendor_terms_set", request=NewTerms, responses={201: TermsBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, project_id: int, vendor_id: int) -> Response:
        who = caller(request)
        managed(who, project_id, vendor_id)
        given = checked(NewTerms, request.data)
        return Response(
            TermsBody(terms.set_terms(project_id, vendor_id, by=who.agent_id, **given)).data, status=201
        )
