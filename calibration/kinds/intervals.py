"""Logarithms of the probability that a normal or a Beta variable falls into an interval.

Differences are taken on the smaller tail, so that a report far out in either tail keeps a
probability of its own instead of a rounding error.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64 = NDArray[np.float64]

_FARTHEST = 1e100
"""Standard deviations: beyond it the square that a normal density needs is infinite."""


def log_normal_between(low: ArrayLike, high: ArrayLike) -> Float64:
    """Return ``log P(low <= z < high)`` of a standard normal z, -inf where ``low == high``.

    Parameters
    ----------
    low, high : float64 array_like
        Ends in standard deviations, ``low <= high``; either may be infinite.
    """
    from scipy.special import log_ndtr

    low, high = (np.clip(end, -_FARTHEST, _FARTHEST) for end in (low, high))
    upper_tail = low > 0
    low, high = np.where(upper_tail, -high, low), np.where(upper_tail, -low, high)
    whole = log_ndtr(high)
    with np.errstate(divide="ignore"):
        between: Float64 = whole + np.log(-np.expm1(log_ndtr(low) - whole))
    return between


def log_spread_between(
    lower: ArrayLike, upper: ArrayLike, middle: ArrayLike, sigma: float
) -> Float64:
    """Return ``log P(lower <= middle + sigma z < upper)``; exact where ``sigma`` is 0."""
    lower, upper, middle = np.broadcast_arrays(lower, upper, middle)
    if sigma == 0:
        return np.where((lower <= middle) & (middle < upper), 0.0, -np.inf)
    with np.errstate(over="ignore"):
        return log_normal_between((lower - middle) / sigma, (upper - middle) / sigma)


def log_product_between(
    lower: ArrayLike, upper: ArrayLike, median: ArrayLike, sigma: float
) -> Float64:
    """Return ``log P(lower <= median exp(sigma z) < upper)``; a median of 0 stays 0.

    Parameters
    ----------
    lower, upper, median : float64 array_like
        Ends (a lower end at or below 0 leaves nothing out) and medians from 0 on.
    sigma : float
        Standard deviation of the logarithm.
    """
    lower, upper, median = np.broadcast_arrays(lower, upper, median)
    if sigma == 0:
        return log_spread_between(lower, upper, median, 0.0)
    some = median > 0
    with np.errstate(divide="ignore"):
        low, high = np.log(np.maximum(lower, 0.0)), np.log(upper)
        middle = np.log(np.where(some, median, 1.0))
    nothing = np.where(lower <= 0, 0.0, -np.inf)
    return np.where(some, log_spread_between(low, high, middle, sigma), nothing)


def beta_between(low: ArrayLike, high: ArrayLike, alpha: float, beta: float) -> Float64:
    """Return ``P(low <= c < high)`` of a share c with a Beta distribution."""
    from scipy.special import betainc, betaincc

    low, high = (np.clip(end, 0.0, 1.0) for end in (low, high))
    upper_tail = low > alpha / (alpha + beta)
    below = betainc(alpha, beta, high) - betainc(alpha, beta, low)
    above = betaincc(alpha, beta, low) - betaincc(alpha, beta, high)
    return np.where(upper_tail, above, below)
