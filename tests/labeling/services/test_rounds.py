"""Which items a round takes in, and in which order they come."""

from typing import Any

import pytest

from labeling.models import Place, Question, Round, Task
from labeling.selectors.projects import progress
from labeling.services import annotations, desk, projects, rounds
from metadata.kernel.errors import InvalidInput
from metadata.models import Dataset, Item, Part
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import datasets
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SPANS: dict[str, Any] = {"key": "marks", "prompt": "Mark the names", "label_type": "span", "required": True}
SPANS["spec"] = {"classes": [{"code": 1, "name": "name"}]}


def item(cast: Cast, key: str, **fields: Any) -> Item:
    return Item.objects.create(dataset=cast.dataset, external_key=key, fields=fields)


def read(cast: Cast, key: str, text: str, **fields: Any) -> Item:
    made = item(cast, key, **fields)
    Part.objects.create(item=made, role="text", ordinal=1, text=text)
    return made


def opened(cast: Cast, **wanted: Any) -> Round:
    settings: dict[str, Any] = {"name": "First", "places_per_task": 1, "by": None}
    return rounds.open_round(cast.project.pk, **settings | wanted)


def handed_keys(cast: Cast, most: int = 99) -> list[str]:
    """The items somebody is handed one after the other, answering each."""
    caller = Caller(cast.labeler.agent_id, False, ALL_SCOPES)
    guideline = cast.project.guideline_versions.latest("pk").pk
    keys: list[str] = []
    while len(keys) < most and isinstance(given := desk.claim(caller, cast.project.pk), desk.ClaimedTask):
        body = {"guideline_version": guideline, "answers": {"topic": {"class": 1}}}
        annotations.submit(caller, given.task_id, key=f"answer-{given.task_id}", body=body)
        keys.append(Item.objects.get(pk=given.item_id).external_key)
    return keys


def test_an_item_without_what_a_question_needs_is_left_out_and_counted(cast: Cast) -> None:
    read(cast, "with-text", "Ann wrote.")
    item(cast, "empty")
    item(cast, "empty-too")
    asked = projects.add_question(cast.project.pk, SPANS, by=None)
    made = opened(cast)
    assert [task.item.external_key for task in Task.objects.filter(round=made)] == ["with-text"]
    assert made.left_out == {str(asked.pk): 2}
    assert [tuple(one) for one in progress(cast.project.pk).rounds[0].left_out] == [("Mark the names", 2)]


@pytest.mark.parametrize("change", [{"required": False}, {"shown_if": {"question": "topic", "classes": [1]}}])
def test_a_question_that_may_stay_unanswered_leaves_no_item_out(cast: Cast, change: dict[str, Any]) -> None:
    item(cast, "empty")
    projects.add_question(cast.project.pk, SPANS | change, by=None)
    made = opened(cast)
    assert (Task.objects.filter(round=made).count(), made.left_out) == (1, {})


def test_what_every_item_has_is_enough_for_a_class(cast: Cast) -> None:
    item(cast, "empty")
    assert opened(cast).left_out == {}


def test_an_item_that_got_its_part_comes_in_with_new_items(cast: Cast) -> None:
    read(cast, "with-text", "Ann wrote.")
    late = item(cast, "late")
    projects.add_question(cast.project.pk, SPANS, by=None)
    made = opened(cast)
    Part.objects.create(item=late, role="text", ordinal=1, text="Bo wrote.")
    assert rounds.add_new_items(made.pk, by=None) == 1
    assert Round.objects.get(pk=made.pk).left_out == {}


def test_a_round_of_which_every_item_is_left_out_is_not_opened(cast: Cast) -> None:
    item(cast, "empty")
    projects.add_question(cast.project.pk, SPANS, by=None)
    with pytest.raises(InvalidInput, match="1 lack a part"):
        opened(cast)


@pytest.fixture
def urgent(cast: Cast) -> Cast:
    """Items with numbers in a field: -1, none, 5, 2.5."""
    Dataset.objects.filter(pk=cast.dataset.pk).update(
        fields=[{"name": "urgency", "kind": "number", "visible": False}]
    )
    for key, fields in (
        ("low", {"urgency": -1}),
        ("none", {}),
        ("high", {"urgency": 5}),
        ("mid", {"urgency": 2.5}),
    ):
        item(cast, key, **fields)
    return cast


@pytest.mark.parametrize("ordering", ["finish", "spread", "plain"])
def test_what_has_the_higher_number_comes_first_and_what_has_none_last(urgent: Cast, ordering: str) -> None:
    opened(urgent, ordering=ordering, priority_field="urgency")
    assert handed_keys(urgent) == ["high", "mid", "low", "none"]


def test_a_new_item_of_higher_priority_comes_before_what_waited(urgent: Cast) -> None:
    made = opened(urgent, priority_field="urgency")
    assert handed_keys(urgent, 2) == ["high", "mid"]
    item(urgent, "late", urgency=1)
    item(urgent, "top", urgency=9)
    rounds.add_new_items(made.pk, by=None)
    assert handed_keys(urgent) == ["top", "late", "low", "none"]


def test_a_changed_number_counts_once_the_round_is_brought_up_to_date(urgent: Cast) -> None:
    made = opened(urgent, priority_field="urgency")
    Item.objects.filter(external_key="none").update(fields={"urgency": 100})
    rounds.add_new_items(made.pk, by=None)
    assert handed_keys(urgent, 1) == ["none"]


@pytest.mark.parametrize(
    "wanted", [{"priority_field": "channel"}, {"priority_field": "urgency", "ordering": "shuffle"}]
)
def test_a_priority_that_means_nothing_is_refused(urgent: Cast, wanted: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        opened(urgent, **wanted)
    assert set(refusal.value.fields) == {"priority_field"}
    assert not Round.objects.exists()


def test_a_shuffled_round_is_another_order_for_each_person_and_the_same_by_its_seed(cast: Cast) -> None:
    for at in range(60):
        item(cast, f"k{at:02}")
    orders = []
    for seed in (1, 1, 2):
        made = opened(cast, ordering="shuffle", places_per_task=2, seed=seed, repeats_items=True)
        orders += [handed_of(cast, person.agent_id, made) for person in (cast.labeler, cast.crowd_worker)]
        rounds.set_round_state(made.pk, "closed", by=None)
    keys = sorted(orders[0])
    assert all(sorted(order) == keys and len(set(order)) == 60 for order in orders)
    assert (orders[0], orders[1]) == (orders[2], orders[3])
    assert len({tuple(order) for order in orders}) == 4
    assert all(order != keys for order in orders)


def handed_of(cast: Cast, agent_id: int, made: Round) -> list[str]:
    caller = Caller(agent_id, False, ALL_SCOPES)
    body = {"guideline_version": made.guideline_version_id, "answers": {"topic": {"class": 1}}}
    keys: list[str] = []
    while isinstance(given := desk.claim(caller, cast.project.pk), desk.ClaimedTask):
        annotations.submit(caller, given.task_id, key=f"answer-{agent_id}-{given.task_id}", body=body)
        keys.append(Item.objects.get(pk=given.item_id).external_key)
    return keys


def test_what_is_given_back_in_a_shuffled_round_comes_first(cast: Cast) -> None:
    for at in range(40):
        item(cast, f"k{at:02}")
    opened(cast, ordering="shuffle")
    first, second = (Caller(who.agent_id, False, ALL_SCOPES) for who in (cast.labeler, cast.crowd_worker))
    given = desk.claim(first, cast.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    desk.skip(first, given.task_id, reason="unsure")
    assert Place.objects.get(task_id=given.task_id).lane == Place.Lane.RETURNED
    again = desk.claim(second, cast.project.pk)
    assert isinstance(again, desk.ClaimedTask)
    assert again.task_id == given.task_id


def test_the_dataset_says_which_fields_give_a_priority(cast: Cast) -> None:
    made = datasets.create_dataset(
        name="Fields",
        fields=[
            {"name": "size", "kind": "integer"},
            {"name": "mm", "kind": "number"},
            {"name": "note", "kind": "text"},
        ],
        by=None,
    )
    project = projects.create_project(
        dataset_id=made.pk,
        name="Fields",
        questions=[
            {
                "key": "ok",
                "prompt": "Well?",
                "label_type": "choice",
                "spec": Question.objects.earliest("pk").spec,
            }
        ],
        by=cast.manager.agent_id,
    )
    assert rounds.numeric_fields(project) == ["size", "mm"]
