"""What the browser tests share: a browser for each file, and one whole Concord with the demo for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.e2e.harness.bench import Bench
from tests.e2e.harness.chromium import chromium
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.desk_server import DeskState
from tests.e2e.harness.people import signed_in
from tests.e2e.harness.scene import Scene, set_scene


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A file's own: while Playwright runs, Django takes this thread for an asynchronous one."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def concord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Concord]:
    with Concord(tmp_path_factory.mktemp("concord") / "data", demo=True) as running:
        yield running


@pytest.fixture(scope="package")
def scene(concord: Concord) -> Scene:
    """Set once: the people of a scene have addresses that nobody may take a second time."""
    return set_scene(concord)


@pytest.fixture(scope="package")
def states(scene: Scene) -> Mapping[str, Any]:
    """The cookies of everybody in the scene, by role: their links let them in only once. Its browser is closed again."""
    with chromium() as opened:
        return signed_in(opened, scene)


@pytest.fixture
def bench(browser: Any) -> Iterator[Any]:
    opened: list[Bench] = []

    def make(state: DeskState | None = None, **context: Any) -> Bench:
        opened.append(Bench(browser, state or DeskState(), **context))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
