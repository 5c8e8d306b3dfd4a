"""What can be measured of a sound."""

from __future__ import annotations

import io
import math
import wave
from dataclasses import asdict, dataclass

import numpy as np

from metadata.kernel.json_guard import Json
from metadata.modalities.base import TooLarge, UnreadableFile

MOST_SECONDS = 4 * 3600
MOST_CHANNELS = 32
SILENCE_DBFS = -120.0
_AT_ONCE = 1 << 16

Samples = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """Loudness is the root mean square of all samples in dB below full scale, no lower than -120."""

    duration_ms: int
    rate: int
    channels: int
    bits: int
    loudness_dbfs: float
    peak: float

    def as_json(self) -> dict[str, Json]:
        return asdict(self)


def probe(data: bytes) -> AudioFacts:
    """Facts of a WAV file of whole numbers (PCM), or `TooLarge` or `UnreadableFile`."""
    try:
        with wave.open(io.BytesIO(data)) as sound:
            channels, bytes_each, rate = sound.getnchannels(), sound.getsampwidth(), sound.getframerate()
            if rate <= 0 or not 1 <= bytes_each <= 4:
                raise UnreadableFile(
                    fields={"file": "has no sample rate or a width of samples that is not known"}
                )
            if channels > MOST_CHANNELS or sound.getnframes() > MOST_SECONDS * rate:
                raise TooLarge(
                    fields={"file": f"has over {MOST_CHANNELS} channels or {MOST_SECONDS} seconds"}
                )
            frames, squares, peak = 0, 0.0, 0.0
            while block := sound.readframes(_AT_ONCE):
                samples = _samples(block, bytes_each)
                frames += len(samples) // channels
                squares += float(np.dot(samples, samples))
                peak = max(peak, float(np.abs(samples).max(initial=0.0)))
    except (wave.Error, EOFError, ValueError, RuntimeError):
        raise UnreadableFile(fields={"file": "is not a whole WAV file of PCM samples"}) from None
    if not frames:
        raise UnreadableFile(fields={"file": "holds no sound"})
    mean_square = squares / (frames * channels)
    loudness = 10 * math.log10(mean_square) if mean_square > 0 else SILENCE_DBFS
    return AudioFacts(
        duration_ms=round(1000 * frames / rate),
        rate=rate,
        channels=channels,
        bits=8 * bytes_each,
        loudness_dbfs=round(max(SILENCE_DBFS, loudness), 3),
        peak=round(peak, 6),
    )


def _samples(block: bytes, bytes_each: int) -> Samples:
    """From -1 to 1; WAV stores eight bits unsigned and more of them signed."""
    whole = block[: len(block) // bytes_each * bytes_each]
    if bytes_each == 1:
        return (np.frombuffer(whole, dtype=np.uint8).astype(np.float64) - 128.0) / 128.0
    if bytes_each == 3:
        three = np.frombuffer(whole, dtype=np.uint8).reshape(-1, 3)
        four = np.zeros((len(three), 4), dtype=np.uint8)
        four[:, 1:] = three
        return four.view("<i4").ravel().astype(np.float64) / 2.0**31
    kind = "<i2" if bytes_each == 2 else "<i4"
    return np.frombuffer(whole, dtype=kind).astype(np.float64) / 2.0 ** (8 * bytes_each - 1)
