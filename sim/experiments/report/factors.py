"""What varies over a sweep, and how much of an outcome's variance goes with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

MOST_LEVELS = 12  # different values that are shown as they are; more are put in bins
BINS = 8
_LOG_FROM = 50.0  # a positive parameter that spans this factor has a logarithmic axis


@dataclass(frozen=True)
class Factor:
    """A parameter over N runs.

    Attributes
    ----------
    name, unit : str
    values : float64 array, shape ``[N]``
    levels : int64 array, shape ``[N]``
        Index in ``positions``.
    positions : float64 array, shape ``[L]``
        Of the levels: their value, or the mean of the values in the bin; ascending.
    log : bool
        Whether its axis is logarithmic.
    binned : bool
        Whether levels are bins of about as many runs each.
    """

    name: str
    unit: str
    values: Float64
    levels: Int64
    positions: Float64
    log: bool
    binned: bool


def factor_of(name: str, unit: str, values: Float64) -> Factor:
    """Return a parameter with its values in levels."""
    found, levels = np.unique(values, return_inverse=True)
    binned = len(found) > MOST_LEVELS
    if binned:
        edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)))
        levels = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
        used, levels = np.unique(levels, return_inverse=True)
        found = np.array([values[levels == level].mean() for level in range(len(used))])
    low, high = float(values.min()), float(values.max())
    log = low > 0 and high / low >= _LOG_FROM
    return Factor(name, unit, values, levels.reshape(-1).astype(np.int64), found, log, binned)


def explained(levels: Int64, values: Float64) -> float:
    """Return the share of a variance that goes with levels, corrected for chance.

    Epsilon squared: Kelley, T. L. (1935), "An unbiased correlation ratio measure", PNAS 21(9),
    554-559. Zero where it would be negative, or where nothing varies.

    Parameters
    ----------
    levels : int64 array, shape ``[N]``
    values : float64 array, shape ``[N]``
    """
    total = float(np.sum((values - values.mean()) ** 2))
    counts = np.bincount(levels)
    number, used = len(values), int(np.count_nonzero(counts))
    if total <= 0 or number <= used or used < 2:
        return 0.0
    means = np.bincount(levels, values) / np.maximum(counts, 1)
    within = float(np.sum((values - means[levels]) ** 2))
    return max(0.0, 1 - (within / (number - used)) / (total / (number - 1)))
