"""The numbers that items carry in their declared fields, as arrays for statistics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from metadata.models import Dataset

NUMERIC = ("integer", "number")


def numeric_fields(dataset_id: int, item_ids: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    """By declared numeric field, one number an item in the order given; nan where an item has none."""
    declared = Dataset.objects.values_list("fields", flat=True).get(pk=dataset_id)
    names = [field["name"] for field in declared if field["kind"] in NUMERIC]
    if not names or not item_ids:
        return {}
    # What is no number (a field declared anew since) is no value.
    column = "CASE jsonb_typeof(i.fields -> %s) WHEN 'number' THEN (i.fields ->> %s)::float8 END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([column] * len(names))}"
            " FROM unnest(%s::bigint[]) WITH ORDINALITY AS asked(id, at)"
            " JOIN metadata_item i ON i.id = asked.id ORDER BY asked.at",
            [*(name for name in names for _ in range(2)), list(item_ids)],
        )
        table = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, len(names))
    return {name: table[:, at] for at, name in enumerate(names)}
