from __future__ import annotations

import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.intake.archive import Entry, entries
from metadata.intake.lines import BadLine, UnreadableUpload


def _zip(files: dict[str, bytes], *, link: str | None = None) -> io.BytesIO:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if link is not None:
            info = zipfile.ZipInfo(link)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
    return written


def test_files_are_given_by_path_and_leftovers_of_systems_passed_over() -> None:
    found = list(
        entries(_zip({"a/b.png": b"1", "__MACOSX/a/._b.png": b"2", "c/.DS_Store": b"3", "d.txt": b"4"}))
    )
    assert [(one.path, one.data) for one in found if isinstance(one, Entry)] == [
        ("a/b.png", b"1"),
        ("d.txt", b"4"),
    ]
    assert len(found) == 2


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil"])
def test_a_path_out_of_the_archive_is_refused_and_the_rest_is_read(name: str) -> None:
    first, second = entries(_zip({name: b"x", "good": b"y"}))
    assert isinstance(first, BadLine)
    assert first.code == "unsafe_path"
    assert isinstance(second, Entry)


def test_a_link_is_refused() -> None:
    (found,) = entries(_zip({}, link="link"))
    assert isinstance(found, BadLine)
    assert found.code == "unsafe_path"


def test_a_bomb_is_refused_by_its_ratio() -> None:
    (found,) = entries(_zip({"bomb": bytes(20_000_000)}))
    assert isinstance(found, BadLine)
    assert found.code == "too_large"


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(0, 255))
def test_damage_is_named_and_never_raises_anything_else(noise: bytes, at: int, byte: int) -> None:
    whole = bytearray(_zip({"a": noise, "b": b"yes"}).getvalue())
    whole[at % len(whole)] = byte
    try:
        found = list(entries(io.BytesIO(bytes(whole))))
    except UnreadableUpload:
        return
    assert all(isinstance(one, Entry | BadLine) for one in found)


def test_what_is_no_zip_is_refused_as_a_whole() -> None:
    with pytest.raises(UnreadableUpload):
        list(entries(io.BytesIO(b"GIF89a")))
