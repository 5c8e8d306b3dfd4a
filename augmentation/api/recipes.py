"""Recipes and runs over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from augmentation import policies
from augmentation.models import DerivedItem, Recipe, Run
from augmentation.selectors import recipes as selectors
from augmentation.services import recipes, runs
from metadata.api.authentication import caller
from metadata.api.idempotency import IdempotentCreate
from metadata.api.paging import PAGE_PARAMETERS, page_of
from metadata.api.schema import READ_ERRORS, WRITE_ERRORS, checked, page_shape
from metadata.kernel.numbers import LARGEST_ID
from metadata.selectors.datasets import dataset_for

MOST_ITEMS = 100_000


class RecipeBody(serializers.ModelSerializer[Recipe]):
    steps = serializers.DictField()

    class Meta:
        model = Recipe
        fields = ["id", "dataset", "name", "steps", "created_at"]


RecipePage = page_shape("RecipePage", RecipeBody)


class NewRecipe(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=recipes.LONGEST_NAME)
    steps = serializers.DictField(help_text='{"part", "copies", "seed", "steps": [{"change": "darken", …}]}')


class RunBody(serializers.ModelSerializer[Run]):
    state = serializers.CharField(source="job.state", default=None, allow_null=True)
    done = serializers.IntegerField(source="job.done", default=None, allow_null=True)
    total = serializers.IntegerField(source="job.total", default=None, allow_null=True)

    class Meta:
        model = Run
        fields = ["id", "recipe", "job", "batch", "seed", "created_at", "state", "done", "total"]


RunPage = page_shape("RunPage", RunBody)


class NewRun(serializers.Serializer[Any]):
    items = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        min_length=1,
        max_length=MOST_ITEMS,
        help_text="Every picture of the dataset that was not made from another, if left out.",
    )


class DerivedBody(serializers.ModelSerializer[DerivedItem]):
    change = serializers.DictField()
    carried = serializers.DictField()

    class Meta:
        model = DerivedItem
        fields = ["id", "run", "parent", "child", "copy", "change", "carried"]


DerivedPage = page_shape("DerivedPage", DerivedBody)


class RecipesView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="recipe_list", parameters=PAGE_PARAMETERS, responses={200: RecipePage, **READ_ERRORS}
    )
    def get(self, request: Request, dataset_id: int) -> Response:
        policies.require(policies.can_see_recipes(dataset_for(caller(request), dataset_id)))
        return page_of(request, selectors.recipes_of(dataset_id), RecipeBody)

    @extend_schema(
        operation_id="recipe_create", request=NewRecipe, responses={201: RecipeBody, **WRITE_ERRORS}
    )
    def post(self, request: Request, dataset_id: int) -> Response:
        who = caller(request)
        policies.require(policies.can_augment(dataset_for(who, dataset_id)))
        given = checked(NewRecipe, request.data)
        made = recipes.create_recipe(dataset_id, given["name"], given["steps"], by=who.agent_id)
        return Response(RecipeBody(made).data, status=201)


class RecipeView(APIView):
    @extend_schema(operation_id="recipe_get", responses={200: RecipeBody, **READ_ERRORS})
    def get(self, request: Request, recipe_id: int) -> Response:
        recipe, access = selectors.recipe_for(caller(request), recipe_id)
        policies.require(policies.can_see_recipes(access))
        return Response(RecipeBody(recipe).data)


class RunsView(IdempotentCreate, APIView):
    scope = "write"

    @extend_schema(
        operation_id="run_list", parameters=PAGE_PARAMETERS, responses={200: RunPage, **READ_ERRORS}
    )
    def get(self, request: Request, recipe_id: int) -> Response:
        _, access = selectors.recipe_for(caller(request), recipe_id)
        policies.require(policies.can_see_recipes(access))
        return page_of(request, selectors.runs_of(recipe_id), RunBody)

    @extend_schema(operation_id="run_start", request=NewRun, responses={202: RunBody, **WRITE_ERRORS})
    def post(self, request: Request, recipe_id: int) -> Response:
        who = caller(request)
        _, access = selectors.recipe_for(who, recipe_id)
        policies.require(policies.can_augment(access))
        given = checked(NewRun, request.data)
        run = runs.start_run(recipe_id, item_ids=given.get("items"), by=who.agent_id)
        return Response(RunBody(run).data, status=202)


class RunView(APIView):
    @extend_schema(operation_id="run_get", responses={200: RunBody, **READ_ERRORS})
    def get(self, request: Request, run_id: int) -> Response:
        run, access = selectors.run_for(caller(request), run_id)
        policies.require(policies.can_see_recipes(access))
        return Response(RunBody(run).data)


class DerivedView(APIView):
    @extend_schema(
        operation_id="run_derived_list",
        parameters=PAGE_PARAMETERS,
        responses={200: DerivedPage, **READ_ERRORS},
    )
    def get(self, request: Request, run_id: int) -> Response:
        _, access = selectors.run_for(caller(request), run_id)
        policies.require(policies.can_see_recipes(access))
        return page_of(request, selectors.derived_of(run_id), DerivedBody)
