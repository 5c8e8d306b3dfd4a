"""Items over HTTP: browsed by key, sent many at a time, fixed and archived."""

from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from metadata import policies
from metadata.api.authentication import caller
from metadata.api.datasets import RefusedBody, managed
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, WithFields, checked, page_shape
from metadata.intake.jsonl import item_of
from metadata.kernel.errors import NotFound
from metadata.kernel.numbers import LARGEST_ID, whole_number
from metadata.kernel.paging import page_size
from metadata.models import Item
from metadata.selectors.datasets import batch_of, dataset_for
from metadata.selectors.items import item_page
from metadata.selectors.parts import item_for, parts_of
from metadata.services import imports, items

MOST_AT_ONCE: Final = 1_000
FIELD_PREFIX: Final = "field."


class PartPreviewBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    role = serializers.CharField()
    ordinal = serializers.IntegerField()
    text = serializers.CharField(allow_null=True, help_text="Its beginning.")
    media = serializers.CharField(allow_null=True, help_text="The address of the file.")
    media_type = serializers.CharField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class ItemRowBody(WithFields):
    id = serializers.IntegerField()
    key = serializers.CharField()
    revision = serializers.IntegerField()
    fields_ = serializers.DictField()
    batch = serializers.IntegerField(allow_null=True, source="batch_id")
    parent_ = serializers.IntegerField(allow_null=True, source="parent_id")
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    parts = PartPreviewBody(many=True)


class ItemPartBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    role = serializers.CharField()
    kind = serializers.CharField()
    text = serializers.CharField(allow_null=True)
    media = serializers.CharField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class ItemBody(WithFields):
    id = serializers.IntegerField()
    dataset = serializers.IntegerField()
    key = serializers.CharField()
    revision = serializers.IntegerField()
    fields_ = serializers.DictField()
    batch = serializers.IntegerField(allow_null=True)
    parent_ = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    parts = ItemPartBody(many=True)


class NewItems(serializers.Serializer[Any]):
    items = serializers.ListField(
        child=serializers.DictField(),
        min_length=1,
        max_length=MOST_AT_ONCE,
        help_text='Each as a line of JSON Lines: {"key", "text" or "parts", "fields"}.',
    )
    batch = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="An open batch of the dataset."
    )


class AddedBody(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    repeated = serializers.IntegerField()
    ids = serializers.DictField(
        child=serializers.IntegerField(), help_text="By key, of all that are there now."
    )
    refused = RefusedBody(many=True, help_text="`line` counts the items sent, from 1.")


class ItemChange(WithFields):
    fields_ = serializers.DictField(required=False)
    text = serializers.CharField(required=False, max_length=500_000, trim_whitespace=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)


ItemPageBody = page_shape("ItemPage", ItemRowBody)


def media_path(asset_id: int | None) -> str | None:
    return None if asset_id is None else f"/api/v1/assets/{asset_id}/file"


def _body(item: Item) -> dict[str, Any]:
    return {
        "id": item.pk,
        "dataset": item.dataset_id,
        "key": item.external_key,
        "revision": item.revision,
        "fields": item.fields,
        "batch": item.batch_id,
        "parent": item.parent_id,
        "created_at": item.created_at,
        "archived_at": item.archived_at,
        "parts": [
            {
                "id": part.id,
                "role": part.role,
                "kind": part.kind,
                "text": part.text,
                "media": media_path(part.asset_id),
                "width": part.width,
                "height": part.height,
            }
            for part in parts_of([item.pk])[item.pk]
        ],
    }


class ItemsView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="item_list",
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("words", str, description="Beginnings of words in key, fields or text."),
            OpenApiParameter("batch", int),
            OpenApiParameter("archived", bool, description="Archived ones instead."),
            OpenApiParameter(
                "field",
                OpenApiTypes.OBJECT,
                description="`field.<name>=<value>` for each declared field to filter by.",
                style="form",
            ),
        ],
        responses={200: ItemPageBody, **READ_ERRORS},
    )
    def get(self, request: Request, dataset_id: int) -> Response:
        dataset_for(caller(request), dataset_id)
        query = request.query_params
        page = item_page(
            dataset_id,
            fields={
                name.removeprefix(FIELD_PREFIX): value
                for name, value in query.dict().items()
                if name.startswith(FIELD_PREFIX)
            },
            words=query.get("words", "")[:500],
            batch_id=whole_number(query.get("batch"), "batch"),
            archived=query.get("archived", "").lower() in ("1", "true"),
            cursor=query.get("cursor"),
            size=page_size(query.get("page_size")),
        )
        rows = [
            {
                "id": row.id,
                "key": row.key,
                "revision": row.revision,
                "fields": row.fields,
                "batch": row.batch_id,
                "parent": row.parent_id,
                "created_at": row.created_at,
                "archived_at": row.archived_at,
                "parts": [
                    {
                        "id": part.id,
                        "role": part.role,
                        "ordinal": part.ordinal,
                        "text": part.text,
                        "media": media_path(part.asset_id),
                        "media_type": part.media_type,
                        "width": part.width,
                        "height": part.height,
                    }
                    for part in row.parts
                ],
            }
            for row in page.rows
        ]
        return Response({"results": rows, "next": page.next_cursor})

    @extend_schema(operation_id="item_add", request=NewItems, responses={200: AddedBody, **WRITE_ERRORS})
    def post(self, request: Request, dataset_id: int) -> Response:
        who, _ = managed(request, dataset_id)
        given = checked(NewItems, request.data)
        batch = None
        if "batch" in given:
            batch = batch_of(dataset_id, given["batch"])
            if batch is None:
                raise NotFound("The dataset has no such batch.", fields={"batch": "unknown"})
        entries = [item_of(at, dict(record)) for at, record in enumerate(given["items"], start=1)]
        added = imports.add_items(dataset_id, entries, batch=batch, by=who.agent_id)
        refused = [
            {"line": e.line, "field": e.field, "code": e.code, "reason": e.reason} for e in added.refused
        ]
        return Response(
            {"created": added.created, "repeated": added.repeated, "ids": added.ids, "refused": refused}
        )


class ItemView(APIView):
    scope = "write"

    @extend_schema(operation_id="item_get", responses={200: ItemBody, **READ_ERRORS})
    def get(self, request: Request, item_id: int) -> Response:
        return Response(_body(item_for(caller(request), item_id)))

    @extend_schema(operation_id="item_revise", request=ItemChange, responses={200: ItemBody, **WRITE_ERRORS})
    def patch(self, request: Request, item_id: int) -> Response:
        who, item = self._managed(request, item_id)
        given = checked(ItemChange, request.data)
        changed = items.revise(
            item.pk,
            fields=given.get("fields"),
            parts=items.with_text(item.pk, given["text"]) if "text" in given else None,
            reason=given.get("reason", ""),
            by=who,
        )
        return Response(_body(changed))

    @extend_schema(operation_id="item_archive", responses={204: None, **WRITE_ERRORS})
    def delete(self, request: Request, item_id: int) -> Response:
        who, item = self._managed(request, item_id)
        items.archive(item.dataset_id, [item.pk], by=who)
        return Response(status=204)

    def _managed(self, request: Request, item_id: int) -> tuple[int, Item]:
        who = caller(request)
        item = item_for(who, item_id)
        policies.require(policies.can_manage_dataset(dataset_for(who, item.dataset_id)))
        return who.agent_id, item
