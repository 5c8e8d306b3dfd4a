"""The bytes of a task's parts, for who holds the task."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from labeling.selectors.media import task_asset
from metadata.api.authentication import caller
from metadata.api.media import media_response
from metadata.api.schema import ErrorBody


class TaskPartView(APIView):
    @extend_schema(
        operation_id="task_part",
        responses={
            (200, "image/*"): OpenApiTypes.BINARY,
            **dict.fromkeys((401, 403, 404, 429), ErrorBody),
        },
    )
    def get(self, request: Request, task_id: int, part_id: int) -> HttpResponse:
        return media_response(task_asset(caller(request), task_id, part_id))
