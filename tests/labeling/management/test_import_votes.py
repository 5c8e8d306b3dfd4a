"""`./concord import --votes` by the command behind it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from labeling.management.commands.import_votes import Command
from labeling.models import Project, Vote
from metadata.models import Dataset, Item

CSV = "item,worker,label\nm1,w1,spam\nm1,w2,ham\nm2,w1,ham\nm2,w2,\n"


def imported(path: Path, *more: str) -> tuple[dict[str, Any], str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_votes", str(path), "--json", *more, stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    file = tmp_path / "spam or not.csv"
    file.write_text(CSV)
    return file


def test_a_file_of_votes_becomes_a_project_named_like_it(db: None, votes: Path) -> None:
    done, _ = imported(votes)
    assert (done["items"], done["workers"], done["votes"], done["refused_lines"]) == (2, 2, 3, 1)
    assert [bad["line"] for bad in done["refused"]] == [5]
    assert Project.objects.get(pk=done["project"]).name == "spam or not"
    assert Vote.objects.filter(question_id=done["question"], current=True).count() == 3


def test_votes_on_a_datasets_own_items_are_about_those(db: None, votes: Path) -> None:
    first, _ = imported(votes)
    again, _ = imported(votes, "--dataset", "spam or not", "--project", "Second look")
    assert again["dataset"] == first["dataset"]
    assert Item.objects.count() == 2
    assert Project.objects.get(pk=again["project"]).name == "Second look"


def test_a_dataset_that_is_not_there_is_named_and_nothing_is_made(db: None, votes: Path) -> None:
    with pytest.raises(CommandError, match="no dataset Nowhere"):
        imported(votes, "--dataset", "Nowhere")
    assert not Dataset.objects.exists()


def test_lines_of_json_are_known_by_the_files_ending(db: None, tmp_path: Path) -> None:
    file = tmp_path / "votes.jsonl"
    file.write_text(
        '{"item": "a", "worker": "w1", "label": "x"}\n{"item": "a", "worker": "w2", "label": "y"}\n'
    )
    done, _ = imported(file)
    assert (done["votes"], done["classes"]) == (2, 2)


def test_without_json_the_counts_are_printed_and_bad_lines_said(db: None, votes: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_votes", str(votes), stdout=out, stderr=err)
    assert "votes 3" in out.getvalue()
    assert err.getvalue().startswith("line 5, label: ")


@pytest.mark.parametrize(
    ("lines", "said"), [("", "is empty"), ("item,worker,label\nm1,w1,\n", "no usable vote")]
)
def test_a_file_without_votes_is_refused_with_the_reason(
    db: None, tmp_path: Path, lines: str, said: str
) -> None:
    file = tmp_path / "votes.csv"
    file.write_text(lines)
    with pytest.raises(CommandError, match=said):
        imported(file)


def test_how_far_a_long_file_is_read_is_said_in_one_line_of_a_screen(db: None, tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("item,worker,label\n" + "".join(f"i{n // 2},w{n % 2},x\n" for n in range(10_000)))
    out, screen = io.StringIO(), Screen()
    call_command("import_votes", str(file), "--json", stdout=out, stderr=screen)
    assert "\r10,001 lines" in screen.getvalue()


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_help_names_the_command_that_was_typed() -> None:
    shown = Command().create_parser("manage.py", "import_votes").format_help()
    assert shown.startswith("usage: ./concord import --votes ")
    assert len(shown.splitlines()) < 25
