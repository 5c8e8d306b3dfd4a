"""Projects, questions, members and rounds over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import policies
from labeling.models import GuidelineVersion, Pool, Project, ProjectMembership, Question, Round
from labeling.selectors.access import ProjectAccess, nothing_here, project_for, projects_of
from labeling.selectors.projects import progress, with_shares
from labeling.services import members, projects, rounds
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.kernel.numbers import LARGEST_ID
from metadata.selectors.access import Caller
from metadata.selectors.datasets import dataset_for


class QuestionBody(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    key = serializers.SlugField(max_length=40, required=False)
    prompt = serializers.CharField(max_length=300)
    label_type = serializers.CharField(max_length=40)
    spec = serializers.DictField(required=False)
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]  # a question's field of that name
    shown_if = serializers.DictField(required=False)


class QuestionChange(serializers.Serializer[Any]):
    prompt = serializers.CharField(max_length=300, required=False)
    spec = serializers.DictField(required=False)
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]  # a question's field of that name
    shown_if = serializers.DictField(required=False)


class ProjectBody(serializers.ModelSerializer[Project]):
    class Meta:
        model = Project
        fields = ["id", "dataset", "name", "description", "state", "visible_fields", "demo", "created_at"]


class NewProject(serializers.Serializer[Project]):
    dataset = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    visible_fields = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=100
    )
    questions = QuestionBody(many=True)


class ProjectChange(serializers.Serializer[Project]):
    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    state = serializers.ChoiceField(choices=Project.State.choices, required=False)
    visible_fields = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=100
    )


ProjectPage = page_shape("ProjectPage", ProjectBody)


class GuidelineBody(serializers.ModelSerializer[GuidelineVersion]):
    class Meta:
        model = GuidelineVersion
        fields = ["id", "major", "minor", "body", "changes", "questions", "published_at"]


class GuidelineChange(serializers.Serializer[GuidelineVersion]):
    body = serializers.CharField(allow_blank=True, max_length=100_000)
    changes = serializers.CharField(allow_blank=True, required=False, max_length=2_000)


class MemberBody(serializers.ModelSerializer[ProjectMembership]):
    class Meta:
        model = ProjectMembership
        fields = ["agent", "role", "team", "created_at"]


class NewMember(serializers.Serializer[ProjectMembership]):
    agent = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    role = serializers.ChoiceField(choices=ProjectMembership.Role.choices)
    team = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True)


class ShareBody(serializers.ModelSerializer[Pool]):
    places = serializers.IntegerField(source="share")

    class Meta:
        model = Pool
        fields = ["team", "experts", "places"]


class RoundBody(serializers.ModelSerializer[Round]):
    shares = ShareBody(many=True, read_only=True, help_text="Who fills how many of the places.")
    left_out = serializers.DictField(
        child=serializers.IntegerField(),
        read_only=True,
        help_text="How many items lack a part that a question needs, by the question's number.",
    )

    class Meta:
        model = Round
        fields = [
            "id",
            "project",
            "name",
            "kind",
            "state",
            "ordering",
            "guideline_version",
            "questions",
            "places_per_task",
            "shares",
            "lease_minutes",
            "repeats_items",
            "repeat_share",
            "repeat_after_minutes",
            "priority_field",
            "left_out",
            "gold_share",
            "pass_mark",
            "exam",
            "seed",
            "created_at",
        ]


class PoolShare(serializers.Serializer[Any]):
    team = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True)
    places = serializers.IntegerField(min_value=1, max_value=rounds.LARGEST_OVERLAP)


class NewRound(serializers.Serializer[Round]):
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=Round.Kind.choices, required=False)
    places_per_task = serializers.IntegerField(min_value=1, max_value=rounds.LARGEST_OVERLAP, required=False)
    ordering = serializers.ChoiceField(choices=Round.Ordering.choices, required=False)
    lease_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False)
    items = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), required=False, max_length=100_000
    )
    questions = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), required=False, max_length=100
    )
    teams = PoolShare(many=True, required=False)
    experts = serializers.IntegerField(
        min_value=0,
        max_value=rounds.LARGEST_OVERLAP,
        required=False,
        help_text="Of the places, those that only experts and managers fill; flagged items come to them first.",
    )
    repeats_items = serializers.BooleanField(
        required=False, help_text="Also to people who met the item in another round; else to nobody twice."
    )
    repeat_share = serializers.IntegerField(
        min_value=0, max_value=rounds.LARGEST_REPEAT_SHARE, required=False
    )
    repeat_after_minutes = serializers.IntegerField(
        min_value=1, max_value=rounds.LONGEST_REPEAT_AFTER_MINUTES, required=False
    )
    priority_field = serializers.CharField(max_length=60, required=False, allow_blank=True)
    gold_share = serializers.IntegerField(min_value=0, max_value=rounds.LARGEST_GOLD_SHARE, required=False)
    exam = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, help_text="Only who passed it gets its tasks."
    )
    seed = serializers.IntegerField(min_value=0, max_value=rounds.SEEDS - 1, required=False)


class RoundChange(serializers.Serializer[Round]):
    state = serializers.ChoiceField(choices=Round.State.choices)


class LeftOutBody(serializers.Serializer[Any]):
    question = serializers.CharField(source="0")
    items = serializers.IntegerField(source="1", help_text="They lack the part it is answered on.")


class RoundProgressBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField()
    tasks = serializers.IntegerField()
    wanted = serializers.IntegerField()
    taken = serializers.IntegerField()
    held = serializers.IntegerField()
    gold_share = serializers.IntegerField()
    gold = serializers.IntegerField()
    left_out = LeftOutBody(many=True)


class PersonProgressBody(serializers.Serializer[Any]):
    agent = serializers.IntegerField(source="agent_id")
    name = serializers.CharField()
    answers = serializers.IntegerField()
    active_ms = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class ProgressBody(serializers.Serializer[Any]):
    tasks = serializers.IntegerField()
    wanted = serializers.IntegerField()
    taken = serializers.IntegerField()
    done_at = serializers.DateTimeField(
        allow_null=True, help_text="When open rounds are answered if it goes on at this pace."
    )
    rounds = RoundProgressBody(many=True)
    people = PersonProgressBody(many=True)


def managed(who: Caller, project_id: int) -> ProjectAccess:
    access = project_for(who, project_id)
    policies.require(policies.can_manage(access), access)
    return access


def round_for(who: Caller, round_id: int) -> tuple[Round, ProjectAccess]:
    found = Round.objects.filter(pk=round_id).first()
    if found is None:
        raise nothing_here(who)
    return found, project_for(who, found.project_id)


class ProjectsView(IdempotentCreate, APIView):
    @extend_schema(
        operation_id="project_list", parameters=PAGE_PARAMETERS, responses={200: ProjectPage, **READ_ERRORS}
    )
    def get(self, request: Request) -> Response:
        return page_of(request, projects_of(caller(request)), ProjectBody)

    @extend_schema(
        operation_id="project_create", request=NewProject, responses={201: ProjectBody, **WRITE_ERRORS}
    )
    def post(self, request: Request) -> Response:
        given = checked(NewProject, request.data)
        who = caller(request)
        access = dataset_for(who, given.pop("dataset"))
        policies.require(policies.can_manage(access))
        made = projects.create_project(dataset_id=access.dataset.pk, by=who.agent_id, **given)
        return Response(ProjectBody(made).data, status=201)


class ProjectView(APIView):
    @extend_schema(operation_id="project_get", responses={200: ProjectBody, **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        return Response(ProjectBody(project_for(caller(request), project_id).project).data)

    @extend_schema(
        operation_id="project_change", request=ProjectChange, responses={200: ProjectBody, **WRITE_ERRORS}
    )
    def patch(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        managed(who, project_id)
        given = checked(ProjectChange, request.data)
        return Response(ProjectBody(projects.update_project(project_id, by=who.agent_id, **given)).data)


class ProgressView(APIView):
    @extend_schema(operation_id="project_progress", responses={200: ProgressBody, **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        policies.require(policies.can_review(access := project_for(caller(request), project_id)), access)
        return Response(ProgressBody(progress(project_id)).data)


class QuestionsView(IdempotentCreate, APIView):
    @extend_schema(operation_id="question_list", responses={200: QuestionBody(many=True), **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        project = project_for(caller(request), project_id).project
        return Response(QuestionBody(project.questions.filter(retired_at=None), many=True).data)

    @extend_schema(
        operation_id="question_add", request=QuestionBody, responses={201: QuestionBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        managed(who, project_id)
        given = checked(QuestionBody, request.data)
        made = projects.add_question(project_id, given, by=who.agent_id)
        return Response(QuestionBody(made).data, status=201)


class QuestionView(APIView):
    def _question(self, who: Caller, question_id: int) -> Question:
        found = Question.objects.filter(pk=question_id).first()
        if found is None:
            raise nothing_here(who)
        managed(who, found.project_id)
        return found

    @extend_schema(
        operation_id="question_change", request=QuestionChange, responses={200: QuestionBody, **WRITE_ERRORS}
    )
    def patch(self, request: Request, question_id: int) -> Response:
        who = caller(request)
        self._question(who, question_id)
        given = checked(QuestionChange, request.data)
        changed = projects.update_question(question_id, by=who.agent_id, **given)
        return Response(QuestionBody(changed).data)

    @extend_schema(operation_id="question_retire", request=None, responses={204: None, **WRITE_ERRORS})
    def delete(self, request: Request, question_id: int) -> Response:
        who = caller(request)
        self._question(who, question_id)
        projects.retire_question(question_id, by=who.agent_id)
        return Response(status=204)


class GuidelineView(APIView):
    @extend_schema(operation_id="guideline_list", responses={200: GuidelineBody(many=True), **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        project = project_for(caller(request), project_id).project
        newest_first = project.guideline_versions.order_by("-major", "-minor")[:100]
        return Response(GuidelineBody(newest_first, many=True).data)

    @extend_schema(
        operation_id="guideline_publish",
        request=GuidelineChange,
        responses={201: GuidelineBody, **WRITE_ERRORS},
    )
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        managed(who, project_id)
        given = checked(GuidelineChange, request.data)
        version = projects.publish_guideline(
            project_id, body=given["body"], changes=given.get("changes", ""), by=who.agent_id
        )
        return Response(GuidelineBody(version).data, status=201)


class MembersView(APIView):
    @extend_schema(operation_id="member_list", responses={200: MemberBody(many=True), **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        access = managed(caller(request), project_id)
        return Response(MemberBody(access.project.memberships.filter(ended_at=None)[:1000], many=True).data)

    @extend_schema(operation_id="member_add", request=NewMember, responses={201: MemberBody, **WRITE_ERRORS})
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        access = managed(who, project_id)
        given = checked(NewMember, request.data)
        policies.require(given["role"] != ProjectMembership.Role.ADMIN or access.is_admin)
        made = members.add_member(
            project_id, given["agent"], given["role"], given.get("team"), by=who.agent_id
        )
        return Response(MemberBody(made).data, status=201)


class MemberView(APIView):
    @extend_schema(operation_id="member_remove", request=None, responses={204: None, **WRITE_ERRORS})
    def delete(self, request: Request, project_id: int, agent_id: int) -> Response:
        who = caller(request)
        managed(who, project_id)
        members.remove_member(project_id, agent_id, by=who.agent_id)
        return Response(status=204)


class RoundsView(IdempotentCreate, APIView):
    @extend_schema(operation_id="round_list", responses={200: RoundBody(many=True), **READ_ERRORS})
    def get(self, request: Request, project_id: int) -> Response:
        access = project_for(caller(request), project_id)
        policies.require(policies.can_review(access), access)
        return Response(RoundBody(with_shares(access.project.rounds.order_by("-id"))[:500], many=True).data)

    @extend_schema(operation_id="round_open", request=NewRound, responses={201: RoundBody, **WRITE_ERRORS})
    def post(self, request: Request, project_id: int) -> Response:
        who = caller(request)
        managed(who, project_id)
        given = checked(NewRound, request.data)
        teams = [(share["team"], share["places"]) for share in given.pop("teams", [])]
        made = rounds.open_round(
            project_id,
            item_ids=given.pop("items", None),
            question_ids=given.pop("questions", None),
            teams=teams,
            by=who.agent_id,
            **given,
        )
        return Response(RoundBody(made).data, status=201)


class RoundView(APIView):
    @extend_schema(operation_id="round_get", responses={200: RoundBody, **READ_ERRORS})
    def get(self, request: Request, round_id: int) -> Response:
        found, access = round_for(caller(request), round_id)
        policies.require(policies.can_review(access), access)
        return Response(RoundBody(found).data)

    @extend_schema(
        operation_id="round_change", request=RoundChange, responses={200: RoundBody, **WRITE_ERRORS}
    )
    def patch(self, request: Request, round_id: int) -> Response:
        who = caller(request)
        _, access = round_for(who, round_id)
        policies.require(policies.can_manage(access), access)
        given = checked(RoundChange, request.data)
        changed = rounds.set_round_state(round_id, given["state"], by=who.agent_id)
        return Response(RoundBody(changed).data)
