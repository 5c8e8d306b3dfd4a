"""Jobs over HTTP."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from metadata import policies
from metadata.api.authentication import caller
from metadata.api.paging import PAGE_PARAMETERS
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, page_shape
from metadata.kernel.paging import decode_cursor, encode_cursor, page_size
from metadata.models import Job
from metadata.selectors.jobs import dataset_of_job, job_for, jobs_of
from metadata.services import jobs


class JobBody(serializers.ModelSerializer[Job]):
    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "state",
            "dataset",
            "done",
            "total",
            "result",
            "error",
            "attempts",
            "created_at",
            "started_at",
            "ended_at",
        ]


JobPage = page_shape("JobPage", JobBody)


class JobsView(APIView):
    @extend_schema(
        operation_id="job_list", parameters=PAGE_PARAMETERS, responses={200: JobPage, **READ_ERRORS}
    )
    def get(self, request: Request) -> Response:
        size = page_size(request.query_params.get("page_size"))
        rows = jobs_of(caller(request))
        if cursor := request.query_params.get("cursor"):
            (before,) = decode_cursor(cursor, ["uuid"])  # ids sort by the time they were made
            rows = rows.filter(pk__lt=before)
        found = list(rows[: size + 1])
        following = encode_cursor([str(found[size - 1].pk)]) if len(found) > size else None
        return Response({"results": JobBody(found[:size], many=True).data, "next": following})


class JobView(APIView):
    @extend_schema(operation_id="job_get", responses={200: JobBody, **READ_ERRORS})
    def get(self, request: Request, job_id: UUID) -> Response:
        return Response(JobBody(job_for(caller(request), job_id)).data)


class CancelView(APIView):
    scope = "write"

    @extend_schema(operation_id="job_cancel", request=None, responses={200: JobBody, **WRITE_ERRORS})
    def post(self, request: Request, job_id: UUID) -> Response:
        who = caller(request)
        job = job_for(who, job_id)
        is_own = job.created_by_id == who.agent_id
        policies.require(policies.can_cancel_job(who, dataset_of_job(who, job), is_own=is_own))
        return Response(JobBody(jobs.cancel(job.pk, who.agent_id)).data)
