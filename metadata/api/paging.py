"""Cursor paging by key, for lists that are ordered newest first."""

from typing import Any

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from metadata.kernel.paging import LARGEST_PAGE, decode_cursor, encode_cursor, page_size

PAGE_PARAMETERS = [
    OpenApiParameter("cursor", str, description="`next` of the page before."),
    OpenApiParameter("page_size", int, description=f"From 1 to {LARGEST_PAGE}."),
]


def page_of(
    request: Request, rows: QuerySet[Any], shape: type[serializers.BaseSerializer[Any]], **context: Any
) -> Response:
    """One page of `rows` by descending primary key: {"results", "next"}."""
    size = page_size(request.query_params.get("page_size"))
    if cursor := request.query_params.get("cursor"):
        (before,) = decode_cursor(cursor, ["integer"])
        rows = rows.filter(pk__lt=before)
    found: list[Model] = list(rows.order_by("-pk")[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Response(
        {
            "results": shape(found, many=True, context=context).data,
            "next": encode_cursor([found[-1].pk]) if more else None,
        }
    )
