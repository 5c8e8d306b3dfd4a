import csv
import io

from labeling.interchange.answers_csv import AnsweredItem, written_answers


def test_each_item_is_a_row_and_each_question_three_columns() -> None:
    items = [
        AnsweredItem(
            "m1",
            {"mm": 2.5, "note": "=x"},
            {"kind": ("damaged", 0.75, 4), "boxes": ({"elements": []}, None, 3)},
        ),
        AnsweredItem("m2", {}, {}),
    ]
    data = b"".join(written_answers(iter(items), fields=["mm", "note"], questions=["kind", "boxes"])).decode()
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert rows[0] == {
        "key": "m1",
        "field.mm": "2.5",
        "field.note": "'=x",
        "kind": "damaged",
        "kind.confidence": "0.75",
        "kind.votes": "4",
        "boxes": '{"elements":[]}',
        "boxes.confidence": "",
        "boxes.votes": "3",
    }
    assert (rows[1]["key"], rows[1]["kind"], rows[1]["kind.votes"]) == ("m2", "", "0")
