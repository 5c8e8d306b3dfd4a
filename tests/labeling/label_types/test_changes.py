import pytest

from labeling.label_types.changes import (
    Change,
    Crop,
    Flip,
    Photometric,
    QuarterTurn,
    Shift,
    dump_change,
    frame_after,
    inverse,
    parse_change,
)
from labeling.label_types.errors import InvalidValue

CHANGES: list[Change] = [
    Photometric("image"),
    Flip("image", "vertical", 8, 6),
    QuarterTurn("image", 3, 8, 6),
    Shift("image", -2, 1.5, 8, 6),
    Crop("image", 1, 2, 5, 6),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_a_change_is_read_back_as_it_was_written(change: Change) -> None:
    assert parse_change(dump_change(change)) == change


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_a_change_with_a_field_missing_or_wrong_is_refused(change: Change) -> None:
    written = dump_change(change)
    for name in written:
        with pytest.raises(InvalidValue):
            parse_change({key: value for key, value in written.items() if key != name})
        with pytest.raises(InvalidValue):
            parse_change({**written, name: [True]})
    with pytest.raises(InvalidValue):
        parse_change({**written, "more": 1})


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_the_inverse_of_an_inverse_is_the_change(change: Change) -> None:
    back = inverse(change)
    assert (inverse(back) if back else None) == (None if isinstance(change, Crop) else change)


def test_an_odd_quarter_turn_swaps_the_sides_of_the_frame() -> None:
    assert frame_after(QuarterTurn("image", 1, 8, 6)) == (6, 8)
    assert frame_after(QuarterTurn("image", 2, 8, 6)) == (8, 6)
    assert frame_after(Crop("image", 1, 2, 5, 6)) == (4, 4)


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(InvalidValue):
        parse_change({"kind": "crop", "part": "image", "x0": 5, "y0": 0, "x1": 5, "y1": 4})
