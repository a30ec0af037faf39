"""Telling the luck of replicates from the effect of parameters.

A design is cut in blocks: a trajectory of Morris's, or a row of Sobol's matrices. All points of a
block share their replicates, and so their luck; no two blocks share any. So differences within a
block lose the luck that has nothing to do with the parameter, and resampling whole blocks gives
intervals that hold both the choice of points and the luck.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

LEAST_REPLICATES = 2  # with one there is no telling luck from effect
LEVEL = 0.95
LOW, HIGH = (1 - LEVEL) / 2, (1 + LEVEL) / 2


def keyed_generator(seed: int, *words: str | int) -> np.random.Generator:
    """Return a generator of its own for a purpose: the same for the same seed and words."""
    digest = hashlib.sha256(repr((seed, words)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def bootstrap_weights(blocks: int, resamples: int, generator: np.random.Generator) -> Float64:
    """Return how much each block counts in each resample, ``[resamples, blocks]``; rows sum to 1.

    The first row is the sample itself, so that an estimate and its resamples come from one sum.
    """
    drawn = generator.multinomial(blocks, np.full(blocks, 1 / blocks), size=resamples)
    return np.concatenate([np.ones((1, blocks)), drawn]) / blocks


def interval(resampled: Float64) -> tuple[Float64, Float64]:
    """Return the middle 95 percent of resamples, along the first axis."""
    low, high = np.quantile(resampled, [LOW, HIGH], axis=0)
    return low, high


def covariance_of_means(first: Float64, second: Float64) -> Float64:
    """Return the covariance that luck gives to two means over replicates that share it.

    Parameters
    ----------
    first, second : float64 arrays, shape ``[..., R]``
        R of at least 2.

    Returns
    -------
    float64 array, shape ``[...]``
        The covariance over replicates, by R - 1, over R. The product of the two means less this
        is an unbiased estimate of the product of the two expected values.
    """
    replicates = first.shape[-1]
    apart = (first - first.mean(-1, keepdims=True)) * (second - second.mean(-1, keepdims=True))
    return np.asarray(apart.sum(-1) / ((replicates - 1) * replicates), dtype=np.float64)


def check_values(values: Float64) -> None:
    """Refuse what cannot be told apart.

    Raises
    ------
    ValueError
        If ``values`` is not ``[blocks, points, R]`` with two blocks and two replicates at least,
        or not finite.
    """
    if values.ndim != 3 or values.shape[0] < 2 or values.shape[2] < LEAST_REPLICATES:
        raise ValueError(
            f"values have shape {values.shape}; [blocks, points, replicates] with at least two "
            "blocks and two replicates is needed"
        )
    if not np.isfinite(values).all():
        raise ValueError("values must be finite")


@dataclass(frozen=True)
class VarianceSplit:
    """The variance of a single run over a design, in two parts (law of total variance).

    Attributes
    ----------
    mean : float64 array, shape ``[resamples + 1]``
        Of the outcome; the first is the estimate, the others are resamples.
    of_parameters : float64 array, shape ``[resamples + 1]``
        Variance, over the points, of the expected outcome. Unbiased, so it can come out below 0.
    of_luck : float64 array, shape ``[resamples + 1]``
        Mean, over the points, of the variance over replicates.
    """

    mean: Float64
    of_parameters: Float64
    of_luck: Float64

    @property
    def total(self) -> Float64:
        """Variance of a single run; 0 only where nothing varies."""
        return np.maximum(self.of_parameters + self.of_luck, 0.0)

    @property
    def luck_share(self) -> Float64:
        """Share of the variance of a single run that is luck, at most 1."""
        return np.minimum(ratio(self.of_luck, self.total), 1.0)


def ratio(part: Float64, whole: Float64) -> Float64:
    """Return part over whole, 0 where the whole is 0 or less."""
    there = whole > 0
    return np.where(there, part / np.where(there, whole, 1.0), 0.0)


def split_variance(values: Float64, weights: Float64) -> VarianceSplit:
    """Split the variance of a single run into that of parameters and that of luck.

    The variance of means over R replicates holds a share 1/R of the luck, which is taken off.

    Parameters
    ----------
    values : float64 array, shape ``[blocks, points, R]``
    weights : float64 array, shape ``[resamples + 1, blocks]``
        As :func:`bootstrap_weights` gives them.
    """
    middle = values.mean()
    means = values.mean(axis=2) - middle
    luck_of_mean = weights @ covariance_of_means(values, values).mean(axis=1)
    mean = weights @ means.mean(axis=1)
    spread = weights @ np.square(means).mean(axis=1) - np.square(mean)
    return VarianceSplit(
        mean=middle + mean,
        of_parameters=spread - luck_of_mean,
        of_luck=luck_of_mean * values.shape[2],
    )
