"""A run makes darker children with lineage and labels, once, whatever happens to its worker."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from augmentation.models import DerivedItem, Run
from augmentation.services import recipes, runs
from labeling.label_types.errors import InvalidValue
from labeling.models import Resolution
from labeling.services import resolutions
from metadata.intake.lines import PartLine
from metadata.kernel.errors import InvalidInput
from metadata.models import Dataset, Facet, Item, Job, VersionMember
from metadata.selectors.assets import blob, blob_key
from metadata.selectors.parts import picture_of
from metadata.services import assets, datasets, frozen, imports, jobs, versions
from tests.conftest import Cast
from tests.labeling.services.labeled import Labeled, drawn, opened, put_items

DARKEN = {"copies": 2, "seed": 7, "steps": [{"change": "darken", "factor": [0.3, 0.6]}]}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def picture(shade: int) -> bytes:
    written = io.BytesIO()
    Image.fromarray(np.full((20, 30, 3), shade, dtype=np.uint8)).save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def labeled(cast: Cast) -> Labeled:
    fields = [{"name": "camera", "kind": "text"}]
    dataset = datasets.create_dataset(name="Phones", fields=fields, by=cast.manager.agent_id)
    stored = [assets.store(picture(shade)) for shade in (200, 100)]
    put_items(
        dataset,
        [
            (f"p{at}", {"camera": "left"}, PartLine("image", 0, None, one.sha256))
            for at, one in enumerate(stored)
        ],
    )
    labeled = opened(cast, dataset)
    labeled.label(0, [drawn((1, 2, 3, 12, 9)), drawn()])
    resolutions.resolve_question(labeled.question, by=None)
    return labeled


def done(labeled: Labeled, recipe: dict[str, Any] = DARKEN) -> Run:
    kept = recipes.create_recipe(labeled.dataset.pk, "Evening", recipe, by=None)
    run = runs.start_run(kept.pk, by=None)
    jobs.run(job_of(run).pk)
    job = job_of(run)
    assert job.state == Job.State.DONE, job.error
    return run


def job_of(run: Run) -> Job:
    assert run.job_id is not None
    return Job.objects.get(pk=run.job_id)


def shade(item_id: int) -> float:
    _, asset = picture_of(item_id, "image")
    return float(np.asarray(Image.open(io.BytesIO(blob(asset)))).mean())


def test_children_are_darker_point_to_their_parent_and_are_marked(labeled: Labeled) -> None:
    run = done(labeled)
    derived = DerivedItem.objects.filter(run=run).select_related("child", "parent")
    assert derived.count() == 4
    for one in derived:
        (step,) = one.change["steps"]
        assert shade(one.child_id) == pytest.approx(shade(one.parent_id) * step["factor"], abs=0.6)
        assert one.child.parent_id == one.parent_id
        assert one.child.fields == {"camera": "left", "augmentation": "Evening"}
        assert one.child.external_key == f"{one.parent.external_key}~{run.pk}.{one.copy}"
    assert Facet.objects.filter(dataset=labeled.dataset, key="augmentation", value="Evening").count() == 4


def test_labels_are_carried_and_say_from_what(labeled: Labeled) -> None:
    run = done(labeled)
    for one in DerivedItem.objects.filter(run=run):
        own = Resolution.objects.get(item_id=one.child_id)
        parents = Resolution.objects.get(item_id=one.parent_id)
        assert (own.value, own.method, own.votes) == (parents.value, "carried", 0)
        assert own.distribution["carried_from"] == parents.pk
        assert one.carried == {
            str(labeled.question): {"resolution": own.pk, "dropped": [], "clipped": [], "needs_person": []}
        }


def test_children_and_carried_labels_belong_to_the_next_version_only(labeled: Labeled) -> None:
    first = versions.close_version(labeled.dataset.pk)
    done(labeled)
    second = frozen.freeze(versions.close_version(labeled.dataset.pk).pk)
    assert frozen.freeze(first.pk).counts["item"] == 2
    assert second.counts == {"item": 6, "annotation": 2, "resolution": 6, "missing": 0, "mismatched": 0}


def test_a_run_that_was_killed_goes_on_and_makes_each_child_once(labeled: Labeled) -> None:
    run = done(labeled)
    before = {one.pk: one.child_id for one in DerivedItem.objects.filter(run=run)}
    last = DerivedItem.objects.filter(run=run).order_by("-pk")[0]
    lost = last.child_id
    keys = set(Item.objects.values_list("external_key", flat=True))
    shades = shade(lost)
    last.delete()
    Resolution.objects.filter(item_id=lost).delete()
    VersionMember.objects.filter(subject=lost).delete()
    Item.objects.filter(pk=lost).delete()
    Job.objects.filter(pk=job_of(run).pk).update(state=Job.State.RUNNING)
    jobs.run(job_of(run).pk)
    assert job_of(run).state == Job.State.DONE
    assert set(Item.objects.values_list("external_key", flat=True)) == keys
    again = DerivedItem.objects.get(run=run, parent_id=last.parent_id, copy=last.copy)
    assert shade(again.child_id) == shades
    assert DerivedItem.objects.filter(run=run, pk__in=before).count() == 3


def test_a_picture_that_cannot_be_read_is_named_and_stops_no_other(labeled: Labeled, tmp_path: Path) -> None:
    _, asset = picture_of(Item.objects.filter(dataset=labeled.dataset).order_by("pk")[0].pk, "image")
    (tmp_path / "blobs" / blob_key(asset.sha256)).unlink()
    run = done(labeled)
    job = job_of(run)
    assert ((job.result or {})["made"], (job.result or {})["failed"]) == (2, 2)
    assert (job.result or {})["failures"][0]["code"] == "not_found"


def test_a_run_takes_pictures_of_its_dataset_that_were_not_made_from_others(labeled: Labeled) -> None:
    run = done(labeled)
    child = DerivedItem.objects.filter(run=run)[0].child_id
    with pytest.raises(InvalidInput, match="items"):
        runs.start_run(run.recipe_id, item_ids=[child], by=None)
    assert len(job_of(runs.start_run(run.recipe_id, by=None)).args["items"]) == 2


def test_undoing_the_delivery_archives_the_children(labeled: Labeled) -> None:
    run = done(labeled)
    assert run.batch_id is not None
    imports.undo_batch(run.batch_id, by=None)
    assert Item.objects.filter(dataset=labeled.dataset, archived_at=None).count() == 2


def test_a_recipe_that_makes_no_sense_is_refused(labeled: Labeled) -> None:
    with pytest.raises(InvalidValue):
        recipes.create_recipe(labeled.dataset.pk, "Odd", {"steps": [{"change": "explode"}]}, by=None)


def test_a_dataset_without_pictures_has_nothing_to_augment(cast: Cast) -> None:
    empty: Dataset = cast.dataset
    recipe = recipes.create_recipe(empty.pk, "Evening", DARKEN, by=None)
    with pytest.raises(runs.NothingToAugment):
        runs.start_run(recipe.pk, by=None)
