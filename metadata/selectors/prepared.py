"""Runs the statements of the labeler's loop prepared, on psycopg's own cursor: planning costs as much as running."""

from collections.abc import Mapping
from typing import Any, LiteralString

from django.db import connection
from psycopg import Cursor
from psycopg.rows import dict_row

ONLY_WHEN_ASKED = 2**31


def rows(sql: LiteralString, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All rows of one prepared statement, inside whatever transaction Django has open.

    Goes through Django's statement hooks, so that query counts see it.
    """
    connection.ensure_connection()
    raw = connection.connection
    assert raw is not None
    if raw.prepare_threshold is None:
        raw.prepare_threshold = ONLY_WHEN_ASKED  # Django switches preparing off altogether

    def run(query: Any, arguments: Any, many: bool, context: Any) -> list[dict[str, Any]]:
        with Cursor(raw, row_factory=dict_row) as cursor:
            cursor.execute(query, arguments, prepare=True)
            answered = cursor.pgresult is not None and cursor.pgresult.nfields > 0
            return cursor.fetchall() if answered else []

    for wrapper in reversed(connection.execute_wrappers):
        run = _wrapped(wrapper, run)
    return run(sql, params, False, {"connection": connection, "cursor": None})


def _wrapped(wrapper: Any, inner: Any) -> Any:
    return lambda query, arguments, many, context: wrapper(inner, query, arguments, many, context)
