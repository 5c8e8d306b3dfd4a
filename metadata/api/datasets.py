"""Datasets, who may see them, and their batches over HTTP."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from metadata import policies
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, JobStarted, WithFields, checked, page_shape
from metadata.models import Batch, Dataset, DatasetMembership, RefusedLine
from metadata.selectors.access import Caller
from metadata.selectors.datasets import (
    DatasetAccess,
    batch_for,
    batches_of,
    dataset_for,
    datasets_of,
    manages_something,
    members_of,
    refused_lines,
)
from metadata.services import datasets, imports


class DatasetBody(serializers.ModelSerializer[Dataset]):
    class Meta:
        model = Dataset
        fields = ["id", "name", "description", "fields", "demo", "archived_at", "created_at"]


class FieldShape(WithFields):
    """A declared field of a dataset's items; the service names what is wrong with one."""

    name = serializers.CharField(max_length=64)
    kind = serializers.CharField(max_length=20, required=False)
    visible = serializers.BooleanField(required=False)
    required_ = serializers.BooleanField(required=False)
    choices = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, max_length=1000
    )


class NewDataset(WithFields):
    name = serializers.CharField(max_length=datasets.LONGEST_NAME)
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=datasets.LONGEST_DESCRIPTION
    )
    fields_ = FieldShape(many=True, required=False)


class DatasetChange(NewDataset):
    name = serializers.CharField(max_length=datasets.LONGEST_NAME, required=False)


class DatasetMemberBody(serializers.ModelSerializer[DatasetMembership]):
    name = serializers.CharField(source="agent.identity.name")

    class Meta:
        model = DatasetMembership
        fields = ["agent", "name", "role"]


class RoleShape(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=DatasetMembership.Role.choices)


class BatchBody(serializers.ModelSerializer[Batch]):
    source = serializers.CharField(  # type: ignore[assignment]  # shadows a name that fields have
        source="source.name", default=None, allow_null=True
    )

    class Meta:
        model = Batch
        fields = [
            "id",
            "dataset",
            "name",
            "source",
            "state",
            "created",
            "repeated",
            "refused",
            "lines_read",
            "created_at",
            "undone_at",
        ]


class NewBatch(WithFields):
    name = serializers.CharField(max_length=200)
    source_ = serializers.CharField(max_length=120, required=False, allow_blank=True)


class RefusedBody(serializers.ModelSerializer[RefusedLine]):
    class Meta:
        model = RefusedLine
        fields = ["line", "field", "code", "reason"]


DatasetPage = page_shape("DatasetPage", DatasetBody)
DatasetMemberPage = page_shape("DatasetMemberPage", DatasetMemberBody)
BatchPage = page_shape("BatchPage", BatchBody)
RefusedPage = page_shape("RefusedPage", RefusedBody)


def managed(request: Request, dataset_id: int) -> tuple[Caller, DatasetAccess]:
    who = caller(request)
    access = dataset_for(who, dataset_id)
    policies.require(policies.can_manage_dataset(access))
    return who, access


def managed_batch(request: Request, batch_id: int) -> tuple[Caller, Batch]:
    who = caller(request)
    batch, access = batch_for(who, batch_id)
    policies.require(policies.can_manage_dataset(access))
    return who, batch


class DatasetsView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="dataset_list",
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("archived", bool, description="Archived ones instead."),
        ],
        responses={200: DatasetPage, **READ_ERRORS},
    )
    def get(self, request: Request) -> Response:
        archived = request.query_params.get("archived", "").lower() in ("1", "true")
        return page_of(
            request, datasets_of(caller(request)).filter(archived_at__isnull=not archived), DatasetBody
        )

    @extend_schema(
        operation_id="dataset_create", request=NewDataset, responses={201: DatasetBody, **WRITE_ERRORS}
    )
    def post(self, request: Request) -> Response:
        who = caller(request)
        policies.require(policies.can_create_dataset(who, manages_something=manages_something(who)))
        made = datasets.create_dataset(**_plain(checked(NewDataset, request.data)), by=who.agent_id)
        return Response(DatasetBody(made).data, status=201)


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    if "fields" in given:
        given["fields"] = [dict(one) for one in given["fields"]]
    return given


class DatasetView(APIView):
    scope = "write"

    @extend_schema(operation_id="dataset_get", responses={200: DatasetBody, **READ_ERRORS})
    def get(self, request: Request, dataset_id: int) -> Response:
        return Response(DatasetBody(dataset_for(caller(request), dataset_id).dataset).data)

    @extend_schema(
        operation_id="dataset_change", request=DatasetChange, responses={200: DatasetBody, **WRITE_ERRORS}
    )
    def patch(self, request: Request, dataset_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        given = _plain(checked(DatasetChange, request.data))
        return Response(DatasetBody(datasets.update_dataset(dataset_id, **given, by=who.agent_id)).data)

    @extend_schema(operation_id="dataset_delete", responses={202: JobStarted, **WRITE_ERRORS})
    def delete(self, request: Request, dataset_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        return Response({"job": datasets.delete_dataset(dataset_id, by=who.agent_id).pk}, status=202)


class ArchiveView(APIView):
    scope = "write"

    @extend_schema(operation_id="dataset_archive", request=None, responses={200: DatasetBody, **WRITE_ERRORS})
    def post(self, request: Request, dataset_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        return Response(DatasetBody(datasets.archive(dataset_id, by=who.agent_id)).data)


class RestoreView(APIView):
    scope = "write"

    @extend_schema(operation_id="dataset_restore", request=None, responses={200: DatasetBody, **WRITE_ERRORS})
    def post(self, request: Request, dataset_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        return Response(DatasetBody(datasets.restore(dataset_id, by=who.agent_id)).data)


class DatasetMembersView(APIView):
    @extend_schema(
        operation_id="dataset_members",
        parameters=PAGE_PARAMETERS,
        responses={200: DatasetMemberPage, **READ_ERRORS},
    )
    def get(self, request: Request, dataset_id: int) -> Response:
        managed(request, dataset_id)
        return page_of(request, members_of(dataset_id), DatasetMemberBody)


class DatasetMemberView(APIView):
    scope = "write"

    @extend_schema(
        operation_id="dataset_grant", request=RoleShape, responses={200: DatasetMemberBody, **WRITE_ERRORS}
    )
    def put(self, request: Request, dataset_id: int, agent_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        role = checked(RoleShape, request.data)["role"]
        return Response(DatasetMemberBody(datasets.grant(dataset_id, agent_id, role, by=who.agent_id)).data)

    @extend_schema(operation_id="dataset_revoke", responses={204: None, **WRITE_ERRORS})
    def delete(self, request: Request, dataset_id: int, agent_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        datasets.revoke(dataset_id, agent_id, by=who.agent_id)
        return Response(status=204)


class BatchesView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="batch_list", parameters=PAGE_PARAMETERS, responses={200: BatchPage, **READ_ERRORS}
    )
    def get(self, request: Request, dataset_id: int) -> Response:
        dataset_for(caller(request), dataset_id)
        return page_of(request, batches_of(dataset_id), BatchBody)

    @extend_schema(operation_id="batch_open", request=NewBatch, responses={201: BatchBody, **WRITE_ERRORS})
    def post(self, request: Request, dataset_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        made = imports.open_batch(dataset_id, **checked(NewBatch, request.data), by=who.agent_id)
        return Response(BatchBody(made).data, status=201)


class BatchView(APIView):
    @extend_schema(operation_id="batch_get", responses={200: BatchBody, **READ_ERRORS})
    def get(self, request: Request, batch_id: int) -> Response:
        return Response(BatchBody(batch_for(caller(request), batch_id)[0]).data)


class RefusedView(APIView):
    @extend_schema(
        operation_id="batch_refused", parameters=PAGE_PARAMETERS, responses={200: RefusedPage, **READ_ERRORS}
    )
    def get(self, request: Request, batch_id: int) -> Response:
        batch, _ = batch_for(caller(request), batch_id)
        return page_of(request, refused_lines(batch.pk), RefusedBody)


class UndoView(APIView):
    scope = "write"

    @extend_schema(operation_id="batch_undo", request=None, responses={200: BatchBody, **WRITE_ERRORS})
    def post(self, request: Request, batch_id: int) -> Response:
        who, batch = managed_batch(request, batch_id)
        return Response(BatchBody(imports.undo_batch(batch.pk, who.agent_id)).data)


class ResumeView(APIView):
    scope = "write"

    @extend_schema(operation_id="batch_resume", request=None, responses={202: JobStarted, **WRITE_ERRORS})
    def post(self, request: Request, batch_id: int) -> Response:
        who, batch = managed_batch(request, batch_id)
        return Response({"job": imports.resume_import(batch.pk, who.agent_id).pk}, status=202)
