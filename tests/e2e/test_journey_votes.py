"""Somebody new has votes in a file, and wants to know within a minute how far they agree."""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person
from tests.e2e.harness.statistics import nominal_alpha

pytestmark = MARKS

# 8,000 real votes on 800 pairs of sentences by 164 people; see its README.
VOTES = Path(__file__).parents[1] / "data" / "rte" / "labels.csv"


def test_a_dropped_file_of_votes_shows_its_agreement_within_a_minute(
    browser: Any, concord: Concord, capsys: pytest.CaptureFixture[str]
) -> None:
    link = concord.new_account("new@votes.example", "--admin")
    began = time.monotonic()
    person = Person(browser, concord.url)
    person.come_in(link, "Noor")
    page = person.open("/votes/")
    person.drop([VOTES])
    person.press_button("form[data-drop] button.primary")
    page.wait_for_url("**/agreement/", timeout=60_000)
    shown = page.locator("#figures .headline .value").inner_text()
    seconds = time.monotonic() - began
    with capsys.disabled():
        sys.stdout.write(f"\nFrom the sign-in link to the agreement of 8,000 votes: {seconds:.1f} s\n")

    votes: dict[str, list[str]] = {}
    with VOTES.open(newline="") as file:
        for row in csv.DictReader(file):
            votes.setdefault(row["item"], []).append(row["label"])
    assert shown == f"{nominal_alpha(votes):.2f}"
    assert "8,000 answers on 800 items" in page.locator("#figures").inner_text()
    assert seconds < 60
    person.close()
