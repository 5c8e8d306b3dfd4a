"""The reviewer's pages and the labeler's page of what changed."""

from typing import Any

import pytest

from labeling.models import Resolution, Review
from labeling.selectors.review_queue import waiting, waiting_counts
from labeling.services import annotations, desk, flags, reviews
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_annotations import answered, key
from tests.labeling.services.test_desk import handed
from tests.labeling.services.test_reviews import DELIVERY, expert


@pytest.fixture
def bench(cast: Cast) -> Bench:
    return bench_of(cast)


def waits(bench: Bench) -> dict[str, int]:
    return {why: count for why, count in waiting_counts(bench.project.pk).items() if count}


def at(bench: Bench, rest: str) -> str:
    return f"/projects/{bench.project.pk}/{rest}"


def decide(bench: Bench, task: int, **form: Any) -> Any:
    return bench.cast.expert.browser.post(at(bench, f"review/{task}/decide"), {"why": "flagged", **form})


def test_every_reason_to_wait_has_its_list_and_is_left_by_deciding(bench: Bench) -> None:
    first, second = bench.callers[:2]
    task, accepted = answered(bench, first, 1)
    _, other = answered(bench, second, 2)
    flags.flag_task(first, task, kind="needs_expert")
    assert waits(bench) == {"flagged": 1, "differ": 1, "answered": 1}
    reviews.review_answer(expert(bench), accepted.annotation_id, verdict="returned", reason="Read on.")
    assert waits(bench) == {"flagged": 1, "differ": 1}
    annotations.submit(first, task, key=key(), body=bench.body(2) | {"revises": accepted.annotation_id})
    assert waits(bench) == {"flagged": 1, "returned": 1, "differ": 1}
    made = reviews.review_answer(expert(bench), other.annotation_id, verdict="accepted")
    assert waits(bench) == {"returned": 1}
    assert made.task_id == task
    returned = Review.objects.get(verdict="returned")
    reviews.object_to_review(first, returned.pk, "It said so.")
    assert waits(bench) == {"objections": 1, "returned": 1}
    assert [one.comments for one in waiting(bench.project.pk, "objections")] == [("It said so.",)]


def test_a_skipped_task_is_found_with_its_comment(bench: Bench) -> None:
    given = handed(bench.callers[0], bench.project.pk)
    desk.skip(bench.callers[0], given.task_id, reason="needs_expert", comment="Which edition?")
    page = bench.cast.expert.browser.get(at(bench, "review/")).content.decode()
    assert "Which edition?" in page
    assert "needs an expert" in page
    shown = bench.cast.expert.browser.get(at(bench, f"review/{given.task_id}/")).content.decode()
    assert "Nobody has answered yet" in shown
    decide(bench, given.task_id, action="settle")
    assert waits(bench) == {}


def test_accepting_on_the_page_rules_and_goes_on_to_the_next(bench: Bench) -> None:
    labeler = bench.callers[0]
    task, accepted = answered(bench, labeler, 1)
    following, _ = answered(bench, labeler, 1)
    answer = decide(bench, task, action="accepted", annotation=accepted.annotation_id, why="answered")
    assert answer["location"].endswith(f"/review/{following}/?why=answered")
    assert Resolution.objects.get().method == "review"


def test_sending_back_without_a_reason_says_what_is_missing_and_stores_nothing(bench: Bench) -> None:
    task, accepted = answered(bench, bench.callers[0], 1)
    answer = decide(bench, task, action="returned", annotation=accepted.annotation_id, reason=" ")
    assert answer.status_code == 422
    assert "must not be empty" in answer.content.decode()
    assert not Review.objects.exists()


def test_a_labeler_sees_what_changed_why_and_objects_once(bench: Bench) -> None:
    labeler = bench.cast.labeler.browser
    _, accepted = answered(bench, bench.callers[0], 1)
    made = reviews.review_answer(
        expert(bench),
        accepted.annotation_id,
        verdict="corrected",
        reason="It asks for the parcel.",
        answers={"topic": DELIVERY},
    )
    page = labeler.get(at(bench, "changes/")).content.decode()
    assert "It asks for the parcel." in page
    assert "billing became delivery" in page
    address = at(bench, f"changes/{made.pk}/object")
    assert labeler.post(address, {"objection": ""}).status_code == 422
    assert labeler.post(address, {"objection": "Line two says invoice."}).status_code == 302
    assert "have objected once" in labeler.post(address, {"objection": "Again."}).content.decode()
    assert bench.cast.crowd_worker.browser.post(address, {"objection": "Me too."}).status_code == 404
    decide(
        bench, made.task_id, action="stand", review=made.pk, reply="That is the old one.", why="objections"
    )
    assert "That is the old one." in labeler.get(at(bench, "changes/")).content.decode()
    assert "billing became" not in bench.cast.crowd_worker.browser.get(at(bench, "changes/")).content.decode()


def test_what_was_sent_back_waits_on_the_first_page_until_it_is_answered_again(bench: Bench) -> None:
    mine = bench.callers[0]
    task, given = answered(bench, mine, 1)
    browser = bench.cast.labeler.browser
    assert "sent back to you" not in browser.get("/").content.decode()
    reviews.review_answer(expert(bench), given.annotation_id, verdict="returned", reason="Read on.")
    assert "1 sent back to you" in browser.get("/").content.decode()
    assert browser.get(at(bench, f"label/?task={task}")).context["desk"]["sent_back"] == "Read on."
    annotations.submit(mine, task, key=key(), body=bench.body(2) | {"revises": given.annotation_id})
    assert "sent back to you" not in browser.get("/").content.decode()
    assert browser.get(at(bench, f"label/?task={task}")).context["desk"]["sent_back"] == ""
    changed = browser.get(at(bench, "changes/")).content.decode()
    assert "You answered it again" in changed
    assert "Open it and correct" not in changed


def test_correcting_opens_the_answer_in_its_editor(bench: Bench) -> None:
    task, accepted = answered(bench, bench.callers[0], 1)
    page = bench.cast.expert.browser.get(at(bench, f"review/{task}/correct/{accepted.annotation_id}/"))
    config = page.context["desk"]
    assert config["review"]["answers"] == {"topic": {"class": 1}}
    sent = bench.cast.expert.api.post(
        config["review"]["url"],
        {"verdict": "corrected", "reason": "No.", "answers": {"topic": DELIVERY}},
        content_type="application/json",
    )
    assert sent.status_code == 201
    assert sent.json()["differences"][0]["class_b"] == 2
