"""Files over HTTP: sent once, named by their hash in items."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from metadata import policies
from metadata.api.authentication import caller
from metadata.api.media import media_response
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, ErrorBody, checked
from metadata.models import Asset
from metadata.selectors.datasets import manages_something
from metadata.selectors.parts import asset_for
from metadata.services import assets


class AssetBody(serializers.ModelSerializer[Asset]):
    class Meta:
        model = Asset
        fields = ["id", "sha256", "size", "media_type", "width", "height", "duration_ms", "facts"]


class UploadedFileShape(serializers.Serializer[Any]):
    file = serializers.FileField()


class AssetsView(APIView):
    """The same bytes are always the same asset, so a repeat needs no idempotency key."""

    scope = "write"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="asset_upload",
        request={"multipart/form-data": UploadedFileShape},
        responses={201: AssetBody, **WRITE_ERRORS, 415: ErrorBody},
    )
    def post(self, request: Request) -> Response:
        who = caller(request)
        policies.require(policies.can_create_dataset(who, manages_something=manages_something(who)))
        asset = assets.store(checked(UploadedFileShape, request.data)["file"])
        return Response(AssetBody(asset).data, status=201)


class AssetView(APIView):
    @extend_schema(operation_id="asset_get", responses={200: AssetBody, **READ_ERRORS})
    def get(self, request: Request, asset_id: int) -> Response:
        return Response(AssetBody(asset_for(caller(request), asset_id)).data)


class AssetFileView(APIView):
    @extend_schema(
        operation_id="asset_file",
        description="Pictures encoded anew and upright, everything else as it was sent, as an attachment.",
        responses={
            (200, "image/*"): OpenApiTypes.BINARY,
            (200, "audio/*"): OpenApiTypes.BINARY,
            (200, "application/json"): OpenApiTypes.BINARY,
            **READ_ERRORS,
        },
    )
    def get(self, request: Request, asset_id: int) -> HttpResponse:
        return media_response(asset_for(caller(request), asset_id))
