"""The bytes of a task's parts, for who holds the task, and of examples, for who labels under them."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from labeling.selectors.media import example_asset, task_asset
from metadata.api.authentication import caller
from metadata.api.media import media_response
from metadata.api.schema import ErrorBody

EXAMPLE_SIDE = 640
PICTURE: dict[Any, Any] = {
    (200, "image/*"): OpenApiTypes.BINARY,
    **dict.fromkeys((401, 403, 404, 429), ErrorBody),
}


class ExamplePartView(APIView):
    @extend_schema(operation_id="example_part", responses=PICTURE)
    def get(self, request: Request, project_id: int, part_id: int) -> HttpResponse:
        return media_response(example_asset(caller(request), project_id, part_id), max_side=EXAMPLE_SIDE)


class TaskPartView(APIView):
    @extend_schema(operation_id="task_part", responses=PICTURE)
    def get(self, request: Request, task_id: int, part_id: int) -> HttpResponse:
        return media_response(task_asset(caller(request), task_id, part_id))
