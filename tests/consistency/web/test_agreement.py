"""The agreement page."""

import pytest

from consistency.services.reports import measure
from labeling.models import ProfileDelta
from tests.conftest import Cast


@pytest.fixture
def voted(cast: Cast) -> Cast:
    """Forty items: on ten of them two people differ."""
    question = cast.project.questions.get()
    for codes, n in (([1, 1], 15), ([2, 2], 15), ([1, 2], 10)):
        ProfileDelta.objects.create(question=question, facet="", codes=codes, n=n)
    return cast


def test_the_headline_is_alpha_with_what_it_counts(voted: Cast) -> None:
    page = voted.manager.browser.get(f"/projects/{voted.project.pk}/agreement/")
    # 80 votes, 40 of each class: expected disagreement 40/79, observed 10/40.
    assert f"{1 - (10 / 40) / (40 / 79):.2f}".encode() in page.content
    assert b"Counted from 80 answers on 40 items." in page.content


def test_figures_are_sent_again_only_when_votes_changed(voted: Cast) -> None:
    question = voted.project.questions.get()
    address = f"/projects/{voted.project.pk}/agreement/figures?question={question.pk}"
    browser = voted.manager.browser
    first = browser.get(address)
    assert browser.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    ProfileDelta.objects.create(question=question, facet="", codes=[1, 2], n=5)
    second = browser.get(address, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]


def test_without_votes_the_page_says_what_to_do(cast: Cast) -> None:
    page = cast.manager.browser.get(f"/projects/{cast.project.pk}/agreement/")
    assert b"No votes yet" in page.content
    assert f'href="/projects/{cast.project.pk}/members/"'.encode() in page.content


@pytest.mark.parametrize(
    ("who", "expected"),
    [("expert", 200), ("labeler", 403), ("vendor_lead", 404), ("crowd_worker", 403), ("outsider", 404)],
)
def test_agreement_is_for_those_who_decide(voted: Cast, who: str, expected: int) -> None:
    for place in ("", "figures"):
        assert (
            voted[who].browser.get(f"/projects/{voted.project.pk}/agreement/{place}").status_code == expected
        )


def test_measuring_again_asks_a_worker_and_only_by_post(voted: Cast) -> None:
    address = f"/projects/{voted.project.pk}/agreement/measure"
    assert voted.expert.browser.get(address).status_code == 405
    page = voted.expert.browser.post(address, follow=True)
    assert page.context["job"].kind == "consistency.measure"


def test_a_question_of_another_project_does_not_exist_here(voted: Cast) -> None:
    foreign = voted.foreign_project.questions.get().pk
    assert (
        voted.manager.browser.get(f"/projects/{voted.project.pk}/agreement/?question={foreign}").status_code
        == 404
    )


def test_figures_are_first_kept_and_then_measured_again_and_neither_is_pressed_upon_people(
    voted: Cast,
) -> None:
    address = f"/projects/{voted.project.pk}/agreement/"
    first = voted.expert.browser.get(address).content.decode()
    assert "Keep these figures" in first
    assert 'class="btn primary"' not in first
    measure(voted.project.questions.get().pk, by=None)
    assert "Measure again" in voted.expert.browser.get(address).content.decode()
