"""What the browser tests share: a browser for each file, and one whole Concord with the demo for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.harness.chromium import chromium
from tests.e2e.harness.concord import Concord


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A file's own: while Playwright runs, Django takes this thread for an asynchronous one."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def concord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Concord]:
    with Concord(tmp_path_factory.mktemp("concord") / "data", demo=True) as running:
        yield running
