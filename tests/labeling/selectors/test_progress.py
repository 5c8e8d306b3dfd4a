"""How a project stands: what is left and when it will be done at this pace."""

import datetime as dt

import pytest
from django.utils import timezone

from labeling.selectors.projects import PersonProgress, Progress, RoundProgress, progress
from tests.conftest import Cast
from tests.labeling.services.conftest import bench_of
from tests.labeling.services.test_desk import label_all

HOUR = dt.timedelta(hours=1)


def a_round(state: str, wanted: int, taken: int) -> RoundProgress:
    return RoundProgress(
        1, "One", "probe", state, 3, timezone.now(), wanted, wanted, taken, 0, wanted - taken, 0, [], 0
    )


def a_person(last_hour: int, last_week: int, hours_ago: float) -> PersonProgress:
    now = timezone.now()
    since = now - hours_ago * HOUR if last_week else None
    return PersonProgress(1, "Ana", 5_000, now, 9_000, last_hour, last_week, since)


def hours_left(*people: PersonProgress, rounds: list[RoundProgress] | None = None) -> float | None:
    found = Progress(rounds or [a_round("open", 150, 90)], list(people)).done_at
    return None if found is None else round((found - timezone.now()) / HOUR, 1)


def test_the_last_hour_says_how_fast_it_goes() -> None:
    assert hours_left(a_person(20, 400, 100), a_person(10, 100, 90)) == 2


def test_after_a_quiet_hour_it_is_the_last_seven_days() -> None:
    assert hours_left(a_person(2, 50, 100), a_person(0, 70, 90)) == 50


def test_a_few_answers_of_a_moment_ago_are_no_more_than_an_hours_work() -> None:
    assert hours_left(a_person(3, 3, 0.01)) == 20


def test_only_open_rounds_are_waited_for() -> None:
    rounds = [a_round("open", 150, 90), a_round("closed", 500, 0), a_round("paused", 500, 0)]
    assert hours_left(a_person(60, 60, 1), rounds=rounds) == 1
    assert hours_left(a_person(60, 60, 1), rounds=rounds[1:]) is None


def test_without_an_answer_in_a_week_nobody_knows() -> None:
    assert hours_left(a_person(0, 0, 0)) is None
    assert hours_left() is None


@pytest.mark.django_db
def test_a_project_that_is_being_labeled_has_a_pace(cast: Cast) -> None:
    bench = bench_of(cast)
    assert progress(bench.project.pk).done_at is None
    label_all(bench, bench.callers[0])
    found = progress(bench.project.pk).done_at
    assert found is not None
    assert found == pytest.approx(timezone.now() + 2 * HOUR, abs=HOUR / 30)
