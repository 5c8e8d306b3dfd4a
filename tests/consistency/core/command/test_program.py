"""What holds for every command: exit codes, refusals that name column and row, and no framework behind it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from consistency.core.command.agreement import KINDS
from consistency.core.command.breakdown import GROUPED, PLAIN
from consistency.core.command.names import COMMANDS
from tests.consistency.core.command.running import Console

VOTES = "item,worker,label\n1,a,x\n1,b,x\n2,a,y\n2,b,x\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(console: Console, name: str) -> None:
    code, out, _ = console.run(name, "--help")
    assert code == 0
    assert f"./concord {name}" in out
    assert "--json" in out


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_ends_with_2(console: Console, name: str) -> None:
    assert console.run(name, console.file(VOTES), "--nonsense")[0] == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_not_there_ends_with_1_and_is_named(console: Console, name: str) -> None:
    code, out, err = console.run(name, console.directory / "gone.csv")
    assert (code, out) == (1, "")
    assert "gone.csv: No such file" in err


@pytest.mark.parametrize("name", COMMANDS)
def test_repeated_answers_are_refused_naming_their_rows(console: Console, name: str) -> None:
    code, out, err = console.run(name, console.file(VOTES + "1,a,y\n2,b,y\n"))
    assert (code, out) == (1, "")
    assert "2 answers repeat" in err
    assert "row 5 (line 6) repeats row 1 (line 2) (item 1, worker a)" in err
    assert "row 6 (line 7) repeats row 4 (line 5) (item 2, worker b)" in err


def test_nothing_heavy_is_imported_for_a_small_file(tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    file.write_text(VOTES)
    for name in COMMANDS:
        code = (
            f"import sys; from consistency.core.command.program import run; run({name!r}, [{str(file)!r}]);"
            "print(sorted({m if m.startswith(('labeling.', 'numpy.random', 'consistency.core.command.')) else m.partition('.')[0] for m in sys.modules}), file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
        )
        for heavy in ("django", "celery", "psycopg", "scipy", "sklearn", "pyarrow"):
            assert f"'{heavy}'" not in done.stderr, (name, heavy)
        if name == "agreement":
            assert not {"'numpy.random'", "'consistency.core.command.breakdown'"} & set(
                re.findall(r"'[\w.]+'", done.stderr)
            )
        ours = set(re.findall(r"'(labeling\.\w+)", done.stderr))
        assert ours <= {"labeling.label_types"}, (name, ours)


def test_breakdowns_that_may_be_asked_for_are_the_ones_there_are() -> None:
    assert set(KINDS) == {*PLAIN, *GROUPED}
