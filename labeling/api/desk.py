"""The labeler's loop over HTTP: thin, since it runs for every item."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from labeling.services import annotations, desk
from metadata.api.authentication import caller
from metadata.api.schema import READ_ERRORS, ErrorBody, WithFields, checked
from metadata.kernel.errors import InvalidInput

MOST_HELD = 200
_json = msgspec.json.Encoder()


def answered(body: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(_json.encode(body), status=status, content_type="application/json")


def mapping(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise InvalidInput(fields={"body": "must be an object"})
    return request.data


def shown_part(task_id: int, part: dict[str, Any]) -> dict[str, Any]:
    """A part as a labeler gets it: text inline, media by an address that their lease opens."""
    media_type = part["type"] or "text/plain"
    return {
        "role": part["role"],
        "kind": media_type.split("/")[0],
        "url": reverse("task-part", args=[task_id, part["id"]]) if part["text"] is None else None,
        "text": part["text"],
        "width": part["width"],
        "height": part["height"],
    }


class ClaimBody(serializers.Serializer[Any]):
    holding = serializers.ListField(
        child=serializers.IntegerField(min_value=0), required=False, max_length=MOST_HELD
    )


class PartBody(serializers.Serializer[Any]):
    role = serializers.CharField()
    kind = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class ShownItem(WithFields):
    id = serializers.IntegerField()
    key = serializers.CharField()
    parts = PartBody(many=True)
    fields_ = serializers.DictField()


class HandedTask(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    round = serializers.IntegerField()
    due = serializers.DateTimeField()
    guideline_version = serializers.IntegerField()
    item = ShownItem()


class ReasonBody(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class ClaimAnswer(serializers.Serializer[Any]):
    task = HandedTask(allow_null=True)
    reason = ReasonBody(required=False)


class SubmitBody(serializers.Serializer[Any]):
    guideline_version = serializers.IntegerField(min_value=0)
    answers = serializers.DictField()
    active_ms = serializers.IntegerField(min_value=0, max_value=annotations.LONGEST_ACTIVE_MS, required=False)
    revises = serializers.IntegerField(min_value=0, required=False)


class AcceptedBody(serializers.Serializer[Any]):
    annotation = serializers.IntegerField()
    revision = serializers.IntegerField()
    next = ClaimAnswer(required=False)


class SkipBody(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=desk.SKIP_REASONS)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=500)


class SkippedBody(serializers.Serializer[Any]):
    skipped = serializers.BooleanField()


def shown_task(given: desk.ClaimedTask) -> dict[str, Any]:
    """A task as its labeler gets it."""
    return {
        "id": given.task_id,
        "round": given.round_id,
        "due": given.due,
        "guideline_version": given.guideline_version_id,
        "item": {
            "id": given.item_id,
            "key": given.item_key,
            "parts": [shown_part(given.task_id, part) for part in given.parts],
            "fields": given.fields,
        },
    }


def _given(given: desk.ClaimedTask | desk.NoTask) -> dict[str, Any]:
    if isinstance(given, desk.NoTask):
        return {"task": None, "reason": {"code": given.code, "message": given.message}}
    return {"task": shown_task(given)}


class ClaimView(APIView):
    scope = "label"

    @extend_schema(operation_id="task_claim", request=ClaimBody, responses={200: ClaimAnswer, **READ_ERRORS})
    def post(self, request: Request, project_id: int) -> HttpResponse:
        holding = mapping(request).get("holding", [])
        if (
            not isinstance(holding, list)
            or len(holding) > MOST_HELD
            or any(type(t) is not int for t in holding)
        ):
            raise InvalidInput(fields={"holding": f"at most {MOST_HELD} task numbers"})
        return answered(_given(desk.claim(caller(request), project_id, holding=holding)))


NEXT = [
    OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True),
    OpenApiParameter("next", bool, description="Hand out the next task with the answer, as a claim would."),
    OpenApiParameter(
        "holding",
        {"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": MOST_HELD},
        explode=False,
        description="With `next`: tasks that are in hand already.",
    ),
]


def _holding(query: Mapping[str, str]) -> list[int] | None:
    """What a submit says is in hand already; None if it does not want the next task."""
    if (wanted := query.get("next", "false")) not in ("true", "false"):
        raise InvalidInput(fields={"next": "true or false"})
    words = [word for word in query.get("holding", "").split(",") if word]
    if len(words) > MOST_HELD or not all(
        word.isascii() and word.isdigit() and len(word) < 19 for word in words
    ):
        raise InvalidInput(fields={"holding": f"at most {MOST_HELD} task numbers, separated by commas"})
    return [int(word) for word in words] if wanted == "true" else None


class SubmitView(APIView):
    scope = "label"

    @extend_schema(
        operation_id="annotation_submit",
        request=SubmitBody,
        parameters=NEXT,
        responses={200: AcceptedBody, 201: AcceptedBody, 409: ErrorBody, **READ_ERRORS},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        accepted = annotations.submit(
            caller(request),
            task_id,
            key=request.headers.get("Idempotency-Key", ""),
            body=mapping(request),
            holding=_holding(request.query_params),
        )
        body: dict[str, Any] = {
            "annotation": accepted.annotation_id,
            "revision": accepted.revision,
        }
        if accepted.next is not None:
            body["next"] = _given(accepted.next)
        return answered(body, 200 if accepted.repeated else 201)


class SkipView(APIView):
    scope = "label"

    @extend_schema(
        operation_id="task_skip",
        request=SkipBody,
        responses={200: SkippedBody, 409: ErrorBody, **READ_ERRORS},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        given = checked(SkipBody, mapping(request))
        desk.skip(caller(request), task_id, reason=given["reason"], comment=given.get("comment", ""))
        return answered({"skipped": True})
