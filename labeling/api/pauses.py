"""Pauses over HTTP: rules and the log for who steers a project, one's own and an appeal for whom it stops."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.models import Pause, PauseRule
from labeling.selectors.access import project_for
from labeling.selectors.pauses import own_pauses, pause_numbered, pauses_of, rule_numbered, rules_of
from labeling.services import pauses
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.kernel.numbers import LARGEST_ID
from metadata.selectors.access import Caller


class PauseRuleBody(serializers.ModelSerializer[PauseRule]):
    class Meta:
        model = PauseRule
        fields = ["id", "project", "kind", "least", "last", "created_at", "ended_at"]


class NewPauseRule(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=PauseRule.Kind.choices)
    least = serializers.IntegerField(
        min_value=1,
        max_value=pauses.LONGEST_MS,
        help_text="gold: percent of known answers that must be right; speed: milliseconds an answer.",
    )
    last = serializers.IntegerField(
        min_value=pauses.SHORTEST_LAST,
        max_value=pauses.LONGEST_LAST,
        help_text="Over how many of somebody's last answers.",
    )


class OwnPauseBody(serializers.ModelSerializer[Pause]):
    figures = serializers.DictField(read_only=True)

    class Meta:
        model = Pause
        fields = [
            "id",
            "project",
            "kind",
            "figures",
            "words",
            "opened_at",
            "appeal",
            "appealed_at",
            "state",
            "decision_reason",
            "decided_at",
        ]


class PauseBody(OwnPauseBody):
    class Meta(OwnPauseBody.Meta):
        fields = [*OwnPauseBody.Meta.fields, "agent", "opened_by", "decided_by"]


class NewPause(serializers.Serializer[Any]):
    agent = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    reason = serializers.CharField(max_length=pauses.REASON_LENGTH)


class NewAppeal(serializers.Serializer[Any]):
    appeal = serializers.CharField(max_length=pauses.APPEAL_LENGTH)


class PauseDecision(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=pauses.DECISIONS)
    reason = serializers.CharField(max_length=pauses.REASON_LENGTH)


class OwnPauses(serializers.Serializer[Any]):
    pauses = OwnPauseBody(many=True)


PauseRulePage = page_shape("PauseRulePage", PauseRuleBody)
PausePage = page_shape("PausePage", PauseBody)


def _managed(who: Caller, project_id: int) -> None:
    policies.require(policies.can_manage(access := project_for(who, project_id)), access)


class PauseRulesView(IdempotentCreate, APIView):
    @extend_schema(
        operation_id="pause_rule_list",
        parameters=PAGE_PARAMETERS,
        responses={200: PauseRulePage, **READ_ERRORS},
    )
    def get(self, request: Request, project_id: int) -> Response:
        _managed(caller(request), project_id)
        return page_of(request, rules_of(project_id).order_by("-pk"), PauseRuleBody)

    @extend_schema(
        operation_id="pause_rule_create", request=NewPauseRule, responses={201: PauseRuleBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        _managed(who, project_id)
        given = checked(NewPauseRule, request.data)
        return Response(PauseRuleBody(pauses.add_rule(project_id, **given, by=who.agent_id)).data, status=201)


class PauseRuleView(APIView):
    @extend_schema(operation_id="pause_rule_end", responses={200: PauseRuleBody, **WRITE_ERRORS})
    def delete(self, request: Request, rule_id: int) -> Response:
        who = caller(request)
        _managed(who, rule_numbered(who, rule_id).project_id)
        return Response(PauseRuleBody(pauses.end_rule(rule_id, by=who.agent_id)).data)


class PausesView(IdempotentCreate, APIView):
    @extend_schema(
        operation_id="pause_list", parameters=PAGE_PARAMETERS, responses={200: PausePage, **READ_ERRORS}
    )
    def get(self, request: Request, project_id: int) -> Response:
        _managed(caller(request), project_id)
        return page_of(request, pauses_of(project_id), PauseBody)

    @extend_schema(operation_id="pause_create", request=NewPause, responses={201: PauseBody, **WRITE_ERRORS})
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        _managed(who, project_id)
        given = checked(NewPause, request.data)
        made = pauses.pause(project_id, given["agent"], given["reason"], by=who.agent_id)
        return Response(PauseBody(made).data, status=201)


class OwnPausesView(APIView):
    @extend_schema(operation_id="pause_own", responses={200: OwnPauses, **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        project_for(who, project_id)
        return Response({"pauses": OwnPauseBody(own_pauses(who.agent_id, project_id), many=True).data})


class PauseDecisionView(APIView):
    @extend_schema(
        operation_id="pause_decide", request=PauseDecision, responses={200: PauseBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, pause_id: int) -> Response:
        who = caller(request)
        _managed(who, pause_numbered(who, pause_id).project_id)
        given = checked(PauseDecision, request.data)
        return Response(
            PauseBody(pauses.decide(pause_id, given["decision"], given["reason"], by=who.agent_id)).data
        )


class PauseAppealView(APIView):
    scope = "label"

    @extend_schema(
        operation_id="pause_appeal", request=NewAppeal, responses={200: OwnPauseBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, pause_id: int) -> Response:
        who = caller(request)
        given = checked(NewAppeal, request.data)
        return Response(OwnPauseBody(pauses.appeal(who.agent_id, pause_id, given["appeal"])).data)
