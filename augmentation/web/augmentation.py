"""Augmentation: a recipe is written and carried out; every child shows its parent and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from augmentation import policies
from augmentation.core.recipe import MOST_COPIES
from augmentation.selectors.runs import newest_children, recipes_of, runs_of
from augmentation.services import recipes, runs
from metadata.kernel.errors import DomainError, NotFound
from metadata.selectors.datasets import dataset_for
from metadata.selectors.parts import ShownPart, parts_of
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

if TYPE_CHECKING:
    from augmentation.models import DerivedItem


class RecipeForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=recipes.LONGEST_NAME, initial=_("Evening light"))
    low = forms.IntegerField(
        label=_("Least light left, %"),
        min_value=2,
        max_value=100,
        initial=30,
        help_text=_("100 is the picture as it is."),
    )
    high = forms.IntegerField(label=_("Most light left, %"), min_value=2, max_value=100, initial=60)
    gamma = forms.DecimalField(
        label=_("Sink middle tones"),
        min_value=1,
        max_value=4,
        initial=1,
        help_text=_("1 leaves them; 2 is like a short exposure."),
    )
    copies = forms.IntegerField(
        label=_("Copies of each picture"), min_value=1, max_value=MOST_COPIES, initial=1
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        initial=1,
        help_text=_("The same seed makes the same pictures."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("low", 0) > data.get("high", 100):
            self.add_error("high", _("Must not be below the least."))
        return data

    def steps(self) -> dict[str, Any]:
        """The recipe as its parser reads it."""
        data = self.cleaned_data
        gamma = float(data["gamma"])
        darken = {"change": "darken", "factor": [data["low"] / 100, data["high"] / 100], "gamma": gamma}
        return {"part": "image", "copies": data["copies"], "seed": data["seed"], "steps": [darken]}


@dataclass(frozen=True)
class Lineage:
    """A child beside its parent, with what was done and what became of the labels."""

    derived: DerivedItem
    parent: ShownPart | None
    child: ShownPart | None

    @property
    def steps(self) -> list[str]:
        """What was done, in words: `darken: factor 0.54, gamma 1`."""
        return [_in_words(step) for step in self.derived.change.get("steps", ())]


def _in_words(step: Mapping[str, Any]) -> str:
    drawn = [
        f"{name} {value:.3g}" if isinstance(value, int | float) else f"{name} {value}"
        for name, value in step.items()
        if name != "change"
    ]
    return f"{step['change']}: {', '.join(drawn)}"


@login_required
@require_http_methods(["GET", "POST"])
def augmentation(request: HttpRequest, dataset_id: int) -> HttpResponse:
    caller = page_caller(request)
    access = dataset_for(caller, dataset_id)
    posted = request.POST if request.method == "POST" else None
    form = RecipeForm(posted if posted is not None and "recipe" not in posted else None)
    if posted is not None:
        policies.require(policies.can_augment(access))
        try:
            if _started(dataset_id, posted.get("recipe"), form, by=caller.agent_id):
                messages.success(request, gettext("A worker makes the pictures now."))
                return redirect("augmentation", dataset_id)
        except DomainError as error:
            if "recipe" in posted:
                raise
            form.refuse(error)
    page = {
        "access": access,
        "dataset": access.dataset,
        "may_manage": policies.can_augment(access),
        "form": form,
        "recipes": recipes_of(dataset_id),
        "runs": runs_of(dataset_id),
        "lineage": _lineage(dataset_id),
    }
    return render(request, "augmentation/augmentation.html", page, status=422 if form.errors else 200)


def _started(dataset_id: int, recipe: str | None, form: RecipeForm, *, by: int) -> bool:
    """Carries out a recipe that is kept, or keeps the one typed and carries it out."""
    if recipe is not None:
        found = next((one for one in recipes_of(dataset_id) if str(one.pk) == recipe), None)
        if found is None:
            raise NotFound
        runs.start_run(found.pk, by=by)
        return True
    if not form.is_valid():
        return False
    with transaction.atomic():
        made = recipes.create_recipe(dataset_id, form.cleaned_data["name"], form.steps(), by=by)
        runs.start_run(made.pk, by=by)
    return True


def _lineage(dataset_id: int) -> list[Lineage]:
    derived = list(newest_children(dataset_id))
    parts = parts_of({item for one in derived for item in (one.parent_id, one.child_id)})
    return [Lineage(one, _picture(parts[one.parent_id]), _picture(parts[one.child_id])) for one in derived]


def _picture(parts: list[ShownPart]) -> ShownPart | None:
    return next((part for part in parts if part.kind == "image"), None)
