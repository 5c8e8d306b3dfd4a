"""What was typed into the form of a question, and what it shows again."""

from typing import Any

import pytest
from django.http import QueryDict

from labeling.web.question_settings import fields_of, typed_settings


def typed(lines: str) -> Any:
    posted = QueryDict(mutable=True)
    posted.update({"relation-settings": "1", "relation-relations": lines})
    return typed_settings(posted, "relation", {}).get("relations")


def shown(relations: Any) -> str:
    return next(
        one.value for one in fields_of("relation", {"relations": relations}, {}) if one.name == "relations"
    )


RELATIONS = [
    {"name": "works for", "from": ["person"], "to": ["company", "club"]},
    {"name": "knows", "symmetric": True},
    {"name": "is part of"},
]


def test_relations_are_typed_a_line_each_and_shown_as_they_were_typed() -> None:
    lines = "works for | from person | to company; club\nknows | both ways\nis part of"
    assert typed(lines) == RELATIONS
    assert shown(RELATIONS) == lines


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("knows |  | Both ways ", {"name": "knows", "symmetric": True}),
        ("is in | from 3; 2 | to 1", {"name": "is in", "from": [3, 2], "to": [1]}),
        ("is in | person", {"name": "is in", "from": ["person"]}),
    ],
)
def test_blanks_numbers_and_what_is_no_side_are_read(line: str, read: dict[str, Any]) -> None:
    assert typed(line) == [read]


def test_no_line_is_no_relation() -> None:
    assert typed(" \n ") is None
