"""Many easy items at once: a page of tasks, and their pictures in one answer."""

from base64 import b64encode
from typing import Any, Final

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from labeling.api.desk import HandedTask, ReasonBody, answered, mapping, shown_task
from labeling.selectors.media import held_pictures
from labeling.services import grid
from metadata.api.authentication import caller
from metadata.api.schema import READ_ERRORS, checked
from metadata.kernel.errors import InvalidInput
from metadata.selectors.assets import shown_picture

THUMBNAIL_SIDE: Final = 240
MOST_PICTURES: Final = 50


class ClaimsBody(serializers.Serializer[Any]):
    most = serializers.IntegerField(min_value=1, max_value=grid.MOST_AT_ONCE, default=60)
    holding = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=2**63 - 1),
        required=False,
        max_length=grid.MOST_AT_ONCE,
    )


class ClaimsAnswer(serializers.Serializer[Any]):
    tasks = HandedTask(many=True)
    reason = ReasonBody(allow_null=True)


class PicturesBody(serializers.Serializer[Any]):
    pictures = serializers.DictField(
        child=serializers.CharField(), help_text="By task, a small picture as a data address."
    )


class ClaimsView(APIView):
    scope = "label"

    @extend_schema(
        operation_id="tasks_claim", request=ClaimsBody, responses={200: ClaimsAnswer, **READ_ERRORS}
    )
    def post(self, request: Request, project_id: int) -> HttpResponse:
        given = checked(ClaimsBody, mapping(request))
        page = grid.claim_page(
            caller(request), project_id, most=given["most"], holding=given.get("holding", [])
        )
        reason = {"code": page.reason.code, "message": page.reason.message} if page.reason else None
        return answered({"tasks": [shown_task(task) for task in page.tasks], "reason": reason})


class ThumbnailsView(APIView):
    @extend_schema(
        operation_id="task_thumbnails",
        parameters=[
            OpenApiParameter(
                "tasks",
                {
                    "type": "array",
                    "items": {"type": "integer", "minimum": 0},
                    "maxItems": MOST_PICTURES,
                },
                explode=False,
                description="Tasks that one has in hand.",
            )
        ],
        responses={200: PicturesBody, **READ_ERRORS},
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:
        words = [word for word in request.query_params.get("tasks", "").split(",") if word]
        if len(words) > MOST_PICTURES or not all(
            word.isascii() and word.isdigit() and len(word) < 19 for word in words
        ):
            raise InvalidInput(fields={"tasks": f"at most {MOST_PICTURES} task numbers, separated by commas"})
        found = held_pictures(caller(request), project_id, [int(word) for word in words])
        pictures: dict[str, str] = {}
        for task, asset in found.items():
            small = shown_picture(asset, max_side=THUMBNAIL_SIDE)
            pictures[str(task)] = f"data:{small.media_type};base64,{b64encode(small.data).decode()}"
        response = answered({"pictures": pictures})
        response["Cache-Control"] = "private, max-age=60"
        return response
