"""Accepted answers out, as CSV: one item a row, its declared fields, and three columns a question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from labeling.interchange.csv_table import written_table
from metadata.kernel.canonical import canonical_json
from metadata.kernel.fields import FieldValue


class AnsweredItem(msgspec.Struct, frozen=True):
    """An item and, by question key, (answer as people read it, confidence, number of independent votes)."""

    key: str
    fields: Mapping[str, FieldValue]
    answers: Mapping[str, tuple[object, float | None, int]]


def written_answers(
    items: Iterable[AnsweredItem], *, fields: Sequence[str], questions: Sequence[str]
) -> Iterator[bytes]:
    """Columns `key`, `field.<name>`…, and `<question>`, `<question>.confidence`, `<question>.votes`.

    An answer that is not a plain value (boxes) stands in its cell as canonical JSON; no answer leaves it empty.
    """
    columns = ["key", *(f"field.{name}" for name in fields)]
    for question in questions:
        columns += [question, f"{question}.confidence", f"{question}.votes"]
    return written_table(columns, (_row(item, fields, questions) for item in items))


def _row(
    item: AnsweredItem, fields: Sequence[str], questions: Sequence[str]
) -> Iterator[str | int | float | bool | None]:
    yield item.key
    for name in fields:
        yield item.fields.get(name)
    for question in questions:
        value, confidence, votes = item.answers.get(question, (None, None, 0))
        is_plain = value is None or isinstance(value, str | int | float | bool)
        yield value if is_plain else canonical_json(value).decode("utf-8")  # type: ignore[misc]
        yield confidence
        yield votes
