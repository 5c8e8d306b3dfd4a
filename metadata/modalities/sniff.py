"""The type of a file by its bytes; what its name or sender says is not believed.

SVG and HTML can carry scripts and are refused under any name, also behind a byte order mark, blanks and comments.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from metadata.modalities.base import UnsupportedType

HEAD = 4096

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}

_LEADING_NOISE = re.compile(
    r"\A(?:\s|<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)*", re.S | re.I
)
_MARKUP = re.compile(
    r"<(?:[\w.-]+:)?(?:!DOCTYPE|html|svg|head|body|script|iframe|style|title|meta|link|base|object|embed|form|math"
    r"|table|font|div|img|video|audio|frameset|br|p|a|b|h1|\?xml|!--)(?:[\s/>]|\Z)",
    re.I,
)
_ACTIVE_ANYWHERE = re.compile(r"<!DOCTYPE\s+(?:html|svg)|<(?:[\w.-]+:)?(?:html|svg|script)[\s>]", re.I)


def media_type_of(data: bytes) -> str:
    """One of the types that some modality reads, or `UnsupportedType`.

    >>> media_type_of(b"GIF89a\\x01\\x00")
    'image/gif'
    >>> media_type_of("Um… the weather".encode())
    'text/plain'
    """
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] in _RIFF:
        return _RIFF[data[8:12]]
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS and len(data) > 26:
        return "image/bmp"
    if not data:
        raise UnsupportedType(fields={"file": "is empty"})
    return _text_type(data)


def _text_type(data: bytes) -> str:
    head = data[:HEAD]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if _is_markup(head[: len(head) & ~1].decode("utf-16", errors="replace")):
            raise UnsupportedType(fields={"file": "is HTML, SVG or XML, which can carry scripts"})
        raise UnsupportedType(fields={"file": "is UTF-16 text; only UTF-8 is taken"})
    text = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode(head)
    if _is_markup(text):
        raise UnsupportedType(fields={"file": "is HTML, SVG or XML, which can carry scripts"})
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnsupportedType(
            fields={"file": "is no image or sound that is known, and no UTF-8 text"}
        ) from None
    if any(unicodedata.category(character) == "Cc" and character not in "\t\n\r\f" for character in text):
        raise UnsupportedType(fields={"file": "is no image or sound that is known, and no plain text"})
    return "text/plain"


def _is_markup(head: str) -> bool:
    started = head.lstrip("\ufeff \t\r\n\f")
    if not started.startswith("<"):
        return False
    body = started[_end(_LEADING_NOISE.match(started)) :]
    return bool(
        _MARKUP.match(started)
        or started.startswith("<?")
        or _MARKUP.match(body)
        or _ACTIVE_ANYWHERE.search(head)
    )


def _end(found: re.Match[str] | None) -> int:
    return found.end() if found else 0
