"""Scores against known answers over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consistency.api.agreement import decided
from consistency.selectors.gold import gold_scores_of, self_agreement_of
from metadata.api.authentication import caller
from metadata.api.schema import READ_ERRORS


class GoldScoreBody(serializers.Serializer[Any]):
    agent = serializers.IntegerField()
    answers = serializers.IntegerField()
    right = serializers.IntegerField()
    share = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    closeness = serializers.FloatField()
    enough = serializers.BooleanField()


class GoldScoresBody(serializers.Serializer[Any]):
    question = serializers.IntegerField()
    label_type = serializers.CharField()
    minimum = serializers.IntegerField()
    scores = GoldScoreBody(many=True)
    left_out = serializers.IntegerField()


class GoldScoresView(APIView):
    @extend_schema(operation_id="gold_scores", responses={200: GoldScoresBody, **READ_ERRORS})
    def get(self, request: Request, question_id: int) -> Response:
        decided(caller(request), question_id)
        return Response(gold_scores_of(question_id).as_json())


class SelfAgreementView(APIView):
    @extend_schema(operation_id="self_agreement", responses={200: GoldScoresBody, **READ_ERRORS})
    def get(self, request: Request, question_id: int) -> Response:
        decided(caller(request), question_id)
        return Response(self_agreement_of(question_id).as_json())
