"""Every example in the engine's docstrings is run; published values stand there."""

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import consistency.core


def modules() -> list[str]:
    found = pkgutil.walk_packages(consistency.core.__path__, prefix="consistency.core.")
    return [module.name for module in found if not module.ispkg]


@pytest.mark.parametrize("name", modules())
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    module: ModuleType = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
