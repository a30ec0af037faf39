"""The siege of a city: the longest spell in which an attacker stands in its districts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History

# A spell goes on over as many days without a fighter of the attacker in the city (definition of
# the outcome, not an estimate).
GAP_DAYS = 3


@dataclass(frozen=True)
class Siege:
    """When a city was besieged in each replicate.

    Attributes
    ----------
    began : bool array, shape ``[R]``
        Whether the attacker ever stood in the city.
    ended : bool array, shape ``[R]``
        Whether the siege began and was over before the last day recorded.
    first_day, last_day : int64 arrays, shape ``[R]``
        First and last day index on which the attacker stood in the city; 0 and -1 where the
        siege never began. The last day recorded where it did not end.
    """

    began: NDArray[np.bool_]
    ended: NDArray[np.bool_]
    first_day: NDArray[np.int64]
    last_day: NDArray[np.int64]

    def days_of(self, days: int, days_after: int = 0) -> NDArray[np.bool_]:
        """Return which days belong to the siege, bool of shape ``[days, R]``.

        Parameters
        ----------
        days : int
            Number of days recorded.
        days_after : int
            Days after the last day of the siege that count too.
        """
        day = np.arange(days)[:, None]
        inside = (day >= self.first_day) & (day <= self.last_day + days_after)
        return inside & self.began


def find_siege(standing: NDArray[np.bool_], gap_days: int = GAP_DAYS) -> Siege:
    """Find the longest spell of standing days; of equally long spells the first.

    Parameters
    ----------
    standing : bool array, shape ``[D, R]``
        Whether the attacker has fighters in the city at the end of the day.
    gap_days : int
        Days without a fighter over which a spell goes on.
    """
    days, replicates = standing.shape
    if days == 0:
        none = np.zeros(replicates, np.bool_)
        nothing = np.zeros(replicates, np.int64)
        return Siege(none, none, nothing, nothing - 1)
    day = np.arange(days)[:, None]
    long_ago = -(gap_days + 2)
    latest = np.maximum.accumulate(np.where(standing, day, long_ago), axis=0)
    before = np.vstack([np.full((1, replicates), long_ago), latest[:-1]])
    opens = standing & (day - before > gap_days + 1)
    opened = np.maximum.accumulate(np.where(opens, day, -1), axis=0)
    length = np.where(standing, day - opened, -1)
    last_day = length.argmax(axis=0)
    longest = length.max(axis=0)
    began = longest >= 0
    return Siege(
        began=began,
        ended=began & (last_day < days - 1),
        first_day=np.where(began, last_day - longest, 0),
        last_day=np.where(began, last_day, -1),
    )


def siege_of(history: History, districts: NDArray[np.int64], attacker: int) -> Siege:
    """Return the siege of a group of districts by a faction.

    Parameters
    ----------
    history : History
    districts : int64 array
        Place indices of the city's districts.
    attacker : int
        Faction index.
    """
    fighters = history.strength[:, :, attacker][:, :, districts]
    return find_siege(np.any(fighters > 0, axis=2))


def sieges_asked_about(outcomes: Iterable[Any]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the pairs of city and attacker that rows of outcomes name, in their order.

    With each the places around the city that rows count as part of it.
    """
    pairs: dict[tuple[str, str], dict[str, None]] = {}
    for row in outcomes:
        arguments = row.arguments
        attacker = arguments.get("attacker", arguments.get("during_siege_by"))
        if attacker is not None and "city" in arguments:
            around = pairs.setdefault((arguments["city"], attacker), {})
            around.update(dict.fromkeys(arguments.get("around", ())))
    return {pair: tuple(around) for pair, around in pairs.items()}
