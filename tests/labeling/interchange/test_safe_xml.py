"""XML of strangers: read as elements, refused where it could do harm."""

import pytest

from labeling.interchange.lines import UnreadableFile
from labeling.interchange.safe_xml import DEEPEST, MOST_KEPT, Node, read_xml


def test_elements_keep_their_line_attributes_and_words() -> None:
    root = read_xml(b'<?xml version="1.0"?>\n<a>\n <b n="1">x &amp; y</b>\n</a>')
    (b,) = root.children
    assert (b.line, b.attributes, b.text) == (3, {"n": "1"}, "x & y")


def test_elements_that_are_handed_over_are_not_kept() -> None:
    seen: list[Node] = []
    root = read_xml(b"<a><b><c/></b><d/><b/></a>", handing={"b": seen.append})
    assert [one.tag for one in root.children] == ["d"]
    assert [len(one.children) for one in seen] == [1, 0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "aaaa">]><a>&x;</a>', "line 1: a document type"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "line 1: a document type"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "line 1: a document type"),
        (b"<a>\n<b></a>", "line 2: is no well-formed XML"),
        (b"<a>&nbsp;</a>", "line 1: is no well-formed XML"),
        (b"", "line 1: is no well-formed XML"),
        (b'<?xml version="1.0" encoding="ebcdic-cp-us"?><a/>', "encoding"),
        (b"<a>" * (DEEPEST + 1), "nested deeper"),
        (b"<a>\x00</a>", "no well-formed"),
        (b"\xff\xfe<\x00", "no well-formed"),
    ],
)
def test_what_could_do_harm_is_refused_with_its_line(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_xml(data, file="a.xml")
    assert said in refused.value.fields["a.xml"]


def test_a_file_of_endlessly_many_elements_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_xml(b"<a>" + b"<b/>" * (MOST_KEPT + 1) + b"</a>")
