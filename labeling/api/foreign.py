"""Projects of other tools, over HTTP: an export in, a job that makes a project of it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.services import foreign_projects
from metadata.api.authentication import caller
from metadata.api.schema import WRITE_ERRORS, JobStarted, checked
from metadata.kernel.numbers import LARGEST_ID
from metadata.selectors.datasets import dataset_for, manages_something


class NewProjectImport(serializers.Serializer[Any]):
    files = serializers.ListField(
        child=serializers.FileField(),
        min_length=1,
        max_length=foreign_projects.MOST_UPLOADS,
        help_text="Label Studio's JSON and labeling config, or CVAT's XML for images; with pictures, or as a zip.",
    )
    name = serializers.CharField(
        max_length=foreign_projects.LONGEST_NAME,
        required=False,
        allow_blank=True,
        help_text="Of the project; else the export's. The same name again adds to what it became.",
    )
    dataset = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="Which holds the items; else a new one.",
    )


class ProjectImportsView(APIView):
    scope = "write"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="project_import",
        request={"multipart/form-data": NewProjectImport},
        responses={202: JobStarted, **WRITE_ERRORS},
    )
    def post(self, request: Request) -> Response:
        who = caller(request)
        given = checked(NewProjectImport, request.data)
        dataset_id = given.get("dataset")
        if dataset_id is None:
            policies.require(policies.can_import_votes(manages_something=manages_something(who)))
        else:
            policies.require(policies.can_manage(dataset_for(who, dataset_id)))
        job = foreign_projects.start_migration(
            dataset_id, given.get("name", ""), given["files"], by=who.agent_id
        )
        return Response({"job": str(job)}, status=202)
