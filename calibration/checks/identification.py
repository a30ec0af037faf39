"""What the reports tell of the parameters, and what they leave open.

A parameter can be left open alone (its posterior is its prior) or together with others: the reports
fix a combination, and the parameters in it may be traded for each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.checks.outcome_value import contraction as contraction_of
from calibration.checks.simulation_based import SyntheticData
from calibration.fit.posterior import Posterior
from calibration.results import CorrelatedPair, Direction
from calibration.structures import Bool, Float64, Int64

LEAST_CONTRACTION = 0.1
"""Of the posterior. The variance of a uniform parameter from 600 draws has a standard error of 4%
(square root of 0.8 / 600), so that less cannot be told from luck."""

LEAST_MEAN_CONTRACTION = 0.05
"""On average over the synthetic data sets: an article may be lucky or unlucky in what it tells of a
parameter, but where articles of its kind tell nothing, one that seems to is taken for chance."""

LEAST_CORRELATION = 0.3
STANDARD_ERRORS = 4.0
"""A correlation must also be this many times that of as many unrelated draws (1 / square root)."""

DIRECTIONS = 5
PARTS = 4
LEAST_PART = 0.2


@dataclass(frozen=True)
class Identification:
    """What a posterior identifies.

    Attributes
    ----------
    ids : tuple of str, length P
    contraction : float64 array, shape ``[P]``
        1 - variance of the posterior over that of the prior (1/12), on the unit scale.
    identified : bool array, shape ``[P]``
        Contraction of at least 0.1, and of at least 0.05 on average over the synthetic data sets.
    correlated : list of CorrelatedPair
        Pairs that the posterior moves together, strongest first.
    identified_directions, flat_directions : list of Direction
        Combinations of those parameters on which the posterior differs from the prior: the most
        contracted and the flattest.
    """

    ids: tuple[str, ...]
    contraction: Float64
    identified: Bool
    correlated: list[CorrelatedPair]
    identified_directions: list[Direction]
    flat_directions: list[Direction]

    @property
    def not_identified(self) -> list[str]:
        """Ids of the parameters that the reports cannot identify."""
        return [i for i, known in zip(self.ids, self.identified, strict=True) if not known]


def identification(posterior: Posterior, synthetic: SyntheticData | None = None) -> Identification:
    """Tell what a posterior identifies.

    Correlations and directions are taken on the probit scale of the priors' quantiles, on which the
    prior is a standard normal distribution of every parameter, independent of all others. So the
    generalised eigenproblem of posterior and prior covariance is that of the posterior alone; its
    eigenvalues are shares of the prior's variance.

    Only parameters that are contracted, or correlated with another, enter the directions. Every
    other one is a flat direction of its own; and the more of them enter, the more the sampling
    error of the covariance bends the directions of the rest (with 136 parameters and 600 draws the
    smallest share would be 0.3 where nothing at all is known).

    Parameters
    ----------
    posterior : Posterior
        Of what was reported.
    synthetic : SyntheticData, optional
        Of the same parameters; without it only the posterior's own contraction counts.
    """
    contraction = contraction_of(posterior)
    identified = contraction >= LEAST_CONTRACTION
    if synthetic is not None:
        identified &= synthetic.contraction >= LEAST_MEAN_CONTRACTION
    covariance = _probit_covariance(posterior)
    related = _related(covariance, posterior.effective_size)
    involved = np.flatnonzero(identified | related.any(axis=0))
    most, flattest = _directions(covariance, posterior.ids, involved)
    return Identification(
        posterior.ids,
        contraction,
        identified,
        _pairs(covariance, related, posterior.ids),
        most,
        flattest,
    )


def _probit_covariance(posterior: Posterior) -> Float64:
    from scipy.special import ndtri

    draws = ndtri(posterior.unit)
    draws -= posterior.weights @ draws
    covariance: Float64 = (draws * posterior.weights[:, None]).T @ draws
    return covariance


def _correlation(covariance: Float64) -> Float64:
    deviation = np.sqrt(np.diag(covariance))
    size = np.outer(deviation, deviation)
    return np.divide(covariance, size, out=np.zeros_like(covariance), where=size > 0)


def _related(covariance: Float64, draws: float) -> Bool:
    least = max(LEAST_CORRELATION, STANDARD_ERRORS / np.sqrt(draws))
    related: Bool = np.abs(_correlation(covariance)) > least
    np.fill_diagonal(related, False)
    return related


def _pairs(covariance: Float64, related: Bool, ids: tuple[str, ...]) -> list[CorrelatedPair]:
    correlation = _correlation(covariance)
    pairs = [
        CorrelatedPair(ids[first], ids[second], float(correlation[first, second]))
        for first, second in np.argwhere(np.triu(related))
    ]
    return sorted(pairs, key=lambda pair: -abs(pair.correlation))


def _directions(
    covariance: Float64, ids: tuple[str, ...], involved: Int64
) -> tuple[list[Direction], list[Direction]]:
    """Return the most contracted directions and the flattest, each half of them at the most."""
    if involved.size == 0:
        return [], []
    shares, vectors = np.linalg.eigh(covariance[np.ix_(involved, involved)])
    names = [ids[index] for index in involved]
    directions = [
        Direction(float(share), _parts(vectors[:, index], names))
        for index, share in enumerate(shares)
    ]
    half = (len(directions) + 1) // 2
    most = [d for d in directions[:half] if d.share <= 1.0 - LEAST_CONTRACTION][:DIRECTIONS]
    flattest = [d for d in directions[half:][::-1] if d.share > 0.5][:DIRECTIONS]
    return most, flattest


def _parts(vector: Float64, names: list[str]) -> dict[str, float]:
    """Return the largest loadings, the largest of all positive: the sign of the whole is free."""
    order = np.argsort(-np.abs(vector), kind="stable")[:PARTS]
    sign = 1.0 if vector[order[0]] > 0 else -1.0
    return {
        names[index]: float(sign * vector[index])
        for place, index in enumerate(order)
        if place == 0 or abs(vector[index]) >= LEAST_PART
    }
