"""The gallery of disagreements: two answers beside each other, by the way in which they differ."""

import pytest

from labeling.label_types.base import Difference
from labeling.models import Project, Question
from labeling.selectors.disagreements import Disagreement, disagreements_of
from labeling.selectors.votes import CurrentAnswer, question_of
from labeling.services import annotations, desk, members, projects, rounds
from labeling.web.compared import Picture, compared
from metadata.models import Item
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.selectors.parts import ShownPart
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

BY_ITEM = {"m0": (1, 1, 1), "m1": (1, 2, 2), "m2": (1, 2, 3), "m3": (2, 2, 3)}


@pytest.fixture
def question(cast: Cast) -> Question:
    """Three people about four items: one item they agree on, one where all three differ."""
    made = projects.create_project(
        dataset_id=cast.dataset.pk,
        name="Differing",
        questions=[
            {
                "key": "topic",
                "prompt": "What about?",
                "label_type": "choice",
                "spec": {"classes": [{"name": name} for name in ("one", "two", "three")]},
            }
        ],
        by=cast.manager.agent_id,
    )
    for key in BY_ITEM:
        Item.objects.create(dataset=cast.dataset, external_key=key, fields={})
    rounds.open_round(made.pk, name="One", places_per_task=3, by=None)
    for position, who in enumerate((cast.labeler, cast.crowd_worker, cast.expert)):
        if who is not cast.manager:
            members.add_member(
                made.pk, who.agent_id, "labeler" if who is not cast.expert else "expert", by=None
            )
        caller = Caller(who.agent_id, False, ALL_SCOPES)
        while isinstance(given := desk.claim(caller, made.pk), desk.ClaimedTask):
            code = BY_ITEM[Item.objects.get(pk=given.item_id).external_key][position]
            body = {"guideline_version": given.guideline_version_id, "answers": {"topic": {"class": code}}}
            annotations.submit(caller, given.task_id, key=f"gallery-{given.task_id}-{position}", body=body)
    return made.questions.get()


def address(project: Project, query: str = "") -> str:
    return f"/projects/{project.pk}/disagreements/{query}"


def test_every_item_that_people_differ_on_is_shown_the_widest_first(cast: Cast, question: Question) -> None:
    page = cast.manager.browser.get(address(question.project)).context
    shown = [(card.item_key, card.one.differing_pairs, card.one.pairs) for card in page["cards"]]
    assert shown == [("m2", 3, 3), ("m3", 2, 3), ("m1", 2, 3)]
    assert (page["found"].items, page["found"].items_that_differ, page["found"].is_cut) == (4, 3, False)
    assert [(kind.key, kind.count) for kind in page["kinds"]] == [("class", 3)]


def test_the_two_answers_stand_beside_each_other_under_letters(cast: Cast, question: Question) -> None:
    answer = cast.manager.browser.get(address(question.project))
    last = answer.context["cards"][-1]
    before, after = last.sides.before, last.sides.after
    assert {words for side in (before, after) for words, _ in side.shown.words} == {"one", "two"}
    assert last.letters[0] == "A"
    assert cast.labeler.identity.name.encode() not in answer.content


def test_the_newest_items_are_looked_at_and_that_there_are_more_is_said(question: Question) -> None:
    asked = question_of(question.pk)
    found = disagreements_of(asked, most=2)
    assert (found.items, found.is_cut) == (2, True)
    assert {one.item_id for one in found.found} == set(
        Item.objects.filter(external_key__in=("m2", "m3")).values_list("pk", flat=True)
    )
    assert disagreements_of(asked, most_pairs=7).items == 2


def test_a_kind_nobody_differs_in_and_one_that_is_none(cast: Cast, question: Question) -> None:
    browser = cast.manager.browser
    empty = browser.get(address(question.project, "?kind=boundary"))
    assert empty.status_code == 200
    assert b"Nobody differs so" in empty.content
    assert browser.get(address(question.project, "?kind=nonsense")).status_code == 422
    assert browser.get(address(question.project, "?question=999999")).status_code == 404


def test_nothing_to_compare_says_what_brings_it(cast: Cast) -> None:
    assert b"Nothing to compare yet" in cast.manager.browser.get(address(cast.project)).content


def test_the_amount_is_that_of_the_largest_difference() -> None:
    answer = CurrentAnswer(1, 1, 1, {})
    both = (Difference("boundary", amount=0.2), Difference("boundary", amount=0.7))
    one = Disagreement(1, "boundary", answer, answer, both, 1, 4, (1, 2))
    assert (one.amount, one.share) == (0.7, 0.25)


def test_the_picture_is_cut_to_what_differs_and_never_leaves_its_frame() -> None:
    def box(name: str, x: int, y: int) -> dict[str, object]:
        geometry = {"x0": x, "y0": y, "x1": x + 60, "y1": y + 40}
        return {"id": name, "class": 1, "part": "image", "geometry": geometry}

    part = ShownPart(1, 1, "image", "image", 1, None, 900, 600)
    question = {"key": "q", "prompt": "?", "spec": {"classes": [{"code": 1, "name": "a"}]}}
    differences = [{"question": "q", "kind": "missed", "a": ("far",), "b": (), "class_a": 1}]
    first = {"elements": [box("far", 830, 10), box("near", 10, 500)]}
    second: dict[str, object] = {"elements": []}
    sides = compared(
        question,
        first,
        second,
        parts=[part],
        picture=Picture("/x", 900, 600, "image"),
        differences=differences,
    )
    assert sides.around is not None
    assert sides.around.box == "600 0 300 200"
    assert sides.picture is not None
    assert sides.picture.box == "0 0 900 600"
