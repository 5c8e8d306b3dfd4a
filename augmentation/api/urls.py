from django.urls import URLPattern, URLResolver, path

from augmentation.api import recipes

urlpatterns: list[URLPattern | URLResolver] = [
    path("datasets/<int:dataset_id>/recipes/", recipes.RecipesView.as_view(), name="api-recipes"),
    path("recipes/<int:recipe_id>/", recipes.RecipeView.as_view(), name="api-recipe"),
    path("recipes/<int:recipe_id>/runs/", recipes.RunsView.as_view(), name="api-runs"),
    path("runs/<int:run_id>/", recipes.RunView.as_view(), name="api-run"),
    path("runs/<int:run_id>/derived/", recipes.DerivedView.as_view(), name="api-run-derived"),
]
