"""Dataset pages: making, importing, undoing, closing, comparing."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from metadata.models import Batch, Dataset, Item, Job, Version
from metadata.services import jobs
from tests.conftest import Cast

CSV = b"key,text,channel\na,Where is it?,mail\nb,Again,fax\nc,Thanks,chat\n"


def imported(cast: Cast, sent_jobs: list[UUID], content: bytes = CSV) -> Batch:
    answer = cast.manager.browser.post(
        f"/datasets/{cast.dataset.pk}/import/", {"files": SimpleUploadedFile("messages.csv", content)}
    )
    assert answer.status_code == 302, answer.content
    for job_id in Job.objects.filter(state="queued").values_list("pk", flat=True):
        jobs.run(job_id)
    return Batch.objects.get(pk=answer["Location"].split("/")[2])


def test_a_dataset_is_made_with_its_declared_fields(cast: Cast) -> None:
    answer = cast.manager.browser.post(
        "/datasets/new/",
        {
            "name": "Returns",
            "description": "",
            "fields-0-name": "camera",
            "fields-0-kind": "choice",
            "fields-0-choices": "left, right",
            "fields-0-visible": "yes",
            "fields-1-name": "",
            "fields-1-kind": "text",
        },
    )
    assert answer.status_code == 302
    made = Dataset.objects.get(name="Returns")
    assert answer["Location"] == f"/datasets/{made.pk}/import/"
    assert [(f["name"], f["kind"], f["choices"], f["visible"]) for f in made.fields] == [
        ("camera", "choice", ["left", "right"], True)
    ]


def test_a_refused_field_is_named_at_its_row_and_keeps_what_was_typed(cast: Cast) -> None:
    answer = cast.manager.browser.post(
        "/datasets/new/",
        {
            "name": "Returns",
            "fields-0-name": "ok",
            "fields-0-kind": "text",
            "fields-1-name": "a__b",
            "fields-1-kind": "text",
        },
    )
    assert answer.status_code == 422
    assert [bool(row.error) for row in answer.context["rows"][:2]] == [False, True]
    assert b'value="a__b"' in answer.content
    assert not Dataset.objects.filter(name="Returns").exists()


def test_a_labeler_makes_no_dataset(cast: Cast) -> None:
    assert cast.labeler.browser.get("/datasets/new/").status_code == 403


def test_an_import_lists_the_lines_it_refused(
    cast: Cast, sent_jobs: list[UUID], transactional_db: None
) -> None:
    batch = imported(cast, sent_jobs)
    page = cast.manager.browser.get(f"/batches/{batch.pk}/")
    assert (batch.created, batch.refused) == (2, 1)
    assert b"must be one of" in page.content
    assert set(Item.objects.filter(dataset=cast.dataset).values_list("external_key", flat=True)) == {"a", "c"}


def test_undoing_an_import_archives_what_it_brought(
    cast: Cast, sent_jobs: list[UUID], transactional_db: None
) -> None:
    batch = imported(cast, sent_jobs)
    cast.manager.browser.post(f"/batches/{batch.pk}/change", {"action": "undo"})
    assert not Item.objects.filter(batch=batch, archived_at=None).exists()


def test_a_form_without_a_file_says_so(cast: Cast) -> None:
    answer = cast.manager.browser.post(f"/datasets/{cast.dataset.pk}/import/", {"name": "x"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["files"]


def test_closing_a_version_lists_it_and_opens_the_next(cast: Cast) -> None:
    browser = cast.manager.browser
    browser.post(f"/datasets/{cast.dataset.pk}/versions/close", {"name": "first", "note": "as it came"})
    page = browser.get(f"/datasets/{cast.dataset.pk}/versions/")
    assert page.context["open_version"].number == 2
    assert [one.name for one in page.context["versions"]] == ["first"]
    assert (page.context["a"], page.context["b"]) == (1, 2)


def test_an_expert_sees_versions_but_closes_none(cast: Cast) -> None:
    assert cast.expert.browser.get(f"/datasets/{cast.dataset.pk}/versions/").status_code == 200
    assert cast.expert.browser.post(f"/datasets/{cast.dataset.pk}/versions/close").status_code == 403
    assert Version.objects.get(dataset=cast.dataset).closed_at is None


def test_a_foreign_dataset_does_not_exist(cast: Cast) -> None:
    for place in ("", "import/", "versions/", "items/"):
        assert cast.manager.browser.get(f"/datasets/{cast.foreign_dataset.pk}/{place}").status_code == 404


def test_a_dataset_is_deleted_only_from_the_archive(cast: Cast) -> None:
    browser = cast.manager.browser
    browser.post(f"/datasets/{cast.dataset.pk}/state", {"action": "delete"})
    cast.dataset.refresh_from_db()
    assert cast.dataset.archived_at is not None, "the first press archives"
    browser.post(f"/datasets/{cast.dataset.pk}/state", {"action": "restore"})
    cast.dataset.refresh_from_db()
    assert cast.dataset.archived_at is None
