"""The head of a label page names every module that the page's editors import."""

import re

import pytest

from labeling.label_types.registry import LABEL_TYPES
from labeling.web.bundles import BUILD, modules_for


@pytest.mark.parametrize("name", [one.name for one in LABEL_TYPES])
def test_an_editor_comes_with_all_it_imports(name: str) -> None:
    modules = modules_for([name])
    assert f"{name}.js" in modules
    assert "shell.js" in modules
    assert "label.js" not in modules
    for module in modules:
        for imported in re.findall(r'from"\./([^"]+)"', (BUILD / module).read_text()):
            assert imported in modules


def test_what_two_editors_share_is_named_once() -> None:
    modules = modules_for(["box", "polygon", "box"])
    assert len(modules) == len(set(modules))
    assert "choice.js" not in modules
