"""`./concord conventions`: transcripts and boxes, each in the documented shape, and what is refused."""

import json

import pytest

from tests.consistency.core.command.running import Console
from tests.consistency.core.sets import DATA

RULE = [
    "rule", "kind", "about", "convention", "forms", "places", "items", "follows_person", "p", "p_corrected", "ceiling",
    "reason", "labelers", "examples",
]  # fmt: skip
HABIT = ["labeler", "measure", "convention", "value", "ci", "pixels", "things", "p", "p_corrected", "reason"]


def spoken(items: int = 20) -> str:
    rows = ["item,worker,label"]
    for item in range(items):
        rows += [f'{item},ann,"Um, the weather {item}"', f'{item},bo,"Um... the weather {item}"']
    return "\n".join(rows) + "\n"


def drawn(items: int = 12) -> list[tuple[int, str, tuple[float, float, float, float]]]:
    """Three people; the third draws 10% larger."""
    rows = []
    for item in range(items):
        for column in range(3):
            x, y, side = 100.0 * column + item, 20.0 + item, 20.0 + 5 * column + item
            for who, extra in (("ann", 0.0), ("bo", 0.0), ("cy", 0.05 * side)):
                nudge = 0.1 * ((item + column + len(who)) % 3 - 1)
                rows.append(
                    (item, who, (x - extra + nudge, y - extra, x + side + extra + nudge, y + side + extra))
                )
    return rows


def test_a_style_of_writing_is_told_with_its_people(console: Console) -> None:
    told = console.json("conventions", console.file(spoken()))
    assert list(told) == [
        "kind", "n_items", "n_labelers", "n_answers", "left_out", "word_error_rate", "other_words", "missed_words", "rules",
    ]  # fmt: skip
    (rule,) = told["rules"]
    assert list(rule) == RULE
    assert set(rule["rule"].split(" ↔ ")) == {"Um,", "Um..."}
    assert (rule["kind"], rule["about"], rule["convention"]) == ("punctuation", "after a hesitation", True)
    assert rule["labelers"][0] == {
        "labeler": "ann",
        "used": {",": 20, "...": 0},
        "disputed": {",": 20, "...": 0},
    }
    assert rule["follows_person"] == pytest.approx(1)
    assert rule["ceiling"] == 0.5
    assert rule["examples"][0] == {"item": "0", "written": {"ann": "Um,", "bo": "Um..."}}
    rates = told["word_error_rate"]
    assert rates["raw"]["value"] == 0.25
    assert rates["normalized"]["value"] == rates["conventions_apart"]["value"] == 0


def test_people_read_the_rule(console: Console) -> None:
    code, out, _ = console.run("conventions", console.file(spoken()))
    assert code == 0
    assert "punctuation: after a hesitation, 20 places" in out
    assert "follows the person: 1.00 of 1" in out


def test_real_transcripts_are_answered(console: Console) -> None:
    told = console.json("conventions", DATA / "crowdwsa_t1" / "labels.csv", "--duplicates", "latest")
    assert told["word_error_rate"]["raw"]["value"] > told["word_error_rate"]["normalized"]["value"]
    assert told["left_out"]["repeated_answers"] == 118
    assert {rule["about"] for rule in told["rules"] if rule["convention"]} == {"at the end", "short forms"}


def as_rows(names: str) -> str:
    return f"item,worker,{names}\n" + "".join(f"{i},{w},{','.join(map(str, box))}\n" for i, w, box in drawn())


def as_json(sized: bool) -> str:
    answers: dict[tuple[int, str], list[object]] = {}
    for item, who, (x0, y0, x1, y1) in drawn():
        box: object = {"bbox": [x0, y0, x1 - x0, y1 - y0]} if sized else [x0, y0, x1, y1]
        answers.setdefault((item, who), []).append(box)
    rows = [f"{item}\t{who}\t{json.dumps(boxes)}" for (item, who), boxes in answers.items()]
    return "item\tworker\tlabel\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    "text", [as_rows("x0,y0,x1,y1"), as_rows("XMin,YMin,XMax,YMax"), as_json(True), as_json(False)]
)
def test_boxes_are_read_from_columns_and_from_json(console: Console, text: str) -> None:
    told = console.json("conventions", console.file(text))
    assert list(told) == [
        "kind", "n_items", "n_labelers", "n_boxes", "left_out", "things", "missed", "other_class", "habits",
        "smallest_drawn",
    ]  # fmt: skip
    assert (told["kind"], told["n_items"], told["n_boxes"], told["things"]) == ("boxes", 12, 108, 36)
    found = [habit for habit in told["habits"] if habit["convention"]]
    assert [(habit["labeler"], habit["measure"]) for habit in found] == [("cy", "looseness")]
    assert list(found[0]) == HABIT
    assert found[0]["value"] == pytest.approx(0.1, abs=0.01)
    assert set(told["smallest_drawn"]) == {"ann", "bo", "cy"}


def test_people_read_who_draws_how(console: Console) -> None:
    code, out, _ = console.run("conventions", console.file(as_rows("x0,y0,x1,y1")))
    assert code == 0
    assert "looseness: who draws larger (+) or tighter (-) boxes than the others" in out


def test_a_row_without_edges_is_an_answer(console: Console) -> None:
    told = console.json("conventions", console.file("item,worker,x,y,w,h\n1,a,0,0,5,5\n1,b,,,,\n"))
    assert (told["n_labelers"], told["n_boxes"], told["missed"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("item,worker,x0,y0,x1,y1\n1,a,0,0,five,5\n", [], "x1: row 1 holds 'five', a finite number expected"),
        (
            "item,worker,x0,y0,x1,y1\n1,a,0,0,5,5\n1,a,9,9,9,12\n",
            [],
            "row 2: a box wider and higher than 0 expected",
        ),
        ("item,worker,x0,y0,x1,y1\n1,,0,0,5,5\n", [], "worker: row 1 is empty"),
        (
            "item,worker,label\n1,a,cat\n",
            ["--kind", "boxes"],
            "neither columns of edges nor JSON lists of boxes",
        ),
        ("item,worker,label\n1,a,x\n1,a,y\n", [], "row 2"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    console: Console, text: str, arguments: list[str], message: str
) -> None:
    code, out, err = console.run("conventions", console.file(text), *arguments)
    assert (code, out) == (1, "")
    assert message in err


def test_text_that_looks_like_a_list_is_text(console: Console) -> None:
    told = console.json("conventions", console.file("item,worker,label\n1,a,[noise] yes\n1,b,yes\n"))
    assert told["kind"] == "text"
    assert [rule["about"] for rule in told["rules"]] == ["tags"]


def test_transcripts_are_merged_by_the_command(console: Console) -> None:
    told = console.json(
        "aggregate",
        console.file("item,worker,label\n1,a,the cat\n1,b,The cat.\n1,c,a cat\n"),
        "--method",
        "rover",
    )
    assert told["items"] == [
        {
            "item": "1",
            "label": "the cat",
            "tied": [],
            "confidence": pytest.approx(5 / 6),
            "votes": 3,
            "even_places": 0,
        }
    ]
    assert [row["word_error_rate"] for row in told["labelers"]] == [0.0, 0.0, 0.5]


def test_the_command_takes_the_language(console: Console) -> None:
    rows = "".join(f"{i},a,euh vingt chats\n{i},b,20 chats\n" for i in range(20))
    file = console.file(f"item,worker,label\n{rows}")
    kinds = {
        language: {
            rule["kind"]
            for rule in console.json("conventions", file, "--language", language)["rules"]
            if rule["convention"]
        }
        for language in ("en", "fr")
    }
    assert kinds["fr"] >= {"filler", "numbers"}
    assert "numbers" not in kinds["en"]
    code, _, err = console.run("conventions", file, "--language", "xx")
    assert (code, "invalid choice" in err) == (2, True)
