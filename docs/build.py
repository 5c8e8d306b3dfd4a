"""Build the documentation as static pages, or check it: `python docs/build.py --check`. Needs no network.

Checked: every link and image inside the repository leads somewhere (to a heading, where it names one), every page has
exactly one title and is reached from docs/README.md, and nothing is loaded from another host.
"""

from __future__ import annotations

import argparse
import html
import posixpath
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
TOP = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
INDEX = "docs/README.md"
MODES = ("tutorials", "how-to", "reference", "explanation")
MARKDOWN = MarkdownIt("commonmark").enable("table")
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Concord</title>
<style>
:root {{ color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }}
body {{ max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }}
pre {{ overflow-x: auto; padding: .75rem 1rem; border: 1px solid; border-radius: .375rem; }}
table {{ border-collapse: collapse; display: block; overflow-x: auto; }}
th, td {{ border: 1px solid; padding: .25rem .6rem; text-align: start; vertical-align: top; }}
img {{ max-width: 100%; }}
</style>
</head>
<body>
<nav><a href="{index}">Contents</a></nav>
<main>
{body}</main>
</body>
</html>
"""


@dataclass
class Page:
    """One Markdown file: what it links to, and what can be linked to in it."""

    path: str
    tokens: list[Token]
    titles: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    links: list[tuple[str, bool]] = field(default_factory=list)  # (target, is an image)


def pages(root: Path) -> dict[str, Page]:
    """Every page of the documentation, by its path from the root."""
    paths = [root / name for name in TOP if (root / name).exists()]
    paths += sorted((root / "docs").rglob("*.md"))
    return {page.path: page for page in (read_page(path, root) for path in paths)}


def read_page(path: Path, root: Path) -> Page:
    page = Page(path.relative_to(root).as_posix(), MARKDOWN.parse(path.read_text(encoding="utf-8")))
    for token, inline in zip(page.tokens, page.tokens[1:], strict=False):
        if token.type == "heading_open":
            token.attrSet("id", anchor(inline.content, page.anchors))
            if token.tag == "h1":
                page.titles.append(inline.content)
    for token in page.tokens:
        for child in token.children or ():
            if child.type == "link_open":
                page.links.append((str(child.attrGet("href")), False))
            elif child.type == "image":
                page.links.append((str(child.attrGet("src")), True))
    return page


def anchor(heading: str, taken: set[str]) -> str:
    """The fragment that names a heading, as hosting sites make it."""
    words = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    name, count = words, 0
    while name in taken:
        count += 1
        name = f"{words}-{count}"
    taken.add(name)
    return name


def problems(root: Path) -> Iterator[str]:
    """What is wrong with the documentation, one sentence each."""
    found = pages(root)
    for name in (*TOP, INDEX):
        if name not in found:
            yield f"{name} is missing."
    for page in found.values():
        if len(page.titles) != 1:
            yield f"{page.path} has {len(page.titles)} titles instead of one."
        for target, is_image in page.links:
            trouble = broken(target, is_image, page, found, root)
            if trouble:
                yield f"{page.path}: {target} {trouble}"
    for path in sorted(found.keys() - reached(found) - set(TOP)):
        yield f"{path} is not reached from {INDEX}."
    for path in sorted(found):
        parts = PurePosixPath(path).parts
        if parts[0] == "docs" and path != INDEX and (len(parts) < 3 or parts[1] not in MODES):
            yield f"{path} is in none of the four modes ({', '.join(MODES)})."


def broken(target: str, is_image: bool, page: Page, found: Mapping[str, Page], root: Path) -> str:
    """Why a link leads nowhere, or ""."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return "is loaded from another host." if is_image else ""
    path = resolved(page.path, parts.path)
    if path.startswith("../") or not (root / path).exists():
        return "does not exist."
    if parts.fragment and path in found and unquote(parts.fragment) not in found[path].anchors:
        return "names no heading there."
    return ""


def resolved(source: str, target: str) -> str:
    """The path from the root that a link in `source` means."""
    if not target:
        return source
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(target)))


def reached(found: Mapping[str, Page]) -> set[str]:
    """The pages that links lead to, starting at the index."""
    seen: set[str] = set()
    pending = [INDEX]
    while pending:
        path = pending.pop()
        if path in seen or path not in found:
            continue
        seen.add(path)
        for target, _ in found[path].links:
            parts = urlsplit(target)
            if not parts.scheme and not parts.netloc:
                pending.append(resolved(path, parts.path))
    return seen


def build(root: Path, out: Path) -> int:
    """Write every page as HTML below `out`, with the images; returns how many pages."""
    found = pages(root)
    for page in found.values():
        for token in page.tokens:
            for child in token.children or ():
                if child.type == "link_open":
                    child.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", str(child.attrGet("href"))))
        target = out / re.sub(r"\.md$", ".html", page.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        body = MARKDOWN.renderer.render(page.tokens, MARKDOWN.options, {})
        index = posixpath.relpath("docs/README.html", posixpath.dirname(page.path) or ".")
        title = html.escape(page.titles[0] if page.titles else page.path)
        target.write_text(PAGE.format(title=title, index=index, body=body), encoding="utf-8")
    if (root / "docs/images").exists():
        shutil.copytree(root / "docs/images", out / "docs/images", dirs_exist_ok=True)
    return len(found)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the documentation, or check it.")
    parser.add_argument("--check", action="store_true", help="say what is wrong, write nothing")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "var" / "docs", help="where to write (default: %(default)s)"
    )
    asked = parser.parse_args()
    wrong = list(problems(ROOT))
    for line in wrong:
        sys.stderr.write(line + "\n")
    if wrong:
        return 1
    if not asked.check:
        sys.stdout.write(f"{build(ROOT, asked.out)} pages in {asked.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
