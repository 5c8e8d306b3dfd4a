"""Recipes over HTTP: kept by a manager, run by a job, seen by those who decide."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from metadata.intake.lines import PartLine
from metadata.models import Dataset
from metadata.services import assets, jobs
from tests.conftest import Cast, Member
from tests.labeling.services.labeled import put_items

STEPS = {"steps": [{"change": "darken", "factor": 0.5}]}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    written = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), 90, dtype=np.uint8)).save(written, "PNG")
    stored = assets.store(written.getvalue())
    put_items(cast.dataset, [("p", {}, PartLine("image", 0, None, stored.sha256))])
    return cast.dataset


def post(member: Member, path: str, body: Any) -> Any:
    return member.api.post(path, json.dumps(body), content_type="application/json")


def test_a_recipe_is_kept_run_and_its_children_listed(cast: Cast, dataset: Dataset) -> None:
    made = post(cast.manager, f"/api/v1/datasets/{dataset.pk}/recipes/", {"name": "Evening", "steps": STEPS})
    assert made.status_code == 201, made.content
    recipe = made.json()["id"]
    run = post(cast.manager, f"/api/v1/recipes/{recipe}/runs/", {})
    assert run.status_code == 202, run.content
    jobs.run(run.json()["job"])
    told = cast.manager.api.get(f"/api/v1/runs/{run.json()['id']}/").json()
    assert (told["state"], told["done"], told["total"]) == ("done", 1, 1)
    (derived,) = cast.manager.api.get(f"/api/v1/runs/{run.json()['id']}/derived/").json()["results"]
    assert derived["change"]["steps"] == [{"change": "darken", "factor": 0.5, "gamma": 1.0}]
    listed = cast.manager.api.get(f"/api/v1/datasets/{dataset.pk}/recipes/").json()["results"]
    assert [one["id"] for one in listed] == [recipe]
    assert len(cast.expert.api.get(f"/api/v1/recipes/{recipe}/runs/").json()["results"]) == 1


def test_a_wrong_step_is_named(cast: Cast, dataset: Dataset) -> None:
    body = {"name": "Odd", "steps": {"steps": [{"change": "darken", "factor": 7}]}}
    answer = post(cast.manager, f"/api/v1/datasets/{dataset.pk}/recipes/", body)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["steps.0.factor"]


def test_only_managers_augment_and_foreign_recipes_do_not_exist(cast: Cast, dataset: Dataset) -> None:
    path = f"/api/v1/datasets/{dataset.pk}/recipes/"
    body = {"name": "Evening", "steps": STEPS}
    recipe = post(cast.manager, path, body).json()["id"]
    assert post(cast.expert, path, body).status_code == 403
    assert post(cast.expert, f"/api/v1/recipes/{recipe}/runs/", {}).status_code == 403
    for who in (cast.outsider, cast.labeler):
        assert post(who, path, body).status_code == 404
        assert post(who, f"/api/v1/recipes/{recipe}/runs/", {}).status_code == 404
        assert who.api.get(f"/api/v1/recipes/{recipe}/").status_code == 404
