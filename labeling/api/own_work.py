"""What somebody did themselves, over HTTP: their last answers, to correct them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.api.desk import HandedTask, shown_part
from labeling.selectors.access import project_for
from labeling.selectors.own_answers import OwnAnswer, last_answers, own_answer
from metadata.api.authentication import caller
from metadata.api.schema import READ_ERRORS
from metadata.kernel.numbers import whole_number


class AnsweredTask(HandedTask):
    due = serializers.DateTimeField(allow_null=True)


class OwnAnswerBody(serializers.Serializer[Any]):
    task = AnsweredTask()
    annotation = serializers.IntegerField()
    revision = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    answers = serializers.DictField()


class OwnAnswersBody(serializers.Serializer[Any]):
    answers = OwnAnswerBody(many=True)


class OwnAnswersView(APIView):
    @extend_schema(
        operation_id="own_answers",
        parameters=[OpenApiParameter("task", int, description="Only what was answered to this task.")],
        responses={200: OwnAnswersBody, **READ_ERRORS},
    )
    def get(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        policies.require(policies.can_label(access := project_for(who, project_id)), access)
        task_id = whole_number(request.query_params.get("task"), "task")
        if task_id is None:
            found = last_answers(project_id, who.agent_id)
        else:
            found = own_answer(project_id, who.agent_id, task_id)
        return Response({"answers": [_shown(one) for one in found]})


def _shown(one: OwnAnswer) -> dict[str, Any]:
    return {
        "task": {
            "id": one.task_id,
            "round": one.round_id,
            "due": None,
            "guideline_version": one.guideline_version_id,
            "item": {
                "id": one.item_id,
                "key": one.item_key,
                "parts": [shown_part(one.task_id, part) for part in one.parts],
                "fields": one.fields,
            },
        },
        "annotation": one.annotation_id,
        "revision": one.revision,
        "submitted_at": one.submitted_at,
        "answers": one.answers,
    }
