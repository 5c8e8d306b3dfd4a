"""What workers try who are not what they should be, over HTTP as a browser sends it."""

from __future__ import annotations

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from labeling.models import Annotation, Assignment, CrowdRun, Pause, Place
from labeling.services import desk, gold, pauses
from metadata.models import Item
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_crowd import link_of
from tests.labeling.services.test_pauses import applied
from tests.labeling.web.test_crowd import enter, worker_of

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_S = 60


def claimed(browser: Client, project: int, holding: list[int] | None = None) -> dict[str, Any]:
    found = browser.post(
        f"/api/v1/projects/{project}/claim", {"holding": holding or []}, content_type="application/json"
    )
    assert found.status_code == 200, found.content
    return dict(found.json())


def submitted(browser: Client, bench: Bench, task: int, *, key: str, code: int = 1, ms: int = 4_000) -> int:
    body = {**bench.body(code), "active_ms": ms}
    return browser.post(
        f"/api/v1/tasks/{task}/annotations",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    ).status_code


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("PROLIFIC_PID=", 422),
        ("PROLIFIC_PID=%20", 422),
        ("PROLIFIC_PID=a&PROLIFIC_PID=b", 422),
        ("PROLIFIC_PID=" + "x" * 201, 422),
        ("PROLIFIC_PID=a%00b", 422),
        ("PROLIFIC_PID=%7B%7B%25PROLIFIC_PID%25%7D%7D", 422),
        ("STUDY_ID=5f1c", 422),
        ("prolific_pid=5f1c", 422),
        ("PROLIFIC_PID=taken", 409),
    ],
)
def test_missing_forged_and_reused_ids_begin_nothing(cast: Cast, query: str, status: int) -> None:
    link = link_of(bench_of(cast), study_parameter="STUDY_ID")
    worker_of(link, "taken")
    stranger = Client(HTTP_HOST="localhost")
    for method in (stranger.get, stranger.post):
        assert method(enter(link, query)).status_code == status
    assert list(CrowdRun.objects.values_list("worker", flat=True)) == ["taken"]
    assert "_auth_user_id" not in stranger.session


def test_swapped_ids_open_nobody_elses_run(cast: Cast) -> None:
    """Two workers exchange their addresses, in their own browsers and for another study: each stays who they were."""
    bench = bench_of(cast)
    link, other = link_of(bench), link_of(bench)
    one, two = worker_of(link, "one"), worker_of(link, "two")
    task = claimed(one, bench.project.pk)["task"]["id"]
    for browser, foreign in ((one, "two"), (two, "one")):
        before = browser.session["_auth_user_id"]
        browser.get(enter(link, f"PROLIFIC_PID={foreign}"))
        browser.post(enter(link, f"PROLIFIC_PID={foreign}"))
        browser.post(enter(other, f"PROLIFIC_PID={foreign}"))
        assert browser.session["_auth_user_id"] == before
    assert CrowdRun.objects.count() == 2
    assert submitted(two, bench, task, key="not-theirs") == 404
    assert submitted(one, bench, task, key="their-own") == 201


def test_twenty_tabs_get_no_more_than_the_share_and_no_answer_twice(cast: Cast) -> None:
    bench = bench_of(cast, items=60)
    browser = worker_of(link_of(bench, tasks_each=4))
    cookie = browser.cookies

    def tab(number: int) -> list[int]:
        own = Client(HTTP_HOST="localhost")
        own.cookies = cookie
        told = []
        try:
            for _ in range(6):
                task = claimed(own, bench.project.pk)["task"]
                if task is None:
                    break
                told.append(submitted(own, bench, task["id"], key=f"tab-{number}-{task['id']}"))
            return told
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        told = [status for tab_told in pool.map(tab, range(20), timeout=WITHIN_S) for status in tab_told]
    assert told.count(201) == 4
    assert set(told) <= {201, 409}
    assert Annotation.objects.filter(seat__isnull=False).count() == 4
    assert Assignment.objects.filter(state=Assignment.State.LEASED).count() == 0
    assert claimed(browser, bench.project.pk)["reason"]["code"] == "enough"


def test_who_submits_in_300_ms_is_paused_and_pointed_out(cast: Cast) -> None:
    bench = bench_of(cast, items=60)
    pauses.add_rule(bench.project.pk, "speed", least=1_000, last=5, by=None)
    link = link_of(bench, tasks_each=40)
    hasty, claims_to_be_slow = worker_of(link, "hasty"), worker_of(link, "forger")
    for browser, ms in ((hasty, 300), (claims_to_be_slow, 90_000)):
        for _ in range(6):
            task = claimed(browser, bench.project.pk)["task"]["id"]
            assert submitted(browser, bench, task, key=f"hasty-{ms}-{task}", ms=ms) == 201
    applied(2)
    for browser in (hasty, claims_to_be_slow):
        assert claimed(browser, bench.project.pk)["reason"]["code"] == "paused"
        why = browser.get(f"/projects/{bench.project.pk}/paused/").content.decode()
        assert "hard to believe" in why
    page = cast.manager.browser.get(f"/projects/{bench.project.pk}/crowd/{link.pk}/").content.decode()
    assert page.count("hasty</span>") == 2
    assert page.count(">paused</a>") == 2
    assert Pause.objects.filter(state="open").count() == 2


def test_who_never_returns_keeps_no_place(cast: Cast) -> None:
    bench = bench_of(cast, items=1, places=1)
    gone, here = worker_of(link_of(bench), "gone"), cast.labeler.browser
    task = claimed(gone, bench.project.pk)["task"]["id"]
    assert claimed(here, bench.project.pk)["task"] is None
    Assignment.objects.filter(state=Assignment.State.LEASED).update(
        due=timezone.now() - dt.timedelta(minutes=1)
    )
    assert desk.sweep_lapsed_leases() == 1
    assert claimed(here, bench.project.pk)["task"]["id"] == task
    assert submitted(here, bench, task, key="the-one-answer") == 201
    assert submitted(gone, bench, task, key="much-too-late") == 409
    assert set(Place.objects.values_list("taken", "held")) == {(1, 0)}


def test_who_copies_another_stands_on_the_links_page_with_the_figures(cast: Cast) -> None:
    bench = bench_of(cast, items=60, places=6)
    link = link_of(bench, tasks_each=60, workers=9)
    items = list(Item.objects.filter(dataset=cast.dataset).order_by("pk").values_list("pk", flat=True))
    workers = {
        name: worker_of(link, name) for name in ("source", "copier", "honest-1", "honest-2", "honest-3")
    }
    for at, (name, browser) in enumerate(workers.items()):
        while (task := claimed(browser, bench.project.pk)["task"]) is not None:
            place = items.index(task["item"]["id"])
            assert (
                submitted(browser, bench, task["id"], key=f"{name}-{place:04d}", code=said(at, place)) == 201
            )
    gold.set_gold(bench.project.questions.get().pk, [(item, {"class": 1}) for item in items], by=None)
    address = f"/projects/{bench.project.pk}/copying/?link={link.pk}"
    crowd_page = cast.manager.browser.get(f"/projects/{bench.project.pk}/crowd/{link.pk}/").content.decode()
    assert address.replace("&", "&amp;") in crowd_page
    part = cast.manager.browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "source" in part
    assert "copier" in part
    assert "honest" not in part
    assert cast.manager.browser.get(address).status_code == 200


def said(worker: int, place: int) -> int:
    """Right (1) in seven of ten; the copier's errors are the source's, everybody else's are their own."""
    return 1 if random.Random(f"{0 if worker == 1 else worker}-{place}").random() < 0.7 else 2
