"""Which built modules a label page will need: told in its head, they load beside each other and not one after the other."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

BUILD = Path(__file__).parent.parent / "static" / "labeling" / "build"
LABEL = "label"
_IMPORT = re.compile(r"""(?:from|import)["']\./([\w-]+\.js)["']""")


def modules_for(label_types: Iterable[str], page: str = LABEL) -> list[str]:
    """File names of the shell's and these editors' modules, and of what they import, the page's own left out."""
    found: dict[str, None] = {}
    for name in (f"{page}.js", *(f"{label_type}.js" for label_type in label_types)):
        found |= dict.fromkeys(_with_imports(name))
    return [name for name in found if name != f"{page}.js"]


@cache
def _with_imports(name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    wanted = [name]
    while wanted:
        at = wanted.pop()
        if at not in found:
            found[at] = None
            wanted += _IMPORT.findall((BUILD / at).read_text())
    return tuple(found)
