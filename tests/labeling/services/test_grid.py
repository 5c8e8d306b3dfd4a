"""A page of tasks: each is leased, placed and answered as if it had been claimed by itself."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from labeling.models import Annotation, Assignment, Place
from labeling.services import annotations, desk, grid
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.models import Item
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of


def test_a_page_is_leased_task_by_task_and_the_reason_says_why_there_are_no_more(bench: Bench) -> None:
    caller = bench.callers[0]
    page = grid.claim_page(caller, bench.project.pk, most=200, holding=[])
    numbers = [task.task_id for task in page.tasks]
    assert (
        len(set(numbers)) == len(numbers) == Place.objects.filter(pool__round__project=bench.project).count()
    )
    assert page.reason is not None
    assert Assignment.objects.filter(agent_id=caller.agent_id, state=Assignment.State.LEASED).count() == len(
        numbers
    )
    assert set(Place.objects.filter(pool__round__project=bench.project).values_list("held", flat=True)) == {1}


def test_what_is_leased_already_comes_first_and_what_is_held_does_not_come_again(bench: Bench) -> None:
    caller = bench.callers[0]
    first = grid.claim_page(caller, bench.project.pk, most=2, holding=[])
    again = grid.claim_page(caller, bench.project.pk, most=2, holding=[])
    assert [task.task_id for task in again.tasks] == [task.task_id for task in first.tasks]
    held = [task.task_id for task in first.tasks]
    more = grid.claim_page(caller, bench.project.pk, most=1, holding=held)
    assert not {task.task_id for task in more.tasks} & set(held)


def test_what_is_leased_is_renewed_and_an_archived_item_among_it_is_taken_back(bench: Bench) -> None:
    caller = bench.callers[0]
    first = grid.claim_page(caller, bench.project.pk, most=3, holding=[])
    numbers = [task.task_id for task in first.tasks]
    long_ago = timezone.now() + timedelta(minutes=1)
    Assignment.objects.filter(agent_id=caller.agent_id, task_id__in=numbers).update(due=long_ago)
    Item.objects.filter(pk=first.tasks[1].item_id).update(archived_at=timezone.now())
    again = grid.claim_page(caller, bench.project.pk, most=3, holding=[])
    assert [task.task_id for task in again.tasks][:2] == [numbers[0], numbers[2]]
    assert numbers[1] not in {task.task_id for task in again.tasks}
    assert all(task.due > long_ago + timedelta(minutes=10) for task in again.tasks)
    assert not Assignment.objects.filter(task_id=numbers[1], state=Assignment.State.LEASED).exists()


def test_each_answer_of_a_page_takes_the_seat_of_its_own_task(bench: Bench) -> None:
    caller = bench.callers[0]
    page = grid.claim_page(caller, bench.project.pk, most=3, holding=[])
    for task in page.tasks:
        accepted = annotations.submit(
            caller, task.task_id, key=f"of-a-grid-{task.task_id}", body=bench.body()
        )
        assert accepted.seat == 1
    again = annotations.submit(
        caller, page.tasks[0].task_id, key=f"of-a-grid-{page.tasks[0].task_id}", body=bench.body()
    )
    assert again.repeated
    assert Annotation.objects.filter(agent_id=caller.agent_id).count() == len(page.tasks)


@pytest.mark.parametrize("most", [0, 201])
def test_a_page_has_a_size(bench: Bench, most: int) -> None:
    with pytest.raises(InvalidInput):
        grid.claim_page(bench.callers[0], bench.project.pk, most=most, holding=[])


def test_a_page_of_a_project_one_is_no_member_of_does_not_exist(bench: Bench, cast: Cast) -> None:
    with pytest.raises(NotFound):
        grid.claim_page(bench.callers[0], cast.foreign_project.pk, most=5, holding=[])


@pytest.mark.django_db(transaction=True)
def test_people_who_open_pages_at_the_same_moment_never_hold_more_than_there_are_places(cast: Cast) -> None:
    bench = bench_of(cast, items=30, places=2)
    errors: list[BaseException] = []

    def hold(who: int) -> None:
        try:
            grid.claim_page(bench.callers[who], bench.project.pk, most=30, holding=[])
        except BaseException as error:  # noqa: BLE001 - shown by the test's own thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=hold, args=[who]) for who in range(len(bench.callers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    places = Place.objects.filter(pool__round__project=bench.project)
    assert all(place.held <= place.wanted for place in places)
    held = sum(places.values_list("held", flat=True))
    assert (
        held
        == Assignment.objects.filter(
            pool__round__project=bench.project, state=Assignment.State.LEASED
        ).count()
    )
    while not isinstance(given := desk.claim(bench.callers[0], bench.project.pk), desk.NoTask):
        annotations.submit(bench.callers[0], given.task_id, key=f"after-{given.task_id}", body=bench.body())
