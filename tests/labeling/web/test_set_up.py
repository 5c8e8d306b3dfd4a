"""Classes with all that defines them, the preview of what is typed, and what the usual jobs begin from."""

import json
from typing import Any

import pytest

from labeling.models import Project
from labeling.services import projects
from labeling.web.starters import STARTERS
from metadata.models import Item, Part
from metadata.services import assets, imports
from metadata.services.items import index_words
from tests.api.world import picture
from tests.conftest import Cast


@pytest.fixture
def filled(cast: Cast) -> Cast:
    batch = imports.open_batch(cast.dataset.pk, name="lines", by=None)
    lines = [json.dumps({"key": f"m{n}", "text": f"message {n}"}).encode() + b"\n" for n in range(3)]
    imports.import_lines(cast.dataset.pk, lines, format="jsonl", batch=batch, by=None)
    return cast


def typed(cast: Cast, **fields: Any) -> dict[str, Any]:
    question = cast.project.questions.get()
    return {
        "action": "change",
        "question": question.pk,
        "prompt": question.prompt,
        "classes-0-name": "billing",
        "classes-0-code": "1",
        "classes-1-name": "delivery",
        "classes-1-code": "2",
        **fields,
    }


def save(cast: Cast, **fields: Any) -> Any:
    return cast.manager.browser.post(f"/projects/{cast.project.pk}/setup/", typed(cast, **fields))


def test_a_class_has_a_parent_and_examples(filled: Cast) -> None:
    first, second, _ = Item.objects.filter(dataset=filled.dataset).order_by("pk")
    answer = save(
        filled,
        **{
            "classes-1-parent": "1",
            "classes-1-typical": f"{first.pk}, #{second.pk}",
            "classes-1-counter": "",
        },
    )
    assert answer.status_code == 302
    one = filled.project.questions.get().spec["classes"][1]
    assert (one["parent"], one["examples"]) == (1, {"typical": [first.pk, second.pk]})
    shown = filled.labeler.browser.get(f"/projects/{filled.project.pk}/label/").context["desk"]["examples"]
    assert shown == {
        item.pk: {"url": None, "text": f"message {at}"} for at, item in enumerate((first, second))
    }


def test_a_class_may_be_under_one_that_is_saved_with_it(filled: Cast) -> None:
    new = {"classes-2-name": "refund", "classes-2-parent": "=money", "classes-3-name": "money"}
    assert save(filled, **new).status_code == 302
    classes = filled.project.questions.get().spec["classes"]
    assert [(one["name"], one["code"], one.get("parent")) for one in classes[2:]] == [
        ("refund", 3, 4),
        ("money", 4, None),
    ]


def test_a_parent_that_nothing_is_called_is_refused_at_its_row(filled: Cast) -> None:
    answer = save(filled, **{"classes-1-parent": "=nobody"})
    assert answer.status_code == 422
    assert [bool(row.error) for row in answer.context["cards"][0].rows[:2]] == [False, True]


def test_a_refused_card_offers_the_classes_typed_so_far_as_parents(filled: Cast) -> None:
    new = {"classes-0-name": "", "classes-2-name": "refund", "classes-2-parent": "=money"}
    answer = save(filled, **new, **{"classes-3-name": "money", "classes-1-typical": "soon"})
    assert answer.status_code == 422
    assert ("=money", "money") in answer.context["cards"][0].parents
    assert b'<option value="=money" selected>money</option>' in answer.content


@pytest.mark.parametrize("of", ["projects", "datasets"])
def test_items_to_pick_examples_from_are_found_by_their_words(filled: Cast, of: str) -> None:
    number = filled.project.pk if of == "projects" else filled.dataset.pk
    address = f"/{of}/{number}/examples/"
    wanted = Item.objects.filter(dataset=filled.dataset).order_by("pk")[1]
    every = filled.manager.browser.get(address).context["items"]
    assert [one.text for one in every] == ["message 0", "message 1", "message 2"]
    index_words([one.id for one in every])
    (found,) = filled.manager.browser.get(address, {"q": "message 1"}).context["items"]
    assert (found.id, found.key) == (wanted.pk, "m1")
    assert filled.manager.browser.get(address, {"cursor": "nonsense"}).status_code == 422
    assert filled.labeler.browser.get(address).status_code in (403, 404)


@pytest.mark.parametrize("of", ["projects", "datasets"])
def test_a_picture_to_pick_is_open_to_whoever_picks(filled: Cast, of: str) -> None:
    item = Item.objects.filter(dataset=filled.dataset).order_by("pk")[0]
    Part.objects.create(item=item, role="image", ordinal=1, asset=assets.store(picture(78)))
    number = filled.project.pk if of == "projects" else filled.dataset.pk
    first = filled.manager.browser.get(f"/{of}/{number}/examples/").context["items"][0]
    answer = filled.manager.browser.get(first.picture)
    assert (answer.status_code, answer["Content-Type"].split("/")[0]) == (200, "image")


def test_a_new_project_is_previewed_as_it_is_typed_and_not_made(filled: Cast) -> None:
    before = Project.objects.count()
    typed_so_far = {
        "dataset": filled.dataset.pk,
        "name": "Soon",
        "prompt": "What is it?",
        "label_type": "choice",
        "classes-0-name": "one",
        "classes-1-name": "two",
        "classes-1-parent": "=one",
    }
    answer = filled.manager.browser.post("/projects/new/preview/", typed_so_far)
    assert answer.status_code == 200
    desk = answer.context["desk"]
    assert (desk["project"]["name"], desk["preview"]["item"]["parts"][0]["text"]) == ("Soon", "message 0")
    assert [one.get("parent") for one in desk["questions"][0]["spec"]["classes"]] == [None, 1]
    assert Project.objects.count() == before
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    refused = filled.manager.browser.post("/projects/new/preview/", {**typed_so_far, "prompt": ""})
    assert refused.status_code == 422
    assert b"must not be empty" in refused.content
    for other in ("", "0", "999999"):
        gone = filled.manager.browser.post("/projects/new/preview/", {**typed_so_far, "dataset": other})
        assert gone.status_code == 404


@pytest.mark.parametrize("number", ["soon", "987654321", "-1", "1e3"])
def test_an_example_that_is_no_item_of_the_dataset_is_refused_at_its_row(filled: Cast, number: str) -> None:
    answer = save(filled, **{"classes-1-borderline": number})
    assert answer.status_code == 422
    rows = answer.context["cards"][0].rows
    assert [bool(row.error) for row in rows[:2]] == [False, True]
    assert rows[1].borderline == number


def test_lines_of_a_definition_stay_lines(filled: Cast) -> None:
    save(filled, **{"classes-0-definition": "Money back.\nOne a message."})
    assert (
        b"Money back.\nOne a message.</textarea>"
        in filled.manager.browser.get(f"/projects/{filled.project.pk}/setup/").content
    )


def test_a_question_may_wait_for_one_before_it(filled: Cast) -> None:
    new = {"action": "add", "prompt": "Which parcel?", "label_type": "choice", "classes-0-name": "blue"}
    waits = {"shown_if": "topic", "shown_if-topic": ["2"], "shown_if-other": ["1"]}
    assert (
        filled.manager.browser.post(f"/projects/{filled.project.pk}/setup/", {**new, **waits}).status_code
        == 302
    )
    made = filled.project.questions.get(key="which-parcel")
    assert made.shown_if == {"question": "topic", "classes": [2]}
    cards = filled.manager.browser.get(f"/projects/{filled.project.pk}/setup/").context["cards"]
    assert [[one.key for one in card.earlier] for card in cards] == [[], ["topic"]]


def test_waiting_for_no_class_is_refused_where_it_was_chosen(filled: Cast) -> None:
    new = {
        "action": "add",
        "prompt": "Which?",
        "label_type": "choice",
        "classes-0-name": "x",
        "shown_if": "topic",
    }
    answer = filled.manager.browser.post(f"/projects/{filled.project.pk}/setup/", new)
    assert answer.status_code == 422
    assert answer.context["new_card"].errors == {"shown_if": "names at least one class"}


def test_the_preview_shows_what_is_typed_and_stores_nothing(filled: Cast) -> None:
    before = filled.project.guideline_versions.count()
    answer = filled.manager.browser.post(
        f"/projects/{filled.project.pk}/preview/",
        typed(filled, **{"prompt": "What now?", "classes-2-name": "praise", "classes-2-code": ""}),
    )
    assert answer.status_code == 200
    (asked,) = answer.context["desk"]["questions"]
    assert asked["prompt"] == "What now?"
    assert [(c["code"], c["name"]) for c in asked["spec"]["classes"]][2:] == [(3, "praise")]
    assert filled.project.guideline_versions.count() == before
    assert filled.project.questions.get().prompt != "What now?"


def test_the_preview_of_a_new_question_stands_beside_those_there_are(filled: Cast) -> None:
    answer = filled.manager.browser.post(
        f"/projects/{filled.project.pk}/preview/",
        {"prompt": "And?", "label_type": "rating", "classes-0-name": "low", "classes-1-name": "high"},
    )
    assert [one["prompt"] for one in answer.context["desk"]["questions"]][1:] == ["And?"]


def test_the_preview_of_something_incomplete_says_what_is_missing(filled: Cast) -> None:
    answer = filled.manager.browser.post(
        f"/projects/{filled.project.pk}/preview/", typed(filled, **{"classes-0-name": "delivery"})
    )
    assert answer.status_code == 422
    assert b"is used by another class" in answer.content


def test_only_our_own_pages_may_frame_the_preview(filled: Cast) -> None:
    preview = filled.manager.browser.get(f"/projects/{filled.project.pk}/preview/")
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    page = filled.manager.browser.get(f"/projects/{filled.project.pk}/setup/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_a_picture_is_open_to_labelers_while_the_guideline_shows_it(filled: Cast) -> None:
    item = Item.objects.filter(dataset=filled.dataset).order_by("pk")[0]
    part = Part.objects.create(item=item, role="image", ordinal=1, asset=assets.store(picture(77)))
    address = f"/api/v1/projects/{filled.project.pk}/examples/{part.pk}/"
    assert filled.labeler.browser.get(address).status_code == 404
    save(filled, **{"classes-0-typical": str(part.item_id)})
    answer = filled.labeler.browser.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/")
    assert filled.outsider.browser.get(address).status_code == 404


@pytest.mark.parametrize("key", STARTERS)
def test_every_starter_makes_a_project_as_it_stands(filled: Cast, key: str) -> None:
    page = filled.manager.browser.get(f"/projects/new/?start={key}")
    raw = page.context["card"].as_raw()
    made = projects.create_project(dataset_id=filled.dataset.pk, name=key, questions=[raw], by=None)
    question = made.questions.get()
    assert question.label_type == STARTERS[key].label_type
    assert [c["name"] for c in question.spec.get("classes", ())] == [
        str(name) for name, _ in STARTERS[key].classes
    ]
    assert f'href="?start={key}" aria-current="true"' in page.content.decode()


def test_an_unknown_starter_is_an_empty_question(filled: Cast) -> None:
    page = filled.manager.browser.get("/projects/new/?start=<nothing>")
    assert page.status_code == 200
    assert page.context["card"].prompt == ""
