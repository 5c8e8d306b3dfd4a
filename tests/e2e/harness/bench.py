"""A label page in a browser, and hands for it."""

from __future__ import annotations

from typing import Any

from tests.e2e.harness.desk_server import DONE_BEFORE, DeskServer, DeskState


class Bench:
    """A page on a desk, and hands for it."""

    def __init__(self, browser: Any, state: DeskState, **context: Any) -> None:
        self.server = DeskServer(state).start()
        self.state = state
        self.context = browser.new_context(**{"viewport": {"width": 1200, "height": 800}, **context})
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.open()

    def open(self) -> None:
        self.page.goto(self.server.url)
        self.page.wait_for_selector(".viewer, .msg, .clipcard, .empty.fill")

    def close(self) -> None:
        self.context.close()
        self.server.stop()
        assert self.errors == []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the picture is on the screen."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        box = self.page.locator(".picture").bounding_box()
        width, height = self.state.size
        return box["x"] + box["width"] * x / width, box["y"] + box["height"] * y / height

    def drag(self, x0: float, y0: float, x1: float, y1: float) -> None:
        mouse = self.page.mouse
        mouse.move(*self.at(x0, y0))
        mouse.down()
        mouse.move(*self.at((x0 + x1) / 2, (y0 + y1) / 2))
        mouse.move(*self.at(x1, y1))
        mouse.up()

    def heard(self) -> str:
        return str(self.page.locator("#status").inner_text()).replace("\u00a0", "")

    def wait_received(self, count: int) -> list[dict[str, Any]]:
        for _ in range(100):
            if len(self.state.received) >= count:
                break
            self.page.wait_for_timeout(50)
        assert len(self.state.received) == count
        return self.state.received

    def wait_skipped(self) -> list[dict[str, Any]]:
        for _ in range(100):
            if self.state.skipped:
                break
            self.page.wait_for_timeout(50)
        return self.state.skipped

    def wait_shown(self, number: int) -> None:
        """Until the so-manieth item of this sitting is on the page: what is pressed before it belongs to none."""
        shown = f"Item {DONE_BEFORE + number} of"
        for _ in range(100):
            if shown in self.heard():
                break
            self.page.wait_for_timeout(50)
        assert shown in self.heard()

    def elements(self, index: int = -1) -> list[dict[str, Any]]:
        return list(self.state.received[index]["answers"]["damage"]["elements"])

    def submit(self) -> list[dict[str, Any]]:
        count = len(self.state.received) + 1
        self.press("Enter")
        self.wait_received(count)
        return self.elements()
