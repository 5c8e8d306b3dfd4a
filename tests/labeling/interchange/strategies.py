"""Shared by the tests of formats: the same bytes, cut anywhere."""

from collections.abc import Iterator

from hypothesis import strategies as st

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
printable = texts.filter(lambda text: text.strip() != "")


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
