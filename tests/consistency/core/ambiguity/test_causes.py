"""Planted causes among decoys: noise, a field that follows the true one, a category, the number of the row."""

import numpy as np
import pytest

from consistency.core.ambiguity.causes import causes
from consistency.core.ambiguity.fields import Field, field_of
from consistency.core.arrays import FloatArray, IntArray
from consistency.core.ratings import Ratings, from_arrays

LINES = (0.35, 0.5, 0.65)
POOL = tuple(np.linspace(0.3, 0.7, 8).tolist())


def number(name: str, values: FloatArray | IntArray) -> Field:
    return field_of(name, [str(value) for value in values.tolist()])


def scratches(
    seed: int,
    *,
    lines: tuple[float, ...] = LINES,
    overlap: int | None = None,
    sharp: float = 0.03,
    slips: float = 0.05,
    n: int = 400,
) -> tuple[Ratings, list[Field]]:
    rng = np.random.default_rng(seed)
    length, camera = rng.random(n), rng.integers(0, 3, n)
    each = overlap or len(lines)
    item = np.repeat(np.arange(n), each)
    labeler = np.concatenate([rng.permutation(len(lines))[:each] for _ in range(n)])
    long = length[item] + sharp * rng.normal(size=len(item)) > np.array(lines)[labeler]
    slipped = rng.random(len(item)) < slips
    code = np.where(slipped, rng.integers(0, 2, len(item)), long)
    fields = [
        number("brightness", rng.random(n)),
        number("area", length + 0.15 * rng.normal(size=n)),
        number("length", length),
        field_of("camera", [f"camera {one}" for one in camera]),
        number("row", np.arange(n)),
    ]
    return from_arrays(item, labeler, code), fields


def nights(seed: int, n: int = 400) -> tuple[Ratings, list[Field]]:
    """Two of four labelers call whatever was taken at night by one class, the others by the other."""
    rng = np.random.default_rng(seed)
    truth, hour = rng.integers(0, 2, n), rng.integers(0, 3, n)
    item, labeler = np.tile(np.arange(n), 4), np.repeat(np.arange(4), n)
    by_habit = (hour[item] == 2) & (rng.random(len(item)) < 0.8)
    code = np.where(by_habit, labeler >= 2, truth[item])
    code = np.where(rng.random(len(item)) < 0.05, 1 - code, code)
    fields = [
        field_of("hour", [("dawn", "noon", "night")[one] for one in hour]),
        field_of("site", [f"site {one}" for one in rng.integers(0, 8, n)]),
        number("darkness", hour + rng.normal(size=n)),
        number("size", rng.random(n)),
    ]
    return from_arrays(item, labeler, code), fields


@pytest.mark.parametrize(("lines", "overlap"), [(LINES, None), (POOL, 3)])
def test_planted_thresholds_are_found_and_decoys_are_not(
    lines: tuple[float, ...], overlap: int | None
) -> None:
    close, false, tried = 0, 0, 0
    for seed in range(20):
        ratings, fields = scratches(seed, lines=lines, overlap=overlap, n=600)
        found = causes(ratings, fields, [(0, 1)])
        best = found[0].thresholds
        assert best is not None
        close += best.field == "length" and bool((np.abs(best.threshold - np.array(lines)) <= 0.05).all())
        false += sum(cause.found for cause in found if cause.field != "length")
        tried += len(fields) - 1
    assert close >= 18
    assert false / tried <= 0.05


def test_a_category_that_people_treat_differently_is_found_and_what_follows_it_is_not() -> None:
    hits, false = 0, 0
    for seed in range(20):
        ratings, fields = nights(seed)
        found = [cause for cause in causes(ratings, fields, [(0, 1)]) if cause.found]
        hits += bool(found) and found[0].field == "hour" and found[0].kind == "category"
        false += sum(cause.field != "hour" for cause in found)
    assert hits >= 18
    assert false <= 3


def test_the_finding_says_where_and_who() -> None:
    ratings, fields = nights(1)
    best = causes(ratings, fields, [(0, 1)])[0].places
    assert best is not None
    assert best.names == ("dawn", "night", "noon")
    assert best.disputed.argmax() == 1
    assert (best.high[:2, 1] < 0.3).all()
    assert (best.high[2:, 1] > 0.7).all()
    assert best.explained > 0.5


def test_people_who_waver_at_one_common_line_draw_no_different_ones() -> None:
    for seed in range(10):
        ratings, fields = scratches(seed, lines=(0.5, 0.5, 0.5), sharp=0.1, slips=0.0)
        found = [cause for cause in causes(ratings, fields, [(0, 1)]) if cause.found]
        assert [(cause.field, cause.kind) for cause in found] == [("length", "place")]


def test_plain_error_has_no_cause() -> None:
    found = 0
    for seed in range(40):
        ratings, fields = scratches(seed, lines=(0.5, 0.5, 0.5), sharp=0.0, slips=0.3)
        found += any(cause.found for cause in causes(ratings, fields, [(0, 1)]))
    assert found <= 2


def test_every_pair_and_field_tried_is_paid_for() -> None:
    ratings, fields = scratches(3)
    once = causes(ratings, fields, [(0, 1)])
    twice = causes(ratings, fields + [number(f"noise {k}", np.random.default_rng(k).random(400)) for k in range(20)], [(0, 1)])  # fmt: skip
    by_field = {(cause.field, cause.kind): cause for cause in twice}
    for cause in once:
        again = by_field[cause.field, cause.kind]
        assert again.p == pytest.approx(cause.p)
        assert again.p_corrected >= cause.p_corrected


def test_a_field_that_can_explain_nothing_is_not_tried() -> None:
    ratings, _ = scratches(4)
    assert causes(ratings, [field_of("file", [f"{n}.png" for n in range(400)])], [(0, 1)]) == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([""] * 5, "no item has a value"),
        (["x", "x", ""], "every item has the same value"),
        (["a", "b", "c"], "nearly every item has a value of its own"),
    ],
)
def test_unusable_fields_say_why(values: list[str], reason: str) -> None:
    assert field_of("f", values).reason == reason


def test_two_numbers_are_categories_and_infinite_ones_are_no_numbers() -> None:
    assert field_of("flag", ["0", "1"] * 6).categories == ("0", "1")
    assert field_of("odd", ["1", "2", "3", "inf"] * 6).categories == ("1", "2", "3", "inf")
