"""From a sign-in link to exported files, by the pages alone; every figure is counted again from the files."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person, until
from tests.e2e.harness.script import Script
from tests.e2e.harness.statistics import nominal_alpha

pytestmark = MARKS

# What each of three people says about ten pictures (1 scratched, 2 clean, 3 unclear). They differ on 2, 4, 6, 7 and 9;
# on picture 9 there is no majority.
PLANTED: Mapping[str, Sequence[int]] = {
    "Ada": (1, 1, 1, 2, 2, 2, 1, 3, 2, 1),
    "Ben": (1, 1, 2, 2, 1, 2, 1, 3, 2, 2),
    "Chi": (1, 1, 2, 2, 2, 2, 3, 1, 2, 3),
}
# Pictures on which a person draws no box, and by how many steps their boxes are off.
UNDRAWN: Mapping[str, frozenset[int]] = {
    "Ada": frozenset({8}),
    "Ben": frozenset({8, 3}),
    "Chi": frozenset({8}),
}
OFFSET: Mapping[str, int] = {"Ada": 0, "Ben": 2, "Chi": 4}
COLORS = [(20 + 60 * (at % 4), 20 + 60 * (at // 4), 200 - 18 * at) for at in range(10)]
CLASSES = (("scratched", "1"), ("clean", "2"), ("unclear", "3"))


@pytest.fixture(scope="module")
def people(browser: Any, concord: Concord) -> Iterator[dict[str, Person]]:
    every: dict[str, Person] = {}
    yield every
    with contextlib.ExitStack() as closing:
        for person in every.values():
            closing.callback(person.close)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten pictures, each with a color of its own by which a person knows it again."""
    place = tmp_path / "backs"
    place.mkdir()
    for at, color in enumerate(COLORS):
        picture = Image.new("RGB", (400, 300), color)
        ImageDraw.Draw(picture).line((150, 140, 250, 160), fill="white", width=3)
        picture.save(place / f"back-{at}.png")
    return place


def number_of(color: tuple[int, int, int]) -> int:
    distances = [sum((a - b) ** 2 for a, b in zip(color, one, strict=True)) for one in COLORS]
    assert min(distances) < 300, f"no picture has the color {color}"
    return distances.index(min(distances))


def import_folder(admin: Person, folder: Path) -> int:
    page = admin.open("/datasets/new/")
    page.fill("[name=name]", "Phone backs of the journey")
    admin.press_button("main form button.primary")
    dataset = int(page.url.rstrip("/").split("/datasets/")[1].split("/")[0])
    admin.open(f"/datasets/{dataset}/import/")
    admin.drop([folder])
    admin.press_button("form[data-drop] button.primary")
    until(lambda: page.locator(".job .badge.good").count() > 0, page, what="the import is done")
    page.reload()
    assert page.locator(".kpis .figure .value").first.inner_text() == "10"
    return dataset


def fill_classes(card: Any, classes: Sequence[tuple[str, str]]) -> None:
    for at, (name, key) in enumerate(classes):
        card.locator("input[name$='-name']").nth(at).fill(name)
        card.locator("input[name$='-hotkey']").nth(at).fill(key)


def make_project(admin: Person, dataset: int) -> int:
    page = admin.open(f"/projects/new/?dataset={dataset}")
    page.fill("#id_name", "Scratches of the journey")
    page.fill("[name=prompt]", "What state is the back in?")
    page.check("[name=label_type][value=choice]", force=True)
    fill_classes(page.locator("main form"), CLASSES)
    admin.press_button("main form button.primary")
    project = int(page.url.rstrip("/").rpartition("/")[2])
    admin.open(f"/projects/{project}/setup/")
    page.locator("summary", has_text="Add a question").click()
    form = page.locator("details form")
    form.locator("[name=prompt]").fill("Where is it scratched?")
    form.locator("[name=label_type][value=box]").check(force=True)
    fill_classes(form, [("scratch", "q")])
    form.locator("[name=optional]").check()
    with page.expect_navigation():
        form.locator("button.btn", has_text="Add the question").click()
    return project


def preview(admin: Person, project: int) -> None:
    page = admin.open(f"/projects/{project}/preview/")
    until(lambda: admin.color_shown() is not None, page, what="the preview shows a picture")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    stored = page.locator("dialog .json").inner_text()
    assert '"class": 2' in stored
    page.keyboard.press("Escape")


def open_round(admin: Person, project: int) -> None:
    page = admin.open(f"/projects/{project}/")
    page.locator("#open-round [name=places_per_task]").fill("3")
    admin.press_button("#open-round button.btn")
    assert page.locator("text=0 / 30").count()


def invited(admin: Person, project: int, browser: Any, name: str) -> Person:
    """Somebody new, let in by a link that needs no mail server."""
    page = admin.open(f"/projects/{project}/members/")
    admin.press_button("aside form button.primary")
    person = Person(browser, admin.url)
    person.come_in(page.locator("#made").inner_text(), name, f"{name.lower()}@journey.example")
    return person


def next_color(person: Person, before: tuple[int, int, int] | None) -> tuple[int, int, int]:
    until(lambda: person.color_shown() not in (None, before), person.page, what="the next picture")
    color = person.color_shown()
    assert color is not None
    return color


def label_everything(person: Person, name: str, project: int) -> None:
    """Look, press the class's key, put a box on the scratch, press Enter: no mouse."""
    page = person.open(f"/projects/{project}/label/")
    before: tuple[int, int, int] | None = None
    for _ in range(10):
        before = next_color(person, before)
        at = number_of(before)
        page.keyboard.press(str(PLANTED[name][at]))
        if at not in UNDRAWN[name]:
            page.keyboard.press("n")
            for _step in range(OFFSET[name]):
                page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
    page.wait_for_selector(".empty.fill")


def long_votes(table: bytes, question: str) -> dict[str, list[str]]:
    """The labels of each item, from the long-form file; a vote without a seat is not counted."""
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(table.decode())):
        if row["question"] == question and row["facet"] == "" and row["seat"] != "":
            found.setdefault(row["item"], []).append(row["label"])
    return found


def export(script: Script, version: int, kind: str) -> bytes:
    """What the version's file of one format holds; its size and hash are what the API says."""
    accepted = script.post(f"/api/v1/versions/{version}/exports", {"format": kind}, 202)
    job = script.job_ended(accepted["job"])
    assert (job["state"], job["error"]) == ("done", None)
    wanted = [one["id"] for one in job["result"]["files"]]
    listed = script.get(f"/api/v1/versions/{version}/files/")["results"]
    (file,) = [one for one in listed if one["id"] in wanted]
    content = script.fetched(f"/api/v1/versions/{version}/files/{file['id']}/")
    assert (file["size"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    return content


def resolved(script: Script, question: int, page: Any) -> None:
    """Wait until a worker has turned all but the undecided votes into answers."""
    address = f"/api/v1/questions/{question}/resolutions/"
    until(lambda: len(script.get(address)["results"]) >= 9, page, what="the votes are resolved")


def test_people_label_agreement_moves_and_the_exports_tell_the_same(
    browser: Any, concord: Concord, folder: Path, people: dict[str, Person]
) -> None:
    admin = people["admin"] = Person(browser, concord.url)
    admin.come_in(concord.new_account("lead@journey.example", "--name", "Lee", "--admin"), "Lee")
    dataset = import_folder(admin, folder)
    project = make_project(admin, dataset)
    preview(admin, project)
    open_round(admin, project)
    script = Script(concord.url, new_token(admin))

    watcher = admin.context.new_page()
    watcher.goto(f"{concord.url}/projects/{project}/agreement/")
    watcher.evaluate("window.neverReloaded = true")
    assert watcher.locator("#figures h2").first.inner_text() == "No votes yet"
    headline = watcher.locator("#figures .headline .value")
    planted = {str(at): [str(said[at]) for said in PLANTED.values()] for at in range(10)}
    for count, name in enumerate(PLANTED, start=1):
        people[name] = invited(admin, project, browser, name)
        label_everything(people[name], name, project)
        wanted = (
            f"{nominal_alpha({at: said[:count] for at, said in planted.items()}):.2f}" if count > 1 else "–"
        )
        moved_to(watcher, headline, wanted)
    assert watcher.evaluate("window.neverReloaded") is True

    page = admin.open(f"/projects/{project}/")
    admin.press_button("form[action$='/resolve'] button")
    topic, place = script.get(f"/api/v1/projects/{project}/questions/")
    resolved(script, topic["id"], page)
    resolved(script, place["id"], page)
    admin.open(f"/datasets/{dataset}/versions/")
    admin.press_button("#close button.primary")
    known = script.get(f"/api/v1/datasets/{dataset}/versions/")["results"]
    (version,) = [one["id"] for one in known if one["closed_at"]]

    exported = long_votes(export(script, version, "votes_csv"), topic["key"])
    assert sorted(map(len, exported.values())) == [3] * 10
    measured = script.get(f"/api/v1/questions/{topic['id']}/agreement")
    (alpha,) = [one["value"] for one in measured["figures"] if one["name"] == "alpha"]
    assert alpha == pytest.approx(nominal_alpha(exported), rel=0, abs=1e-9)
    assert alpha == pytest.approx(nominal_alpha(planted), rel=0, abs=1e-9)

    check_majorities(export(script, version, "jsonl"), exported, topic["key"])
    answers = csv.DictReader(io.StringIO(export(script, version, "csv").decode()))
    assert len(list(answers)) == 10
    check_coco(export(script, version, "coco"))


def moved_to(watcher: Any, figure: Any, wanted: str) -> None:
    """The open page shows the figure by itself."""
    until(
        lambda: figure.count() > 0 and figure.inner_text() == wanted, watcher, what=f"alpha becomes {wanted}"
    )


def new_token(admin: Person) -> str:
    page = admin.open("/account/")
    page.fill("[name=token_name]", "journey")
    for scope in ("read", "label", "write", "admin"):
        page.check(f"#tokens [value={scope}]")
    admin.press_button("#tokens button.primary")
    return str(page.locator("#secret").inner_text())


def check_majorities(lines: bytes, votes: Mapping[str, Sequence[str]], key: str) -> None:
    """Each accepted answer is what most said; where nobody is in the majority there is none."""
    items = [json.loads(line) for line in lines.splitlines()]
    codes = {name: code for code, (name, _) in enumerate(CLASSES, start=1)}
    assert len(items) == len(votes)
    for item in items:
        ((label, count),) = Counter(votes[item["key"]]).most_common(1)
        accepted = item["answers"].get(key)
        if 2 * count > len(votes[item["key"]]):
            assert accepted["value"] == {"class": codes[label]}
        else:
            assert accepted is None or accepted["value"] is None, item


def check_coco(content: bytes) -> None:
    """pycocotools reads the file, and finds every box of it in itself."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truth = COCO()
    truth.dataset = json.loads(content)
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        found = truth.loadRes([{**box, "score": 1.0} for box in truth.dataset["annotations"]])
        evaluation = COCOeval(truth, found, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    assert len(truth.getImgIds()) == 10
    assert len(truth.getAnnIds()) == 9
    assert evaluation.stats[0] == pytest.approx(1.0)
