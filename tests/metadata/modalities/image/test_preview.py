import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from metadata.modalities.base import UnreadableFile
from metadata.modalities.image.preview import Preview, preview
from tests.metadata.modalities.pictures import encoded, marked, noisy, with_exif

RED_CORNER = {  # where the top left of the stored picture is seen, by orientation
    1: (2, 2), 2: (-3, 2), 3: (-3, -3), 4: (2, -3), 5: (2, 2), 6: (-3, 2), 7: (-3, -3), 8: (2, -3),
}  # fmt: skip


def shown(made: Preview) -> Image.Image:
    return Image.open(io.BytesIO(made.data))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_baked_in(orientation: int) -> None:
    picture = shown(preview(with_exif(marked(32, 16), orientation))).convert("RGB")
    x, y = RED_CORNER[orientation]
    pixel = picture.getpixel((x % picture.width, y % picture.height))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert pixel[1] < 60
    assert not picture.getexif()


def test_place_words_and_thumbnails_are_gone() -> None:
    source = with_exif(marked(), 6)
    assert b"secret description" in source
    assert b"secret comment" in source
    made = preview(source)
    assert b"secret" not in made.data
    assert b"Exif" not in made.data
    assert dict(shown(made).getexif()) == {}


def test_words_in_a_png_are_gone() -> None:
    words = PngInfo()
    words.add_text("Author", "secret")
    source = encoded(marked(), "PNG", pnginfo=words)
    assert b"secret" in source
    assert b"secret" not in preview(source).data


def test_what_is_behind_the_picture_is_gone() -> None:
    assert b"script" not in preview(encoded(marked()) + b"<script>").data


def test_a_lossless_picture_keeps_its_pixels() -> None:
    source = noisy()
    made = preview(encoded(source))
    assert made.media_type == "image/png"
    assert shown(made).convert("RGB").tobytes() == source.tobytes()


def test_a_large_picture_is_scaled_and_keeps_its_shape() -> None:
    made = preview(encoded(noisy(200, 100), "JPEG"), max_side=50)
    assert (made.width, made.height, made.media_type) == (50, 25, "image/jpeg")
    assert shown(made).size == (50, 25)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_becomes_one_that_browsers_show(mode: str) -> None:
    picture = Image.new(mode, (8, 8)) if mode in ("I;16", "F") else marked().convert(mode)
    made = preview(encoded(picture, "TIFF"))
    assert shown(made).mode in ("L", "RGB", "RGBA")


def test_transparency_stays() -> None:
    source = marked().convert("RGBA")
    source.putalpha(40)
    assert shown(preview(encoded(source, "WEBP", lossless=True))).mode == "RGBA"


def test_the_same_picture_gives_the_same_bytes() -> None:
    source = encoded(noisy(), "JPEG")
    assert preview(source) == preview(source)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        preview(b"<svg/>")
