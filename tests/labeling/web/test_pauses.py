"""The pages of pauses: what whom it stops reads, and how a person decides."""

from __future__ import annotations

import pytest
from django.test import Client

from labeling.models import Pause, PauseRule
from labeling.services import desk, pauses
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_crowd import link_of
from tests.labeling.web.test_crowd import worker_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(cast: Cast) -> Bench:
    return bench_of(cast)


def stopped(bench: Bench, agent_id: int) -> Pause:
    return pauses.pause(bench.project.pk, agent_id, "Please slow down.", by=bench.cast.manager.agent_id)


def text(browser: Client, address: str) -> str:
    page = browser.get(address)
    assert page.status_code == 200
    return page.content.decode()


def test_a_labeler_reads_why_and_appeals_and_a_manager_lifts_it(bench: Bench) -> None:
    labeler, manager, project = bench.cast.labeler, bench.cast.manager.browser, bench.project.pk
    stopped(bench, labeler.agent_id)
    assert f"/projects/{project}/paused/" in text(labeler.browser, "/")
    assert (
        labeler.browser.get(f"/projects/{project}/label/").headers["Location"]
        == f"/projects/{project}/paused/"
    )
    assert "Please slow down." in text(labeler.browser, f"/projects/{project}/paused/")
    pause = Pause.objects.get()
    said = {"pause": pause.pk, "appeal": "I <b>did</b> look."}
    assert labeler.browser.post(f"/projects/{project}/paused/", said).status_code == 302
    again = labeler.browser.post(f"/projects/{project}/paused/", said)
    assert again.status_code == 422
    assert "once" in again.content.decode()
    log = text(manager, f"/projects/{project}/pauses/")
    assert "I &lt;b&gt;did&lt;/b&gt; look." in log
    assert "waits for you" in log
    kept = {"action": "kept", "pause": pause.pk, "reason": "We talked."}
    assert manager.post(f"/projects/{project}/pauses/", kept).status_code == 302
    assert "It stays paused." in text(labeler.browser, f"/projects/{project}/paused/")
    assert manager.post(f"/projects/{project}/pauses/", {**kept, "reason": ""}).status_code == 422
    lifted = {**kept, "action": "lifted"}
    assert manager.post(f"/projects/{project}/pauses/", lifted).status_code == 302
    assert "Nothing is paused" in text(labeler.browser, f"/projects/{project}/paused/")
    assert labeler.browser.get(f"/projects/{project}/label/").status_code == 200


def test_with_a_task_in_hand_the_label_page_opens_and_leads_to_why(bench: Bench) -> None:
    labeler, project = bench.cast.labeler, bench.project.pk
    assert isinstance(desk.claim(bench.callers[0], project), desk.ClaimedTask)
    stopped(bench, labeler.agent_id)
    page = text(labeler.browser, f"/projects/{project}/label/")
    assert f'"home_url": "/projects/{project}/paused/"' in page


def test_a_platforms_worker_is_led_back_to_how_far_they_are(bench: Bench) -> None:
    link = link_of(bench)
    browser = worker_of(link)
    stopped(bench, link.runs.get().agent_id)
    assert f"/projects/{bench.project.pk}/paused/" in text(browser, "/crowd/end/")
    assert 'href="/crowd/end/"' in text(browser, f"/projects/{bench.project.pk}/paused/")
    assert "paused" in text(bench.cast.manager.browser, f"/projects/{bench.project.pk}/crowd/{link.pk}/")


def test_rules_are_made_and_ended_on_the_page(bench: Bench) -> None:
    manager, address = bench.cast.manager.browser, f"/projects/{bench.project.pk}/pauses/"
    made = {"action": "rule", "kind": "speed", "least": "1500", "last": "20"}
    assert manager.post(address, {**made, "last": "2"}).status_code == 422
    assert manager.post(address, made).status_code == 302
    assert "1.5 seconds" in text(manager, address)
    assert manager.post(address, made).status_code == 422
    rule = PauseRule.objects.get(ended_at=None)
    assert manager.post(address, {"action": "end", "rule": rule.pk}).status_code == 302
    assert manager.post(address, {"action": "end", "rule": rule.pk}).status_code == 404
