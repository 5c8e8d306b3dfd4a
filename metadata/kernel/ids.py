"""Names that machines make: sortable job ids, slugs, and tokens of which only a digest is kept."""

import hashlib
import re
import secrets
import threading
import time
import unicodedata
import uuid
from dataclasses import dataclass

_TOKEN_BYTES = 32


class _Clock:
    """Milliseconds and a counter that never go back within a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def next(self) -> tuple[int, int]:
        with self._lock:
            now_ms = time.time_ns() // 1_000_000
            if now_ms > self._last_ms:
                self._last_ms = now_ms
                self._counter = secrets.randbits(
                    11
                )  # the top bit is left free, so that there is room to count
            else:
                self._counter += 1
                if self._counter > 0xFFF:
                    self._last_ms += 1
                    self._counter = 0
            return self._last_ms, self._counter


_clock = _Clock()


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): later ones sort after earlier ones of the same process.

    >>> first, second = new_id(), new_id()
    >>> first < second, first.version
    (True, 7)
    """
    unix_ms, counter = _clock.next()
    value = (unix_ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


def slug(text: str, *, fallback: str = "untitled", longest: int = 60) -> str:
    """A short ASCII name for an address or a file.

    >>> slug("Rückseiten, März (2)")
    'ruckseiten-marz-2'
    >>> slug("傷", fallback="dataset")
    'dataset'
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    return words[:longest].rstrip("-") or fallback


@dataclass(frozen=True, slots=True)
class Token:
    """A secret to show once, and the digest to keep."""

    secret: str
    digest: str

    def __repr__(self) -> str:
        return f"Token(digest={self.digest!r})"  # a secret never reaches a log by way of repr


def new_token(prefix: str = "") -> Token:
    """A fresh secret of 256 bits; `prefix` says what it is for, so that a leaked one is recognized."""
    secret = prefix + secrets.token_urlsafe(_TOKEN_BYTES)
    return Token(secret=secret, digest=token_digest(secret))


def token_digest(secret: str) -> str:
    """SHA-256 in hex. A plain digest is enough: the secret has 256 random bits, there is nothing to guess.

    >>> token_digest("abc")
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
