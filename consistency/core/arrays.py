"""The array types of the engine, and turning names into dense indices."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
NameArray = NDArray[np.generic]
"""Names of items, labelers or classes: integers, floats or strings."""

Column = Sequence[int] | Sequence[float] | Sequence[str] | NDArray[Any]


@dataclass(frozen=True, eq=False, slots=True)
class Indexed:
    """A column already in dense form: ``names[index]`` are its values; ``names`` sorted and distinct."""

    index: IntArray
    names: NameArray


def as_column(values: Column, name: str) -> NameArray:
    """One-dimensional array of names; strings stay Python objects, so that one long text costs no padding."""
    if isinstance(values, np.ndarray):
        array: NameArray = values
    else:
        array = np.asarray(values) if len(values) and not isinstance(values[0], str) else _texts(values)
    if array.ndim != 1:
        raise ValueError(f"{name}: one dimension expected, got {array.ndim}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"{name}: row {row} is not a finite number")
    if array.dtype.kind not in "iufUOb":
        raise ValueError(f"{name}: integers, numbers or strings expected, got {array.dtype}")
    return array


def _texts(values: Column) -> NameArray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def factorize(values: NameArray) -> tuple[IntArray, NameArray]:
    """Dense index of each value, and the sorted distinct values.

    Integers in a short range are counted rather than sorted, which is what makes a million votes cheap.

    >>> index, names = factorize(np.array([30, 10, 30]))
    >>> index.tolist(), names.tolist()
    ([1, 0, 1], [10, 30])
    """
    if values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * len(values) + 1024:
            offset = values.astype(np.int64) - low
            present = np.zeros(high - low + 1, dtype=np.int64)
            present[offset] = 1
            distinct: NameArray = np.flatnonzero(present) + low
            return (np.cumsum(present) - 1)[offset], distinct
    if values.dtype == object:
        return _factorize_texts(values)
    distinct, inverse = np.unique(values, return_inverse=True)
    return inverse.astype(np.int64, copy=False), distinct


def _factorize_texts(values: NameArray) -> tuple[IntArray, NameArray]:
    """By a dictionary: sorting a million texts costs seconds, sorting the distinct ones nothing."""
    place: dict[object, int] = {}
    first_seen = np.fromiter(
        (place.setdefault(v, len(place)) for v in values.tolist()), np.int64, len(values)
    )
    distinct = np.empty(len(place), dtype=object)
    distinct[:] = list(place)
    order = np.argsort(distinct, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[first_seen], distinct[order]


def is_number(value: object) -> bool:
    """Whether a name is a finite number, or a text that reads as one.

    >>> [is_number(value) for value in (3, "2.50", "-1e3", "nan", "low", "")]
    [True, True, True, False, False, False]
    """
    try:
        return isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def natural_order(names: NameArray) -> NameArray:
    """Distinct names in the order a person expects: numbers by value even when written as text.

    >>> natural_order(np.array(["10", "9"], dtype=object)).tolist()
    ['9', '10']
    """
    try:
        keys = names.astype(np.float64)
    except (TypeError, ValueError):
        return names
    if not np.isfinite(keys).all():
        return names
    order: NameArray = names[np.argsort(keys, kind="stable")]
    return order


def counts(index: IntArray, size: int) -> IntArray:
    """How often each of 0 … size - 1 occurs."""
    result: IntArray = np.bincount(index, minlength=size)
    return result


def totals(index: IntArray, weights: FloatArray | IntArray, size: int) -> FloatArray:
    """Sum of the weights at each of 0 … size - 1."""
    result: FloatArray = np.bincount(index, weights, minlength=size).astype(np.float64, copy=False)
    return result
