"""How much of an outcome's spread under the posterior is luck, which no knowledge would remove.

Every draw from the posterior is run twice, with two replicates that share its parameters and no
luck. The variance of an outcome is that of its mean over luck (what better knowledge of the
parameters would remove) and the mean of its variance from luck. What two runs of one draw have in
common is the first alone, so that

    covariance of the two runs = variance between draws
    share of luck = 1 - covariance / variance

This is one minus the intraclass correlation (Fisher 1925, "Statistical Methods for Research
Workers", chapter VII). It needs no emulator, and an emulator that fits badly would count its own
errors as luck. Its standard error over n pairs is about ``(1 - r^2) / sqrt(n)`` for a correlation
r: 0.04 or less with 500 pairs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.structures import Float64
from sim.outcomes.values import OutcomeValues

FEWEST_PAIRS = 2


def luck_share(first: OutcomeValues, second: OutcomeValues, last_day: int) -> float | None:
    """Return the share of an outcome's variance that luck alone makes.

    Counts are compared as ``log(1 + count)``, where one run with many dead does not outweigh all
    others; other numbers, dates and durations as they are. "Not by the end" counts as the day
    after the last; pairs in which a count or another number is not there in both are left out.

    Parameters
    ----------
    first, second : OutcomeValues
        One outcome in the two runs of each draw, in the same order, ``n`` values each.
    last_day : int
        Index of the last day simulated.

    Returns
    -------
    float or None
        Between 0 and 1; None for categories and truth values, and where nothing varies.

    Raises
    ------
    ValueError
        If the two are not of one kind and length.
    """
    if first.kind != second.kind or first.replicates != second.replicates:
        raise ValueError(
            f"the two runs of each draw must agree in kind and number, found {first.kind} "
            f"({first.replicates}) and {second.kind} ({second.replicates})"
        )
    if first.kind in ("category", "truth"):
        return None
    columns = [_numbers(each, last_day) for each in (first, second)]
    if first.kind == "number":
        both = first.by_end & second.by_end
        columns = [column[both] for column in columns]
        if _are_counts(first.values) and _are_counts(second.values):
            columns = [np.log1p(column) for column in columns]
    return share_of_luck(columns[0], columns[1])


def share_of_luck(first: Float64, second: Float64) -> float | None:
    """Return one minus the intraclass correlation of pairs, kept between 0 and 1.

    Parameters
    ----------
    first, second : float64 arrays, shape ``[n]``
        A pair each; which of a pair comes first makes no difference.

    Returns
    -------
    float or None
        None with fewer than two pairs, or where all values are the same.
    """
    if len(first) < FEWEST_PAIRS:
        return None
    middle = (first.mean() + second.mean()) / 2.0
    apart_1, apart_2 = first - middle, second - middle
    variance = float(np.mean(apart_1**2 + apart_2**2)) / 2.0
    if variance <= 0.0:
        return None
    covariance = float(np.mean(apart_1 * apart_2))
    return float(np.clip(1.0 - covariance / variance, 0.0, 1.0))


def _numbers(outcome: OutcomeValues, last_day: int) -> Float64:
    numbers: Float64 = outcome.values.astype(np.float64)
    if outcome.kind in ("date", "duration"):
        numbers = np.where(outcome.by_end, numbers, last_day + 1.0)
    return numbers


def _are_counts(values: NDArray[Any]) -> bool:
    return values.dtype.kind == "i" and bool((values >= 0).all())
