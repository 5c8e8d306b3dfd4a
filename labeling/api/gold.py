"""Known answers over HTTP; only those who decide ever learn that there are some."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.api.resolutions import access_of
from labeling.models import GoldAnswer
from labeling.selectors.access import NOWHERE
from labeling.selectors.gold import gold_of
from labeling.services import gold
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.kernel.numbers import LARGEST_ID


class GoldBody(serializers.ModelSerializer[GoldAnswer]):
    value = serializers.DictField()

    class Meta:
        model = GoldAnswer
        fields = ["id", "item", "question", "value", "origin", "agent", "created_at"]


GoldPage = page_shape("GoldPage", GoldBody)


class KnownAnswer(serializers.Serializer[Any]):
    item = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    value = serializers.DictField()


class NewGold(serializers.Serializer[Any]):
    answers = KnownAnswer(many=True, required=False)
    rulings = serializers.BooleanField(
        required=False, default=False, help_text="Take over what reviewers accepted or corrected."
    )


class GoldSetBody(serializers.Serializer[Any]):
    known = serializers.IntegerField()
    unchanged = serializers.IntegerField()


class GoldView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="gold_list", parameters=PAGE_PARAMETERS, responses={200: GoldPage, **READ_ERRORS}
    )
    def get(self, request: Request, question_id: int) -> Response:
        policies.require(policies.can_see_answers(access := access_of(caller(request), question_id)), access)
        return page_of(request, gold_of(question_id), GoldBody)

    @extend_schema(operation_id="gold_set", request=NewGold, responses={201: GoldSetBody, **WRITE_ERRORS})
    def post(self, request: Request, question_id: int) -> Response:
        who = caller(request)
        policies.require(policies.can_review(access := access_of(who, question_id)), access)
        given = checked(NewGold, request.data)
        answers = [(one["item"], one["value"]) for one in given.get("answers", [])]
        done = gold.set_gold(question_id, answers, by=who.agent_id)
        if given["rulings"]:
            taken = gold.take_over_rulings(question_id, by=who.agent_id)
            done.known, done.unchanged = done.known + taken.known, done.unchanged + taken.unchanged
        return Response({"known": done.known, "unchanged": done.unchanged}, status=201)


class OneGoldView(APIView):
    scope = "write"

    @extend_schema(operation_id="gold_end", request=None, responses={204: None, **WRITE_ERRORS})
    def delete(self, request: Request, gold_id: int) -> Response:
        who = caller(request)
        found = GoldAnswer.objects.filter(pk=gold_id, ended_at=None).first()
        access = access_of(who, found.question_id if found else NOWHERE)
        policies.require(policies.can_review(access), access)
        gold.end_gold(gold_id, by=who.agent_id)
        return Response(status=204)
