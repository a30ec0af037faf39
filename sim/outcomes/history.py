"""The daily record of an ensemble that outcomes are read from."""

from __future__ import annotations

import math
import mmap
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.state.ledger import COUNTS, LEDGER


@dataclass
class History:
    """End-of-day records of R replicates over D days.

    Attributes
    ----------
    start : date
        Date of day 0; ``history.date(d)`` is the date of day ``d``.
    places, factions : tuple of str
        Names in the order of the P and F axes.
    city : int64 array, shape ``[P]``
        Index of each place's city in ``cities``, -1 for none.
    cities : tuple of str
    area_km2 : float64 array, shape ``[P]``
        Built-up area of each place, in square kilometres.
    hostile_at_start : bool array, shape ``[F, F]``
    initial_controller : int8 array, shape ``[R, P]``
        Faction index, -1 for none, before day 0.
    controller : int8 array, shape ``[D, R, P]``
    strength : int32 array, shape ``[D, R, F, P]``
        Fighters fit to fight who stand at the place.
    engaged : bool array, shape ``[D, R, P]``
        Whether hostile factions fought inside the place on the day.
    killed, children_killed, leaders_killed, headquarters_killed : int32 arrays ``[D, R, F, P]``
        Dead of the faction at the place on the day.
    car_bombs, foot_bombers, air_strikes : int32 arrays, shape ``[D, R, F, P]``
        Weapons that the faction used at the place on the day.
    reported_killed, reported_children : int32 arrays, shape ``[D, R, F, P]``
        Dead of the faction at the place that the monitor published on the day.
    ledger : int64 array, shape ``[D, R, F, L]``
        Movements of fighters, columns as in :data:`LEDGER`.
    lines : tuple of str or None
        Ids of the supply lines, None where the scenario has none.
    lines_open : bool array, shape ``[D, R, len(lines)]``, or None
    supply_index : int16 array, shape ``[D, R, F]``, or None
        Goods that come in, in thousandths of those at the start; None where the scenario does not
        say how many.
    residents, displaced, in_need, reached : int32 arrays, shape ``[D, R, P]``, or None
        People at home, guests, people in need of aid, and those of them whom aid reaches; None
        where the scenario does not simulate civilians.
    civilians_killed : int32 array, shape ``[D, R, P]``, or None
        Civilians killed in the place on the day, by whomever.
    """

    start: date
    places: tuple[str, ...]
    factions: tuple[str, ...]
    city: NDArray[np.int64]
    cities: tuple[str, ...]
    area_km2: NDArray[np.float64]
    hostile_at_start: NDArray[np.bool_]
    initial_controller: NDArray[np.int8]
    controller: NDArray[np.int8]
    strength: NDArray[np.int32]
    engaged: NDArray[np.bool_]
    killed: NDArray[np.int32]
    children_killed: NDArray[np.int32]
    leaders_killed: NDArray[np.int32]
    headquarters_killed: NDArray[np.int32]
    car_bombs: NDArray[np.int32]
    foot_bombers: NDArray[np.int32]
    air_strikes: NDArray[np.int32]
    reported_killed: NDArray[np.int32]
    reported_children: NDArray[np.int32]
    ledger: NDArray[np.int64]
    lines: tuple[str, ...] | None = None
    lines_open: NDArray[np.bool_] | None = None
    supply_index: NDArray[np.int16] | None = None
    residents: NDArray[np.int32] | None = None
    displaced: NDArray[np.int32] | None = None
    in_need: NDArray[np.int32] | None = None
    reached: NDArray[np.int32] | None = None
    civilians_killed: NDArray[np.int32] | None = None

    @property
    def days(self) -> int:
        """Number of days recorded, D."""
        return int(self.controller.shape[0])

    @property
    def replicates(self) -> int:
        """Number of replicates, R."""
        return int(self.controller.shape[1])

    def date(self, day: int) -> date:
        """Return the date of day index ``day``."""
        return self.start + timedelta(days=day)

    def first(self, days: int) -> History:
        """Return the record of the first ``days`` days (views, no copy)."""
        cut = {name: getattr(self, name)[:days] for name in (*_BY_DAY, *self.extras())}
        return History(**{**vars(self), **cut})

    def extras(self) -> tuple[str, ...]:
        """Return the names of the arrays that not every history has, of those that this one has."""
        return tuple(name for name in EXTRAS if getattr(self, name) is not None)


EXTRAS = {
    "lines_open": np.bool_,
    "supply_index": np.int16,
    "residents": np.int32,
    "displaced": np.int32,
    "in_need": np.int32,
    "reached": np.int32,
    "civilians_killed": np.int32,
}
"""Arrays that only some scenarios record, with their types."""

_LARGE = 1 << 22  # bytes

_BY_DAY = ("controller", "strength", "engaged", *COUNTS, "ledger")


def empty_history(
    *,
    start: date,
    days: int,
    places: tuple[str, ...],
    factions: tuple[str, ...],
    city: NDArray[np.int64],
    cities: tuple[str, ...],
    area_km2: NDArray[np.float64],
    hostile_at_start: NDArray[np.bool_],
    initial_controller: NDArray[np.int8],
) -> History:
    """Return a history of zeros for ``days`` days, to be filled day by day."""
    replicates = initial_controller.shape[0]
    shape = (days, replicates, len(factions), len(places))
    counts: dict[str, Any] = {name: _sparse_zeros(shape) for name in COUNTS}
    return History(
        start=start,
        places=places,
        factions=factions,
        city=city,
        cities=cities,
        area_km2=area_km2,
        hostile_at_start=hostile_at_start,
        initial_controller=initial_controller,
        controller=np.zeros((days, replicates, len(places)), np.int8),
        strength=np.zeros(shape, np.int32),
        engaged=np.zeros((days, replicates, len(places)), np.bool_),
        ledger=np.zeros((days, replicates, len(factions), len(LEDGER)), np.int64),
        **counts,
    )


def _sparse_zeros(shape: tuple[int, ...]) -> NDArray[np.int32]:
    """Return zeros that take up memory only around those that are overwritten.

    NumPy asks for its large arrays in pages of megabytes, each of which would be touched.
    """
    size = 4 * math.prod(shape)
    if size < _LARGE:
        return np.zeros(shape, np.int32)
    return np.frombuffer(mmap.mmap(-1, size), np.int32).reshape(shape)
