"""The aggregators by the names people call them."""

from collections.abc import Callable, Mapping

import numpy as np

from consistency.core.aggregation.bwa import bwa
from consistency.core.aggregation.dawid_skene import dawid_skene, dawid_skene_ml
from consistency.core.aggregation.glad import glad
from consistency.core.aggregation.ibcc import ibcc_vb
from consistency.core.aggregation.mace import mace
from consistency.core.aggregation.one_coin import one_coin
from consistency.core.aggregation.result import Aggregated
from consistency.core.aggregation.weighted import wawa
from consistency.core.ratings import Ratings

Method = Callable[[Ratings, np.random.Generator], Aggregated]

METHODS: Mapping[str, Method] = {
    "dawid-skene": lambda ratings, _: dawid_skene(ratings),
    "dawid-skene-ml": lambda ratings, _: dawid_skene_ml(ratings),
    "one-coin": lambda ratings, _: one_coin(ratings),
    "wawa": lambda ratings, _: wawa(ratings),
    "glad": lambda ratings, _: glad(ratings),
    "mace": lambda ratings, rng: mace(ratings, rng=rng),
    "bwa": lambda ratings, _: bwa(ratings),
    "ibcc": lambda ratings, _: ibcc_vb(ratings),
}
"""Name -> fit. The plain vote (``majority``) and one with given weights take other arguments and stand apart."""
