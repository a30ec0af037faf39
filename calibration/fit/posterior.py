"""What a fit finds for one data set: weighted draws of the parameters on the unit scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calibration.structures import Float64, Int64


@dataclass(frozen=True)
class Posterior:
    """Weighted draws from the posterior.

    Attributes
    ----------
    ids : tuple of str, length P
    rows : int64 array, shape ``[k]``
        Rows of the pool that the draws come from, nearest first.
    weights : float64 array, shape ``[k]``
        Positive, summing to 1.
    unit : float64 array, shape ``[k, P]``
        Adjusted draws on the unit scale, strictly within (0, 1).
    distance : float64 array, shape ``[k]``
        Of the rows' reports from the data set, in logits of the unit scale.
    """

    ids: tuple[str, ...]
    rows: Int64
    weights: Float64
    unit: Float64
    distance: Float64

    @property
    def effective_size(self) -> float:
        """How many draws of equal weight these are worth: 1 / sum of squared weights."""
        return float(1.0 / (self.weights**2).sum())

    def mean(self) -> Float64:
        """Return the mean of each parameter on the unit scale, shape ``[P]``."""
        mean: Float64 = self.weights @ self.unit
        return mean

    def variance(self) -> Float64:
        """Return the variance of each parameter on the unit scale, shape ``[P]``."""
        variance: Float64 = self.weights @ (self.unit - self.mean()) ** 2
        return variance

    def rank(self, unit: Float64) -> Float64:
        """Return the weight of the draws below a vector, shape ``[P]``; ties count half."""
        below = self.weights @ (self.unit < unit)
        rank: Float64 = below + 0.5 * (self.weights @ (self.unit == unit))
        return rank

    def quantiles(self, quantiles: ArrayLike) -> Float64:
        """Return quantiles of each parameter on the unit scale, shape ``[len(quantiles), P]``.

        A draw stands for the middle of its weight; between draws the quantile is interpolated.
        """
        wanted = np.atleast_1d(np.asarray(quantiles, dtype=np.float64))
        order = np.argsort(self.unit, axis=0, kind="stable")
        weights = self.weights[order]
        place = np.cumsum(weights, axis=0) - 0.5 * weights
        values = np.take_along_axis(self.unit, order, axis=0)
        found = np.empty((len(wanted), len(self.ids)))
        for parameter in range(len(self.ids)):
            found[:, parameter] = np.interp(wanted, place[:, parameter], values[:, parameter])
        return found

    def resampled(self, number: int, seed: int) -> tuple[Float64, Int64]:
        """Draw vectors of equal weight by systematic resampling with one keyed uniform.

        Each draw is taken as often as ``number`` times its weight, rounded up or down.

        Returns
        -------
        unit : float64 array, shape ``[number, P]``
        rows : int64 array, shape ``[number]``
            Rows of the pool that they come from.
        """
        from calibration.streams import RESAMPLE_STREAM
        from sim.state.stable_ids import stable_ids
        from sim.state.streams import Streams

        ids = stable_ids("calibration", ["resample"])
        start = Streams(seed, [0]).uniform(RESAMPLE_STREAM, 0, ids)[0, 0]
        place = (np.arange(number) + start) / number
        chosen = np.searchsorted(np.cumsum(self.weights), place, side="right")
        chosen = np.minimum(chosen, len(self.weights) - 1)
        return self.unit[chosen], self.rows[chosen]
