"""From the values of a design's runs to effects, quantity by quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.sensitivity.morris import MorrisDesign, analyse_morris
from sim.experiments.sensitivity.noise import (
    VarianceSplit,
    bootstrap_weights,
    interval,
    keyed_generator,
    split_variance,
)
from sim.experiments.sensitivity.numbers import Quantity
from sim.experiments.sensitivity.result import (
    Effect,
    Estimate,
    MorrisEffect,
    SobolEffect,
    Spread,
)
from sim.experiments.sensitivity.sobol import Resampled, SobolDesign, analyse_sobol

Float64 = NDArray[np.float64]


@dataclass(frozen=True)
class Analysed:
    """One quantity's spread, and the effect of each parameter on it."""

    spread: Spread
    effects: tuple[Effect, ...]


def analyse(
    design: MorrisDesign | SobolDesign,
    quantity: Quantity,
    values: Float64,
    names: tuple[str, ...],
    *,
    seed: int,
    resamples: int,
) -> Analysed:
    """Return what each parameter does to one quantity.

    Parameters
    ----------
    design : MorrisDesign or SobolDesign
    quantity : Quantity
    values : float64 array, shape ``[blocks, points, R]``
        At the design's points.
    names : tuple of str
        Ids of the parameters, k.
    seed, resamples : int
        Of the bootstrap.
    """
    if isinstance(design, MorrisDesign):
        return _morris(design, quantity, values, names, seed, resamples)
    found = analyse_sobol(values, seed=seed, resamples=resamples)
    effects = tuple(
        SobolEffect(
            quantity=quantity.id,
            parameter=name,
            first=_estimate(found.first, column),
            total=_estimate(found.total, column),
            first_of_run=_one(found.first_of_run, column),
            total_of_run=_one(found.total_of_run, column),
            within_noise=bool(found.within_noise[column]),
            importance=(
                0.0 if found.total is None else float(np.clip(found.total.value[column], 0, 1))
            ),
        )
        for column, name in enumerate(names)
    )
    return Analysed(_spread(quantity, found.split), effects)


def _morris(
    design: MorrisDesign,
    quantity: Quantity,
    values: Float64,
    names: tuple[str, ...],
    seed: int,
    resamples: int,
) -> Analysed:
    found = analyse_morris(design, values, seed=seed, resamples=resamples)
    generator = keyed_generator(seed, "sensitivity.spread")
    weights = bootstrap_weights(len(values), resamples, generator)
    spread = _spread(quantity, split_variance(values, weights))
    scale = spread.standard_deviation or 1.0
    effects = tuple(
        MorrisEffect(
            quantity=quantity.id,
            parameter=name,
            mu=float(found.mu[column]),
            mu_star=Estimate(
                float(found.mu_star[column]), float(found.low[column]), float(found.high[column])
            ),
            sigma=float(found.sigma[column]),
            noise=float(found.noise[column]),
            within_noise=bool(found.within_noise[column]),
            importance=float(found.mu_star[column]) / scale,
        )
        for column, name in enumerate(names)
    )
    return Analysed(spread, effects)


def _spread(quantity: Quantity, split: VarianceSplit) -> Spread:
    low, high = interval(split.luck_share[1:])
    return Spread(
        quantity=quantity,
        mean=float(split.mean[0]),
        standard_deviation=float(np.sqrt(split.total[0])),
        luck_share=Estimate(float(split.luck_share[0]), float(low), float(high)),
    )


def _estimate(found: Resampled | None, column: int) -> Estimate | None:
    return None if found is None else _one(found, column)


def _one(found: Resampled, column: int) -> Estimate:
    values: tuple[Any, ...] = (found.value, found.low, found.high)
    return Estimate(*(float(value[column]) for value in values))
