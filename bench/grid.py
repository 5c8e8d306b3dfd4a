"""How fast a page of many pictures is there: `./concord bench grid [--pictures 200] [--rounds 5] [--json]`.

In a real Chromium, against real servers: the milliseconds from the address until every thumbnail of the grid has been
painted, and until the first has, with the CPU of the servers meanwhile. Once as a labeler comes for the first time, when
each task is handed out and each thumbnail made; and as they come back, with an empty cache and with a full one. Needs the
development requirements (Playwright) and the machine's Chromium. Beside it stands the pace of the machine.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.harness.database import OwnDatabase, own_database
from bench.harness.pace import watched_pace
from bench.harness.processes import answering, cpu_seconds, free_port

ROOT = Path(__file__).resolve().parents[1]
CLASSES = [{"name": "cat"}, {"name": "dog"}, {"name": "neither"}]
WITHIN_MS = 60_000
# Every thumbnail is decoded, and the frame that shows those within the window is on the screen.
WATCH = """(wanted) => {
    const loaded = () => [...document.querySelectorAll('.gtile img')].filter(one => one.complete && one.naturalWidth > 0).length;
    const look = () => {
        const count = loaded();
        if (count > 0) window.firstPicture ??= performance.now();
        if (count >= wanted) requestAnimationFrame(() => requestAnimationFrame(() => { window.allPictures = performance.now(); }));
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


@dataclass(frozen=True)
class Measured:
    """One row of the table: medians."""

    scene: str
    pictures: int
    first_ms: float
    all_ms: float
    web_cpu_ms: float
    database_cpu_ms: float
    pace_ms: float


def picture(number: int, side: int = 640) -> bytes:
    """A photograph's worth of detail: smooth shapes and some noise, different each time."""
    from PIL import Image, ImageChops

    slope = Image.radial_gradient("L").resize((side, side * 3 // 4)).rotate(number * 7)
    noise = Image.effect_noise(slope.size, 12 + number % 20)
    bands = [ImageChops.add(slope.rotate(120 * band), noise, 2) for band in range(3)]
    file = io.BytesIO()
    Image.merge("RGB", bands).save(file, "JPEG", quality=85)
    return file.getvalue()


def seed(count: int) -> tuple[int, str]:
    """A project over so many pictures, and the session of somebody who labels there."""
    from django.test import Client

    from labeling.services import projects, rounds
    from metadata.models import Identity
    from metadata.services import accounts, assets, datasets, imports

    person = accounts.create_identity("bench@example.org", "Bench", is_admin=True)
    dataset = datasets.create_dataset(name="Pets", description="", fields=[], by=person.agent_id)
    lines = "".join(
        json.dumps({"key": f"p{n}", "parts": [{"role": "image", "sha256": assets.store(picture(n)).sha256}]})
        + "\n"
        for n in range(count)
    )
    batch = imports.open_batch(dataset.pk, name="Pets", by=person.agent_id)
    imports.import_lines(dataset.pk, iter([lines.encode()]), format="jsonl", batch=batch, by=person.agent_id)
    question: dict[str, Any] = {
        "key": "pet",
        "prompt": "Which pet?",
        "label_type": "choice",
        "spec": {"classes": CLASSES},
    }
    project = projects.create_project(
        dataset_id=dataset.pk, name="Pets", questions=[question], by=person.agent_id
    )
    rounds.open_round(project.pk, name="All", places_per_task=1, by=person.agent_id)
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(Identity.objects.get(pk=person.pk))
    return project.pk, browser.cookies["sessionid"].value


@contextmanager
def served(own: OwnDatabase) -> Iterator[tuple[int, int]]:
    """The web server as it runs in production: its process, and its port."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    port = free_port()
    with (own.data / "web.log").open("wb") as log:
        web = subprocess.Popen(
            [sys.executable, "-m", "labeling.config.launcher.web"],
            cwd=ROOT, env={**os.environ, "CONCORD_PORT": str(port)}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        answering(port)
        yield web.pid, port
    finally:
        web.send_signal(signal.SIGTERM)
        web.wait(20)


def opened(context: Any, address: str, count: int, *, empty_cache: bool) -> tuple[float, float]:
    """Milliseconds until the first picture, and until all of them."""
    page = context.new_page()
    if empty_cache:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.add_init_script(f"({WATCH})({count})")
    page.goto(address)
    page.wait_for_function("() => window.allPictures", timeout=WITHIN_MS)
    first, last = page.evaluate("[window.firstPicture, window.allPictures]")
    page.close()
    return float(first), float(last)


def measured(count: int, rounds: int) -> list[Measured]:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("No Chromium on this machine; CHROMIUM says where it is.")
    table = []
    with own_database(CONCORD_API_RATE="100000000/min") as own:
        project, session = seed(count)
        with served(own) as (web, port), sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            site = f"http://127.0.0.1:{port}"
            context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
            address = f"{site}/projects/{project}/grid/?size={count}"
            scenes = (("first time", 1, True), ("empty cache", rounds, True), ("again", rounds, False))
            for scene, repeats, empty_cache in scenes:
                with watched_pace() as pace:
                    before = cpu_seconds(web), cpu_seconds(own.server)
                    spans = [opened(context, address, count, empty_cache=empty_cache) for _ in range(repeats)]
                    after = cpu_seconds(web), cpu_seconds(own.server)
                web_ms, database_ms = (
                    round(1000 * (b - a) / repeats) for a, b in zip(before, after, strict=True)
                )
                firsts, lasts = zip(*spans, strict=True)
                medians = (round(statistics.median(firsts)), round(statistics.median(lasts)))
                table.append(Measured(scene, count, *medians, web_ms, database_ms, pace.ms))
            browser.close()
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="./concord bench grid", description="Measures the grid page.")
    parser.add_argument("--pictures", type=int, default=200, choices=(60, 120, 200))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    given = parser.parse_args()
    table = measured(given.pictures, given.rounds)
    if given.json:
        print(json.dumps([asdict(row) for row in table], indent=2))
        return
    print(f"{'scene':14}{'pictures':>9}{'first ms':>10}{'all ms':>8}{'web CPU':>9}{'db CPU':>8}{'pace':>7}")
    for row in table:
        print(
            f"{row.scene:14}{row.pictures:>9}{row.first_ms:>10}{row.all_ms:>8}{row.web_cpu_ms:>9}"
            f"{row.database_cpu_ms:>8}{row.pace_ms:>7}"
        )


if __name__ == "__main__":
    main()
