"""The digest of a version: one hash over all its leaves, whatever order they are read in.

Leaves fall into 4,096 buckets by their first 12 bits; a bucket's hash is SHA-256 over its sorted leaves, and the digest
is SHA-256 over the number of leaves and the buckets in order. After a change only the buckets it touched are hashed
again. (An additive hash would be cheaper still, but leaves are published in frozen files, and sums of known numbers
can be made to collide.)
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from metadata.versions.rows import LEAF_BYTES

BUCKETS: Final = 4_096
_DOMAIN: Final = b"concord version 1\n"
_NOTHING: Final = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class VersionDigest:
    """`hex` is what people compare; `buckets` and `counts` let a change be taken in without reading everything."""

    hex: str
    count: int
    buckets: tuple[bytes, ...]
    counts: tuple[int, ...]


def bucket_of(leaf: bytes) -> int:
    """The bucket a leaf falls into.

    >>> bucket_of(b"\\x12\\x34" + bytes(30))
    291
    """
    if len(leaf) != LEAF_BYTES:
        raise ValueError(f"leaf: {LEAF_BYTES} bytes are expected, not {len(leaf)}")
    return leaf[0] << 4 | leaf[1] >> 4


def version_digest(leaves: Iterable[bytes]) -> VersionDigest:
    """The digest of a multiset of leaves; holds 32 bytes a leaf while it works.

    >>> version_digest([]).hex == version_digest(iter(())).hex
    True
    """
    gathered: list[bytearray] = [bytearray() for _ in range(BUCKETS)]
    for leaf in leaves:
        gathered[bucket_of(leaf)] += leaf
    return _digest(
        tuple(_bucket_hash(one) for one in gathered), tuple(len(one) // LEAF_BYTES for one in gathered)
    )


def changed_digest(before: VersionDigest, buckets: Mapping[int, Iterable[bytes]]) -> VersionDigest:
    """The digest after the leaves of some buckets became those given (all of a bucket's leaves, not the change)."""
    hashes, counts = list(before.buckets), list(before.counts)
    for bucket, leaves in buckets.items():
        joined = bytearray()
        for leaf in leaves:
            if bucket_of(leaf) != bucket:
                raise ValueError(f"buckets: a leaf of bucket {bucket_of(leaf)} was given for bucket {bucket}")
            joined += leaf
        hashes[bucket], counts[bucket] = _bucket_hash(joined), len(joined) // LEAF_BYTES
    return _digest(tuple(hashes), tuple(counts))


def _bucket_hash(joined: bytearray) -> bytes:
    if not joined:
        return _NOTHING
    pieces = sorted(bytes(joined[start : start + LEAF_BYTES]) for start in range(0, len(joined), LEAF_BYTES))
    return hashlib.sha256(b"".join(pieces)).digest()


def _digest(buckets: tuple[bytes, ...], counts: tuple[int, ...]) -> VersionDigest:
    whole = hashlib.sha256(_DOMAIN + sum(counts).to_bytes(8, "big"))
    for bucket in buckets:
        whole.update(bucket)
    return VersionDigest(whole.hexdigest(), sum(counts), buckets, counts)
