"""Spreads, shares and intervals of reports, and whether what was reported lies within them.

Dates and durations that are "not by the end" count as the day after the last, so that quantiles are
there however often that happens. Quantiles are values that occur: of weighted reports, the smallest
one up to which at least that share of the weight lies. So the interval between the 5th and the
95th percentile holds at least 90% of what is predicted, also of a report with few values.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.results import Spread
from calibration.structures import COUNT_KINDS, Bool, Float64, Int64, ReportColumn
from sim.outcomes.values import NOT_BY_THE_END

PERCENTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
LABEL_KINDS = ("word", "category", "true_or_false", "order")
DAY_KINDS = ("date", "duration")

# Shares of weight that differ by less are the same: sums of weights are rounded.
ROUNDING = 1e-9


def weighted_quantiles(
    values: Float64, weights: Float64 | None, shares: Sequence[float]
) -> Float64:
    """Return the smallest values up to which the shares of the weight lie.

    Parameters
    ----------
    values : float64 array, shape ``[n]``
        At least one.
    weights : float64 array, shape ``[n]``, or None
        None for equal ones; at least one above 0.
    shares : sequence of float, length m

    Returns
    -------
    float64 array, shape ``[m]``
    """
    order = np.argsort(values, kind="stable")
    weight = np.ones(len(values)) if weights is None else weights[order]
    order, weight = order[weight > 0.0], weight[weight > 0.0]
    upto = np.cumsum(weight) / weight.sum()
    place = np.searchsorted(upto, np.asarray(shares) - ROUNDING)
    found: Float64 = values[order][np.minimum(place, len(order) - 1)]
    return found


def spread_of(
    column: ReportColumn,
    weights: Float64 | None = None,
    last_day: int | None = None,
    middles: Float64 | None = None,
) -> Spread | None:
    """Return the quantiles of the reports of a number.

    Parameters
    ----------
    column : ReportColumn
        n reports.
    weights : float64 array, shape ``[n]``, optional
    last_day : int, optional
        Of dates and durations: index of the last day; "not by the end" is the day after it.
        Without it quantiles are of the reports that are there by the end.
    middles : float64 array, shape ``[bins]``, optional
        Of words: the number that stands for each, from :func:`calibration.analysis.word_middles`.

    Returns
    -------
    Spread or None
        None where no report with a weight is there by the end, and no last day is given.
    """
    weight = _weights(column, weights)
    not_by_end = float(weight[~column.by_end].sum() / weight.sum())
    values = column.values if middles is None else middles[column.values.astype(np.int64)]
    if last_day is not None:
        values = np.where(column.by_end, values, last_day + 1.0)
    else:
        values, weight = values[column.by_end], weight[column.by_end]
        if not weight.any():
            return None
    found = weighted_quantiles(values, weight, PERCENTILES)
    p05, p25, p50, p75, p95 = (float(each) for each in found)
    return Spread(p05, p25, p50, p75, p95, not_by_end)


def shares_of(
    column: ReportColumn, labels: Sequence[str], weights: Float64 | None = None
) -> dict[str, float]:
    """Return the share of each label, in their order, and last that of "not by the end"."""
    shares = _label_shares(column, len(labels), _weights(column, weights))
    named = zip((*labels, NOT_BY_THE_END), shares.tolist(), strict=True)
    return dict(named)


def inside(
    column: ReportColumn,
    weights: Float64 | None,
    reported: ReportColumn,
    share: float,
    *,
    kind: str,
    last_day: int | None = None,
) -> bool:
    """Return whether what was reported is among what is predicted with some share.

    Of a number: within the central interval that holds the share. Of a label (a word, a category,
    a truth value, an order): among the likeliest labels that together hold it; "not by the end"
    is one of the labels. Labels as likely as the last of them belong to them too.

    Parameters
    ----------
    column : ReportColumn
        n predicted reports.
    weights : float64 array, shape ``[n]``, or None
    reported : ReportColumn
        One report.
    share : float
    kind : str
        The target's.
    last_day : int, optional
        Needed for dates and durations.
    """
    weight = _weights(column, weights)
    by_end = bool(reported.by_end[0])
    if kind in LABEL_KINDS:
        label = int(reported.values[0]) if by_end else -1
        return label in _likeliest(column, weight, label, share)
    if kind not in DAY_KINDS and not by_end:
        return False
    values = _days(column, last_day) if kind in DAY_KINDS else column.values[column.by_end]
    weight = weight if kind in DAY_KINDS else weight[column.by_end]
    if not weight.any():
        return False
    value = _days(reported, last_day)[0] if kind in DAY_KINDS else reported.values[0]
    outside = (1.0 - share) / 2.0
    low, high = weighted_quantiles(values, weight, (outside, 1.0 - outside))
    return bool(low <= value <= high)


def width_ratio(posterior: Spread | None, prior: Spread | None, kind: str) -> float | None:
    """Return the width of the posterior's 90% interval over that of the prior's.

    Counts and words are compared as ``log(1 + count)``, days as days.

    Returns
    -------
    float or None
        None where there is no interval, or the prior's has no width.
    """
    if posterior is None or prior is None:
        return None
    width, of_prior = (_width(each, kind) for each in (posterior, prior))
    return width / of_prior if of_prior > 0.0 else None


def _width(spread: Spread, kind: str) -> float:
    ends = np.array([spread.p05, spread.p95])
    low, high = np.log1p(ends) if kind in COUNT_KINDS else ends
    return float(high - low)


def _weights(column: ReportColumn, weights: Float64 | None) -> Float64:
    given = np.ones(len(column.values)) if weights is None else weights
    if given.shape != column.values.shape or not given.sum() > 0.0:
        raise ValueError(
            f"{len(column.values)} reports need as many weights, some above 0, "
            f"found shape {given.shape}"
        )
    return given


def _days(column: ReportColumn, last_day: int | None) -> Float64:
    if last_day is None:
        raise ValueError("dates and durations need the last day")
    return np.where(column.by_end, column.values, last_day + 1.0)


def _label_shares(column: ReportColumn, labels: int, weight: Float64) -> Float64:
    """Return shares of labels 0 to labels - 1 and of "not by the end", which comes last."""
    codes: Int64 = np.where(column.by_end, column.values.astype(np.int64), labels)
    return np.bincount(codes, weights=weight, minlength=labels + 1) / weight.sum()


def _likeliest(column: ReportColumn, weight: Float64, reported: int, share: float) -> set[int]:
    """Return the likeliest labels that together hold a share; -1 is "not by the end"."""
    labels = max(int(column.values.max()), reported) + 1
    shares = _label_shares(column, labels, weight)
    order = np.argsort(-shares, kind="stable")
    before = np.cumsum(shares[order]) - shares[order]
    needed: Bool = before < share - ROUNDING
    least = shares[order][needed].min()
    chosen = np.flatnonzero((shares >= least - ROUNDING) & (shares > 0.0))
    return {-1 if int(each) == labels else int(each) for each in chosen}
