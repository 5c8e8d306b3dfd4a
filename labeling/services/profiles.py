"""Vote profiles: how many items carry exactly these votes. Submits append changes, a job folds them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

FOLD_AT_ONCE: Final = 20_000

# One statement: a reader sees either both the totals and what is gone, or neither.
_FOLD = """
WITH gone AS (
    DELETE FROM labeling_profiledelta WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM labeling_profiledelta ORDER BY ctid LIMIT %s FOR UPDATE SKIP LOCKED))
    RETURNING question_id, facet, codes, n
), net AS (
    SELECT question_id, facet, codes, sum(n) AS n FROM gone GROUP BY 1, 2, 3 HAVING sum(n) <> 0
), folded AS (
    INSERT INTO labeling_profile AS p (question_id, facet, codes, n)
    SELECT question_id, facet, codes, n FROM net ORDER BY 1, 2, 3
    ON CONFLICT (question_id, facet, codes) DO UPDATE SET n = p.n + excluded.n
)
SELECT count(*) FROM gone
"""

# A submit writes tally and delta in one transaction, so under one snapshot both sides count the same answers.
_DRIFT = """
WITH counted AS (
    SELECT facet, codes, count(*) AS n FROM (
        SELECT facet, item_id, array_agg(code ORDER BY code) AS codes
        FROM labeling_vote WHERE question_id = %(question)s AND current GROUP BY facet, item_id) items
    GROUP BY facet, codes
), kept AS (
    SELECT facet, codes, sum(n) AS n FROM (
        SELECT facet, codes, n FROM labeling_profile WHERE question_id = %(question)s
        UNION ALL SELECT facet, codes, n FROM labeling_profiledelta WHERE question_id = %(question)s) parts
    GROUP BY facet, codes HAVING sum(n) <> 0
)
SELECT facet, codes, coalesce(kept.n, 0)::bigint, coalesce(counted.n, 0)::bigint
FROM counted FULL JOIN kept USING (facet, codes)
WHERE counted.n IS DISTINCT FROM kept.n ORDER BY facet, codes
"""


@dataclass(frozen=True, slots=True)
class Drift:
    """A profile whose kept number is not what counting the votes gives: a defect."""

    facet: str
    codes: tuple[int, ...]
    kept: int
    counted: int


def fold_profiles(at_once: int = FOLD_AT_ONCE) -> int:
    """Folds waiting changes into the totals; how many. Two at a time take different ones."""
    folded = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FOLD, [at_once])
            (count,) = cursor.fetchone()
        folded += count
        if count < at_once:
            return int(folded)


def drop_empty_profiles() -> int:
    """Forgets profiles that no item carries any more; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM labeling_profile WHERE n = 0")
        return int(cursor.rowcount)


def recount(question_id: int) -> list[Drift]:
    """Where the live figures differ from counting the votes anew; empty, unless there is a defect."""
    with connection.cursor() as cursor:
        cursor.execute(_DRIFT, {"question": question_id})
        return [
            Drift(facet, tuple(codes), kept, counted) for facet, codes, kept, counted in cursor.fetchall()
        ]
