"""Flags and reviews over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.models import Flag, Review
from labeling.services import flags, reviews
from metadata.api.authentication import caller
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked


class NewFlag(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=[str(kind) for kind in flags.FLAGS])
    comment = serializers.CharField(required=False, allow_blank=True, max_length=flags.COMMENT_LENGTH)


class FlagBody(serializers.ModelSerializer[Flag]):
    class Meta:
        model = Flag
        fields = ["id", "task", "kind", "comment"]


class NewReview(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=Review.Verdict.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=reviews.REASON_LENGTH)
    answers = serializers.DictField(required=False)


class ReviewBody(serializers.ModelSerializer[Review]):
    class Meta:
        model = Review
        fields = [
            "id",
            "task",
            "annotation",
            "verdict",
            "reason",
            "correction",
            "differences",
            "created_at",
            "objection",
            "reply",
            "upheld",
        ]


class NewObjection(serializers.Serializer[Any]):
    objection = serializers.CharField(max_length=reviews.REASON_LENGTH)


class NewReply(serializers.Serializer[Any]):
    upheld = serializers.BooleanField()
    reply = serializers.CharField(max_length=reviews.REASON_LENGTH)


class FlagsView(APIView):
    scope = "label"

    @extend_schema(operation_id="task_flag", request=NewFlag, responses={201: FlagBody, **READ_ERRORS})
    def post(self, request: Request, task_id: int) -> Response:
        given = checked(NewFlag, request.data)
        made = flags.flag_task(caller(request), task_id, kind=given["kind"], comment=given.get("comment", ""))
        return Response(FlagBody(made).data, status=201)


class ReviewsView(APIView):
    @extend_schema(
        operation_id="answer_review", request=NewReview, responses={201: ReviewBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, annotation_id: int) -> Response:
        given = checked(NewReview, request.data)
        made = reviews.review_answer(
            caller(request),
            annotation_id,
            verdict=given["verdict"],
            reason=given.get("reason", ""),
            answers=given.get("answers"),
        )
        return Response(ReviewBody(made).data, status=201)


class ObjectionView(APIView):
    scope = "label"

    @extend_schema(
        operation_id="review_object", request=NewObjection, responses={200: ReviewBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, review_id: int) -> Response:
        given = checked(NewObjection, request.data)
        found = reviews.object_to_review(caller(request), review_id, given["objection"])
        return Response(ReviewBody(found).data)


class ReplyView(APIView):
    @extend_schema(operation_id="review_reply", request=NewReply, responses={200: ReviewBody, **WRITE_ERRORS})
    def post(self, request: Request, review_id: int) -> Response:
        given = checked(NewReply, request.data)
        found = reviews.reply_to_objection(
            caller(request), review_id, upheld=given["upheld"], text=given["reply"]
        )
        return Response(ReviewBody(found).data)
