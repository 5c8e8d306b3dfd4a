"""One way to write a JSON value as bytes, so that equal values have equal hashes.

Keys are sorted, there is no white space, text stays UTF-8, and a float that is a whole number is written as one:
PostgreSQL's jsonb, JavaScript and Python otherwise disagree about `1.0` and `-0.0`. In the spirit of RFC 8785.
"""

import hashlib
import hmac
import json
import math
from collections.abc import Mapping, Sequence

_LEAF = (str, int, bool, type(None))
_EXACT_WHOLE = 2.0**53


def canonical_json(value: object) -> bytes:
    """The bytes of `value`; ValueError for NaN, infinities, lone surrogates, keys and types JSON has not.

    >>> canonical_json({"b": 1.0, "a": [-0.0, 0.1, "é"]})
    b'{"a":[0,0.1,"\\xc3\\xa9"],"b":1}'
    """
    text = json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8")  # UnicodeEncodeError is a ValueError


def _plain(value: object) -> object:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"value: {value!r} is not a finite number")
        return int(value) if value.is_integer() and abs(value) <= _EXACT_WHOLE else float(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"value: the key {key!r} is not text")
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, _LEAF):
        return value
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_plain(member) for member in value]
    raise ValueError(f"value: {type(value).__name__} has no JSON form")


def sha256_hex(data: bytes) -> str:
    """The address of a blob.

    >>> sha256_hex(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(data).hexdigest()


def leaf_hash(key: bytes, row: object) -> bytes:
    """HMAC-SHA-256 of a canonical row under the dataset's key: 32 bytes.

    Keyed, because rows hold people's words: from a published digest nobody can test guesses at erased text.

    >>> leaf_hash(b"k", {"a": 1}) == leaf_hash(b"k", {"a": 1.0})
    True
    """
    if not key:
        raise ValueError("key: must not be empty")
    return hmac.digest(key, canonical_json(row), "sha256")
