"""The OpenAPI description is checked in, so that a change of the API is seen in the diff."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from drf_spectacular.drainage import GENERATOR_STATS, warn
from drf_spectacular.validation import validate_schema

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = ROOT / "docs/reference/openapi.json"


def _endpoints() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_endpoints", ROOT / "docs/endpoints.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _differences(kept: object, now: object, path: str = "") -> list[str]:
    """Where two parsed descriptions differ, as paths into them."""
    if isinstance(kept, dict) and isinstance(now, dict):
        return [
            line
            for key in sorted({*kept, *now})
            for line in (
                _differences(kept[key], now[key], f"{path}/{key}")
                if key in kept and key in now
                else [f"{path}/{key} {'is new' if key in now else 'is gone'}"]
            )
        ]
    return [] if kept == now else [f"{path} has changed"]


def test_the_description_is_the_one_that_is_checked_in() -> None:
    now = json.loads(_endpoints().description())
    found = _differences(json.loads(SNAPSHOT.read_text(encoding="utf-8")), now)
    assert not found, (
        "The API is not what docs/reference/openapi.json says. If the change is meant, run "
        "`python docs/endpoints.py` and commit the file. It differs here:\n  " + "\n  ".join(found[:40])
    )


def test_the_description_is_valid_openapi() -> None:
    validate_schema(json.loads(SNAPSHOT.read_text(encoding="utf-8")))  # type: ignore[no-untyped-call]


def test_a_warning_of_the_generator_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    module = _endpoints()

    def warned(*args: object, **kwargs: object) -> dict[str, object]:
        warn("could not resolve a path parameter")
        return {}

    monkeypatch.setattr("drf_spectacular.generators.SchemaGenerator.get_schema", warned)
    with pytest.raises(SystemExit, match="warnings"):
        module.description()
    GENERATOR_STATS.reset()


def test_a_difference_is_named_by_its_place() -> None:
    kept = {"paths": {"/a/": {"get": 1}, "/b/": {}}}
    now = {"paths": {"/a/": {"get": 2}, "/c/": {}}}
    assert _differences(kept, now) == [
        "/paths//a//get has changed",
        "/paths//b/ is gone",
        "/paths//c/ is new",
    ]


def test_every_operation_has_a_name_of_its_own() -> None:
    paths = json.loads(SNAPSHOT.read_text(encoding="utf-8"))["paths"]
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) == len(set(names))
