"""Votes that already exist, as CSV with columns item, worker and label, by whatever names people give them."""

from collections.abc import Iterable, Iterator

from labeling.interchange.csv_table import Table, unquoted_formula
from labeling.interchange.lines import LONGEST_LINE, LineError, UnreadableFile
from labeling.interchange.votes import VoteColumns, VoteRow, recognized_columns, unusable


def read_votes(
    chunks: Iterable[bytes], *, columns: VoteColumns | None = None, longest_line: int = LONGEST_LINE
) -> Iterator[VoteRow | LineError]:
    """One VoteRow or LineError a record, in order. A repeated (item, worker) is given again: the caller decides.

    >>> next(read_votes([b"task,annotator,answer,seconds\\n17,ann,scratch,4\\n"]))
    VoteRow(line=2, item='17', worker='ann', label='scratch', extra={'seconds': '4'})
    """
    table = Table(chunks, longest_line=longest_line)
    chosen = recognized_columns(table.columns) if columns is None else columns
    for name in (chosen.item, chosen.worker, chosen.label):
        if name not in table.columns:
            raise UnreadableFile(fields={name: "there is no such column"})
    for record in table.records():
        if isinstance(record, LineError):
            yield record
            continue
        extra = record.cells
        item, worker, label = (extra.pop(name) for name in (chosen.item, chosen.worker, chosen.label))
        row = VoteRow(
            record.line,
            unquoted_formula(item.strip()),
            unquoted_formula(worker.strip()),
            unquoted_formula(label.strip()),
            extra,
        )
        yield _checked(row, chosen)


def _checked(row: VoteRow, columns: VoteColumns) -> VoteRow | LineError:
    for what, value in (("item", row.item), ("worker", row.worker), ("label", row.label)):
        reason = unusable(what, value)
        if reason:
            code = "missing" if reason == "is empty" else "too_long"
            return LineError(row.line, getattr(columns, what), code, reason)
    return row
