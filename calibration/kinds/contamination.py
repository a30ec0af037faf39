"""Stray reports: what is named when a report is about something else altogether."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]


def stray_count(uniform: Float64, most: int) -> Float64:
    """Draw whole numbers r from 0 to ``most``, log-uniform: in proportion to log((r + 2)/(r + 1)).

    Parameters
    ----------
    uniform : float64 array, shape ``[n]``
        Strictly between 0 and 1.
    most : int
        Largest number.
    """
    drawn: Float64 = np.floor(np.exp(uniform * np.log(most + 2.0))) - 1.0
    return np.clip(drawn, 0.0, most)


def log_stray_count(lower: Float64, upper: Float64, most: int) -> Float64:
    """Return the log probability that :func:`stray_count` lies in ``[lower, upper)``.

    It is -inf where no whole number from 0 to ``most`` does.
    """
    first = np.maximum(np.ceil(lower), 0.0)
    last = np.minimum(np.ceil(upper) - 1.0, most)
    some = last >= first
    share = np.log(np.where(some, (last + 2.0) / (first + 1.0), 1.0)) / np.log(most + 2.0)
    with np.errstate(divide="ignore"):
        return np.log(np.where(some, share, 0.0))


def stray_of(uniform: Float64, number: int) -> Float64:
    """Draw one of ``number`` equally likely things, by its index."""
    return np.minimum(np.floor(uniform * number), number - 1.0)
