"""The table of who may do what, read from permissions.txt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.api.calls import Operation
from tests.api.world import ROLES

TABLE: Final = Path(__file__).parent / "permissions.txt"
COLUMNS: Final = ("anonymous", *ROLES)


@dataclass(frozen=True)
class Row:
    """What everybody gets for one operation; a set of texts as the table has them."""

    operation: Operation
    scope: str
    own: dict[str, str]
    foreign_admin: str
    foreign: str

    def allowed(self, *wanted: str) -> str:
        """The first of these roles that may do it, else the first who may at all."""
        return next(role for role in (*wanted, *ROLES) if self.own[role][0] in "23")


def rows_of(text: str) -> list[Row]:
    rows = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        method, address, scope, *cells = line.split()
        if len(cells) != len(COLUMNS) + 2:
            raise ValueError(
                f"{method} {address}: {len(cells)} columns of statuses, {len(COLUMNS) + 2} wanted"
            )
        own = dict(zip(COLUMNS, cells, strict=False))
        rows.append(Row(Operation(method, address), scope, own, cells[-2], cells[-1]))
    return rows


ROWS: Final = rows_of(TABLE.read_text(encoding="utf-8"))
API: Final = [row for row in ROWS if row.scope != "-"]
