"""Votes that exist already, over HTTP: a file in, a job that makes a project of it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.services import votes_import
from metadata.api.authentication import caller
from metadata.api.schema import WRITE_ERRORS, JobStarted, checked
from metadata.kernel.numbers import LARGEST_ID
from metadata.selectors.datasets import dataset_for, manages_something
from metadata.services.datasets import LONGEST_NAME


class NewVotesImport(serializers.Serializer[Any]):
    file = serializers.FileField()
    name = serializers.CharField(max_length=LONGEST_NAME, help_text="Of the project, and of a new dataset.")
    format = serializers.ChoiceField(choices=list(votes_import.FORMATS), default="csv")
    dataset = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="Whose items were voted on; else a new one.",
    )


class VotesImportsView(APIView):
    scope = "write"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="votes_import",
        request={"multipart/form-data": NewVotesImport},
        responses={202: JobStarted, **WRITE_ERRORS},
    )
    def post(self, request: Request) -> Response:
        who = caller(request)
        given = checked(NewVotesImport, request.data)
        dataset_id = given.get("dataset")
        if dataset_id is None:
            policies.require(policies.can_import_votes(manages_something=manages_something(who)))
        else:
            policies.require(policies.can_manage(dataset_for(who, dataset_id)))
        job = votes_import.start_import(
            dataset_id, given["name"], given["file"], format=given["format"], by=who.agent_id
        )
        return Response({"job": str(job)}, status=202)
