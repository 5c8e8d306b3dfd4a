"""What the documents name exists, and what exists is in the documents."""

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from labeling.config.launcher.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
OURS = ("metadata", "labeling", "consistency", "augmentation", "labeling.config")
VARIABLE = re.compile(r"(?:CONCORD_[A-Z][A-Z_]*|DATABASE_URL|CELERY_BROKER_URL)")
METHODS = ("get", "post", "put", "patch", "delete")


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _first_cells(text: str) -> list[str]:
    """What stands in code in the first column of the tables of a page."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


# --- Paths -----------------------------------------------------------------------------------------------------------


def _named_paths(text: str) -> Iterator[str]:
    """Code spans that are a path of this repository: they hold a slash or end in a file's ending."""
    for span in re.findall(r"`([^`\n]+)`", text):
        is_everywhere = span == "__init__.py"
        is_made_by_a_start = span.startswith("var/")  # the data directory
        is_path = re.fullmatch(r"\.?[\w.\-]+(?:/[\w.\-*]*)+|[\w\-]+\.(?:py|md|toml|json|ts)", span)
        if is_path and not is_everywhere and not is_made_by_a_start:
            yield span.rstrip("/")


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"])
def test_every_path_a_document_names_exists(document: str) -> None:
    named = set(_named_paths(_text(document)))
    assert named, f"{document} names no path: the pattern above is out of date"
    assert sorted(path for path in named if not any(ROOT.glob(path))) == []


def test_the_code_map_names_every_app_and_every_layer() -> None:
    named = set(_named_paths(_text("ARCHITECTURE.md")))
    for app in ("metadata", "labeling", "consistency", "augmentation"):
        packages = {
            path.parent.relative_to(ROOT).as_posix()
            for path in (ROOT / app).glob("*/__init__.py")
            if path.parent.name
            in ("kernel", "versions", "modalities", "label_types", "interchange", "core", "config")
        }
        assert packages <= named


# --- Links -----------------------------------------------------------------------------------------------------------


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs/build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_link_resolves_and_every_page_is_reached() -> None:
    assert list(_builder().problems(ROOT)) == []


def test_a_broken_link_a_lost_page_and_a_foreign_picture_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "docs/how-to").mkdir(parents=True)
    for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        (tmp_path / name).write_text("# Fine\n")
    (tmp_path / "README.md").write_text("# One\n# Two\n[x](gone.md) ![p](https://example.org/p.png)\n")
    (tmp_path / "docs/README.md").write_text("# Contents\n[a](how-to/a.md#no-such-heading)\n")
    (tmp_path / "docs/how-to/a.md").write_text("# A\n[fine](#a)\n")
    (tmp_path / "docs/how-to/lost.md").write_text("# Lost\n")
    (tmp_path / "docs/stray.md").write_text("# Stray\n")
    found = "\n".join(_builder().problems(tmp_path))
    for part in (
        "2 titles",
        "gone.md does not exist",
        "another host",
        "no heading",
        "lost.md is not reached",
        "four modes",
    ):
        assert part in found


def test_the_pages_are_built_without_network(tmp_path: Path) -> None:
    builder = _builder()
    count = builder.build(ROOT, tmp_path)
    assert count == len(list(tmp_path.rglob("*.html")))
    index = (tmp_path / "docs/README.html").read_text()
    assert 'href="reference/api.html"' in index
    assert "<script" not in index


# --- Settings --------------------------------------------------------------------------------------------------------


def _variables_read() -> set[str]:
    found: set[str] = set()
    paths = [ROOT / "manage.py", ROOT / "concord"]
    paths += [path for app in OURS[:4] for path in (ROOT / app).rglob("*.py")]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and VARIABLE.fullmatch(node.value)
            ):
                found.add(node.value)
    return found


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    documented = _first_cells(_text("docs/reference/settings.md"))
    assert len(documented) == len(set(documented))
    assert set(documented) == _variables_read()


# --- Commands --------------------------------------------------------------------------------------------------------


def _documented_commands() -> set[str]:
    return set(_first_cells(_text("docs/reference/commands.md")))


def test_every_command_of_concord_is_documented_and_none_is_missing() -> None:
    documented = {cell.split()[1] for cell in _documented_commands() if cell.startswith("./concord ")}
    assert documented == set(COMMANDS)


def test_every_management_command_is_documented_and_none_is_missing() -> None:
    documented = {cell.split()[0] for cell in _documented_commands() if not cell.startswith("./concord ")}
    assert documented == {name for name, app in get_commands().items() if app in OURS}


# --- Endpoints -------------------------------------------------------------------------------------------------------


def _endpoints(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _endpoints(pattern.url_patterns, path)
        elif path.startswith("/api/"):
            view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
            assert view is not None, f"{path} is no view class"
            for method in METHODS:
                if hasattr(view, method):
                    yield method.upper(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


def test_every_endpoint_is_documented_and_every_documented_one_exists() -> None:
    rows = re.findall(r"^\| `([A-Z]+)` \| `([^`]+)` \|", _text("docs/reference/api.md"), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == set(_endpoints(get_resolver("labeling.config.urls").url_patterns))
