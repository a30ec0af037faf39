"""Quadratic ridge regression of every parameter on the features of the reports.

The pool enters through its moments alone (means, Gram matrix, cross products). So a fit without
some targets takes rows and columns out of the Gram matrix and does not go through the pool again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fit.features import Features
from calibration.structures import Float64, Int64

MOST_COMPONENTS = 12
KEPT_VARIANCE = 0.995
"""Principal components of the summaries: at most so many, and those of this share of variance."""

_BLOCK = 4096
_CONSTANT = 1e-9
_EDGE = 1e-12


def logit(unit: Float64) -> Float64:
    """Return log(u / (1 - u)); ``unit`` is held within 1e-12 of the ends of (0, 1)."""
    held = np.clip(unit, _EDGE, 1.0 - _EDGE)
    return np.log(held) - np.log1p(-held)


def expit(values: Float64) -> Float64:
    """Return 1 / (1 + exp(-x)), strictly within (0, 1) by at least 1e-12."""
    with np.errstate(over="ignore"):
        return np.clip(1.0 / (1.0 + np.exp(-values)), _EDGE, 1.0 - _EDGE)


@dataclass(frozen=True)
class Moments:
    """What the regression needs of a pool of n vectors, d features and P parameters.

    Attributes
    ----------
    rows : int
        n.
    mean : float64 array, shape ``[d]``
        Means of the features.
    gram : float64 array, shape ``[d, d]``
        Covariance of the features (divided by n).
    cross : float64 array, shape ``[d, P]``
        Covariance of features and logits of the unit scale.
    variance : float64 array, shape ``[P]``
        Variance of the logits.
    """

    rows: int
    mean: Float64
    gram: Float64
    cross: Float64
    variance: Float64

    @classmethod
    def of(cls, features: Features, columns: Float64, unit: Float64) -> Moments:
        """Sum over the pool, block by block, so that its features are never all in memory.

        Parameters
        ----------
        features : Features
        columns : float64 array, shape ``[n, C]``
            Standardised columns of the pool's reports.
        unit : float64 array, shape ``[n, P]``
        """
        size, parameters, rows = features.size, unit.shape[1], len(unit)
        total, gram = np.zeros(size), np.zeros((size, size))
        target, square = np.zeros(parameters), np.zeros(parameters)
        cross = np.zeros((size, parameters))
        for start in range(0, rows, _BLOCK):
            block = features.expanded(columns[start : start + _BLOCK])
            logits = logit(unit[start : start + _BLOCK])
            total += block.sum(axis=0)
            gram += block.T @ block
            cross += block.T @ logits
            target += logits.sum(axis=0)
            square += (logits**2).sum(axis=0)
        mean, target_mean = total / rows, target / rows
        return cls(
            rows,
            mean,
            gram / rows - np.outer(mean, mean),
            cross / rows - np.outer(mean, target_mean),
            square / rows - target_mean**2,
        )

    def take(self, kept: Int64) -> Moments:
        """Return the moments of some of the features."""
        gram = self.gram[np.ix_(kept, kept)]
        return Moments(self.rows, self.mean[kept], gram, self.cross[kept], self.variance)


@dataclass(frozen=True)
class Ridge:
    """The regression: ``(features - mean) @ coefficients`` predicts the logits, less their mean.

    Attributes
    ----------
    coefficients : float64 array, shape ``[d, P]``
    penalty : float64 array, shape ``[P]``
        Of the standardised features, in units of the number of rows.
    explained : float64 array, shape ``[P]``
        Share of the logit's variance that is predicted within the pool; 0 where nothing is.
    """

    coefficients: Float64
    penalty: Float64
    explained: Float64

    @classmethod
    def of(cls, moments: Moments) -> Ridge:
        """Regress, with the penalty of each parameter by generalised cross-validation.

        One eigendecomposition serves all penalties and parameters. Features that are constant in
        the pool get no coefficient.
        """
        deviation = np.sqrt(np.maximum(np.diag(moments.gram), 0.0))
        weight = np.zeros_like(deviation)
        varies = deviation > _CONSTANT
        weight[varies] = 1.0 / deviation[varies]
        values, vectors = np.linalg.eigh(moments.gram * np.outer(weight, weight))
        values = np.maximum(values, 0.0)
        projected = vectors.T @ (moments.cross * weight[:, None])
        penalty, _ = penalties(values, projected, moments.variance, moments.rows)
        shrunk = projected / (values[:, None] + penalty[None, :])
        coefficients = (vectors @ shrunk) * weight[:, None]
        predicted = (values[:, None] * shrunk**2).sum(axis=0)
        explained = np.divide(
            predicted, moments.variance, out=np.zeros_like(predicted), where=moments.variance > 0
        )
        return cls(coefficients, penalty, explained)


def penalties(
    values: Float64, projected: Float64, variance: Float64, rows: float
) -> tuple[Float64, Float64]:
    """Choose the penalty of a ridge regression by generalised cross-validation.

    Golub, Heath and Wahba 1979, "Generalized cross-validation as a method for choosing a good
    ridge parameter": the penalty that minimises RSS / (1 - degrees of freedom / n)**2, of 61
    between 1e-7 and 1e3.

    Parameters
    ----------
    values : float64 array, shape ``[d]``
        Eigenvalues of the correlation matrix of the features.
    projected : float64 array, shape ``[d, P]``
        Covariance of the features, turned to its eigenvectors, and what is predicted.
    variance : float64 array, shape ``[P]``
        Of what is predicted.
    rows : float
        n, or the effective number of weighted rows.

    Returns
    -------
    penalty : float64 array, shape ``[P]``
    freedom : float64 array, shape ``[P]``
        Degrees of freedom that the regression takes, the mean among them.
    """
    grid = np.logspace(-7, 3, 61)
    over = 1.0 / (values[None, :] + grid[:, None])
    freedom = 1.0 + (values[None, :] * over).sum(axis=1)
    fitted = ((values[None, :] + 2.0 * grid[:, None]) * over**2) @ projected**2
    residual = np.maximum(variance[None, :] - fitted, 0.0)
    left = np.maximum(1.0 - freedom / rows, 1e-6)
    best = np.argmin(residual / left[:, None] ** 2, axis=0)
    return grid[best], freedom[best]


def principal_directions(ridge: Ridge, moments: Moments) -> Float64:
    """Return the directions, ``[P, q]``, of the principal components of the predicted logits.

    Components keep their natural scale: along directions of the parameters on which the reports say
    much, data sets lie far apart.
    """
    coefficients = ridge.coefficients
    values, vectors = np.linalg.eigh(coefficients.T @ moments.gram @ coefficients)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    if values[0] <= _CONSTANT**2:
        return np.zeros((len(values), 0))
    share = np.cumsum(values) / values.sum()
    count = min(int(np.searchsorted(share, KEPT_VARIANCE)) + 1, MOST_COMPONENTS)
    return np.ascontiguousarray(vectors[:, :count])
