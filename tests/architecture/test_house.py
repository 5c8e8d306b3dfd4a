"""House rules that are about files and syntax, not about imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeling.label_types.registry import LABEL_TYPES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("metadata", "labeling", "consistency", "augmentation")
STRAY = re.compile(r"(?:^|_)(utils?|helpers?|commons?|misc|managers?)(?:_|$)")


def _sources(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_file_is_named_after_nothing_in_particular() -> None:
    names = [path for path in _sources(*PACKAGES, "tests", "bench") if STRAY.search(path.stem)]
    names += [path for path in (ROOT / "labeling/frontend/src").rglob("*.ts") if STRAY.search(path.stem)]
    assert [_shown(path) for path in names] == []


def test_a_stray_name_would_be_found() -> None:
    assert all(STRAY.search(name) for name in ("utils", "date_utils", "helper", "common", "object_manager"))
    assert not STRAY.search("management")


def test_init_files_are_empty_except_models_and_label_types() -> None:
    wrong = []
    for path in _sources(*PACKAGES):
        if path.name != "__init__.py" or not path.read_text().strip():
            continue
        is_models = path.parent.name == "models"
        is_label_type = path.parent.parent == ROOT / "labeling/label_types"
        body = _parsed(path).body
        only_names = all(isinstance(node, ast.ImportFrom | ast.Assign | ast.Expr) for node in body)
        if not only_names or not (is_models or is_label_type):
            wrong.append(_shown(path))
    assert wrong == []


def test_the_front_end_registers_the_same_label_types() -> None:
    source = (ROOT / "labeling/frontend/src/registry.ts").read_text()
    registered = dict(re.findall(r'^\s*(\w+): \(\) => import\("([^"]+)"\)', source, re.MULTILINE))
    assert set(registered) == {one.name for one in LABEL_TYPES}
    for path in registered.values():
        assert (ROOT / "labeling/frontend/src" / path).resolve().is_file()


def test_every_label_type_is_a_folder_of_the_same_name_with_tests() -> None:
    for one in LABEL_TYPES:
        assert (ROOT / "labeling/label_types" / one.name / "label_type.py").is_file()
        assert (ROOT / "tests/labeling/label_types" / one.name).is_dir()


def _compares_a_label_type(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    names = [side.attr if isinstance(side, ast.Attribute) else getattr(side, "id", "") for side in sides]
    texts = [side.value for side in sides if isinstance(side, ast.Constant)]
    return "label_type" in names and any(isinstance(text, str) and text for text in texts)


def test_nothing_asks_which_label_type_it_is() -> None:
    found = [
        f"{_shown(path)}:{node.lineno}"
        for path in _sources(*PACKAGES)
        if "migrations" not in path.parts
        for node in ast.walk(_parsed(path))
        if _compares_a_label_type(node) and isinstance(node, ast.Compare)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source", ["q.label_type == 'box'", "'box' != label_type", "label_type in ('x',) or label_type == 'a'"]
)
def test_asking_for_a_label_type_would_be_found(source: str) -> None:
    assert any(_compares_a_label_type(node) for node in ast.walk(ast.parse(source)))


def _forbidden(path: Path) -> Iterator[str]:
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module in (
            "django.dispatch",
            "django.db.models.signals",
            "pickle",
        ):
            yield f"imports {node.module}"
        elif isinstance(node, ast.Import) and any(
            alias.name in ("pickle", "marshal") for alias in node.names
        ):
            yield "imports pickle"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("eval", "exec")
        ):
            yield f"calls {node.func.id}"
        elif (
            isinstance(node, ast.ClassDef)
            and any(isinstance(one, ast.FunctionDef) and one.name == "save" for one in node.body)
            and "models" in path.parts
        ):
            yield f"{node.name} overrides save()"


def test_no_signals_no_pickle_no_eval_and_no_logic_in_save() -> None:
    found = [f"{_shown(path)}: {what}" for path in _sources(*PACKAGES) for what in _forbidden(path)]
    assert found == []


def test_what_is_forbidden_would_be_found(tmp_path: Path) -> None:
    path = tmp_path / "models" / "bad.py"
    path.parent.mkdir()
    path.write_text(
        "import pickle\nfrom django.dispatch import receiver\neval('1')\nclass A:\n def save(self): pass\n"
    )
    assert len(list(_forbidden(path))) == 4
