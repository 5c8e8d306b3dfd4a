"""What the browser tests share: a browser for each file, and one whole Concord with the demo for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.harness.bench import Bench
from tests.e2e.harness.chromium import chromium
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.desk_server import DeskState


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A file's own: while Playwright runs, Django takes this thread for an asynchronous one."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def concord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Concord]:
    with Concord(tmp_path_factory.mktemp("concord") / "data", demo=True) as running:
        yield running


@pytest.fixture
def bench(browser: Any) -> Iterator[Any]:
    opened: list[Bench] = []

    def make(state: DeskState | None = None, **context: Any) -> Bench:
        opened.append(Bench(browser, state or DeskState(), **context))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
