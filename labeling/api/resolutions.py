"""Resolutions over HTTP: asked for here, done by a job, read newest first."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.models import Resolution
from labeling.selectors.access import NOWHERE, ProjectAccess, project_for
from labeling.selectors.resolutions import resolutions_of
from labeling.selectors.votes import project_of_question
from labeling.services import resolutions
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, JobStarted, checked, page_shape
from metadata.kernel.errors import InvalidInput
from metadata.kernel.numbers import whole_number
from metadata.selectors.access import Caller


class ResolutionBody(serializers.ModelSerializer[Resolution]):
    value = serializers.DictField(allow_null=True)
    distribution = serializers.DictField()

    class Meta:
        model = Resolution
        fields = [
            "id",
            "item",
            "question",
            "value",
            "distribution",
            "confidence",
            "method",
            "votes",
            "tied",
            "agent",
            "created_at",
        ]


ResolutionPage = page_shape("ResolutionPage", ResolutionBody)


class NewResolutions(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=resolutions.METHODS, default="majority")


def access_of(who: Caller, question_id: int) -> ProjectAccess:
    """The project of a question; a question that there is none of is refused like a foreign one, in the same time."""
    return project_for(who, project_of_question(question_id) or NOWHERE)


class ResolutionsView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="resolution_list",
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("item", int, description="Of this item only."),
            OpenApiParameter("tied", bool, description="Only where people tied, or only where they did not."),
        ],
        responses={200: ResolutionPage, **READ_ERRORS},
    )
    def get(self, request: Request, question_id: int) -> Response:
        policies.require(policies.can_see_answers(access := access_of(caller(request), question_id)), access)
        query = request.query_params
        rows = resolutions_of(
            question_id, item_id=whole_number(query.get("item"), "item"), tied=_tied(query.get("tied"))
        )
        return page_of(request, rows, ResolutionBody)

    @extend_schema(
        operation_id="question_resolve", request=NewResolutions, responses={202: JobStarted, **WRITE_ERRORS}
    )
    def post(self, request: Request, question_id: int) -> Response:
        who = caller(request)
        policies.require(policies.can_review(access := access_of(who, question_id)), access)
        given = checked(NewResolutions, request.data)
        job = resolutions.request_resolution(question_id, method=given["method"], by=who.agent_id)
        return Response({"job": str(job)}, status=202)


def _tied(raw: str | None) -> bool | None:
    if not raw:
        return None
    if raw not in ("true", "false"):
        raise InvalidInput(fields={"tied": "must be true or false"})
    return raw == "true"
