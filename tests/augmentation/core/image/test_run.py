import io

import numpy as np
import pytest
from PIL import Image

from augmentation.core.image.run import made_picture
from augmentation.core.recipe import parse_recipe
from labeling.label_types.changes import Photometric
from metadata.modalities.base import UnreadableFile
from tests.metadata.modalities.pictures import encoded, noisy, with_exif

RECIPE = parse_recipe({"seed": 3, "steps": [{"change": "darken", "factor": [0.3, 0.9], "gamma": [1, 1.5]}]})
SOURCE = encoded(noisy())


def test_the_same_copy_is_made_again_byte_for_byte() -> None:
    assert made_picture(SOURCE, RECIPE, item_key="a", copy=0) == made_picture(
        SOURCE, RECIPE, item_key="a", copy=0
    )


def test_copies_items_and_seeds_draw_their_own_strength() -> None:
    reseeded = parse_recipe({"seed": 4, "steps": [{"change": "darken", "factor": [0.3, 0.9]}]})
    made = [
        made_picture(SOURCE, RECIPE, item_key="a", copy=0),
        made_picture(SOURCE, RECIPE, item_key="a", copy=1),
        made_picture(SOURCE, RECIPE, item_key="b", copy=0),
        made_picture(SOURCE, reseeded, item_key="a", copy=0),
    ]
    assert len({one.lineage[0]["factor"] for one in made}) == 4


def test_lineage_and_change_tell_what_was_done() -> None:
    made = made_picture(SOURCE, RECIPE, item_key="a", copy=0)
    assert made.changes == (Photometric("image"),)
    (step,) = made.lineage
    assert step["change"] == "darken"
    assert 0.3 <= float(step["factor"]) <= 0.9


def test_steps_follow_one_another() -> None:
    twice = parse_recipe(
        {"steps": [{"change": "darken", "factor": 0.5}, {"change": "darken", "factor": 0.5}]}
    )
    made = made_picture(encoded(Image.new("L", (4, 4), 200)), twice, item_key="a", copy=0)
    assert (np.asarray(Image.open(io.BytesIO(made.data))) == 50).all()


def test_the_copy_is_upright_and_holds_no_metadata() -> None:
    made = made_picture(with_exif(noisy(32, 16), 6), RECIPE, item_key="a", copy=0)
    assert (made.width, made.height) == (16, 32)
    assert b"secret" not in made.data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_can_be_darkened(mode: str) -> None:
    picture = Image.new(mode, (8, 8)) if mode == "I;16" else noisy(8, 8).convert(mode)
    assert made_picture(encoded(picture, "TIFF"), RECIPE, item_key="a", copy=0).width == 8


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        made_picture(b"text", RECIPE, item_key="a", copy=0)
