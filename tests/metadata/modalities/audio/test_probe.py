import io
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.kernel.errors import DomainError
from metadata.modalities.audio.probe import probe
from metadata.modalities.base import UnreadableFile


def tone(
    *, amplitude: float = 1.0, bits: int = 16, channels: int = 1, rate: int = 8000, seconds: float = 0.5
) -> bytes:
    wanted = amplitude * np.sin(2 * np.pi * 100 * np.arange(int(rate * seconds)) / rate)
    whole = np.repeat(wanted, channels) * (2 ** (bits - 1) - 1)
    samples = np.round(whole).astype("<i4")
    if bits == 8:
        data = (samples + 128).astype(np.uint8).tobytes()
    else:
        data = samples.view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes()
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(bits // 8)
        sound.setframerate(rate)
        sound.writeframes(data)
    return written.getvalue()


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_full_sine_is_three_decibels_below_full_scale(bits: int, channels: int) -> None:
    facts = probe(tone(bits=bits, channels=channels))
    assert facts.loudness_dbfs == pytest.approx(-3.01, abs=0.1)
    assert facts.peak == pytest.approx(1.0, abs=0.01)
    assert (facts.duration_ms, facts.rate, facts.channels, facts.bits) == (500, 8000, channels, bits)


def test_half_the_amplitude_is_six_decibels_less() -> None:
    quieter = probe(tone()).loudness_dbfs - probe(tone(amplitude=0.5)).loudness_dbfs
    assert quieter == pytest.approx(6.02, abs=0.05)


def test_silence_has_the_lowest_loudness() -> None:
    assert probe(tone(amplitude=0.0)).loudness_dbfs == -120.0


@pytest.mark.parametrize("data", [b"", b"RIFF\x00\x00\x00\x00WAVE", b"ID3\x03", tone(seconds=0)])
def test_what_holds_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        probe(data)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), min_size=1, max_size=6), st.integers(0, 200)
)
def test_damage_anywhere_gives_facts_or_a_named_error(damage: list[tuple[int, int]], length: int) -> None:
    data = bytearray(tone(seconds=0.01))
    for place, byte in damage:
        data[place] = byte
    try:
        facts = probe(bytes(data[:length]))
    except DomainError as refused:
        named = refused.fields
    else:
        named = {"rate": str(facts.rate)}
        assert facts.loudness_dbfs >= -120.0
    assert named
