"""The engine's elementary functions and samplers, one number at a time."""

from __future__ import annotations

from sim.state import binomial as samplers
from sim.state import elementary


def exp(x: float) -> float:
    return float(elementary.exp(x))


def expm1(x: float) -> float:
    return float(elementary.expm1(x))


def log(x: float) -> float:
    return float(elementary.log(x))


def power(base: float, exponent: float) -> float:
    return float(elementary.power(base, exponent))


def normal_quantile(probability: float) -> float:
    return float(elementary.normal_quantile(probability))


def binomial(uniform: float, trials: int, chance: float) -> int:
    return int(samplers.binomial(uniform, trials, chance))


def poisson(uniform: float, mean: float) -> int:
    return int(samplers.poisson(uniform, mean))


def negative_binomial(uniform: float, mean: float, dispersion_k: float) -> int:
    return int(samplers.negative_binomial(uniform, mean, dispersion_k))


def lognormal_exponent(normal: float, sigma: float) -> float:
    """Return the logarithm of a lognormal factor whose mean is one."""
    return sigma * normal - 0.5 * sigma * sigma
