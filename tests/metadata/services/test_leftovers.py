"""What a deleted dataset leaves in storage, and what of it others still need."""

import datetime as dt
import io
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from PIL import Image

from metadata.intake.lines import PartLine
from metadata.models import Asset, Dataset, Item
from metadata.selectors.assets import blob_key, shown_picture
from metadata.services import assets, datasets, items, leftovers

NOW = dt.timedelta(0)


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    place = tmp_path / "blobs"
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(place)}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return place


def picture(color: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 6), color).save(file, "PNG")
    return file.getvalue()


def with_picture(name: str, asset: Asset) -> Dataset:
    dataset = datasets.create_dataset(name=name, by=None)
    part = PartLine("image", sha256=asset.sha256)
    ready = items.prepared(bytes(dataset.leaf_key), [], line=1, key="a", fields={}, parts=[part])
    items.put(dataset.pk, [ready], batch_id=None, by=None)
    return dataset


def files(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def test_bytes_previews_and_version_files_go_with_their_dataset(db: None, storage: Path) -> None:
    asset = assets.store(picture("red"))
    dataset = with_picture("Backs", asset)
    shown_picture(asset)
    default_storage.save(f"versions/{dataset.pk}/1/exports/x/items.jsonl", ContentFile(b"{}"))
    assert len(files(storage)) == 3
    datasets.delete_now(dataset.pk)
    assert {path.parts[-3] for path in files(storage)} == {"blobs", "previews"}
    assert leftovers.remove_left() == 0, "an import may be on its way with the same bytes"
    assert leftovers.remove_left(grace=NOW) == 1
    assert files(storage) == []
    assert not Asset.objects.exists()
    assert leftovers.remove_left(grace=NOW) == 0


def test_what_another_dataset_shows_stays_and_is_left_only_with_the_last_one(db: None) -> None:
    asset = assets.store(picture("red"))
    first, second = with_picture("One", asset), with_picture("Two", asset)
    datasets.delete_now(first.pk)
    assert leftovers.remove_left(grace=NOW) == 0
    assert Asset.objects.get().left_at is None
    datasets.delete_now(second.pk)
    assert leftovers.remove_left(grace=NOW) == 1
    assert not default_storage.exists(blob_key(asset.sha256))


def test_what_an_older_revision_elsewhere_showed_stays_and_goes_with_that(db: None) -> None:
    old, new = assets.store(picture("red")), assets.store(picture("blue"))
    dying, living = with_picture("One", old), with_picture("Two", old)
    items.revise(
        Item.objects.get(dataset=living).pk,
        parts=[PartLine("image", sha256=new.sha256)],
        reason="sharper",
        by=None,
    )
    datasets.delete_now(dying.pk)
    assert leftovers.remove_left(grace=NOW) == 0
    datasets.delete_now(living.pk)
    assert leftovers.remove_left(grace=NOW) == 2


def test_bytes_that_come_again_meanwhile_stay(db: None) -> None:
    asset = assets.store(picture("red"))
    datasets.delete_now(with_picture("One", asset).pk)
    assert assets.store(picture("red")) == asset
    assert leftovers.remove_left(grace=NOW) == 0
    with_picture("Two", asset)
    assert default_storage.exists(blob_key(asset.sha256))


def test_bytes_that_were_never_used_are_not_touched(db: None) -> None:
    asset = assets.store(picture("red"))
    datasets.delete_now(with_picture("One", assets.store(picture("blue"))).pk)
    assert leftovers.remove_left(grace=NOW) == 1
    assert Asset.objects.get() == asset


@pytest.mark.django_db(transaction=True)
def test_however_storing_and_removing_meet_a_row_never_lacks_its_bytes() -> None:
    data = [picture(color) for color in ("red", "blue", "green")]
    ends = time.monotonic() + 4
    wrong: list[str] = []
    stored, removed = [0], [0]

    def store() -> None:
        try:
            while time.monotonic() < ends:
                for one in data:
                    with transaction.atomic():
                        asset = assets.store(one)
                        # The row is locked against removal for as long as this transaction looks.
                        held = Asset.objects.select_for_update().filter(pk=asset.pk).first()
                        if held is not None and not default_storage.exists(blob_key(held.sha256)):
                            wrong.append(held.sha256)
                    stored[0] += 1
        finally:
            connection.close()

    def remove() -> None:
        try:
            while time.monotonic() < ends:
                Asset.objects.update(left_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
                removed[0] += leftovers.remove_left(grace=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=target) for target in (store, store, remove)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert min(stored[0], removed[0]) > 5
    for asset in Asset.objects.all():
        assert default_storage.exists(blob_key(asset.sha256))
