"""Votes that already exist, as JSON Lines: `{"item": "17", "worker": "ann", "label": "scratch"}`."""

from collections.abc import Iterable, Iterator

import msgspec

from labeling.interchange.lines import LONGEST_LINE, LineError, UnreadableFile, numbered_lines
from labeling.interchange.votes import VoteColumns, VoteRow, recognized_columns, unusable
from metadata.kernel.canonical import canonical_json
from metadata.kernel.json_guard import InvalidJson, Json, guard_json

_decoded = msgspec.json.Decoder().decode


def read_votes(
    chunks: Iterable[bytes], *, columns: VoteColumns | None = None, longest_line: int = LONGEST_LINE
) -> Iterator[VoteRow | LineError]:
    """One VoteRow or LineError a line, in order. Names may differ from line to line, as they do in real files.

    >>> next(read_votes([b'{"id": 17, "user": "ann", "answer": true}']))
    VoteRow(line=1, item='17', worker='ann', label='true', extra={})
    """
    for entry in numbered_lines(chunks, longest=longest_line):
        if isinstance(entry, LineError):
            yield entry
            continue
        number, line = entry
        if not line or line.isspace():
            continue
        try:
            record = _decoded(line)
            guard_json(record, max_bytes=longest_line)
        except InvalidJson as error:
            path, reason = next(iter(error.fields.items()))
            yield LineError(number, path.removeprefix("$").removeprefix("."), "invalid_json", reason)
            continue
        except UnicodeDecodeError:
            yield LineError(number, "", "not_utf8", "is not UTF-8")
            continue
        except (msgspec.DecodeError, RecursionError) as error:
            yield LineError(number, "", "not_json", str(error))
            continue
        yield _vote(number, record, columns)


def _vote(number: int, record: Json, columns: VoteColumns | None) -> VoteRow | LineError:
    if not isinstance(record, dict):
        return LineError(number, "", "not_an_object", "must be an object")
    try:
        chosen = recognized_columns(tuple(record)) if columns is None else columns
    except UnreadableFile as error:
        what, reason = next(iter(error.fields.items()))
        return LineError(number, what, "missing", reason)
    named: dict[str, str] = {}
    for what, name in (("item", chosen.item), ("worker", chosen.worker), ("label", chosen.label)):
        raw = record.pop(name, None)
        if raw is None or isinstance(raw, dict | list):
            code = "missing" if raw is None else "invalid_value"
            return LineError(number, name, code, "must be a text, a number or true or false")
        named[what] = written(raw).strip()
        reason = unusable(what, named[what])
        if reason:
            return LineError(number, name, "missing" if reason == "is empty" else "too_long", reason)
    extra = {name: written(raw) for name, raw in record.items() if raw is not None}
    return VoteRow(number, named["item"], named["worker"], named["label"], extra)


def written(raw: Json) -> str:
    """A JSON value as the text a CSV would have held.

    >>> written(1.0), written(False), written("x"), written([1])
    ('1', 'false', 'x', '[1]')
    """
    return raw if isinstance(raw, str) else canonical_json(raw).decode("utf-8")
