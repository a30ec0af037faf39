"""Scores of forecasts: proper scores, areas under curves, order, and spread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def smoothed(count: ArrayLike, of: int) -> Float64:
    """Return shares of ``of`` draws that are never 0 or 1: (count + 1/2) / (of + 1).

    The mean of the posterior under Jeffreys' prior: what did not happen in 200 draws may still
    happen in one of 400, and a log score of infinity says little.
    """
    return (np.asarray(count, np.float64) + 0.5) / (of + 1.0)


def brier_score(probability: ArrayLike, happened: ArrayLike) -> float:
    """Return the mean squared error of probabilities of yes and no; 0 is best (Brier 1950)."""
    error = np.asarray(probability, np.float64) - np.asarray(happened, np.float64)
    return float(np.mean(error**2))


def log_score(probability: ArrayLike, happened: ArrayLike) -> float:
    """Return minus the mean log of the probability given to what happened; 0 is best.

    Infinite where something happened that was given none (Good 1952).
    """
    chance = np.asarray(probability, np.float64)
    given = np.where(np.asarray(happened, np.bool_), chance, 1.0 - chance)
    with np.errstate(divide="ignore"):
        return float(-np.mean(np.log(given)))


def brier_score_of_categories(probability: ArrayLike, happened: ArrayLike) -> float:
    """Return the Brier score of several categories, halved: 0 is best, 1 is worst.

    Parameters
    ----------
    probability : float array, shape ``[n, categories]``
    happened : int array, shape ``[n]``
        Index of the category that came.
    """
    chance = np.asarray(probability, np.float64)
    came = np.zeros_like(chance)
    came[np.arange(len(chance)), np.asarray(happened)] = 1.0
    return float(np.mean(np.sum((chance - came) ** 2, axis=1)) / 2)


def roc_area(score: ArrayLike, happened: ArrayLike) -> float:
    """Return the chance that what happened has a higher score than what did not.

    The area under the ROC curve; ties count a half, 0.5 is luck. NaN where all or nothing happened.
    """
    value, yes = np.asarray(score, np.float64), np.asarray(happened, np.bool_)
    if yes.all() or not yes.any():
        return float("nan")
    difference = value[yes][:, None] - value[~yes][None, :]
    return float(np.mean((difference > 0) + 0.5 * (difference == 0)))


def share_right_among_likeliest(score: ArrayLike, happened: ArrayLike) -> float:
    """Return how many of the n highest scores happened, over n, the number that happened.

    Where a tie lies across the border, its expectation if the tied are taken by lot. NaN where
    nothing happened.
    """
    value, yes = np.asarray(score, np.float64), np.asarray(happened, np.bool_)
    number = int(yes.sum())
    if number == 0:
        return float("nan")
    border = np.sort(value)[::-1][number - 1]
    above, tied = value > border, value == border
    from_ties = (number - above.sum()) * yes[tied].mean()
    return float((yes[above].sum() + from_ties) / number)


def concordance(times: ArrayLike, recorded: ArrayLike, comparable: ArrayLike) -> Float64:
    """Return the share of pairs of events whose order is that of the record, in each replicate.

    Parameters
    ----------
    times : float array, shape ``[R, E]``
        When each event came; infinity where it did not, which is later than any day.
    recorded : float array, shape ``[E]``
    comparable : bool array, shape ``[E, E]``
        Which pairs to compare; those of equal recorded date are not.

    Returns
    -------
    float64 array, shape ``[R]``
        0.5 is luck; pairs that tie in the replicate count a half (Harrell's C). NaN where there
        is no pair.
    """
    when, date = np.asarray(times, np.float64), np.asarray(recorded, np.float64)
    earlier = (date[:, None] < date[None, :]) & np.asarray(comparable, np.bool_)
    first, second = np.nonzero(earlier)
    if len(first) == 0:
        return np.full(len(when), np.nan)
    right = when[:, first] < when[:, second]
    tied = when[:, first] == when[:, second]
    return np.asarray(np.mean(right + 0.5 * tied, axis=1), np.float64)


def ranks(values: ArrayLike) -> Float64:
    """Return ranks from 1, those that tie sharing the mean of theirs."""
    value = np.asarray(values, np.float64)
    below = (value[None, :] < value[:, None]).sum(axis=1)
    tied = (value[None, :] == value[:, None]).sum(axis=1)
    return np.asarray(below + (tied + 1) / 2, np.float64)


def rank_correlation(a: ArrayLike, b: ArrayLike) -> float:
    """Return Spearman's rank correlation; NaN for fewer than 3 pairs or where one does not vary."""
    x, y = ranks(a), ranks(b)
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def crps(draws: ArrayLike, recorded: float) -> float:
    """Return the continuous ranked probability score of draws, in their unit; 0 is best.

    mean |x - y| - mean |x - x'| / 2 (Gneiting and Raftery 2007). With one draw its absolute error.
    """
    x = np.asarray(draws, np.float64)
    spread = np.abs(x[:, None] - x[None, :]).mean()
    return float(np.abs(x - recorded).mean() - spread / 2)


def percentile_of(draws: ArrayLike, recorded: float) -> float:
    """Return the share of draws below the record, ties counting a half, in percent."""
    x = np.asarray(draws, np.float64)
    return float(100 * np.mean((x < recorded) + 0.5 * (x == recorded)))


def distance_between_shares(a: ArrayLike, b: ArrayLike) -> Float64:
    """Return half the sum of absolute differences over the last axis: 0 alike, 1 apart."""
    difference = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    return np.asarray(np.abs(difference).sum(axis=-1) / 2, np.float64)


def distance_to_span(value: float, low: float, high: float) -> float:
    """Return how far a value is above (below, if negative) a span; 0 inside it."""
    return max(value - high, 0.0) + min(value - low, 0.0)


def spread(values: ArrayLike, quantiles: Sequence[float] = (0.05, 0.5, 0.95)) -> Float64:
    """Return quantiles, NaN where there is no value."""
    x = np.asarray(values, np.float64)
    if len(x) == 0:
        return np.full(len(quantiles), np.nan)
    return np.asarray(np.quantile(x, quantiles), np.float64)


def resampled_difference(
    a: ArrayLike, b: ArrayLike, seed: int = 1, resamples: int = 4000
) -> tuple[float, float, float]:
    """Return the mean of a - b over cases, with the 5th and 95th percentile over resampled cases.

    Cases are taken as independent; neighbouring places are not, so the interval is too narrow.
    """
    difference = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    draw = np.random.default_rng(seed).integers(len(difference), size=(resamples, len(difference)))
    low, high = np.quantile(difference[draw].mean(axis=1), [0.05, 0.95])
    return float(difference.mean()), float(low), float(high)
