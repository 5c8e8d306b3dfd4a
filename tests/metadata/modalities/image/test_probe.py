import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from metadata.kernel.errors import DomainError
from metadata.modalities.base import TooLarge, UnreadableFile
from metadata.modalities.image.probe import probe
from metadata.modalities.image.reading import Limits
from tests.metadata.modalities.pictures import encoded, marked, noisy, with_exif


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_format_tells_its_size(kind: str) -> None:
    facts = probe(encoded(marked(32, 16), kind))
    assert (facts.width, facts.height, facts.format, facts.turned) == (32, 16, kind, False)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_that_of_the_upright_picture(orientation: int) -> None:
    facts = probe(with_exif(marked(32, 16), orientation))
    assert (facts.width, facts.height) == ((32, 16) if orientation < 5 else (16, 32))
    assert facts.turned == (orientation > 1)


def test_an_orientation_that_does_not_exist_is_none() -> None:
    assert not probe(with_exif(marked(), 9)).turned


@pytest.mark.parametrize(("level", "brightness"), [(0, 0.0), (51, 0.2), (255, 1.0)])
def test_brightness_is_mean_luminance(level: int, brightness: float) -> None:
    facts = probe(encoded(Image.new("L", (9, 9), level)))
    assert facts.brightness == pytest.approx(brightness)
    assert (facts.contrast, facts.sharpness) == (0.0, 0.0)


def test_blurring_lowers_sharpness() -> None:
    sharp = probe(encoded(noisy()))
    blurred = probe(encoded(noisy().filter(ImageFilter.GaussianBlur(2))))
    assert blurred.sharpness < sharp.sharpness / 10


def test_sixteen_bits_are_not_cut_off_at_eight() -> None:
    facts = probe(encoded(Image.new("I;16", (8, 8), 32_896)))
    assert facts.brightness == pytest.approx(128 / 255, abs=0.01)


def test_a_picture_of_one_pixel_has_facts() -> None:
    assert probe(encoded(Image.new("RGB", (1, 1)))).sharpness == 0.0


@pytest.mark.parametrize(
    ("limits", "reason"),
    [(Limits(pixels=511), "pixels"), (Limits(side=31), "side"), (Limits(frames=2), "frames")],
)
def test_too_many_pixels_or_frames_are_refused(limits: Limits, reason: str) -> None:
    frames = [marked(32, 16), Image.new("RGB", (32, 16)), noisy(32, 16)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert probe(data).frames == 3
    with pytest.raises(TooLarge, match=reason):
        probe(data, limits)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    small = encoded(Image.new("1", (8, 8)))
    huge = small[:16] + (100_000).to_bytes(4, "big") + (100_000).to_bytes(4, "big") + small[24:29]
    crc = zlib.crc32(huge[12:29]).to_bytes(4, "big")
    with pytest.raises(TooLarge):
        probe(huge + crc + small[33:])


def test_a_jpeg_of_many_scans_is_refused() -> None:
    progressive = encoded(noisy(), "JPEG", progressive=True)
    assert probe(progressive).progressive
    with pytest.raises(TooLarge, match="scans"):
        probe(progressive, Limits(scans=3))


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"II*\x00"]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        probe(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_half_a_picture_is_refused(kind: str) -> None:
    data = encoded(noisy(), kind)
    with pytest.raises(UnreadableFile):
        probe(data[: len(data) // 2])


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"]),
    damage=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8
    ),
)
def test_damage_anywhere_gives_facts_or_a_named_error(kind: str, damage: list[tuple[float, int]]) -> None:
    data = bytearray(WHOLE[kind])
    for place, byte in damage:
        data[int(place * min(len(data), 200))] = byte
    try:
        assert probe(bytes(data), Limits(pixels=1_000_000)).width > 0
    except DomainError as refused:
        named = refused.fields
    else:
        return
    assert named


WHOLE = {kind: encoded(noisy(24, 24), kind) for kind in ["PNG", "GIF", "WEBP", "BMP", "TIFF"]}
WHOLE["JPEG"] = with_exif(noisy(24, 24), 6)


def test_facts_do_not_depend_on_what_stands_behind_the_picture() -> None:
    data = encoded(marked())
    assert probe(data + b"<script>") == probe(data)
    assert Image.open(io.BytesIO(data)).size == (32, 16)
