"""Hands for somebody at a page of Concord: signing in, dropping files, labeling by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.harness.pages import PageSeen
    from tests.e2e.harness.scene import Scene

PASSWORD = "a few quiet words"
TOP_LEFT = """() => {
    const picture = document.querySelector('.picture');
    if (!picture || !picture.complete || !picture.naturalWidth) return null;
    const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    return [...context.getImageData(4, 4, 1, 1).data].slice(0, 3);
}"""


class Person:
    """A browser of one's own, with what went wrong in it."""

    def __init__(self, browser: Any, url: str, **context: Any) -> None:
        self.url = url
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "response",
            lambda answer: (
                self.errors.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
            ),
        )

    def open(self, path: str) -> Any:
        self.page.goto(self.url + path)
        return self.page

    def come_in(self, link: str, name: str, email: str | None = None) -> None:
        """Use a one-time link: say who one is (or what is there already), choose a password, arrive.

        A new admin arrives where one chooses what to look at first, everybody else at home.
        """
        self.page.goto(link)
        if self.page.locator("[name=name]").count():
            if name:
                self.page.fill("[name=name]", name)
            self.page.fill("[name=password]", PASSWORD)
        if email is not None:
            self.page.fill("[name=email]", email)
        self.press_button("main form button.primary")
        assert self.page.url in (f"{self.url}/", f"{self.url}/first-run/")

    def look_at(self, page: PageSeen, scene: Scene) -> int:
        """Open a page and wait until it is complete and at rest; its status."""
        answer = self.page.goto(self.url + page.address(scene))
        self.page.wait_for_selector(page.ready)
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.fonts.ready")
        return int(answer.status)

    def press_button(self, selector: str) -> None:
        """Click, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def drop(self, paths: Sequence[Path]) -> None:
        """Drag files or folders from outside the browser onto the page's drop zone, as a hand does."""
        box = self.page.locator(".drop").bounding_box()
        session = self.context.new_cdp_session(self.page)
        what = {
            "x": box["x"] + box["width"] / 2,
            "y": box["y"] + box["height"] / 2,
            "data": {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1},
        }
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, **what})
        self.page.wait_for_selector(".filelist li")
        session.detach()

    def color_shown(self) -> tuple[int, int, int] | None:
        """The color in the picture's corner, as it is on the screen; None while there is none."""
        seen = self.page.evaluate(TOP_LEFT)
        return (int(seen[0]), int(seen[1]), int(seen[2])) if seen else None

    def close(self) -> None:
        self.context.close()
        assert self.errors == []


def signed_in(browser: Any, scene: Scene) -> dict[str, Any]:
    """The cookies of everybody in the scene, by role, once they have used their links; nobody has none."""
    states: dict[str, Any] = {"": None}
    for role, link in scene.links.items():
        if role == "newcomer":
            continue
        person = Person(browser, scene.url)
        person.come_in(link, "")
        states[role] = person.context.storage_state()
        person.close()
    worker = Person(browser, scene.url)
    worker.open(f"/crowd/{scene.study.slug}/?PROLIFIC_PID=5f1c9a0b&STUDY_ID=s1")
    worker.press_button("main form button.primary")
    worker.page.wait_for_selector(".msg")
    states["worker"] = worker.context.storage_state()
    worker.close()
    return states


def until(true: Callable[[], bool], page: Any, *, within_s: float = 30.0, what: str = "") -> None:
    """Wait by the page's own clock, so that what it does goes on meanwhile."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"it did not come about in {within_s:g} s: {what}"
        page.wait_for_timeout(50)
