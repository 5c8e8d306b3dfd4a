import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone

from labeling.errors import TaskNotLeased
from labeling.models import Assignment, Place, QueuePosition
from labeling.services import annotations, desk, flags, members, rounds
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.models import Team
from metadata.selectors.access import ALL_SCOPES, Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of


def handed(caller: Caller, project_id: int, holding: list[int] | None = None) -> desk.ClaimedTask:
    given = desk.claim(caller, project_id, holding=holding)
    assert isinstance(given, desk.ClaimedTask), given
    return given


def refused(caller: Caller, project_id: int) -> str:
    given = desk.claim(caller, project_id)
    assert isinstance(given, desk.NoTask), given
    return given.code


def label_all(bench: Bench, caller: Caller) -> list[int]:
    done = []
    while isinstance(given := desk.claim(caller, bench.project.pk), desk.ClaimedTask):
        annotations.submit(
            caller, given.task_id, key=f"answer-{caller.agent_id}-{given.task_id}", body=bench.body()
        )
        done.append(given.task_id)
    return done


def test_a_claim_hands_out_a_task_with_what_may_be_seen_of_its_item(bench: Bench) -> None:
    given = handed(bench.callers[0], bench.project.pk)
    assert given.item_key == ""
    assert given.fields == {}
    assert given.guideline_version_id == bench.guideline
    assert given.due > timezone.now() + dt.timedelta(minutes=29)


def test_a_field_is_shown_only_once_it_is_marked_visible(bench: Bench) -> None:
    bench.project.visible_fields = ["channel"]
    bench.project.save()
    assert handed(bench.callers[0], bench.project.pk).fields == {"channel": "mail"}


def test_a_second_claim_returns_the_lease_one_has_unless_it_is_in_hand(bench: Bench) -> None:
    caller = bench.callers[0]
    first = handed(caller, bench.project.pk)
    assert handed(caller, bench.project.pk).task_id == first.task_id
    second = handed(caller, bench.project.pk, [first.task_id])
    assert second.task_id != first.task_id
    assert Assignment.objects.filter(agent_id=caller.agent_id, state=Assignment.State.LEASED).count() == 2


def test_nobody_gets_an_item_twice_and_every_place_is_filled_exactly(bench: Bench) -> None:
    for caller in bench.callers[:3]:
        done = label_all(bench, caller)
        assert len(done) == len(set(done)) == 6
    assert refused(bench.callers[3], bench.project.pk) == "all_done"
    assert set(Place.objects.values_list("taken", "held")) == {(3, 0)}


def test_opened_items_are_finished_first(bench: Bench) -> None:
    first = handed(bench.callers[0], bench.project.pk)
    assert handed(bench.callers[1], bench.project.pk).task_id == first.task_id


def test_spread_opens_every_item_before_a_second_answer(cast: Cast) -> None:
    bench = bench_of(cast, items=4, places=2, ordering="spread")
    seen: Counter[int] = Counter()
    for caller in bench.callers[:2]:
        held: list[int] = []
        for _ in range(2):
            given = handed(caller, bench.project.pk, held)
            held.append(given.task_id)
        seen.update(held)
    assert sorted(seen.values()) == [1, 1, 1, 1]


def test_a_skip_frees_the_place_and_is_not_offered_again(bench: Bench) -> None:
    caller = bench.callers[0]
    given = handed(caller, bench.project.pk)
    desk.skip(caller, given.task_id, reason="unreadable")
    assert Place.objects.get(task_id=given.task_id).held == 0
    assert given.task_id not in label_all(bench, caller)
    assert given.task_id in label_all(bench, bench.callers[1])
    with pytest.raises(TaskNotLeased):
        desk.skip(caller, given.task_id, reason="unreadable")


def test_a_skip_needs_a_known_reason(bench: Bench) -> None:
    given = handed(bench.callers[0], bench.project.pk)
    with pytest.raises(InvalidInput) as refusal:
        desk.skip(bench.callers[0], given.task_id, reason="bored")
    assert "reason" in refusal.value.fields


def test_a_lapsed_lease_goes_back_to_the_queue_and_comes_first(bench: Bench) -> None:
    given = handed(bench.callers[0], bench.project.pk)
    Assignment.objects.update(due=timezone.now() - dt.timedelta(hours=1))
    assert desk.sweep_lapsed_leases() == 1
    assert Place.objects.get(task_id=given.task_id).held == 0
    assert handed(bench.callers[1], bench.project.pk).task_id == given.task_id


def test_why_there_is_no_task_has_an_answer(bench: Bench) -> None:
    bench.project.state = "paused"
    bench.project.save()
    assert refused(bench.callers[0], bench.project.pk) == "project_not_active"
    bench.project.state = "active"
    bench.project.save()
    rounds.set_round_state(bench.round.pk, "paused", by=None)
    assert refused(bench.callers[0], bench.project.pk) == "no_open_round"
    rounds.set_round_state(bench.round.pk, "open", by=None)
    label_all(bench, bench.callers[0])
    assert refused(bench.callers[0], bench.project.pk) == "yours_done"


@pytest.mark.parametrize("ordering", ["plain", "finish", "spread"])
def test_what_was_stepped_over_is_handed_out_before_it_says_that_nothing_is_left(
    cast: Cast, ordering: str
) -> None:
    bench = bench_of(cast, items=2, places=2, ordering=ordering)
    caller = bench.callers[0]
    first = handed(caller, bench.project.pk)
    annotations.submit(caller, first.task_id, key="the-first-one", body=bench.body())
    QueuePosition.objects.update(pos=2**62, reset_at=timezone.now())
    assert handed(caller, bench.project.pk).task_id != first.task_id
    label_all(bench, caller)
    assert refused(caller, bench.project.pk) == "yours_done"


def test_a_foreign_project_does_not_exist(bench: Bench) -> None:
    outsider = Caller(bench.cast.outsider.agent_id, False, ALL_SCOPES)
    with pytest.raises(NotFound):
        desk.claim(outsider, bench.project.pk)


def test_places_split_among_teams_are_filled_by_their_people_only(cast: Cast) -> None:
    bench = bench_of(cast, items=1, places=1)
    rounds.set_round_state(bench.round.pk, "closed", by=None)
    vendor = Team.objects.get(name="Vendor X")
    rounds.open_round(
        cast.project.pk, name="Split", places_per_task=2, teams=[(vendor.pk, 1), (None, 1)], by=None
    )
    label_all(bench, bench.callers[0])
    assert refused(bench.callers[1], bench.project.pk) == "all_taken"
    assert len(label_all(bench, Caller(cast.vendor_lead.agent_id, False, ALL_SCOPES))) == 1


def test_a_vendors_people_get_nothing_that_is_open_to_anybody_and_do_not_hear_of_it(cast: Cast) -> None:
    bench = bench_of(cast, items=2, places=1)
    lead = Caller(cast.vendor_lead.agent_id, False, ALL_SCOPES)
    assert refused(lead, bench.project.pk) == "no_open_round"
    vendor = Team.objects.get(name="Vendor X")
    rounds.open_round(cast.project.pk, name="Theirs", places_per_task=1, teams=[(vendor.pk, 1)], by=None)
    assert len(label_all(bench, lead)) == 2
    assert refused(lead, bench.project.pk) == "all_done"


def test_who_moves_to_a_vendors_team_loses_what_was_open_to_anybody(cast: Cast) -> None:
    bench = bench_of(cast, items=3, places=1)
    labeler = bench.callers[0]
    assert isinstance(desk.claim(labeler, bench.project.pk), desk.ClaimedTask)
    vendor = Team.objects.get(name="Vendor X")
    members.add_member(cast.project.pk, labeler.agent_id, "labeler", vendor.pk, by=None)
    desk.sweep_lapsed_leases()
    assert refused(labeler, bench.project.pk) == "no_open_round"
    assert len(label_all(bench, bench.callers[1])) == 3


def test_places_of_experts_are_filled_by_experts_only(cast: Cast) -> None:
    bench = bench_of(cast, items=1, places=1)
    rounds.set_round_state(bench.round.pk, "closed", by=None)
    rounds.open_round(cast.project.pk, name="Check", places_per_task=1, experts=1, by=None)
    assert refused(bench.callers[0], bench.project.pk) == "other_teams"
    expert = Caller(cast.expert.agent_id, False, ALL_SCOPES)
    assert len(label_all(bench, expert)) == 1


@pytest.mark.parametrize("ordering", ["finish", "plain", "spread", "shuffle"])
def test_what_was_flagged_or_skipped_comes_to_experts_first(cast: Cast, ordering: str) -> None:
    bench = bench_of(cast, items=8, places=1)
    rounds.set_round_state(bench.round.pk, "closed", by=None)
    rounds.open_round(
        cast.project.pk,
        name="Ours",
        places_per_task=3,
        teams=[(None, 2)],
        experts=1,
        ordering=ordering,
        repeats_items=True,
        by=None,
    )
    labeler, expert = bench.callers[0], Caller(cast.expert.agent_id, False, ALL_SCOPES)
    begun = handed(expert, cast.project.pk).task_id
    held: list[int] = []
    for _ in range(8):
        held.append(handed(labeler, cast.project.pk, held).task_id)
    marked = [task for task in held if task != begun][-2:]
    flags.flag_task(labeler, marked[0], kind="needs_expert")
    desk.skip(labeler, marked[1], reason="unsure")
    first = handed(expert, cast.project.pk, [begun])
    second = handed(expert, cast.project.pk, [begun, first.task_id])
    assert {first.task_id, second.task_id} == set(marked)


def test_who_runs_ahead_does_not_read_their_own_tasks_again(bench: Bench) -> None:
    opened = label_all(bench, bench.callers[0])
    position = QueuePosition.objects.get(agent_id=bench.callers[0].agent_id, lane=1)
    assert position.pos == max(place.pos for place in Place.objects.filter(task_id__in=opened))
    assert set(opened) == set(label_all(bench, bench.callers[1]))
