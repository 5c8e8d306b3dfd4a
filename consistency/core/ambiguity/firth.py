"""Logistic regression on one variable by Firth's penalized likelihood: finite where classes nearly separate.

Firth 1993, doi:10.1093/biomet/80.1.27; Heinze & Schemper 2002, doi:10.1002/sim.1047.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray
from consistency.core.special import expit


@dataclass(frozen=True, slots=True)
class Curve:
    """``P(y) = 1 / (1 + exp(-(intercept + slope x)))``, with the standard error of the point of even odds."""

    intercept: float
    slope: float
    threshold: float
    threshold_se: float
    converged: bool


def firth_curve(x: FloatArray, y: BoolArray, *, max_iterations: int = 200, tolerance: float = 1e-8) -> Curve:
    """Maximize ``log L + log det(I) / 2`` by Newton steps on ``X' (y - p + h (1/2 - p))``, h being the leverages.

    >>> c = firth_curve(np.array([1.0, 2, 3, 4, 5, 6]), np.array([0, 0, 1, 0, 1, 1], dtype=bool))
    >>> round(c.threshold, 2), c.slope > 0
    (3.5, True)
    """
    if len(x) != len(y) or len(x) < 2 or not np.isfinite(x).all():
        raise ValueError("x: at least two finite numbers, as many as y, expected")
    center, scale = float(x.mean()), float(x.std()) or 1.0
    design = np.column_stack([np.ones(len(x)), (x - center) / scale])
    beta, target = np.zeros(2), y.astype(np.float64)
    converged = False
    information = np.eye(2)
    for _ in range(max_iterations):
        p = expit(design @ beta)
        w = p * (1 - p)
        information = (design * w[:, None]).T @ design + 1e-12 * np.eye(2)
        inverse = np.linalg.inv(information)
        leverage = w * np.einsum("ij,jk,ik->i", design, inverse, design)
        step = inverse @ (design.T @ (target - p + leverage * (0.5 - p)))
        step *= min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        beta = beta + step
        if float(np.abs(step).max()) < tolerance:
            converged = True
            break
    b0, b1 = float(beta[0]), float(beta[1])
    cut = -b0 / b1 if b1 else float("inf")
    gradient = np.array([1.0, cut]) / (b1 if b1 else 1e-300)
    variance = float(gradient @ np.linalg.inv(information) @ gradient)
    return Curve(
        b0 - b1 * center / scale,
        b1 / scale,
        center + scale * cut,
        scale * sqrt(max(variance, 0.0)),
        converged,
    )
