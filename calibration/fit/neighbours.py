"""The vectors of the pool whose reports say the same as a data set, and their last correction."""

from __future__ import annotations

import numpy as np

from calibration.fit.ridge import penalties
from calibration.structures import Float64, Int64

_MOST_TAKEN = 0.9


def nearest(distance: Float64, number: int) -> tuple[Int64, Float64]:
    """Return the nearest rows and their Epanechnikov weights.

    The bandwidth is the distance of the first row that is farther than the ``number``-th, so that
    ties are in or out together and nothing depends on the order of the rows.

    Parameters
    ----------
    distance : float64 array, shape ``[N]``
        Infinite for rows that must not be used.
    number : int
        Rows wanted; all there are, if there are fewer.

    Returns
    -------
    rows : int64 array, shape ``[k]``
        Nearest first; of rows equally far, the lower number first.
    weights : float64 array, shape ``[k]``
        Summing to 1.

    Raises
    ------
    ValueError
        If there is no row at all.
    """
    available = int(np.isfinite(distance).sum())
    if available == 0:
        raise ValueError("the pool has no vector left to fit with")
    number = min(max(number, 1), available)
    edge = np.partition(distance, number - 1)[number - 1]
    rows = np.flatnonzero(distance <= edge)
    rows = rows[np.argsort(distance[rows], kind="stable")]
    farther = distance[distance > edge]
    bandwidth = float(farther.min()) if farther.size else np.inf
    weights = 1.0 - (distance[rows] / bandwidth) ** 2
    return rows, weights / weights.sum()


def locally_adjusted(offset: Float64, logits: Float64, weights: Float64) -> Float64:
    """Move each neighbour to where it would be if its reports were those of the data set.

    Local-linear regression of the logits on the components (Beaumont, Zhang and Balding 2002,
    "Approximate Bayesian computation in population genetics"). The slopes of each parameter are
    shrunk by generalised cross-validation: a data set often lies at the edge of its neighbours,
    where slopes of a parameter that has none would be a good part of its posterior's error.
    Residuals are stretched by what the regression took of their variance.

    Parameters
    ----------
    offset : float64 array, shape ``[k, q]``
        Components of each neighbour less those of the data set.
    logits : float64 array, shape ``[k, P]``
    weights : float64 array, shape ``[k]``
        Summing to 1.

    Returns
    -------
    float64 array, shape ``[k, P]``
        Adjusted logits.
    """
    if offset.shape[1] == 0:
        return logits
    middle, logit_middle = weights @ offset, weights @ logits
    design, centred = offset - middle, logits - logit_middle
    spread = np.sqrt(weights @ design**2)
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
    design *= scale
    values, vectors = np.linalg.eigh((design * weights[:, None]).T @ design)
    values, turned = np.maximum(values, 0.0), design @ vectors
    projected = (turned * weights[:, None]).T @ centred
    draws = 1.0 / (weights**2).sum()
    penalty, freedom = penalties(values, projected, weights @ centred**2, draws)
    slopes = projected / (values[:, None] + penalty[None, :])
    residual = centred - turned @ slopes
    residual /= np.sqrt(1.0 - np.minimum(freedom / draws, _MOST_TAKEN))
    adjusted: Float64 = logit_middle - (middle * scale) @ vectors @ slopes + residual
    return adjusted
