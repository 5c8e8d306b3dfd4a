import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augmentation.core.image.darken import Pixels, darkened

RAMP: Pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)


@given(factor=st.floats(0.02, 1), gamma=st.floats(1, 4))
def test_nothing_gets_lighter_and_the_order_of_tones_stays(factor: float, gamma: float) -> None:
    darker = darkened(RAMP, factor=factor, gamma=gamma)
    assert (darker <= RAMP).all()
    assert (np.diff(darker.ravel().astype(int)) >= 0).all()


def test_full_light_and_gamma_one_change_nothing() -> None:
    assert (darkened(RAMP, factor=1.0) == RAMP).all()


def test_gamma_sinks_middle_tones_and_keeps_the_ends() -> None:
    darker = darkened(RAMP, factor=1.0, gamma=2.0).ravel()
    assert (darker[0], darker[128], darker[255]) == (0, 64, 255)


def test_transparency_stays() -> None:
    pixels = np.full((2, 2, 4), 200, dtype=np.uint8)
    darker = darkened(pixels, factor=0.5)
    assert (darker[..., :3] == 100).all()
    assert (darker[..., 3] == 200).all()
    assert (pixels == 200).all()


@pytest.mark.parametrize(
    ("factor", "gamma", "name"), [(0, 1, "factor"), (1.1, 1, "factor"), (1, 0.9, "gamma")]
)
def test_a_strength_that_would_lighten_is_refused(factor: float, gamma: float, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        darkened(RAMP, factor=factor, gamma=gamma)
