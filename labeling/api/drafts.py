"""Drafts and leases over HTTP, called while somebody works."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.selectors.access import project_for
from labeling.selectors.drafts import own_drafts
from labeling.services import annotations, drafts
from metadata.api.authentication import caller
from metadata.api.schema import READ_ERRORS, ErrorBody, checked
from metadata.kernel.numbers import LARGEST_ID


class DraftBody(serializers.Serializer[Any]):
    answers = serializers.DictField()
    guideline_version = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)
    active_ms = serializers.IntegerField(min_value=0, max_value=annotations.LONGEST_ACTIVE_MS, required=False)
    revises = serializers.IntegerField(min_value=0, max_value=LARGEST_ID, required=False)
    base = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    over = serializers.BooleanField(required=False)


class SavedBody(serializers.Serializer[Any]):
    saves = serializers.IntegerField()
    due = serializers.DateTimeField(allow_null=True)
    guideline_version = serializers.IntegerField()


class RenewBody(serializers.Serializer[Any]):
    away = serializers.BooleanField(
        required=False,
        help_text="True: taken along to where there is no network, for hours; false: that is over.",
    )


class LeaseBody(serializers.Serializer[Any]):
    due = serializers.DateTimeField()
    guideline_version = serializers.IntegerField()


class OwnDraftBody(serializers.Serializer[Any]):
    task = serializers.IntegerField()
    answers = serializers.DictField()
    active_ms = serializers.IntegerField()
    guideline_version = serializers.IntegerField()
    revises = serializers.IntegerField(allow_null=True)
    saves = serializers.IntegerField()
    saved_at = serializers.DateTimeField()
    late = serializers.BooleanField()


class OwnDraftsBody(serializers.Serializer[Any]):
    drafts = OwnDraftBody(many=True)


class DraftView(APIView):
    scope = "label"

    @extend_schema(
        operation_id="draft_save",
        request=DraftBody,
        responses={200: SavedBody, 409: ErrorBody, **READ_ERRORS},
    )
    def put(self, request: Request, task_id: int) -> Response:
        given = checked(DraftBody, request.data)
        saved = drafts.save_draft(caller(request), task_id, **given)
        return Response(
            {"saves": saved.saves, "due": saved.due, "guideline_version": saved.guideline_version_id}
        )


class LeaseView(APIView):
    scope = "label"

    @extend_schema(
        operation_id="lease_renew",
        request=RenewBody,
        responses={200: LeaseBody, 409: ErrorBody, **READ_ERRORS},
    )
    def post(self, request: Request, task_id: int) -> Response:
        given = checked(RenewBody, request.data)
        renewed = drafts.renew_lease(caller(request), task_id, away=given.get("away"))
        return Response({"due": renewed.due, "guideline_version": renewed.guideline_version_id})


class OwnDraftsView(APIView):
    @extend_schema(operation_id="own_drafts", responses={200: OwnDraftsBody, **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        policies.require(policies.can_label(access := project_for(who, project_id)), access)
        found = [
            {
                "task": one.task_id,
                "answers": one.answers,
                "active_ms": one.active_ms,
                "guideline_version": one.guideline_version_id,
                "revises": one.revises,
                "saves": one.saves,
                "saved_at": one.saved_at,
                "late": one.is_late,
            }
            for one in own_drafts(project_id, who.agent_id)
        ]
        return Response({"drafts": found})
