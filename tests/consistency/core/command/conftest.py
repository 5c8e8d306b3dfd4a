from pathlib import Path

import pytest

from tests.consistency.core.command.running import Console


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Console:
    return Console(capsys, tmp_path)
