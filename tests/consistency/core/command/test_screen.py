"""What people see while they wait, and what scripts read."""

import io
import json
import time

import numpy as np
import pytest

from consistency.core.command import screen as module
from consistency.core.command.screen import Screen


def test_long_work_tells_its_stage_beside_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.01)
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(out, err, as_json=True)
    with screen.watched(), screen.stage("fitting mace"):
        screen.counting("iteration")(1234)
        time.sleep(0.2)
    assert "fitting mace, iteration 1,234" in err.getvalue()
    assert out.getvalue() == ""


def test_short_work_says_nothing() -> None:
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(out, err, as_json=False)
    with screen.watched(), screen.stage("reading"):
        screen.say("done")
    assert (out.getvalue(), err.getvalue()) == ("done\n", "")


def test_the_answer_is_one_strict_json_object_whatever_it_holds() -> None:
    out = io.StringIO()
    screen = Screen(out, io.StringIO(), as_json=True)
    rows = ({"item": str(at), "value": value} for at, value in enumerate([1.5, float("nan")]))
    screen.answer({"name": "\u65e5\u672c", "n": np.int64(3), "rows": rows, "none": iter(())})
    assert json.loads(out.getvalue(), parse_constant=pytest.fail) == {
        "name": "日本",
        "n": 3,
        "rows": [{"item": "0", "value": 1.5}, {"item": "1", "value": None}],
        "none": [],
    }
