"""The one figure of each project on the first page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consistency.selectors import agreement
from consistency.selectors.headlines import headlines_of
from consistency.web.view import view_of
from labeling.models import ProfileDelta
from tests.conftest import Cast


def voted(cast: Cast, facet: str, rows: list[tuple[list[int], int]]) -> None:
    question = cast.project.questions.get()
    for codes, n in rows:
        ProfileDelta.objects.create(question=question, facet=facet, codes=codes, n=n)


def test_it_is_the_figure_that_the_agreement_page_shows_first(cast: Cast) -> None:
    voted(cast, "", [([1, 1], 15), ([2, 2], 15), ([1, 2], 10)])
    found = headlines_of([cast.project.pk])[cast.project.pk]
    shown = agreement.live(cast.project.questions.get().pk).headline
    assert shown is not None
    assert found.value == pytest.approx(shown.value)
    assert (found.answers, found.items, found.about) == (80, 40, "")


def test_of_classes_that_may_be_there_it_is_the_commonest_one_by_name(cast: Cast) -> None:
    voted(cast, "1", [([1, 1], 3), ([0, 1], 2), ([0, 0], 5)])
    voted(cast, "2", [([0, 0], 9), ([0, 1], 1)])
    question = cast.project.questions.get()
    found = headlines_of([cast.project.pk])[cast.project.pk]
    shown = view_of(agreement.live(question.pk), question.spec, {}, {}).headline
    assert shown is not None
    assert found.value == pytest.approx(shown.value)
    assert found.about == "billing"


def test_what_cannot_be_measured_yet_has_its_reason_and_no_number(cast: Cast) -> None:
    voted(cast, "", [([1], 4)])
    found = headlines_of([cast.project.pk])[cast.project.pk]
    assert found.value is None
    assert found.reason
    assert found.answers == 4


def test_many_projects_cost_two_statements_and_one_without_votes_has_none(cast: Cast) -> None:
    voted(cast, "", [([1, 1], 4), ([2, 2], 4)])
    with CaptureQueriesContext(connection) as asked:
        found = headlines_of([cast.project.pk, cast.foreign_project.pk])
    assert len(asked) == 2
    assert list(found) == [cast.project.pk]


def test_the_first_page_shows_it_to_those_who_decide_and_to_nobody_else(cast: Cast) -> None:
    voted(cast, "", [([1, 1], 15), ([2, 2], 15), ([1, 2], 10)])
    for who in ("manager", "expert"):
        page = cast[who].browser.get("/").content.decode()
        assert "<b>0.51</b>" in page
        assert "80 answers" in page
    assert "0.51" not in cast.labeler.browser.get("/").content.decode()
