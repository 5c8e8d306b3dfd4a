"""Crowd links over HTTP: made, closed, their runs listed and decided."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.models import CrowdLink, CrowdRun
from labeling.selectors.access import project_for
from labeling.selectors.crowd import counted_runs, crowd_links_of, link_numbered
from labeling.services import crowd
from labeling.services.crowd import Study
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.kernel.numbers import LARGEST_ID
from metadata.selectors.access import Caller


class CrowdLinkBody(serializers.ModelSerializer[CrowdLink]):
    class Meta:
        model = CrowdLink
        fields = [
            "id",
            "project",
            "team",
            "name",
            "slug",
            "worker_parameter",
            "study_parameter",
            "session_parameter",
            "consent",
            "tasks_each",
            "workers",
            "code",
            "return_url",
            "exam",
            "failed_code",
            "failed_url",
            "created_at",
            "closed_at",
        ]


class NewCrowdLink(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    worker_parameter = serializers.CharField(max_length=60)
    study_parameter = serializers.CharField(max_length=60, required=False, allow_blank=True)
    session_parameter = serializers.CharField(max_length=60, required=False, allow_blank=True)
    consent = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    tasks_each = serializers.IntegerField(min_value=1, max_value=crowd.MOST_TASKS)
    workers = serializers.IntegerField(min_value=1, max_value=crowd.MOST_WORKERS)
    code = serializers.CharField(max_length=60)
    return_url = serializers.CharField(max_length=500, required=False, allow_blank=True)
    team = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)
    exam = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        required=False,
        allow_null=True,
        help_text="Asked first; who does not pass gets nothing else.",
    )
    failed_code = serializers.CharField(max_length=60, required=False, allow_blank=True)
    failed_url = serializers.CharField(max_length=500, required=False, allow_blank=True)


class CrowdRunBody(serializers.ModelSerializer[CrowdRun]):
    answers = serializers.IntegerField(read_only=True)

    class Meta:
        model = CrowdRun
        fields = [
            "id",
            "agent",
            "worker",
            "study",
            "session",
            "state",
            "began_at",
            "ended_at",
            "verdict",
            "verdict_reason",
            "answers",
        ]


class Verdicts(serializers.Serializer[Any]):
    runs = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), min_length=1, max_length=2_000
    )
    verdict = serializers.ChoiceField(choices=crowd.VERDICTS)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class Decided(serializers.Serializer[Any]):
    decided = serializers.IntegerField()


CrowdLinkPage = page_shape("CrowdLinkPage", CrowdLinkBody)
CrowdRunPage = page_shape("CrowdRunPage", CrowdRunBody)


def managed_link(who: Caller, link_id: int) -> CrowdLink:
    link = link_numbered(who, link_id)
    policies.require(policies.can_manage(access := project_for(who, link.project_id)), access)
    return link


class CrowdLinksView(IdempotentCreate, APIView):
    @extend_schema(
        operation_id="crowd_link_list",
        parameters=PAGE_PARAMETERS,
        responses={200: CrowdLinkPage, **READ_ERRORS},
    )
    def get(self, request: Request, project_id: int) -> Response:
        policies.require(policies.can_manage(access := project_for(caller(request), project_id)), access)
        return page_of(request, crowd_links_of(project_id), CrowdLinkBody)

    @extend_schema(
        operation_id="crowd_link_create", request=NewCrowdLink, responses={201: CrowdLinkBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        policies.require(policies.can_manage(access := project_for(who, project_id)), access)
        study = Study(**checked(NewCrowdLink, request.data))
        return Response(CrowdLinkBody(crowd.make_link(project_id, study, by=who.agent_id)).data, status=201)


class CrowdLinkView(APIView):
    @extend_schema(operation_id="crowd_link", responses={200: CrowdLinkBody, **READ_ERRORS})
    def get(self, request: Request, link_id: int) -> Response:
        return Response(CrowdLinkBody(managed_link(caller(request), link_id)).data)


class CrowdLinkCloseView(APIView):
    @extend_schema(
        operation_id="crowd_link_close", request=None, responses={200: CrowdLinkBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, link_id: int) -> Response:
        who = caller(request)
        managed_link(who, link_id)
        return Response(CrowdLinkBody(crowd.close_link(link_id, by=who.agent_id)).data)


class CrowdRunsView(APIView):
    @extend_schema(
        operation_id="crowd_run_list",
        parameters=PAGE_PARAMETERS,
        responses={200: CrowdRunPage, **READ_ERRORS},
    )
    def get(self, request: Request, link_id: int) -> Response:
        link = managed_link(caller(request), link_id)
        return page_of(request, counted_runs(link), CrowdRunBody)


class CrowdVerdictsView(APIView):
    @extend_schema(operation_id="crowd_decide", request=Verdicts, responses={200: Decided, **WRITE_ERRORS})
    def post(self, request: Request, link_id: int) -> Response:
        who = caller(request)
        managed_link(who, link_id)
        given = checked(Verdicts, request.data)
        decided = crowd.decide(
            link_id, given["runs"], given["verdict"], given.get("reason", ""), by=who.agent_id
        )
        return Response({"decided": decided})
