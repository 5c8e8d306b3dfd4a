"""Imports over HTTP: files by a job, lines straight from the body."""

from collections.abc import Mapping
from typing import IO, Any, Final

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from metadata.api.datasets import BatchBody, managed
from metadata.api.schema import WRITE_ERRORS, WithFields, checked
from metadata.intake.registry import READERS, format_of
from metadata.kernel.errors import InvalidInput
from metadata.models import Batch
from metadata.selectors.datasets import batch_of
from metadata.services import imports, media

LONGEST_NAME: Final = 200
FORMATS: Final = sorted(READERS)


class LinesParser(BaseParser):
    """Hands the body over unread: it is read in pieces while items go in."""

    media_type = "application/x-ndjson"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return stream


class TableParser(LinesParser):
    media_type = "text/csv"


class UploadShape(WithFields):
    files = serializers.ListField(child=serializers.FileField(), max_length=media.MOST_FILES, min_length=1)
    paths = serializers.ListField(
        child=serializers.CharField(max_length=1_000),
        required=False,
        max_length=media.MOST_FILES,
        help_text="Of each file in the folder that was dropped, in the same order.",
    )
    format = serializers.ChoiceField(
        choices=FORMATS, required=False, help_text="Of one file of lines; else by its name."
    )
    name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    source_ = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ImportStarted(serializers.Serializer[Any]):
    job = serializers.UUIDField()
    batch = serializers.IntegerField()


LINE_ENDINGS: Final = (".csv", ".tsv", ".jsonl", ".ndjson")


class ImportsView(APIView):
    scope = "write"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="import_files",
        request={"multipart/form-data": UploadShape},
        responses={202: ImportStarted, **WRITE_ERRORS},
    )
    def post(self, request: Request, dataset_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        given = checked(UploadShape, request.data)
        files: list[UploadedFile[Any]] = given["files"]
        words = {"name": given.get("name", ""), "source": given.get("source", "")}
        first = files[0].name or ""
        if len(files) == 1 and ("format" in given or first.lower().endswith(LINE_ENDINGS)):
            job = imports.start_import(
                dataset_id, files[0], given.get("format") or format_of(first), who.agent_id, **words
            )
        else:
            job = media.start_media_import(
                dataset_id, files, who.agent_id, paths=given.get("paths", ()), **words
            )
        return Response({"job": job.pk, "batch": job.args["batch"]}, status=202)


class LinesView(APIView):
    scope = "write"
    parser_classes = [LinesParser, TableParser]

    @extend_schema(
        operation_id="import_lines",
        parameters=[
            OpenApiParameter("name", str, description="What to call this delivery."),
            OpenApiParameter("batch", int, description="An open batch to go on with, after its last line."),
        ],
        request={"application/x-ndjson": OpenApiTypes.STR, "text/csv": OpenApiTypes.STR},
        responses={200: BatchBody, **WRITE_ERRORS},
    )
    def post(self, request: Request, dataset_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        stream: Any = request.data
        batch = self._batch(request, dataset_id, who.agent_id)
        file_format = "csv" if (request.content_type or "").startswith("text/csv") else "jsonl"
        pieces = imports.pieces_of(stream, [0]) if hasattr(stream, "read") else iter(())
        imports.import_lines(dataset_id, pieces, format=file_format, batch=batch, by=who.agent_id)
        return Response(BatchBody(batch).data)

    def _batch(self, request: Request, dataset_id: int, agent_id: int) -> Batch:
        raw = request.query_params.get("batch")
        if not raw:
            name = request.query_params.get("name") or "API"
            return imports.open_batch(dataset_id, name=name[:LONGEST_NAME], by=agent_id)
        known = raw.isascii() and raw.isdecimal() and len(raw) < 19
        batch = batch_of(dataset_id, int(raw)) if known else None
        if batch is None:
            raise InvalidInput(fields={"batch": "is no batch of this dataset"})
        return batch
