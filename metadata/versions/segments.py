"""Frozen rows as Parquet: a base, and small deltas over it. Written and read as streams.

The same rows give the same bytes with the same release of pyarrow: no time, host or path goes into a file. Compare
versions by their digest, never by their files.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from metadata.versions.rows import LEAF_BYTES, Row

ROWS_A_GROUP: Final = 20_000
BYTES_A_GROUP: Final = 8 * 2**20
_FORMAT: Final = b"concord segment 1"

SCHEMA: Final = pa.schema(
    [
        pa.field("kind", pa.int16(), nullable=False),
        pa.field("subject", pa.int64(), nullable=False),
        pa.field("facet", pa.int64(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("leaf", pa.binary(LEAF_BYTES), nullable=False),
        pa.field("content", pa.string(), nullable=False),
    ],
    metadata={b"format": _FORMAT},
)


class RowsOutOfOrder(ValueError):
    """Rows of a segment ascend by kind, subject and facet, each named once."""


class NotASegment(ValueError):
    """The file is not a segment this release can read."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What was written."""

    rows: int
    groups: int


def write_segment(sink: IO[bytes], rows: Iterable[Row], *, rows_a_group: int = ROWS_A_GROUP) -> Segment:
    """Write rows, ascending by their keys, as one Parquet file; holds one row group at a time."""
    count = groups = 0
    with pq.ParquetWriter(
        sink, SCHEMA, compression="zstd", compression_level=3, use_dictionary=["kind", "facet"], version="2.6"
    ) as writer:
        for group in _groups(_ascending(rows), rows_a_group):
            columns = [[getattr(row, name) for row in group] for name in SCHEMA.names]
            writer.write_table(pa.table(columns, schema=SCHEMA))
            count += len(group)
            groups += 1
    return Segment(count, groups)


def _ascending(rows: Iterable[Row]) -> Iterator[Row]:
    previous: tuple[int, int, int] | None = None
    for row in rows:
        if previous is not None and row.key <= previous:
            raise RowsOutOfOrder(f"rows: {row.key} comes after {previous}")
        previous = row.key
        yield row


def _groups(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    group: list[Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row.content) + 64
        if len(group) >= most or size >= BYTES_A_GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def segment_rows(source: IO[bytes], *, batch: int = 2_000) -> Iterator[Row]:
    """The rows of one segment, in order, a batch in memory at a time."""
    try:
        file = pq.ParquetFile(source, pre_buffer=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise NotASegment(str(error)) from None
    if (file.schema_arrow.metadata or {}).get(
        b"format"
    ) != _FORMAT or file.schema_arrow.names != SCHEMA.names:
        raise NotASegment("source: another format, or a newer release's")
    for piece in file.iter_batches(batch_size=batch, use_threads=False):
        for values in zip(*(piece.column(name).to_pylist() for name in SCHEMA.names), strict=True):
            yield Row(*values)


def merged_rows(segments: Sequence[Iterable[Row]]) -> Iterator[Row]:
    """What holds after a base and its deltas, oldest first: the newest row of each key, without those gone."""
    in_order = heapq.merge(*(_aged(rows, age) for age, rows in enumerate(segments)), key=_key_then_newest)
    for _, same in groupby(in_order, key=lambda aged: aged[1].key):
        newest = next(same)[1]
        if newest.content:
            yield newest


def _aged(rows: Iterable[Row], age: int) -> Iterator[tuple[int, Row]]:
    return ((age, row) for row in rows)


def _key_then_newest(aged: tuple[int, Row]) -> tuple[tuple[int, int, int], int]:
    return aged[1].key, -aged[0]


def gone(row: Row) -> Row:
    """The row of a delta that takes a member out."""
    return replace(row, content="")


def rewritten_rows(rows: Iterable[Row], changed: Callable[[Row], str | None]) -> Iterator[Row]:
    """Rows with other content under the same leaf: how a person's words are erased and the digest stays.

    `changed` gives the new canonical content of a row, or None to keep it.
    """
    for row in rows:
        content = changed(row)
        yield row if content is None else replace(row, content=content)
