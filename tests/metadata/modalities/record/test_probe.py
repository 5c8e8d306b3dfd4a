import pytest

from metadata.kernel.errors import DomainError
from metadata.modalities.base import UnreadableFile
from metadata.modalities.record.probe import RecordFacts, probe


def test_empty_fields_are_counted_and_zero_is_not_empty() -> None:
    data = b'{"a": null, "b": " ", "c": [], "d": {}, "e": 0, "f": false, "g": "x"}'
    assert probe(data) == RecordFacts(fields=7, empty=4)


@pytest.mark.parametrize("data", [b"[1]", b'"text"', b"3", b"null"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        probe(data)


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"a": NaN}', b"[" * 100_000, b'{"a": "\\u0000"}', b'{"a": "\\ud800"}']
)
def test_what_is_no_json_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(DomainError):
        probe(data)
