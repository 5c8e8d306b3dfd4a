from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from PIL import Image

from metadata.modalities.base import UnsupportedType
from metadata.models import Asset, Batch, Dataset, Item, RefusedLine
from metadata.selectors.assets import blob
from metadata.services import assets, datasets, imports, jobs, media


def picture(color: str = "red", size: tuple[int, int] = (8, 4), *, turned: bool = False) -> bytes:
    written = io.BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    Image.new("RGB", size, color).save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.fixture
def dataset(db: None) -> Dataset:
    return datasets.create_dataset(name="Pictures", description="", fields=[], by=None)


def _done(dataset: Dataset, *files: tuple[str, bytes]) -> Batch:
    uploads: list[File[bytes]] = [ContentFile(data, name=name) for name, data in files]
    job = media.start_media_import(dataset.pk, uploads, None)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    return Batch.objects.get(pk=job.args["batch"])


def test_the_same_bytes_are_one_asset_with_their_upright_size(db: None) -> None:
    first = assets.store(picture(turned=True))
    assert assets.store(io.BytesIO(picture(turned=True))).pk == first.pk
    assert Asset.objects.count() == 1
    assert (first.media_type, first.width, first.height) == ("image/jpeg", 4, 8)
    assert blob(first) == picture(turned=True)


def test_markup_is_refused_under_any_name(db: None) -> None:
    with pytest.raises(UnsupportedType):
        assets.store(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    assert not Asset.objects.exists()


def test_files_and_zips_become_items_and_bad_ones_are_listed(dataset: Dataset) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/blue.jpg", picture("blue"))
        archive.writestr("in/page.html", "<html></html>")
        archive.writestr("in/note.txt", "A short note.")
    batch = _done(
        dataset, ("red.jpg", picture()), ("all.zip", packed.getvalue()), ("cut.jpg", picture()[:80])
    )
    assert (batch.state, batch.created, batch.refused) == ("done", 3, 2)
    shown = {item.external_key: item.parts.get() for item in Item.objects.filter(dataset=dataset)}
    assert set(shown) == {"red.jpg", "in/blue.jpg", "in/note.txt"}
    assert shown["red.jpg"].role == "image"
    assert shown["in/note.txt"].text == "A short note."
    assert set(RefusedLine.objects.filter(batch=batch).values_list("code", flat=True)) == {
        "unsupported_type",
        "unreadable_file",
    }


def test_text_that_calls_itself_a_picture_and_tables_among_files_are_no_items(dataset: Dataset) -> None:
    batch = _done(
        dataset, ("a.jpg", picture()), ("b.pdf", b"words"), ("c.png", b"words"), ("d.csv", b"key,text\n1,x\n")
    )
    assert (batch.created, batch.refused) == (1, 3)
    reasons = " ".join(RefusedLine.objects.filter(batch=batch).values_list("reason", flat=True))
    assert "b.pdf: is plain text, though its name ends in .pdf" in reasons
    assert "c.png: is plain text" in reasons
    assert "d.csv: is a table of items: import it by itself" in reasons


def test_the_same_folder_again_is_harmless(dataset: Dataset) -> None:
    _done(dataset, ("red.jpg", picture()))
    again = _done(dataset, ("red.jpg", picture()), ("blue.jpg", picture("blue")))
    assert (again.created, again.repeated) == (1, 1)
    imports.undo_batch(again.pk, by=None)
    assert list(Item.objects.filter(archived_at=None).values_list("external_key", flat=True)) == ["red.jpg"]


def test_uploads_are_deleted_once_imported(dataset: Dataset) -> None:
    upload: list[File[bytes]] = [ContentFile(picture(), name="red.jpg")]
    job = media.start_media_import(dataset.pk, upload, None)
    key = job.args["files"][0]["key"]
    assert default_storage.exists(key)
    jobs.run(job.pk)
    assert not default_storage.exists(key)
