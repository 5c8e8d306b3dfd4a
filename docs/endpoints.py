"""Write the table of endpoints in docs/reference/api.md anew from the addresses: `python docs/endpoints.py`.

What a row says is the summary of the operation in the OpenAPI schema; a sentence written by hand in the table is kept.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/api.md"
START, END = "<!-- endpoints -->", "<!-- /endpoints -->"
METHODS = ("get", "post", "put", "patch", "delete")


def operations() -> list[tuple[str, str, str]]:
    """Every (method, path, summary), by path and then by method."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labeling.config.settings")
    os.environ.setdefault("CONCORD_SECRET_KEY", secrets.token_urlsafe(48))
    import django

    django.setup()
    from django.urls import URLResolver, get_resolver
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator(api_version=None).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    told: dict[tuple[str, str], str] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            summary = operation.get("summary") or (operation.get("description") or "").split("\n")[0]
            told[method.upper(), path] = summary.strip()
    found: list[tuple[str, str, str]] = []

    def walk(patterns: Sequence[object], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)  # type: ignore[attr-defined]
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif path.startswith("/api/"):
                callback = pattern.callback  # type: ignore[attr-defined]
                view = getattr(callback, "cls", None) or callback.view_class
                plain = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
                found.extend(
                    (method.upper(), plain, told.get((method.upper(), plain), ""))
                    for method in METHODS
                    if hasattr(view, method)
                )

    walk(get_resolver("labeling.config.urls").url_patterns, "/")
    order = {method.upper(): place for place, method in enumerate(METHODS)}
    return sorted(set(found), key=lambda one: (one[1], order[one[0]]))


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    table, _, after = rest.partition(END)
    kept = dict(re.findall(r"^\| (`[A-Z]+` \| `[^`]+`) \| ([^|]+?) \|$", table, re.MULTILINE))
    lines = ["", "| method | address | what it does |", "|---|---|---|"]
    for method, path, summary in operations():
        name = f"`{method}` | `{path}`"
        lines.append(f"| {name} | {kept.get(name) or summary or '–'} |")
    PAGE.write_text(
        f"{before}{START}\n" + "\n".join(lines).lstrip("\n") + f"\n{END}{after}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
