"""Idempotency keys on creates, for views: put `IdempotentCreate` before APIView."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from metadata.api.authentication import caller
from metadata.kernel.json_guard import guarded_json
from metadata.services import idempotency

HEADER: Final = "Idempotency-Key"
KEY_PARAMETER: Final = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="8 to 200 visible ASCII characters. A repeat under the same key returns the first answer.",
)
Handler = Callable[..., Response]


class IdempotentCreate:
    """Its `post` happens once per agent and Idempotency-Key; without the header it is a plain create."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "post" in cls.__dict__:
            cls.post = _once(cls.__dict__["post"])  # type: ignore[attr-defined]


def _once(post: Handler) -> Handler:
    @extend_schema(parameters=[KEY_PARAMETER])
    @wraps(post)
    def wrapped(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            with transaction.atomic():
                return post(view, request, *args, **kwargs)

        def create() -> tuple[int, Any]:
            response = post(view, request, *args, **kwargs)
            return response.status_code, guarded_json(JSONRenderer().render(response.data))

        answered = idempotency.once(caller(request).agent_id, key, request.path, request.data, create)
        return Response(answered.body, status=answered.status)

    return wrapped
