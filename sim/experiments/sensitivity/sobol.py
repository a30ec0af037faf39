"""Shares of variance: Sobol's first and total order indices, with the luck of replicates taken off.

First order by Saltelli et al. 2010 (table 2 b), total order by Jansen (table 2 f): Saltelli,
Annoni, Azzini, Campolongo, Ratto and Tarantola, "Variance based sensitivity analysis of model
output", Computer Physics Communications 181(2). They are those of ``scipy.stats.sobol_indices``,
which sees one number a point; here every mean of a product over R replicates is less the
covariance that luck gives it, which makes it unbiased for the expected outcome.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiments.sensitivity.noise import (
    VarianceSplit,
    bootstrap_weights,
    check_values,
    covariance_of_means,
    interval,
    keyed_generator,
    ratio,
    split_variance,
)

Float64 = NDArray[np.float64]

MOST_PARAMETERS = 10_000  # scipy has Sobol points in up to 21,201 dimensions, two a parameter


@dataclass(frozen=True)
class SobolDesign:
    """Two independent samples of the unit cube, and the first with one column of the second.

    Attributes
    ----------
    first, second : float64 arrays, shape ``[N, k]``
        Quantiles of the priors; A and B in the literature.
    """

    first: Float64
    second: Float64

    @property
    def points(self) -> Float64:
        """A, B and A with each column of B in turn, shape ``[N, k + 2, k]``."""
        parameters = self.first.shape[1]
        points = np.repeat(self.first[:, None], parameters + 2, axis=1)
        points[:, 1] = self.second
        each = np.arange(parameters)
        points[:, 2 + each, each] = self.second
        return points


def sobol_design(parameters: int, *, points: int, seed: int) -> SobolDesign:
    """Draw the two samples from one scrambled Sobol sequence of ``2 k`` dimensions.

    Parameters
    ----------
    parameters : int
        How many, k.
    points : int
        N, a power of two from 4 on.
    seed : int

    Raises
    ------
    ValueError
        If a number makes no sense.
    """
    from scipy.stats import qmc

    if points < 4 or points & (points - 1):
        raise ValueError(f"points: found {points}; allowed: a power of two from 4 on")
    if not 1 <= parameters <= MOST_PARAMETERS:
        raise ValueError(f"parameters: found {parameters}; allowed: 1 to {MOST_PARAMETERS:,}")
    generator = keyed_generator(seed, "sensitivity.sobol", parameters)
    drawn = qmc.Sobol(d=2 * parameters, scramble=True, seed=generator).random(points)
    return SobolDesign(drawn[:, :parameters], drawn[:, parameters:])


@dataclass(frozen=True)
class Resampled:
    """Estimates and resamples of one number for k parameters.

    Attributes
    ----------
    value, low, high : float64 arrays, shape ``[k]``
        Estimate and 95 percent interval.
    """

    value: Float64
    low: Float64
    high: Float64

    @classmethod
    def of(cls, rows: Float64) -> Resampled:
        """Take the first row as the estimate, the others as resamples."""
        return cls(rows[0], *interval(rows[1:]))


@dataclass(frozen=True)
class SobolFound:
    """Indices of k parameters for one outcome.

    Attributes
    ----------
    split : VarianceSplit
    first, total : Resampled or None
        Shares of the variance of the *expected* outcome (the mean, or the probability). None
        where that variance cannot be told from none.
    first_of_run, total_of_run : Resampled
        The same parts as shares of the variance of a *single run*, luck included.
    """

    split: VarianceSplit
    first: Resampled | None
    total: Resampled | None
    first_of_run: Resampled
    total_of_run: Resampled

    @property
    def within_noise(self) -> NDArray[np.bool_]:
        """Whether the total order index cannot be told from none."""
        if self.total is None:
            return np.ones(self.total_of_run.value.shape, dtype=np.bool_)
        return self.total_of_run.low <= 0


def analyse_sobol(values: Float64, *, seed: int, resamples: int = 500) -> SobolFound:
    """Return the indices of all parameters for one outcome.

    Parameters
    ----------
    values : float64 array, shape ``[N, k + 2, R]``
        At the points of a :class:`SobolDesign`; all points of a row with the same R replicates,
        no two rows with the same.
    seed : int
        Of the resamples, which are keyed.
    resamples : int

    Raises
    ------
    ValueError
        If there are fewer than two rows or replicates, or a value is not finite.
    """
    check_values(values)
    generator = keyed_generator(seed, "sensitivity.sobol.resamples")
    weights = bootstrap_weights(len(values), resamples, generator)
    split = split_variance(values[:, :2], weights)
    first, total = _parts(values, weights)
    of_parameters, of_run = split.of_parameters[:, None], split.total[:, None]
    clear = interval(split.of_parameters[1:])[0] > 0
    return SobolFound(
        split=split,
        first=Resampled.of(ratio(first, of_parameters)) if clear else None,
        total=Resampled.of(ratio(total, of_parameters)) if clear else None,
        first_of_run=Resampled.of(ratio(first, of_run)),
        total_of_run=Resampled.of(ratio(total, of_run)),
    )


def _parts(values: Float64, weights: Float64) -> tuple[Float64, Float64]:
    """Return the parts of the variance in first and total order, ``[resamples + 1, k]``."""
    values = values - values[:, :2].mean()
    means = values.mean(axis=2)
    change = values[:, 2:] - values[:, :1]
    second = np.broadcast_to(values[:, 1:2], change.shape)
    change_of_mean = means[:, 2:] - means[:, :1]
    products = means[:, 1:2] * change_of_mean - covariance_of_means(second, change)
    squares = np.square(change_of_mean) - covariance_of_means(change, change)
    # Each resample is centred by its own mean, as scipy centres the sample.
    middle = weights @ means[:, :2].mean(axis=1)
    first = weights @ products - middle[:, None] * (weights @ change_of_mean)
    return first, 0.5 * (weights @ squares)
