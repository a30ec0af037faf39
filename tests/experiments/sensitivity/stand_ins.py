"""Functions with known indices in place of the model, and luck that is shared or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.experiments.sensitivity.morris import MorrisDesign

Float64 = NDArray[np.float64]

# Ishigami and Homma 1990, with a = 7 and b = 0.1: variance, first and total order indices.
ISHIGAMI_VARIANCE = 7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.1**2 * np.pi**8 / 18 + 0.5
ISHIGAMI_FIRST = np.array(
    [0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2 / ISHIGAMI_VARIANCE, 7**2 / 8 / ISHIGAMI_VARIANCE, 0.0]
)
ISHIGAMI_TOTAL = ISHIGAMI_FIRST + np.array([1, 0, 1]) * (
    0.1**2 * np.pi**8 * 8 / 225 / ISHIGAMI_VARIANCE
)

G_WEIGHTS = np.array([0.0, 1.0, 4.5, 99.0])


def ishigami(quantiles: Float64) -> Float64:
    """Return the function of Ishigami at quantiles of its uniform inputs, ``[..., 3]``."""
    x = np.pi * (2 * quantiles - 1)
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def g_function(quantiles: Float64) -> Float64:
    """Return Sobol's g-function with weights 0, 1, 4.5 and 99, ``[..., 4]``."""
    return np.prod((np.abs(4 * quantiles - 2) + G_WEIGHTS) / (1 + G_WEIGHTS), axis=-1)


def g_indices() -> tuple[Float64, Float64]:
    """Return first and total order indices of the g-function."""
    alone = 1 / (3 * (1 + G_WEIGHTS) ** 2)
    variance = np.prod(1 + alone) - 1
    total = alone * np.prod(1 + alone) / (1 + alone)
    return alone / variance, total / variance


def with_luck(values: Float64, replicates: int, size: float, seed: int) -> Float64:
    """Add luck of its own to every replicate of every point, ``[..., replicates]``."""
    luck = np.random.default_rng(seed).standard_normal((*values.shape, replicates))
    return values[..., None] + size * luck


def with_shared_luck(values: Float64, replicates: int, size: float, seed: int) -> Float64:
    """Add luck that the points of a block share, ``[blocks, points, replicates]``."""
    luck = np.random.default_rng(seed).standard_normal((len(values), 1, replicates))
    return values[..., None] + size * luck


def trajectories(parameters: int, number: int, seed: int) -> MorrisDesign:
    """Return random trajectories on four levels, made without SALib."""
    generator = np.random.default_rng(seed)
    points = np.empty((number, parameters + 1, parameters))
    for one in points:
        low = generator.integers(0, 2, parameters) / 3
        up = generator.integers(0, 2, parameters) == 1
        one[:] = np.where(up, low, low + 2 / 3)
        for step, parameter in enumerate(generator.permutation(parameters)):
            one[step + 1 :, parameter] = np.where(up, low + 2 / 3, low)[parameter]
    return MorrisDesign(points)
