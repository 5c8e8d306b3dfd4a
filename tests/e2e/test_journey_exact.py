"""What is drawn or marked on the screen is what comes out of the export: pixels and characters, end to end."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person, until
from tests.e2e.harness.script import Script
from tests.e2e.harness.tokens import token_of

pytestmark = MARKS

TURNED_RIGHT = 6  # EXIF: to be seen upright, the stored picture is turned by a quarter to the right
UPRIGHT = (600, 400)
BLOCK = (380, 210, 467, 283)
TEXT = "👩‍👩‍👧 東京タワーは高い。 okay 🗼 und ein é am Ende"
WORDS = ("東京タワー", "okay", "Ende")


def portrait(path: Path) -> None:
    """A picture as a phone stores it: on its side, with the way to turn it; upright it has a green block."""
    upright = Image.new("RGB", UPRIGHT, (40, 40, 40))
    upright.paste((0, 255, 0), BLOCK)
    exif = Image.Exif()
    exif[0x0112] = TURNED_RIGHT
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    assert lying.size == UPRIGHT[::-1]
    lying.save(path, "JPEG", quality=95, subsampling=0, exif=exif)


def block_on_screen(page: Any, density: int) -> tuple[float, float, float, float]:
    """Where the green block is seen, in the page's own points: left, top, right and bottom edge."""
    with Image.open(io.BytesIO(page.screenshot())) as seen:
        pixels = np.asarray(seen.convert("RGB"), dtype=np.int16)
    rows, columns = np.nonzero(pixels[..., 1] - pixels[..., 0] > 107)
    edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    return (edges[0] / density, edges[1] / density, edges[2] / density, edges[3] / density)


def labeler_of(browser: Any, concord: Concord, mail: str, **context: Any) -> tuple[Person, Script]:
    link = concord.new_account(mail, "--admin")
    person = Person(browser, concord.url, **context)
    person.come_in(link, "Xia")
    return person, Script(concord.url, token_of(concord, mail))


def asked_of(script: Script, dataset: int, kind: str) -> tuple[int, int]:
    """A project that asks one question of each item once; its number and the question's."""
    question = {
        "key": "asked",
        "prompt": "Where?",
        "label_type": kind,
        "spec": {"classes": [{"name": "one"}, {"name": "two"}]},
    }
    new = {"dataset": dataset, "name": f"Exact: {kind}", "questions": [question]}
    project = int(script.post("/api/v1/projects/", new, 201)["id"])
    script.post(f"/api/v1/projects/{project}/rounds/", {"name": "One", "places_per_task": 1}, 201)
    (made,) = script.get(f"/api/v1/projects/{project}/questions/")
    return project, int(made["id"])


def taken(script: Script, project: int, page: Any) -> None:
    until(
        lambda: script.get(f"/api/v1/projects/{project}/progress/")["taken"] == 1,
        page,
        what="the answer is stored",
    )


def frozen(script: Script, dataset: int, question: int) -> int:
    """The number of a version with the answers in it."""
    accepted = script.post(f"/api/v1/questions/{question}/resolutions/", {"method": "majority"}, 202)
    assert script.job_ended(accepted["job"])["state"] == "done"
    return int(script.post(f"/api/v1/datasets/{dataset}/versions/", {"name": "exact"}, 201)["id"])


def exported(script: Script, version: int, kind: str) -> bytes:
    accepted = script.post(f"/api/v1/versions/{version}/exports", {"format": kind}, 202)
    job = script.job_ended(accepted["job"])
    assert job["state"] == "done", job
    return script.fetched(f"/api/v1/versions/{version}/files/{job['result']['files'][0]['id']}/")


def test_a_box_around_what_is_seen_of_a_turned_photo_is_exported_within_half_a_pixel(
    browser: Any, concord: Concord, tmp_path: Path
) -> None:
    density = 2
    person, script = labeler_of(browser, concord, "pixels@exact.example", device_scale_factor=density)
    dataset = int(script.post("/api/v1/datasets/", {"name": "Photos of a phone"}, 201)["id"])
    portrait(tmp_path / "photo.jpg")
    page = person.open(f"/datasets/{dataset}/import/")
    person.drop([tmp_path / "photo.jpg"])
    person.press_button("form[data-drop] button.primary")
    until(lambda: page.locator(".job .badge.good").count() > 0, page, what="the import is done")
    project, question = asked_of(script, dataset, "box")

    page = person.open(f"/projects/{project}/label/")
    until(lambda: person.color_shown() is not None, page, what="the picture")
    page.locator(".zoombar .level").click()
    left, top, right, bottom = block_on_screen(page, density)
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.wheel(0, -density * math.log(3) / 0.0015)
    page.wait_for_function("() => document.querySelector('.zoombar .level').textContent === '300%'")
    page.wait_for_timeout(200)
    left, top, right, bottom = block_on_screen(page, density)
    assert (right - left, bottom - top) == pytest.approx((3 * 87, 3 * 73), abs=1)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, bottom)
    page.mouse.move(right, bottom)
    page.mouse.up()
    page.keyboard.press("Enter")
    taken(script, project, page)

    version = frozen(script, dataset, question)
    coco = json.loads(exported(script, version, "coco"))
    (image,), (box,) = coco["images"], coco["annotations"]
    assert (image["width"], image["height"]) == UPRIGHT
    x, y, width, height = box["bbox"]
    assert (x, y, x + width, y + height) == pytest.approx(BLOCK, abs=0.5)
    (item,) = [json.loads(line) for line in exported(script, version, "jsonl").splitlines()]
    (element,) = item["answers"]["asked"]["value"]["elements"]
    assert [element["geometry"][edge] for edge in ("x0", "y0", "x1", "y1")] == pytest.approx(BLOCK, abs=0.5)
    person.close()


def words_on_screen(page: Any, words: str) -> tuple[float, float, float, float]:
    """Where a word begins and ends, as the browser lays it out."""
    return tuple(
        page.evaluate(
            """words => {
                const node = [...document.querySelector('.body').childNodes].find(one => one.nodeType === 3);
                const range = document.createRange();
                const start = node.data.indexOf(words);
                range.setStart(node, start); range.setEnd(node, start + words.length);
                const boxes = [...range.getClientRects()];
                const [first, last] = [boxes[0], boxes.at(-1)];
                return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
            }""",
            words,
        )
    )


def test_words_behind_emoji_and_in_japanese_come_out_as_they_were_marked_and_are_seen_again(
    browser: Any, concord: Concord
) -> None:
    person, script = labeler_of(browser, concord, "words@exact.example")
    dataset = int(script.post("/api/v1/datasets/", {"name": "Words"}, 201)["id"])
    line = json.dumps({"key": "a", "text": TEXT}, ensure_ascii=False).encode() + b"\n"
    script.send(f"/api/v1/datasets/{dataset}/imports/lines", line, "application/x-ndjson", 200)
    project, question = asked_of(script, dataset, "span")

    fetched: list[str] = []
    person.page.on("request", lambda request: fetched.append(request.url))
    page = person.open(f"/projects/{project}/label/")
    page.wait_for_selector(".body")
    scripts = [address for address in fetched if address.endswith(".js")]
    assert len(scripts) == len(set(scripts)), "what is fetched ahead is what is used"
    assert [one.rpartition("/")[2].split(".")[0] for one in scripts].count("shell") == 1
    for words in WORDS:
        x0, y0, x1, y1 = words_on_screen(page, words)
        page.mouse.move(x0, y0)
        page.mouse.down()
        page.mouse.move((x0 + x1) / 2, y0)
        page.mouse.move(x1, y1)
        page.mouse.up()
        page.keyboard.press("1")
    page.keyboard.press("Enter")
    taken(script, project, page)
    page.wait_for_selector(".empty.fill")
    page.keyboard.press("j")
    listed = page.locator("[role=option]")
    listed.first.wait_for()
    seen_again = listed.all_inner_texts()
    assert [words in seen for words, seen in zip(WORDS, seen_again, strict=True)] == [True] * 3, seen_again

    version = frozen(script, dataset, question)
    (item,) = [json.loads(line) for line in exported(script, version, "jsonl").splitlines()]
    spans = [one["geometry"] for one in item["answers"]["asked"]["value"]["elements"]]
    assert tuple(TEXT[one["start"] : one["end"]] for one in spans) == WORDS
    person.close()
