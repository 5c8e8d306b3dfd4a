"""The item browser and an item's page."""

import json

import pytest

from labeling.services import annotations, desk, members, rounds
from metadata.models import Item
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import imports
from tests.conftest import Cast, Member

ANSWERS = {"m0": (1, 1), "m1": (1, 2), "m2": (2, 2)}


def answered(cast: Cast, who: Member, position: int) -> None:
    caller = Caller(who.agent_id, False, ALL_SCOPES)
    while isinstance(task := desk.claim(caller, cast.project.pk), desk.ClaimedTask):
        key = Item.objects.get(pk=task.item_id).external_key
        body = {
            "guideline_version": task.guideline_version_id,
            "answers": {"topic": {"class": ANSWERS[key][position]}},
        }
        annotations.submit(caller, task.task_id, key=f"{who.agent_id}-{key}-key", body=body)


@pytest.fixture
def labeled(cast: Cast) -> Cast:
    batch = imports.open_batch(cast.dataset.pk, name="lines", by=None)
    lines = [
        json.dumps(
            {"key": f"m{n}", "text": f"parcel {n}", "fields": {"channel": "mail" if n else "chat"}}
        ).encode()
        + b"\n"
        for n in range(4)
    ]
    imports.import_lines(cast.dataset.pk, lines, format="jsonl", batch=batch, by=None)
    first = list(Item.objects.filter(dataset=cast.dataset).order_by("id").values_list("pk", flat=True)[:3])
    members.add_member(cast.project.pk, cast.crowd_worker.agent_id, "labeler", by=None)
    rounds.open_round(cast.project.pk, name="One", places_per_task=2, item_ids=first, by=None)
    answered(cast, cast.labeler, 0)
    answered(cast, cast.crowd_worker, 1)
    return cast


def listed(cast: Cast, query: str) -> list[str]:
    answer = cast.expert.browser.get(f"/projects/{cast.project.pk}/items/?{query}")
    assert answer.status_code == 200
    return [tile.row.key for tile in answer.context["tiles"]]


def test_each_figure_of_agreement_finds_its_items(labeled: Cast) -> None:
    question = labeled.project.questions.get().pk
    one, other = labeled.labeler.agent_id, labeled.crowd_worker.agent_id
    assert listed(labeled, "") == ["m0", "m1", "m2", "m3"]
    assert listed(labeled, f"question={question}&agreement=disagree") == ["m1"]
    assert listed(labeled, "state=agree") == ["m0", "m2"]
    assert listed(labeled, f"question={question}&class=2") == ["m1", "m2"]
    assert listed(labeled, f"question={question}&class=2&agreement=disagree") == ["m1"]
    assert listed(labeled, f"question={question}&classes=1,2") == ["m1"]
    assert listed(labeled, f"agents={one},{other}&agreement=disagree") == ["m1"]
    assert listed(labeled, f"agent={one}") == ["m0", "m1", "m2"]


def test_states_fields_and_words_narrow_together(labeled: Cast) -> None:
    assert listed(labeled, "state=complete") == ["m0", "m1", "m2"]
    assert listed(labeled, "state=open") == []
    assert listed(labeled, "state=complete&field.channel=mail") == ["m1", "m2"]
    assert listed(labeled, "q=parc+2") == ["m2"]


@pytest.mark.parametrize(
    "query", ["state=nonsense", "class=x", "classes=1", "agents=1,b", "question=1e9", "facet=a"]
)
def test_a_filter_that_cannot_be_read_is_refused_by_name(labeled: Cast, query: str) -> None:
    answer = labeled.expert.browser.get(f"/projects/{labeled.project.pk}/items/?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0].encode() in answer.content


def test_a_value_that_is_no_choice_is_said_beside_the_filter(labeled: Cast) -> None:
    answer = labeled.manager.browser.get(f"/datasets/{labeled.dataset.pk}/items/?field.channel=fax")
    assert answer.status_code == 200
    assert "channel" in answer.context["problem"]


def test_a_question_of_another_project_does_not_exist_here(labeled: Cast) -> None:
    foreign = labeled.foreign_project.questions.get().pk
    answer = labeled.expert.browser.get(f"/projects/{labeled.project.pk}/items/?question={foreign}")
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["labeler", "vendor_lead", "crowd_worker"])
def test_those_who_label_never_see_what_others_said(labeled: Cast, who: str) -> None:
    item = Item.objects.filter(dataset=labeled.dataset).first()
    assert item is not None
    refused = 404 if who == "vendor_lead" else 403
    assert labeled[who].browser.get(f"/projects/{labeled.project.pk}/items/").status_code == refused
    assert labeled[who].browser.get(f"/items/{item.pk}/").status_code == 404


def test_an_item_shows_its_answers_side_by_side_under_letters(labeled: Cast) -> None:
    item = Item.objects.get(dataset=labeled.dataset, external_key="m1")
    page = labeled.expert.browser.get(f"/items/{item.pk}/")
    (section,) = page.context["sections"]
    assert [(pane.letter, pane.shown.words[0][0]) for pane in section.panes] == [
        ("A", "billing"),
        ("B", "delivery"),
    ]
    assert section.differs
    assert labeled.labeler.identity.name.encode() not in page.content


def test_an_item_of_a_foreign_dataset_does_not_exist(labeled: Cast) -> None:
    item = Item.objects.filter(dataset=labeled.dataset).first()
    assert item is not None
    assert labeled.outsider.browser.get(f"/items/{item.pk}/").status_code == 404


def test_an_item_reached_from_a_filter_leads_to_its_neighbors_in_it(labeled: Cast) -> None:
    question = labeled.project.questions.get().pk
    browser = labeled.expert.browser
    query = f"question={question}&class=2&field.channel=mail"
    m1, m2 = Item.objects.filter(dataset=labeled.dataset, external_key__in=["m1", "m2"]).order_by("id")
    tiles = browser.get(f"/projects/{labeled.project.pk}/items/?{query}").content.decode()
    address = f"/items/{m1.pk}/?project={labeled.project.pk}&{query}"
    assert f'href="{address}"'.replace("&", "&amp;") in tiles

    page = browser.get(address)
    neighbors = page.context["neighbors"]
    assert (neighbors.previous, neighbors.next, neighbors.position, neighbors.total) == (None, m2.pk, 1, 2)
    text = page.content.decode().replace("&amp;", "&")
    assert "1 of 2" in text
    assert f'href="/items/{m2.pk}/?project={labeled.project.pk}&{query}"' in text
    assert f'href="/projects/{labeled.project.pk}/items/?{query}"' in text


def test_an_item_that_left_the_list_still_leads_on_in_it(labeled: Cast) -> None:
    m0, m1 = Item.objects.filter(dataset=labeled.dataset, external_key__in=["m0", "m1"]).order_by("id")
    page = labeled.expert.browser.get(f"/items/{m0.pk}/?project={labeled.project.pk}&state=disagree")
    neighbors = page.context["neighbors"]
    assert (neighbors.previous, neighbors.next, neighbors.position, neighbors.total) == (None, m1.pk, None, 1)


def test_without_a_filter_the_neighbors_are_the_datasets_own(labeled: Cast) -> None:
    ids = list(Item.objects.filter(dataset=labeled.dataset).order_by("id").values_list("pk", flat=True))
    neighbors = labeled.expert.browser.get(f"/items/{ids[1]}/").context["neighbors"]
    assert (neighbors.previous, neighbors.next, neighbors.position, neighbors.total) == (ids[0], ids[2], 2, 4)


def test_an_item_is_not_shown_under_a_project_of_another_dataset(labeled: Cast) -> None:
    item = Item.objects.filter(dataset=labeled.dataset).first()
    assert item is not None
    address = f"/items/{item.pk}/?project={labeled.foreign_project.pk}"
    assert labeled.admin.browser.get(address).status_code == 404
    assert labeled.expert.browser.get(address).status_code == 404
