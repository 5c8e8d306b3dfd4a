import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.versions.digest import bucket_of, changed_digest, version_digest

leaves = st.lists(st.integers(0, 60).map(lambda n: hashlib.sha256(bytes([n])).digest()), max_size=30)


@given(leaves, st.randoms(use_true_random=False))
def test_the_order_of_leaves_does_not_count(given_leaves: list[bytes], rng: random.Random) -> None:
    shuffled = list(given_leaves)
    rng.shuffle(shuffled)
    assert version_digest(shuffled) == version_digest(given_leaves)


@given(leaves, leaves)
def test_two_digests_are_equal_only_for_equal_leaves(one: list[bytes], other: list[bytes]) -> None:
    assert (version_digest(one).hex == version_digest(other).hex) == (sorted(one) == sorted(other))


@given(leaves, leaves)
def test_taking_in_a_change_equals_starting_over(before: list[bytes], after: list[bytes]) -> None:
    touched = {bucket_of(leaf) for leaf in before + after}
    buckets = {bucket: [leaf for leaf in after if bucket_of(leaf) == bucket] for bucket in touched}
    assert changed_digest(version_digest(before), buckets) == version_digest(after)


def test_the_digest_of_nothing_stays_what_it_was_in_the_first_release() -> None:
    nothing = hashlib.sha256(b"").digest()
    expected = hashlib.sha256(b"concord version 1\n" + bytes(8) + nothing * 4096).hexdigest()
    assert version_digest([]).hex == expected


def test_leaves_of_another_size_or_bucket_are_refused() -> None:
    with pytest.raises(ValueError, match="leaf"):
        version_digest([b"short"])
    with pytest.raises(ValueError, match="bucket"):
        changed_digest(version_digest([]), {1: [bytes(32)]})
