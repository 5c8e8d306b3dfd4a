"""The demo is there as if people had brought it in, and explains a disagreement at once."""

import pytest
from django.test import Client

from consistency.selectors import agreement
from labeling.config.demo import load as demo
from labeling.config.demo import people
from metadata.models import Batch
from metadata.selectors.people import names_of
from metadata.services import accounts
from tests.conftest import Cast


@pytest.mark.django_db
def test_the_demos_batches_are_done_and_say_what_they_brought() -> None:
    demo.load()
    found = Batch.objects.order_by("id").values_list("state", "created", "refused")
    assert list(found) == [("done", demo.PICTURES, 0), ("done", demo.MESSAGES, 0)]


def test_from_the_printed_link_it_is_three_steps_to_a_disagreement_explained(db: None) -> None:
    phones, messages = demo.load()
    identity = accounts.create_identity("admin@example.org", "", is_admin=True)
    secret = accounts.issue_link("sign_in", agent_id=identity.agent_id)
    browser = Client()
    typed = {"name": "Ada", "password": "blue sky in june"}
    assert browser.post(f"/links/{secret}/", typed)["Location"] == "/first-run/"
    first = browser.get("/first-run/").content.decode()
    assert f'value="{messages.pk}" checked' in first
    assert f'value="{phones.pk}"' in first
    chosen = browser.post("/first-run/", {"start": str(messages.pk)})
    shown = browser.get(chosen["Location"]).content.decode()
    assert "Most often apart: refund and complaint." in shown
    assert all(name in shown for name in ("Ada", "Ben", "Chidi", "Dana"))
    assert "On the same items some say “refund” and others “complaint”, each mostly the same one." in shown
    shown = browser.get(browser.post("/first-run/", {"start": str(phones.pk)})["Location"]).content.decode()
    assert "Least agreed on: scratch." in shown
    assert "Whether people see “scratch” depends on scratch_mm, and each draws the line elsewhere." in shown
    assert "Some draw one “scratch” where others draw several." in shown


def test_what_was_planted_in_the_demo_is_what_is_found(db: None) -> None:
    phones, messages = demo.load()
    names = names_of({member.agent_id for member in phones.memberships.all()})
    found = agreement.live(phones.questions.get().pk).causes
    (line,) = found.thresholds
    assert (line.field, line.facet, line.below, line.above) == ("scratch_mm", str(people.SCRATCH), 0, 1)
    assert line.explained > 0.8
    drawn = {names[one.agent]: one.line for one in line.lines}
    for person in people.LABELERS:
        assert drawn[person.name] == pytest.approx(person.shortest_mm, rel=0.35)
    (split,) = found.splits
    assert split.code == people.SCRATCH
    sides = {names[one.agent]: one.as_one > one.as_many for one in split.labelers}
    assert sides == {person.name: person.doubles_as_one for person in people.LABELERS}
    assert not found.leanings

    found = agreement.live(messages.questions.get().pk).causes
    (leaning,) = found.leanings
    shares = [names[one.agent] for one in leaning.labelers]
    assert shares == sorted(
        shares, key=lambda name: next(p.anger_first for p in people.LABELERS if p.name == name)
    )
    assert not found.thresholds


def test_the_first_page_leads_to_no_project_but_the_demos(cast: Cast) -> None:
    demo.load()
    answer = cast.admin.browser.post("/first-run/", {"start": str(cast.project.pk)})
    assert answer.status_code == 200
