"""Versions over HTTP: listed, closed, compared, frozen, and their files downloaded."""

from typing import Any

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from metadata import policies
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, JobStarted, checked, page_shape
from metadata.kernel.errors import NotFound
from metadata.kernel.numbers import whole_number
from metadata.kernel.paging import decode_cursor, encode_cursor, page_size
from metadata.models import Version, VersionFile, VersionMember
from metadata.selectors import versions as selectors
from metadata.selectors.datasets import dataset_for
from metadata.services import frozen, version_files, versions

FILE_TYPES = sorted({*version_files.TYPES.values(), "application/octet-stream"})


class VersionBody(serializers.ModelSerializer[Version]):
    class Meta:
        model = Version
        fields = [
            "id",
            "dataset",
            "number",
            "name",
            "note",
            "closed_at",
            "closed_by",
            "pins",
            "digest",
            "counts",
            "frozen_at",
        ]


VersionPage = page_shape("VersionPage", VersionBody)


class NewVersion(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, allow_blank=True, max_length=versions.LONGEST_NAME)
    note = serializers.CharField(required=False, allow_blank=True, max_length=versions.LONGEST_NOTE)


class ChangeBody(serializers.Serializer[Any]):
    kind = serializers.CharField()
    subject = serializers.IntegerField()
    facet = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["added", "removed", "changed"])
    item_key = serializers.CharField(allow_null=True)
    row_before = serializers.IntegerField(allow_null=True)
    row_after = serializers.IntegerField(allow_null=True)


class DiffBody(serializers.Serializer[Any]):
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))
    results = ChangeBody(many=True)
    next = serializers.CharField(allow_null=True)


class FileBody(serializers.ModelSerializer[VersionFile]):
    class Meta:
        model = VersionFile
        fields = ["id", "kind", "name", "size", "sha256", "created_at"]


FilePage = page_shape("FilePage", FileBody)


class VersionsView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="version_list", parameters=PAGE_PARAMETERS, responses={200: VersionPage, **READ_ERRORS}
    )
    def get(self, request: Request, dataset_id: int) -> Response:
        access = dataset_for(caller(request), dataset_id)
        policies.require(policies.can_see_dataset(access))
        return page_of(request, selectors.versions_of(dataset_id), VersionBody)

    @extend_schema(
        operation_id="version_close", request=NewVersion, responses={201: VersionBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, dataset_id: int) -> Response:
        who = caller(request)
        policies.require(policies.can_manage_dataset(dataset_for(who, dataset_id)))
        given = checked(NewVersion, request.data)
        closed = versions.close_version(dataset_id, by=who.agent_id, **given)
        return Response(VersionBody(closed).data, status=201)


class VersionView(APIView):
    @extend_schema(operation_id="version_get", responses={200: VersionBody, **READ_ERRORS})
    def get(self, request: Request, version_id: int) -> Response:
        version, access = selectors.version_for(caller(request), version_id)
        policies.require(policies.can_see_dataset(access))
        return Response(VersionBody(version).data)


class DiffView(APIView):
    @extend_schema(
        operation_id="version_diff",
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("against", int, description="A version's number; the one before by default."),
        ],
        responses={200: DiffBody, **READ_ERRORS},
    )
    def get(self, request: Request, version_id: int) -> Response:
        version, access = selectors.version_for(caller(request), version_id)
        policies.require(policies.can_see_dataset(access))
        asked = whole_number(request.query_params.get("against"), "against", most=selectors.LARGEST_NUMBER)
        against = version.number - 1 if asked is None else asked
        cursor = request.query_params.get("cursor")
        after = decode_cursor(cursor, ["integer"] * 3) if cursor else None
        size = page_size(request.query_params.get("page_size"))
        difference = selectors.diff(version.dataset_id, against, version.number, after=after, size=size)  # type: ignore[arg-type]
        keys = selectors.item_keys(
            change.subject for change in difference.changes if change.kind != VersionMember.Kind.ANNOTATION
        )
        return Response(
            {
                "before": difference.a,
                "after": difference.b,
                "counts": difference.counts,
                "results": [
                    {
                        "kind": selectors.KIND_NAMES[change.kind],
                        "subject": change.subject,
                        "facet": change.facet,
                        "status": change.status,
                        "item_key": keys.get(change.subject)
                        if change.kind != VersionMember.Kind.ANNOTATION
                        else None,
                        "row_before": change.row_a,
                        "row_after": change.row_b,
                    }
                    for change in difference.changes
                ],
                "next": encode_cursor(difference.next) if difference.next else None,
            }
        )


class FreezeView(APIView):
    scope = "write"

    @extend_schema(operation_id="version_freeze", request=None, responses={202: JobStarted, **WRITE_ERRORS})
    def post(self, request: Request, version_id: int) -> Response:
        who = caller(request)
        _, access = selectors.version_for(who, version_id)
        policies.require(policies.can_manage_dataset(access))
        return Response({"job": frozen.request_freeze(version_id, by=who.agent_id)}, status=202)


class FilesView(APIView):
    @extend_schema(
        operation_id="version_file_list", parameters=PAGE_PARAMETERS, responses={200: FilePage, **READ_ERRORS}
    )
    def get(self, request: Request, version_id: int) -> Response:
        _, access = selectors.version_for(caller(request), version_id)
        policies.require(policies.can_see_dataset(access))
        return page_of(request, selectors.files_of(version_id), FileBody)


class FileView(APIView):
    @extend_schema(
        operation_id="version_file_download",
        responses={**{(200, kind): OpenApiTypes.BINARY for kind in FILE_TYPES}, **READ_ERRORS},
    )
    def get(self, request: Request, version_id: int, file_id: int) -> HttpResponse | FileResponse:
        _, access = selectors.version_for(caller(request), version_id)
        policies.require(policies.can_see_dataset(access))
        file = selectors.files_of(version_id).filter(pk=file_id).first()
        if file is None:
            raise NotFound
        return download(file)


def download(file: VersionFile) -> FileResponse:
    """A version's file as an attachment; its hash is its entity tag."""
    return FileResponse(
        version_files.opened(file),
        as_attachment=True,
        filename=file.name,
        headers=version_files.headers_of(file),
    )
