import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.modalities.base import UnsupportedType
from metadata.modalities.registry import MODALITIES, modality_of
from metadata.modalities.sniff import media_type_of
from tests.metadata.modalities.pictures import encoded, marked


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
    ],
)
def test_a_picture_is_known_by_its_bytes(kind: str, media_type: str) -> None:
    assert media_type_of(encoded(marked(), kind)) == media_type


@pytest.mark.parametrize(
    "text",
    [
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<!DOCTYPE html><p>",
        "\n\t <HTML>",
        "<!-- a --> <!-- b -->\n<svg>",
        "<?xml version='1.0'?><svg>",
        "<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC 'x'>\n<svg>",
        "<!DOCTYPE svg [ <!ENTITY a 'b'> ]><svg>",
        "<s:svg xmlns:s='http://www.w3.org/2000/svg'>",
        "<script>alert(1)</script>",
        "<foo><script src=x>",
        "<body onload=x>",
        "<iframe\n",
        "<img src=x onerror=y>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_svg_and_html_are_refused_under_any_disguise(text: str, encoding: str) -> None:
    with pytest.raises(UnsupportedType, match="scripts"):
        media_type_of(text.encode(encoding))


@pytest.mark.parametrize(
    "text", ["Um… the weather", "I <3 this", "a < b and b > c", "5 <b>", "\ufeffhello", "日本語", "{}"]
)
def test_plain_text_is_taken(text: str) -> None:
    assert media_type_of(text.encode()) == "text/plain"


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"MZ\x90\x00", b"%PDF-1.4\n%\xe2\xe3", b"PK\x03\x04", b"a\x00b", b"a\x1bb"]
)
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedType):
        media_type_of(data)


@given(
    st.binary(max_size=200)
    | st.text().map(str.encode)
    | st.text().map(lambda t: codecs.BOM_UTF16_LE + t.encode("utf-16-le", "ignore"))
)
def test_any_bytes_have_a_type_that_is_read_or_are_refused(data: bytes) -> None:
    try:
        media_type = media_type_of(data)
    except UnsupportedType:
        return
    assert modality_of(media_type) in MODALITIES


def test_no_type_belongs_to_two_modalities() -> None:
    types = [media_type for one in MODALITIES for media_type in one.media_types]
    assert len(types) == len(set(types))


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(UnsupportedType):
        modality_of("image/svg+xml")
