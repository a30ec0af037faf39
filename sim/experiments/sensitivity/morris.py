"""Screening by elementary effects, after Morris, with the luck of replicates shown beside them.

Morris 1991, "Factorial sampling plans for preliminary computational experiments", Technometrics
33(2); mu* after Campolongo, Cariboni and Saltelli 2007, "An effective screening design for
sensitivity analysis of large models", Environmental Modelling & Software 22(10). Points are on the
scale of the priors' quantiles, so an effect is the change of the outcome per whole range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.sensitivity.faults import MissingLibraryError
from sim.experiments.sensitivity.noise import (
    bootstrap_weights,
    check_values,
    covariance_of_means,
    interval,
    keyed_generator,
)

Float64 = NDArray[np.float64]

HALF_NORMAL_MEAN = float(np.sqrt(2 / np.pi))  # mean size of a standard normal number
NOISE_LEVEL = 0.01  # strict, for a heat map asks it of thousands of effects
ROUNDING = 1e-12  # sums of the same numbers in another order are the same

NEEDS_SALIB = (
    "Morris screening needs SALib 1.6 or later, which is not installed; "
    "install Khabur with the extra 'analysis'."
)


@dataclass(frozen=True)
class MorrisDesign:
    """Trajectories through the unit cube, one parameter changed a step.

    Attributes
    ----------
    points : float64 array, shape ``[trajectories, k + 1, k]``
        Quantiles of the priors.

    Raises
    ------
    ValueError
        If a trajectory does not change every parameter once, one a step.
    """

    points: Float64

    def __post_init__(self) -> None:
        if self.points.ndim != 3 or self.points.shape[1] != self.points.shape[2] + 1:
            raise ValueError(f"points of shape {self.points.shape} are no trajectories")
        changed = np.diff(self.points, axis=1) != 0
        if (changed.sum(axis=2) != 1).any() or (changed.sum(axis=1) != 1).any():
            raise ValueError("a trajectory changes every parameter once, one a step")

    @property
    def steps(self) -> Float64:
        """Signed change at each step, shape ``[trajectories, k]``."""
        return np.asarray(np.diff(self.points, axis=1).sum(axis=2), dtype=np.float64)

    @property
    def step_of(self) -> NDArray[np.int64]:
        """Which step changes each parameter, shape ``[trajectories, k]``."""
        return (np.diff(self.points, axis=1) != 0).argmax(axis=1).astype(np.int64)


def morris_design(parameters: int, *, trajectories: int, levels: int, seed: int) -> MorrisDesign:
    """Draw trajectories by SALib's sampler (plain ones, not optimised for spread).

    Parameters
    ----------
    parameters : int
        How many, k.
    trajectories : int
        At least 2.
    levels : int
        Of the grid, an even number; the step is ``levels / (2 (levels - 1))``.
    seed : int

    Raises
    ------
    MissingLibraryError
        If SALib is missing or older than 1.6, which drew from global random numbers.
    ValueError
        If a number makes no sense.
    """
    if trajectories < 2:
        raise ValueError(f"trajectories: found {trajectories}; allowed: 2 or more")
    if levels < 2 or levels % 2:
        raise ValueError(f"levels: found {levels}; allowed: an even number from 2 on")
    sample = _salib_sampler()
    problem = {
        "num_vars": parameters,
        "names": [str(number) for number in range(parameters)],
        "bounds": [[0.0, 1.0]] * parameters,
    }
    generator = keyed_generator(seed, "sensitivity.morris", parameters, trajectories, levels)
    points = sample(problem, trajectories, num_levels=levels, seed=generator)
    return MorrisDesign(np.asarray(points).reshape(trajectories, parameters + 1, parameters))


def _salib_sampler() -> Any:
    from importlib import import_module
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("SALib")
    except PackageNotFoundError:
        raise MissingLibraryError(NEEDS_SALIB) from None
    if tuple(int(part) for part in found.split(".")[:2]) < (1, 6):
        raise MissingLibraryError(NEEDS_SALIB)
    return import_module("SALib.sample.morris").sample


def elementary_effects(design: MorrisDesign, values: Float64) -> Float64:
    """Return the change of an outcome per whole range of each parameter.

    Parameters
    ----------
    design : MorrisDesign
    values : float64 array, shape ``[trajectories, k + 1, R]``

    Returns
    -------
    float64 array, shape ``[trajectories, R, k]``
    """
    by_step = np.diff(values, axis=1) / design.steps[:, :, None]
    in_order = np.take_along_axis(by_step, design.step_of[:, :, None], axis=1)
    return np.swapaxes(in_order, 1, 2)


@dataclass(frozen=True)
class MorrisFound:
    """Effects of k parameters on one outcome, each array of shape ``[k]``, in its unit.

    Attributes
    ----------
    mu : mean effect, with its sign
    mu_star, low, high : mean size of the effect, and its 95 percent interval
    sigma : standard deviation of the effect over the space (interaction, curvature, and luck)
    noise : the size that luck alone would give, on average
    within_noise : bool, whether luck alone gives such a mu* in more than 1 of 100 cases
    """

    mu: Float64
    mu_star: Float64
    low: Float64
    high: Float64
    sigma: Float64
    noise: Float64
    within_noise: NDArray[np.bool_]


def analyse_morris(
    design: MorrisDesign, values: Float64, *, seed: int, resamples: int = 500
) -> MorrisFound:
    """Return the effects of all parameters on one outcome.

    Parameters
    ----------
    design : MorrisDesign
    values : float64 array, shape ``[trajectories, k + 1, R]``
        All points of a trajectory with the same R replicates, no two trajectories with the same.
    seed : int
        Of the resamples, which are keyed.
    resamples : int

    Raises
    ------
    ValueError
        If there are fewer than two trajectories or replicates, or a value is not finite.
    """
    check_values(values)
    effects = elementary_effects(design, values)
    of_means = effects.mean(axis=1)
    generator = keyed_generator(seed, "sensitivity.morris.resamples")
    weights = bootstrap_weights(len(values), resamples, generator)
    by_replicate = np.swapaxes(effects, 1, 2)
    luck_of_mean = covariance_of_means(by_replicate, by_replicate)
    low, high = interval((weights @ np.abs(of_means))[1:])
    return MorrisFound(
        mu=of_means.mean(axis=0),
        mu_star=np.abs(of_means).mean(axis=0),
        low=low,
        high=high,
        sigma=of_means.std(axis=0, ddof=1),
        noise=HALF_NORMAL_MEAN * np.sqrt(luck_of_mean.mean(axis=0)),
        within_noise=_within_noise(effects, resamples, generator),
    )


def _within_noise(
    effects: Float64, resamples: int, generator: np.random.Generator
) -> NDArray[np.bool_]:
    """Return where mu* is no larger than it is with random signs in more than 1 of 100 cases.

    If a parameter moves nothing but luck, the effect of each replicate is as likely to have the
    other sign (the two ends of a step are alike). A real effect has the same sign in most
    replicates of a trajectory, and random signs make it smaller. No normal distribution is
    assumed: the effects of rare events are far from it.
    """
    trajectories, replicates, parameters = effects.shape
    signs = generator.integers(0, 2, size=(resamples, trajectories, replicates)) * 2.0 - 1.0
    sizes = np.zeros((resamples, parameters))
    for trajectory in range(trajectories):
        sizes += np.abs(signs[:, trajectory] @ effects[trajectory])
    seen = np.abs(effects.sum(axis=1)).sum(axis=0)
    as_large = np.count_nonzero(sizes >= seen * (1 - ROUNDING), axis=0)
    return np.asarray((as_large + 1) / (resamples + 1) > NOISE_LEVEL)
