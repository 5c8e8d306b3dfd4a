"""Write the table of endpoints in docs/reference/api.md and docs/reference/openapi.json anew from the code.

`python docs/endpoints.py`. What a row says is made from its address; what somebody wrote there by hand is kept.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/api.md"
SNAPSHOT = ROOT / "docs/reference/openapi.json"
START, END = "<!-- endpoints -->", "<!-- /endpoints -->"
METHODS = ("get", "post", "put", "patch", "delete")


def meaning(method: str, path: str) -> str:
    """What an address of the usual form does.

    >>> meaning("post", "/api/v1/projects/"), meaning("get", "/api/v1/projects/{project_id}/rounds/")
    ('makes a project', 'the rounds of the project')
    """
    words = [word for word in path.split("/")[3:] if word]
    last = words[-1]
    if last.startswith("{"):
        one = singular(words[-2])
        return {"get": f"the {one}", "delete": f"removes the {one}"}.get(method, f"changes the {one}")
    noun = last.replace("-", " ").replace("_", " ")
    owner = f" of the {singular(words[-3])}" if len(words) > 2 and words[-2].startswith("{") else ""
    if method == "get":
        return f"the {noun}{owner}"
    if method == "post" and noun.endswith("s"):
        return f"makes {article(singular(noun))}{owner}"
    return {"delete": f"removes the {noun}{owner}", "post": f"{noun}{owner}"}.get(
        method, f"changes the {noun}{owner}"
    )


def singular(noun: str) -> str:
    noun = noun.replace("-", " ").replace("_", " ")
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-2] if noun.endswith("ches") else noun.removesuffix("s")


def article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def set_up() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labeling.config.settings")
    os.environ.setdefault("CONCORD_SECRET_KEY", secrets.token_urlsafe(48))
    import django

    django.setup()


def description() -> str:
    """The OpenAPI description as it is kept; a warning of its generator is an error."""
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    if GENERATOR_STATS:
        GENERATOR_STATS.emit_summary()
        raise SystemExit(
            "The OpenAPI description has warnings, see above: correct the views' `extend_schema`."
        )
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"


def operations() -> list[tuple[str, str, str]]:
    """Every (method, path, meaning), by path and then by method."""
    from django.urls import URLResolver, get_resolver

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
                    (method.upper(), plain, meaning(method, plain))
                    for method in METHODS
                    if hasattr(view, method)
                )

    walk(get_resolver("labeling.config.urls").url_patterns, "/")
    order = {method.upper(): place for place, method in enumerate(METHODS)}
    return sorted(set(found), key=lambda one: (one[1], order[one[0]]))


def main() -> None:
    set_up()
    SNAPSHOT.write_text(description(), encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    table, _, after = rest.partition(END)
    kept = dict(re.findall(r"^\| (`[A-Z]+` \| `[^`]+`) \| ([^|]+?) \|$", table, re.MULTILINE))
    lines = ["", "| method | address | what it does |", "|---|---|---|"]
    for method, path, summary in operations():
        name = f"`{method}` | `{path}`"
        lines.append(f"| {name} | {kept.get(name) or summary} |")
    PAGE.write_text(
        f"{before}{START}\n" + "\n".join(lines).lstrip("\n") + f"\n{END}{after}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
