from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from django.contrib.postgres.search import SearchQuery

from metadata.models import Batch, Dataset, Event, Facet, Item, ItemRevision, Job, RefusedLine, VersionMember
from metadata.services import datasets, imports, items, jobs, versions
from metadata.versions.item_rows import item_leaf, item_row

FIELDS = [
    {"name": "channel", "kind": "choice", "choices": ["mail", "chat"]},
    {"name": "mm", "kind": "number"},
]


@pytest.fixture
def dataset(db: None) -> Dataset:
    return datasets.create_dataset(name="Messages", description="", fields=FIELDS, by=None)


def _batch(dataset: Dataset) -> Batch:
    return imports.open_batch(dataset.pk, name="test", by=None)


def _lines(*records: Mapping[str, object]) -> list[bytes]:
    return [json.dumps(record).encode() + b"\n" for record in records]


def _imported(dataset: Dataset, *records: Mapping[str, object]) -> imports.Imported:
    return imports.import_lines(dataset.pk, _lines(*records), format="jsonl", batch=_batch(dataset), by=None)


def _members(dataset: Dataset) -> set[int]:
    rows = VersionMember.objects.filter(dataset=dataset, kind=VersionMember.Kind.ITEM, valid_to=None)
    return set(rows.values_list("subject", flat=True))


def test_an_item_comes_in_with_its_fields_text_facets_words_and_membership(dataset: Dataset) -> None:
    text = "Tab\t, line\nbreak, back\\slash and \\N, “quotes”, \r return"
    _imported(dataset, {"key": "m\\1", "text": text, "channel": "mail", "mm": "2.5"})
    item = Item.objects.get(dataset=dataset)
    assert (item.external_key, item.fields) == ("m\\1", {"channel": "mail", "mm": 2.5})
    assert item.parts.get().text == text
    assert set(Facet.objects.filter(item=item).values_list("key", "value")) == {
        ("channel", "mail"),
        ("mm", "2.5"),
    }
    assert Item.objects.filter(search=SearchQuery("quotes", config="simple")).exists()
    member = VersionMember.objects.get(subject=item.pk, kind=VersionMember.Kind.ITEM)
    row = item_row("m\\1", item.fields, [("text", 0, text, None)])
    assert bytes(member.leaf) == item_leaf(bytes(dataset.leaf_key), row)
    assert Event.objects.get(kind="items.added").payload["count"] == 1


def test_a_repeat_is_harmless_and_other_content_under_a_known_key_is_refused_not_stored(
    dataset: Dataset,
) -> None:
    first = {"key": "a", "text": "one"}
    assert _imported(dataset, first, first, {"key": "b", "text": "two"}).repeated == 1
    again = _imported(dataset, {"key": "b", "text": "two"}, {"key": "a", "text": "changed"})
    assert (again.created, again.repeated, again.refused) == (0, 1, 1)
    assert RefusedLine.objects.get(batch_id=again.batch_id).code == "key_taken"
    assert sorted(p.text or "" for i in Item.objects.filter(dataset=dataset) for p in i.parts.all()) == [
        "one",
        "two",
    ]


def test_a_line_without_a_key_gets_one_from_its_content(dataset: Dataset) -> None:
    assert _imported(dataset, {"text": "same"}, {"text": "same"}, {"text": "other"}).created == 2


def test_bad_lines_are_listed_with_field_and_reason_and_stop_none_of_the_good(dataset: Dataset) -> None:
    lines = [
        b'{"key": 1, "text": "ok"}\n',
        b"nonsense\n",
        b'{"key": 2, "text": "x", "channel": "fax", "mm": "big"}\n',
    ]
    found = imports.import_lines(dataset.pk, lines, format="jsonl", batch=_batch(dataset), by=None)
    assert (found.created, found.refused) == (1, 2)
    listed = RefusedLine.objects.filter(batch_id=found.batch_id).order_by("line", "field")
    assert [(one.line, one.field) for one in listed] == [(2, ""), (3, "channel"), (3, "mm")]


def test_an_empty_dataset_without_fields_takes_them_from_the_file(db: None) -> None:
    bare = datasets.create_dataset(name="Bare", description="", fields=[], by=None)
    batch = imports.open_batch(bare.pk, name="t", by=None)
    imports.import_lines(
        bare.pk, [b"id,text,mm\n1,a,2\n2,b,2.5\n3,c,many\n"], format="csv", batch=batch, by=None
    )
    bare.refresh_from_db()
    assert [(one["name"], one["kind"]) for one in bare.fields] == [("mm", "text")]
    assert bare.fields[0]["visible"] is False


def test_an_import_that_was_interrupted_goes_on_after_its_last_chunk(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK_ITEMS", 10)
    lines = _lines(*({"key": n, "text": f"t{n}"} for n in range(35)))

    def broken() -> Iterator[bytes]:
        yield from lines[:25]
        raise OSError("the disk is gone")

    batch = _batch(dataset)
    with pytest.raises(OSError, match="disk"):
        imports.import_lines(dataset.pk, broken(), format="jsonl", batch=batch, by=None)
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.lines_read) == ("open", 20, 20)
    found = imports.import_lines(dataset.pk, lines, format="jsonl", batch=batch, by=None)
    assert (found.created, found.repeated) == (35, 0)
    assert batch.state == Batch.State.DONE


def test_undo_takes_items_out_of_the_open_version_and_leaves_closed_ones_alone(dataset: Dataset) -> None:
    kept = _imported(dataset, {"key": "a", "text": "one"})
    versions.close_version(dataset.pk, by=None)
    later = _imported(dataset, {"key": "b", "text": "two"})
    imports.undo_batch(later.batch_id, by=None)
    imports.undo_batch(kept.batch_id, by=None)
    assert _members(dataset) == set()
    assert Item.objects.filter(dataset=dataset, archived_at=None).count() == 0
    closed = VersionMember.objects.filter(dataset=dataset, valid_from__lte=1, valid_to__gt=1)
    assert closed.count() == 1
    assert imports.undo_batch(kept.batch_id, by=None).state == Batch.State.UNDONE


def test_what_was_undone_can_be_imported_again_also_with_a_correction(dataset: Dataset) -> None:
    wrong = _imported(dataset, {"key": "a", "text": "one"}, {"key": "b", "text": "tow"})
    imports.undo_batch(wrong.batch_id, by=None)
    again = _imported(dataset, {"key": "a", "text": "one"}, {"key": "b", "text": "two"})
    assert (again.created, again.refused) == (2, 0)
    assert len(_members(dataset)) == 2
    fixed = Item.objects.get(dataset=dataset, external_key="b")
    assert (fixed.revision, fixed.parts.get().text, fixed.batch_id) == (1, "two", again.batch_id)
    assert ItemRevision.objects.get(item=fixed).parts[0]["text"] == "tow"
    assert _imported(dataset, {"key": "b", "text": "two"}).repeated == 1


def test_a_revised_item_keeps_what_it_was(dataset: Dataset) -> None:
    _imported(dataset, {"key": "a", "text": "one", "mm": 1})
    item = items.revise(
        Item.objects.get(dataset=dataset).pk, fields={"mm": 2}, reason="measured again", by=None
    )
    assert (item.revision, item.fields) == (1, {"mm": 2})
    assert ItemRevision.objects.get(item=item).fields == {"mm": 1}
    assert list(Facet.objects.filter(item=item).values_list("value", flat=True)) == ["2"]


def test_an_upload_is_imported_by_a_job_and_the_upload_deleted(dataset: Dataset) -> None:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    data = b"".join(_lines({"key": "a", "text": "one"}, {"key": "b"}))
    job = imports.start_import(dataset.pk, ContentFile(data, name="items.jsonl"), "jsonl", None)
    stored = job.args["upload"]
    assert default_storage.exists(stored)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert job.result is not None
    assert (job.result["created"], job.result["refused"]) == (1, 1)
    assert not default_storage.exists(stored)
    assert (job.done, job.total) == (len(data), len(data))


def test_an_import_stops_when_its_batch_is_undone_meanwhile(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK_ITEMS", 10)
    batch = _batch(dataset)
    lines = _lines(*({"key": n, "text": f"t{n}"} for n in range(35)))

    def undo(line: int) -> None:
        imports.undo_batch(batch.pk, by=None)

    with pytest.raises(imports.BatchEnded):
        imports.import_lines(dataset.pk, lines, format="jsonl", batch=batch, by=None, progress=undo)
    assert Item.objects.filter(dataset=dataset, archived_at=None).count() == 0


def test_a_deleted_dataset_leaves_nothing(dataset: Dataset) -> None:
    _imported(dataset, {"key": "a", "text": "one", "mm": 1})
    assert datasets.delete_now(dataset.pk)
    assert not Item.objects.exists()
    assert not Facet.objects.exists()
    assert not VersionMember.objects.exists()
    assert not datasets.delete_now(dataset.pk)
