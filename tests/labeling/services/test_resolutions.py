"""Resolving: the majority is accepted, a tie stays soft, and nothing is rewritten."""

import pytest
from django.db import transaction

from labeling.models import Resolution, Vote
from labeling.services import annotations, desk, resolutions
from labeling.services.resolutions import Resolved
from metadata.kernel.canonical import leaf_hash
from metadata.kernel.errors import NotFound
from metadata.models import Event, Item, Job, VersionMember
from metadata.services import items, jobs, versions
from tests.labeling.services.conftest import Bench


def say(bench: Bench, answers: dict[int, list[int]]) -> int:
    """People answer every item, by its position."""
    position = sorted(Item.objects.filter(dataset=bench.cast.dataset).values_list("pk", flat=True))
    for at, codes in answers.items():
        caller = bench.callers[at]
        while isinstance(given := desk.claim(caller, bench.project.pk), desk.ClaimedTask):
            body = bench.body(codes[position.index(given.item_id)])
            annotations.submit(
                caller, given.task_id, key=f"answer-{caller.agent_id}-{given.task_id}", body=body
            )
    return int(bench.project.questions.get().pk)


def test_the_majority_is_accepted_and_a_tie_stays_soft(bench: Bench) -> None:
    question = say(bench, {0: [1, 1, 1, 2, 2, 2], 1: [1, 1, 2, 2, 2, 1]})
    done = resolutions.resolve_question(question, by=bench.callers[0].agent_id)
    assert done == Resolved(resolved=6, unchanged=0, tied=2, unreadable=0)
    rows = list(Resolution.objects.filter(question_id=question).order_by("item_id"))
    assert [row.value for row in rows] == [{"class": 1}, {"class": 1}, None, {"class": 2}, {"class": 2}, None]
    assert rows[0].confidence == 1.0
    assert rows[2].distribution["shares"] == {"": {"1": 0.5, "2": 0.5}}
    assert rows[2].distribution["ties"] == [{"about": "", "codes": [1, 2]}]
    assert rows[2].tied
    assert {row.votes for row in rows} == {2}


def test_each_resolution_belongs_to_the_open_version_under_its_leaf(bench: Bench) -> None:
    question = say(bench, {0: [1] * 6})
    resolutions.resolve_question(question, by=None)
    key = versions.leaf_key(bench.cast.dataset.pk)
    members = VersionMember.objects.filter(kind=VersionMember.Kind.RESOLUTION, facet=question)
    assert members.count() == 6
    for member in members:
        row = Resolution.objects.get(pk=member.row)
        content = resolutions.resolution_row(row.item_id, "topic", row.value, row.distribution, row.method)
        assert bytes(member.leaf) == leaf_hash(key, content)
        assert member.subject == row.item_id


def test_resolving_again_changes_only_what_people_changed_and_rewrites_no_vote(bench: Bench) -> None:
    question = say(bench, {0: [1] * 6, 1: [1] * 6})
    resolutions.resolve_question(question, by=None)
    before = list(Vote.objects.order_by("pk").values())
    again = resolutions.resolve_question(question, by=None)
    assert (again.resolved, again.unchanged) == (0, 6)
    say(bench, {2: [1, 1, 1, 1, 1, 2]})
    assert resolutions.resolve_question(question, by=None).resolved == 6  # three votes now back each answer
    assert Resolution.objects.count() == 12
    assert list(Vote.objects.order_by("pk").values())[: len(before)] == before
    assert VersionMember.objects.filter(kind=VersionMember.Kind.RESOLUTION, valid_to=None).count() == 6


def test_a_closed_version_keeps_the_resolutions_it_had(bench: Bench) -> None:
    question = say(bench, {0: [1] * 6})
    resolutions.resolve_question(question, by=None)
    versions.close_version(bench.cast.dataset.pk)
    say(bench, {1: [2] * 6})
    resolutions.resolve_question(question, by=None)
    held = VersionMember.objects.filter(kind=VersionMember.Kind.RESOLUTION, valid_from=1)
    assert {member.valid_to for member in held} == {2}
    assert [Resolution.objects.get(pk=member.row).value for member in held] == [{"class": 1}] * 6


def test_an_archived_item_is_not_resolved(bench: Bench) -> None:
    question = say(bench, {0: [1] * 6})
    gone = Item.objects.filter(dataset=bench.cast.dataset).order_by("pk").first()
    assert gone is not None
    items.archive(bench.cast.dataset.pk, [gone.pk], by=None)
    assert resolutions.resolve_question(question, by=None).resolved == 5


def test_the_job_says_what_it_did_and_a_second_run_does_nothing(bench: Bench) -> None:
    question = say(bench, {0: [1] * 6})
    with transaction.atomic():
        job_id = resolutions.request_resolution(question, by=bench.callers[0].agent_id)
    jobs.run(job_id)
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.done, job.total) == (Job.State.DONE, 6, 6), job.error
    assert job.result == {"resolved": 6, "unchanged": 0, "tied": 0, "unreadable": 0}
    jobs.run(job_id)
    assert Resolution.objects.count() == 6
    assert Event.objects.filter(kind="items.resolved").count() == 1


def test_an_unknown_method_or_question_is_refused(bench: Bench) -> None:
    question = bench.project.questions.get().pk
    with pytest.raises(resolutions.UnknownMethod):
        resolutions.resolve_question(question, method="oracle", by=None)
    with pytest.raises(NotFound):
        resolutions.resolve_question(987_654, by=None)
