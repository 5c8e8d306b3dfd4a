"""XML from strangers: elements, attributes and words, nothing else. A document type is refused, and with it every entity.

Elements that are handed over when they close are not kept, so that memory follows one of them, not the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from labeling.interchange.lines import UnreadableFile

DEEPEST: Final = 64
MOST_ELEMENTS: Final = 5_000_000
MOST_KEPT: Final = 200_000


@dataclass(slots=True)
class Node:
    """An element, with the line it begins on."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.words).strip()

    def child(self, tag: str) -> Node | None:
        return next((one for one in self.children if one.tag == tag), None)

    def text_of(self, tag: str) -> str:
        found = self.child(tag)
        return "" if found is None else found.text


def read_xml(
    data: bytes, *, file: str = "file", handing: Mapping[str, Callable[[Node], None]] | None = None
) -> Node:
    """The document's root; elements whose tag is in `handing` go there instead. `file` names it in a refusal.

    >>> read_xml(b'<a><b n="1">x</b></a>').text_of("b")
    'x'
    """
    return _Reader(file, handing or {}).read(data)


class _Reader:
    def __init__(self, file: str, handing: Mapping[str, Callable[[Node], None]]) -> None:
        self.file = file
        self.handing = handing
        self.open: list[Node] = []
        self.root: Node | None = None
        self.seen = 0
        self.kept = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.ExternalEntityRefHandler = self._doctype

    def read(self, data: bytes) -> Node:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise self._refused(
                f"line {error.lineno}: is no well-formed XML ({expat.ErrorString(error.code)})"
            ) from None
        except (LookupError, ValueError):
            raise self._refused("is written in an encoding that is not known; save it as UTF-8") from None
        if self.root is None:
            raise self._refused("is empty")
        return self.root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.seen += 1
        self.kept += 1
        if len(self.open) >= DEEPEST:
            raise self._refused(f"line {self._line}: nested deeper than {DEEPEST}")
        if self.seen > MOST_ELEMENTS or self.kept > MOST_KEPT:
            raise self._refused(f"line {self._line}: has too many elements")
        node = Node(tag, self._line, attributes)
        if self.open:
            if tag not in self.handing:
                self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def _end(self, tag: str) -> None:
        node = self.open.pop()
        if tag in self.handing and self.open:
            self.handing[tag](node)
            self.kept = 0

    def _words(self, words: str) -> None:
        if self.open:
            self.open[-1].words.append(words)

    def _doctype(self, *_: object) -> int:
        raise self._refused(f"line {self._line}: a document type and entities are not read")

    @property
    def _line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _refused(self, reason: str) -> UnreadableFile:
        return UnreadableFile("The XML cannot be read.", fields={self.file: reason})
