"""How much CPU a page of the item browser takes: `python -m bench.browser [items]`. Database and client apart."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

from bench.imports import lines


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labeling.config.settings")
    django.setup()
    from django.db import connection

    from metadata.selectors.items import item_page
    from metadata.services import datasets, imports, items

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

    cases = {
        "no filter": {},
        "deep page": {"cursor": encode_cursor([middle])},
        "field": {"fields": {"channel": "mail"}},
        "common word": {"words": "parcel"},
        "rare word": {"words": f"m{count - 7}"},
        "word and field": {"words": "cour", "fields": {"channel": "chat"}},
        "nothing found": {"words": "nowhere", "fields": {"channel": "chat"}},
    }
    repeats = 50
    shown = {}
    for name, case in cases.items():
        item_page(dataset.pk, **case)  # type: ignore[arg-type]
        server, client = server_s(), time.process_time()
        for _ in range(repeats):
            page = item_page(dataset.pk, **case)  # type: ignore[arg-type]
        shown[name] = {
            "rows": len(page.rows),
            "server_ms": round((server_s() - server) / repeats * 1000, 2),
            "client_ms": round((time.process_time() - client) / repeats * 1000, 2),
        }
    print(json.dumps({"items": count, "pages": shown}, indent=1))
    datasets.delete_now(dataset.pk)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
