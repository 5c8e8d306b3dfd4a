import pytest

from metadata.modalities.base import TooLarge, UnreadableFile
from metadata.modalities.text.probe import MOST_BYTES, TextFacts, probe, script_of


def test_characters_are_code_points_without_the_byte_order_mark() -> None:
    assert probe("\ufeff👍🏽 don't\nstop".encode()) == TextFacts(
        characters=13, words=2, lines=2, script="Latin"
    )


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("the weather", "Latin"),
        ("погода", "Cyrillic"),
        ("天气很好", "Han"),
        ("天気がいい", "Japanese"),
        ("날씨", "Hangul"),
        ("الطقس", "Arabic"),
        ("καιρός", "Greek"),
        ("123 !", ""),
        ("", ""),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize("data", [b"\xff", b"a\x00b", b"\xed\xa0\x80"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        probe(data)


def test_text_too_long_is_refused() -> None:
    with pytest.raises(TooLarge):
        probe(b"a" * (MOST_BYTES + 1))
