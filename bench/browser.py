"""How much CPU a page of the item browser takes: `./concord bench browser [--items 100000]`, as JSON.

The page as a browser gets it, and the query alone; the database's CPU apart from the web process's.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.harness.database import own_database
from bench.harness.pace import watched_pace
from bench.imports import lines


def measure(count: int) -> None:
    from django.db import connection
    from django.test import Client

    from labeling.web.listing import FIELD
    from metadata.models import Identity
    from metadata.selectors.items import item_page
    from metadata.services import accounts, datasets, imports, items

    fields: list[object] = [{"name": "channel", "kind": "choice", "choices": ["mail", "chat"]}]
    dataset = datasets.create_dataset(name="Browser", description="", fields=fields, by=None)
    batch = imports.open_batch(dataset.pk, name="bench", by=None)
    imports.import_lines(dataset.pk, lines(count), format="jsonl", batch=batch, by=None)
    after = 0
    while ids := items.unindexed(dataset.pk, after=after):
        items.index_words(ids)
        after = ids[-1]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE metadata_item, metadata_facet, metadata_part")
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()

    def server_s() -> float:
        used = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    middle = item_page(dataset.pk, size=1).rows[0].id + count // 2
    from metadata.kernel.paging import encode_cursor

    cases: dict[str, dict[str, Any]] = {
        "no filter": {},
        "deep page": {"cursor": encode_cursor([middle])},
        "field": {"fields": {"channel": "mail"}},
        "common word": {"words": "parcel"},
        "rare word": {"words": f"m{count - 7}"},
        "word and field": {"words": "cour", "fields": {"channel": "chat"}},
        "nothing found": {"words": "nowhere", "fields": {"channel": "chat"}},
    }
    admin = accounts.create_identity("bench@example.org", "Bench", is_admin=True)
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(Identity.objects.get(pk=admin.pk))
    address = f"/datasets/{dataset.pk}/items/"

    def cpu(work: Callable[[], object], repeats: int = 50) -> dict[str, float]:
        work()
        server, web = server_s(), time.process_time()
        for _ in range(repeats):
            work()
        return {
            "database_ms": round((server_s() - server) / repeats * 1000, 2),
            "web_ms": round((time.process_time() - web) / repeats * 1000, 2),
        }

    def shown(query: dict[str, str]) -> None:
        answer = browser.get(address, query)
        assert answer.status_code == 200, answer.status_code

    pages: dict[str, dict[str, str]] = {
        "first page": {},
        "field": {FIELD + "channel": "mail"},
        "common word": {"q": "parcel"},
        "rare word": {"q": f"m{count - 7}"},
    }
    with watched_pace() as pace:
        measured = {
            "items": count,
            "pages": {name: cpu(partial(shown, query)) for name, query in pages.items()},
            "queries": {name: cpu(partial(item_page, dataset.pk, **case)) for name, case in cases.items()},
        }
    print(json.dumps({**measured, "pace_ms": pace.ms}, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(prog="./concord bench browser", description="Measures the item browser.")
    parser.add_argument("--items", type=int, default=100_000)
    given = parser.parse_args()
    with own_database():
        measure(given.items)


if __name__ == "__main__":
    main()
