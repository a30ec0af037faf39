"""Naive forecasts: constant rates, and that what was last known stays.

Those "known in hindsight" take their rate from the record that they forecast, which is more than
any forecaster knows; the model has to beat them all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.experiments.validation.record import Place

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

HOLDINGS = 16
"""Sets of the four sides of the record, by their bits: who holds a place, alone or with others."""

STAYS = "last known control stays"
HINDSIGHT = "constant rate of change, known in hindsight"
BEFORE = "constant rate of change of the months before"


@dataclass(frozen=True)
class ConstantRate:
    """Every place changes hands with the same chance on every day.

    Attributes
    ----------
    per_place_day : float
        The chance: changes of the record over places times days.
    taken_by : float64 array, shape ``[16, 16]``
        From each holding, the chances of the next one; rows sum to 1.
    """

    per_place_day: float
    taken_by: Float64

    @classmethod
    def of(cls, places: Sequence[Place], first: date, last: date) -> ConstantRate:
        """Count the changes of the record after one day and up to another.

        A place that had to change hands before it could be won counts on the last day possible.
        """
        counts = np.zeros((HOLDINGS, HOLDINGS))
        days = (last - first).days
        for place in places:
            for day in range(days):
                before = place.last_known(first + timedelta(days=day))
                after = place.last_known(first + timedelta(days=day + 1))
                if before is not None and after is not None and before != after:
                    counts[before, after] += 1
        return cls(float(counts.sum()) / (len(places) * days), _next_holder(counts))

    def date_chances(self, days: int) -> Float64:
        """Return the chances of each day of the change, the last for none in ``days`` days.

        Returns
        -------
        float64 array, shape ``[days + 1]``
            Geometric: the chances of the place's first change, whoever takes it. They stand for
            later changes and for a given taker too, which under the same rate come later or
            never: a harder forecast to beat where what is asked for is known to have come.
        """
        stays = 1.0 - self.per_place_day
        return np.append(self.per_place_day * stays ** np.arange(days), stays**days)

    def holder_chances(self, start: ArrayLike, days: int) -> Float64:
        """Return the chances of who holds places after some days, ``[places, 16]``.

        Parameters
        ----------
        start : int array, shape ``[places]``
            Holdings before the first day.
        days : int
        """
        daily = (1.0 - self.per_place_day) * np.eye(HOLDINGS) + self.per_place_day * self.taken_by
        after = np.linalg.matrix_power(daily, days)
        return np.asarray(after[np.asarray(start, np.int64)], np.float64)


def _next_holder(counts: Float64) -> Float64:
    """Return the chances of the next holding from each, as recorded of it, or of all others."""
    chances = np.zeros_like(counts)
    for holding, seen in enumerate(counts):
        likely = seen if seen.any() else counts.sum(axis=0) * (np.arange(len(counts)) != holding)
        if not likely.any():  # nothing to go by: it stays
            likely = (np.arange(len(counts)) == holding).astype(np.float64)
        chances[holding] = likely / likely.sum()
    return chances


def unchanged(start: ArrayLike) -> Float64:
    """Return chances that leave each place with its holder, ``[places, 16]``."""
    return np.eye(HOLDINGS)[np.asarray(start, np.int64)]


def crps_of_chances(values: ArrayLike, chances: ArrayLike, recorded: float) -> float:
    """Return the continuous ranked probability score of a distribution over some values.

    E|X - y| - E|X - X'| / 2, with E|X - X'| / 2 as the integral of F (1 - F) (Gneiting and
    Raftery 2007, *Journal of the American Statistical Association* 102). Exact: nothing is drawn.

    Parameters
    ----------
    values : float array, shape ``[n]``
        Rising.
    chances : float array, shape ``[n]``
        Sum to 1.
    recorded : float
    """
    x, weight = np.asarray(values, np.float64), np.asarray(chances, np.float64)
    below = np.cumsum(weight)[:-1]
    spread = float(np.sum(below * (1.0 - below) * np.diff(x)))
    return float(np.sum(weight * np.abs(x - recorded))) - spread


def growth_told_by_others(days: ArrayLike, figures: ArrayLike) -> Float64:
    """Return figures that grow from zero at a constant rate, each told by the other dates alone.

    The rate is that of least squares through zero over the other dates: hindsight, but not of the
    figure that is forecast, which would be no forecast.

    Parameters
    ----------
    days : array, shape ``[n]``
        Days since zero, above 0; at least two dates.
    figures : array, shape ``[n]``
    """
    x, y = np.asarray(days, np.float64), np.asarray(figures, np.float64)
    product, square = x * y, x * x
    rate = (product.sum() - product) / (square.sum() - square)
    return np.asarray(x * rate, np.float64)


def growth_at_first_rate(days: ArrayLike, counts: ArrayLike) -> Float64:
    """Return counts that go on at the rate up to the first one, from the second date on.

    The first count would forecast itself. In its place stands what the rate between the first and
    the last count gives for that day: hindsight, and hard to beat.

    Parameters
    ----------
    days : array, shape ``[n]``
        Days since zero, rising; at least two dates.
    counts : array, shape ``[n]``
        Cumulative.
    """
    x, y = np.asarray(days, np.float64), np.asarray(counts, np.float64)
    forecast = np.asarray(x * (y[0] / x[0]), np.float64)
    forecast[0] = x[0] * (y[-1] - y[0]) / (x[-1] - x[0])
    return forecast
