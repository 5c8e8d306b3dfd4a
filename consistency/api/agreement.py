"""Agreement over HTTP: live figures, and reports that are kept."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consistency import policies
from consistency.models import Report
from consistency.selectors import agreement, reports
from consistency.services import reports as services
from labeling.selectors.access import NOWHERE, ProjectAccess, project_for
from labeling.selectors.votes import project_of_question
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, JobStarted, page_shape
from metadata.kernel.numbers import whole_number
from metadata.selectors.access import Caller

MOST_REPLICATES = 2_000


class FigureBody(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    formula = serializers.CharField()
    n_items = serializers.IntegerField()
    n_answers = serializers.IntegerField()
    left_out = serializers.DictField(child=serializers.IntegerField())
    facet = serializers.CharField(allow_blank=True)
    about = serializers.ListField(child=serializers.IntegerField())
    filter = serializers.DictField(child=serializers.CharField())


class ClassFigureBody(serializers.Serializer[Any]):
    code = serializers.IntegerField()
    name = serializers.CharField()
    votes = serializers.IntegerField()
    alpha = FigureBody()


class ConfusionBody(serializers.Serializer[Any]):
    first = serializers.IntegerField()
    second = serializers.IntegerField()
    count = serializers.FloatField()
    share = serializers.FloatField()
    filter = serializers.DictField(child=serializers.CharField())


class PairBody(serializers.Serializer[Any]):
    first = serializers.IntegerField()
    second = serializers.IntegerField()
    items = serializers.IntegerField()
    agreement = serializers.FloatField(allow_null=True)
    alpha = serializers.FloatField(allow_null=True)
    filter = serializers.DictField(child=serializers.CharField())


class LabelerBody(serializers.Serializer[Any]):
    agent = serializers.IntegerField()
    items = serializers.IntegerField()
    agreement = serializers.FloatField(allow_null=True)
    corrected = serializers.FloatField(allow_null=True)
    filter = serializers.DictField(child=serializers.CharField())


class LineBody(serializers.Serializer[Any]):
    agent = serializers.IntegerField()
    line = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    answers = serializers.IntegerField()


class FieldCauseBody(serializers.Serializer[Any]):
    field = serializers.CharField()
    facet = serializers.CharField(allow_blank=True)
    below = serializers.IntegerField()
    above = serializers.IntegerField()
    lines = LineBody(many=True)
    middle = serializers.FloatField(allow_null=True)
    least = serializers.FloatField()
    most = serializers.FloatField()
    explained = serializers.FloatField()
    disagreements = serializers.IntegerField()
    p = serializers.FloatField()
    filter = serializers.DictField(child=serializers.CharField())


class LeaningBody(serializers.Serializer[Any]):
    agent = serializers.IntegerField()
    share = serializers.FloatField()
    votes = serializers.IntegerField()


class LeaningCauseBody(serializers.Serializer[Any]):
    first = serializers.IntegerField()
    second = serializers.IntegerField()
    items = serializers.IntegerField()
    labelers = LeaningBody(many=True)
    p = serializers.FloatField()
    filter = serializers.DictField(child=serializers.CharField())


class SplitBody(serializers.Serializer[Any]):
    agent = serializers.IntegerField()
    as_one = serializers.IntegerField()
    as_many = serializers.IntegerField()


class SplitCauseBody(serializers.Serializer[Any]):
    code = serializers.IntegerField()
    items = serializers.IntegerField()
    pairs = serializers.IntegerField()
    labelers = SplitBody(many=True)
    examples = serializers.ListField(child=serializers.IntegerField())


class CausesBody(serializers.Serializer[Any]):
    thresholds = FieldCauseBody(many=True)
    leanings = LeaningCauseBody(many=True)
    splits = SplitCauseBody(many=True)


class AgreementBody(serializers.Serializer[Any]):
    question = serializers.IntegerField()
    label_type = serializers.CharField()
    votes = serializers.IntegerField()
    items = serializers.IntegerField()
    figures = FigureBody(many=True)
    classes = ClassFigureBody(many=True)
    confusions = ConfusionBody(many=True)
    pairs = PairBody(many=True)
    labelers = LabelerBody(many=True)
    causes = CausesBody()
    withheld = serializers.DictField(child=serializers.CharField())


class ReportBody(serializers.ModelSerializer[Report]):
    figures = AgreementBody()
    left_out = serializers.DictField(child=serializers.IntegerField())

    class Meta:
        model = Report
        fields = [
            "id",
            "question",
            "guideline_version",
            "votes",
            "seed",
            "measured_at",
            "measured_by",
            "left_out",
            "figures",
        ]


ReportPage = page_shape("ReportPage", ReportBody)


def decided(who: Caller, question_id: int) -> ProjectAccess:
    """The project of a question whose figures the caller may see."""
    access = project_for(who, project_of_question(question_id) or NOWHERE)
    policies.require(policies.can_see_agreement(access), access)
    return access


class AgreementView(APIView):
    @extend_schema(
        operation_id="question_agreement",
        parameters=[
            OpenApiParameter("replicates", int, description="Of the bootstrap; 0 computes no interval.")
        ],
        responses={200: AgreementBody, **READ_ERRORS},
    )
    def get(self, request: Request, question_id: int) -> Response:
        decided(caller(request), question_id)
        asked = whole_number(request.query_params.get("replicates"), "replicates", most=MOST_REPLICATES)
        replicates = agreement.REPLICATES if asked is None else asked
        return Response(agreement.live(question_id, replicates=replicates).as_json())


class ReportsView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="report_list", parameters=PAGE_PARAMETERS, responses={200: ReportPage, **READ_ERRORS}
    )
    def get(self, request: Request, question_id: int) -> Response:
        decided(caller(request), question_id)
        return page_of(request, reports.reports_of(question_id), ReportBody)

    @extend_schema(operation_id="report_measure", request=None, responses={202: JobStarted, **WRITE_ERRORS})
    def post(self, request: Request, question_id: int) -> Response:
        who = caller(request)
        policies.require(policies.can_measure(access := decided(who, question_id)), access)
        job = services.request_measurement(question_id, by=who.agent_id)
        return Response({"job": str(job)}, status=202)


class ReportView(APIView):
    @extend_schema(operation_id="report_get", responses={200: ReportBody, **READ_ERRORS})
    def get(self, request: Request, report_id: int) -> Response:
        report = reports.report_numbered(report_id)
        decided(caller(request), report.question_id if report else NOWHERE)
        return Response(ReportBody(report).data)
