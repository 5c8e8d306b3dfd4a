"""The demo is there as if people had brought it in, and explains a disagreement at once."""

import pytest
from django.test import Client

from labeling.config.demo import load as demo
from metadata.models import Batch
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
    shown = browser.get(browser.post("/first-run/", {"start": str(phones.pk)})["Location"]).content.decode()
    assert "Least agreed on: scratch." in shown


def test_the_first_page_leads_to_no_project_but_the_demos(cast: Cast) -> None:
    demo.load()
    answer = cast.admin.browser.post("/first-run/", {"start": str(cast.project.pk)})
    assert answer.status_code == 200
