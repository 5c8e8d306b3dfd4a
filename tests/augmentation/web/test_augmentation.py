"""The augmentation page."""

import io

import pytest
from PIL import Image

from augmentation.models import DerivedItem, Recipe, Run
from metadata.models import Item
from metadata.services import jobs, media
from tests.conftest import Cast

TYPED = {"name": "Dusk", "low": "40", "high": "40", "gamma": "1", "copies": "1", "seed": "7"}


@pytest.fixture
def pictured(cast: Cast) -> Cast:
    from django.core.files.base import ContentFile

    data = io.BytesIO()
    Image.new("RGB", (16, 12), (200, 100, 50)).save(data, "PNG")
    job = media.start_media_import(cast.dataset.pk, [ContentFile(data.getvalue(), "one.png")], None)
    jobs.run(job.pk)
    assert Item.objects.filter(dataset=cast.dataset).count() == 1
    return cast


@pytest.mark.django_db(transaction=True)
def test_a_recipe_is_kept_carried_out_and_shown_with_its_lineage(pictured: Cast) -> None:
    address = f"/datasets/{pictured.dataset.pk}/augmentation/"
    browser = pictured.manager.browser
    assert browser.post(address, TYPED).status_code == 302
    recipe = Recipe.objects.get()
    assert recipe.steps["steps"] == [{"change": "darken", "factor": 0.4, "gamma": 1.0}]
    job = Run.objects.get().job
    assert job is not None
    jobs.run(job.pk)
    derived = DerivedItem.objects.get()
    (shown,) = browser.get(address).context["lineage"]
    assert shown.derived == derived
    assert derived.child.parent_id == derived.parent_id


@pytest.mark.django_db(transaction=True)
def test_a_range_the_wrong_way_round_is_refused_at_its_field(pictured: Cast) -> None:
    answer = pictured.manager.browser.post(
        f"/datasets/{pictured.dataset.pk}/augmentation/", {**TYPED, "low": "90"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["high"]
    assert not Recipe.objects.exists()


def test_a_dataset_without_pictures_keeps_no_recipe_and_says_why(cast: Cast) -> None:
    answer = cast.manager.browser.post(f"/datasets/{cast.dataset.pk}/augmentation/", TYPED)
    assert answer.status_code == 422
    assert b"None of these items holds a picture" in answer.content
    assert not Recipe.objects.exists()


def test_a_recipe_of_another_dataset_cannot_be_run_here(cast: Cast) -> None:
    foreign = Recipe.objects.create(dataset=cast.foreign_dataset, name="x", steps={})
    answer = cast.manager.browser.post(f"/datasets/{cast.dataset.pk}/augmentation/", {"recipe": foreign.pk})
    assert answer.status_code == 404
    assert not Run.objects.exists()


@pytest.mark.parametrize(("who", "expected"), [("expert", 403), ("labeler", 404), ("outsider", 404)])
def test_only_managers_augment(cast: Cast, who: str, expected: int) -> None:
    answer = cast[who].browser.post(f"/datasets/{cast.dataset.pk}/augmentation/", TYPED)
    assert answer.status_code == expected
