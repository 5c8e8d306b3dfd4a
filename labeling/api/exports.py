"""Exports over HTTP: asked for here, done by a job, downloaded as files of the version."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.services import exports
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.schema import WRITE_ERRORS, JobStarted, checked
from metadata.selectors.versions import version_for


class NewExport(serializers.Serializer[Any]):
    format = serializers.ChoiceField(choices=list(exports.FORMATS))


class ExportsView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="version_export", request=NewExport, responses={202: JobStarted, **WRITE_ERRORS}
    )
    def post(self, request: Request, version_id: int) -> Response:
        who = caller(request)
        _, access = version_for(who, version_id)
        policies.require(policies.can_manage(access))
        given = checked(NewExport, request.data)
        job = exports.request_export(version_id, format=given["format"], by=who.agent_id)
        return Response({"job": str(job)}, status=202)
