"""Exams over HTTP: opened, their results, and letting somebody in who did not pass."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.api.projects import managed
from labeling.models import ExamResult, Round
from labeling.selectors.exams import exam_numbered, exams_of, results_of
from labeling.services import exams, rounds
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape


class ExamBody(serializers.ModelSerializer[Round]):
    class Meta:
        model = Round
        fields = ["id", "project", "name", "state", "pass_mark", "guideline_version", "seed", "created_at"]


class NewExam(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    items = serializers.IntegerField(
        min_value=1, max_value=exams.MOST_ITEMS, help_text="Drawn from those whose answer is known."
    )
    pass_mark = serializers.IntegerField(
        min_value=1, max_value=100, help_text="Percent of the known answers that must be right."
    )
    seed = serializers.IntegerField(min_value=0, max_value=rounds.SEEDS - 1, required=False)


class ExamResultBody(serializers.ModelSerializer[ExamResult]):
    class Meta:
        model = ExamResult
        fields = [
            "id",
            "exam",
            "agent",
            "right",
            "asked",
            "passed",
            "settled_at",
            "let_in_by",
            "let_in_reason",
        ]


class LetIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=exams.REASON_LENGTH)


ExamPage = page_shape("ExamPage", ExamBody)
ExamResultPage = page_shape("ExamResultPage", ExamResultBody)


class ExamsView(IdempotentCreate, APIView):
    @extend_schema(
        operation_id="exam_list", parameters=PAGE_PARAMETERS, responses={200: ExamPage, **READ_ERRORS}
    )
    def get(self, request: Request, project_id: int) -> Response:
        managed(caller(request), project_id)
        return page_of(request, exams_of(project_id), ExamBody)

    @extend_schema(operation_id="exam_open", request=NewExam, responses={201: ExamBody, **WRITE_ERRORS})
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        managed(who, project_id)
        made = exams.open_exam(project_id, **checked(NewExam, request.data), by=who.agent_id)
        return Response(ExamBody(made).data, status=201)


class ExamResultsView(APIView):
    @extend_schema(
        operation_id="exam_result_list",
        parameters=PAGE_PARAMETERS,
        responses={200: ExamResultPage, **READ_ERRORS},
    )
    def get(self, request: Request, exam_id: int) -> Response:
        who = caller(request)
        managed(who, exam_numbered(who, exam_id).project_id)
        return page_of(request, results_of(exam_id), ExamResultBody)


class ExamLetInView(APIView):
    @extend_schema(operation_id="exam_let_in", request=LetIn, responses={200: ExamResultBody, **WRITE_ERRORS})
    def post(self, request: Request, exam_id: int, agent_id: int) -> Response:
        who = caller(request)
        managed(who, exam_numbered(who, exam_id).project_id)
        given = checked(LetIn, request.data)
        return Response(
            ExamResultBody(exams.let_in(exam_id, agent_id, given["reason"], by=who.agent_id)).data
        )
