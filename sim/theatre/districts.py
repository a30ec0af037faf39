"""Which districts of a city adjoin: a proposal from their middles, its rivers and its bridges.

A scenario's table of routes is data; this only drafts it, so that the draft can be repeated.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.theatre.grid import KM_PER_DEGREE

MAXIMUM_KM: Final = 2.5
"""Longest street between the middles of two districts, km: an estimate, 1.5 to 3."""

DETOUR: Final = 1.25
"""Length of a street over the straight line: an estimate, 1.1 to 1.4."""

Line = Sequence[tuple[float, float]]
"""Points (latitude, longitude) of a river, in order along it."""


@dataclass(frozen=True)
class Street:
    """A proposed street or bridge between two districts, by index, `a` before `b`."""

    a: int
    b: int
    km: float
    route_class: str


def propose_streets(
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    rivers: Sequence[Line] = (),
    bridges: Collection[tuple[int, int]] = (),
    maximum_km: float = MAXIMUM_KM,
) -> list[Street]:
    """Propose which districts adjoin.

    Two districts adjoin if they are neighbours in the Gabriel graph of their middles (no third
    middle lies within the circle that has the line between the two as its diameter; K. R.
    Gabriel and R. R. Sokal, 1969, "A new statistical approach to geographic variation analysis",
    Systematic Zoology 18(3), 259-278), the line is not longer than `maximum_km`, and it crosses
    no river. A bridge is proposed as it is given, whatever its length.

    Parameters
    ----------
    latitude, longitude : float64[n]
        Middles of the districts, degrees.
    rivers
        Lines that cannot be crossed but at a bridge.
    bridges
        Pairs of districts that a bridge joins.
    maximum_km
        Longest straight line between two middles, km.

    Returns
    -------
    list of Street
        In order of `a`, then `b`; km are the straight line times `DETOUR`, to a tenth of a km
        and at least 0.1.
    """
    origin = float(np.mean(latitude)), float(np.mean(longitude))
    east, north = _plane_km(latitude, longitude, origin)
    apart = np.hypot(east[:, None] - east, north[:, None] - north)
    over_bridge = {(min(pair), max(pair)) for pair in bridges}
    lines = [np.array(river, dtype=np.float64) for river in rivers]
    shores = [_plane_km(line[:, 0], line[:, 1], origin) for line in lines]
    streets = []
    for a, b in itertools.combinations(range(len(latitude)), 2):
        bridge = (a, b) in over_bridge
        if bridge or (
            apart[a, b] <= maximum_km
            and _gabriel(apart, a, b)
            and not any(_crosses((east, north), a, b, shore) for shore in shores)
        ):
            km = max(0.1, round(float(apart[a, b]) * DETOUR, 1))
            streets.append(Street(a, b, km, "bridge" if bridge else "street"))
    return streets


def _plane_km(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64], origin: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return km east and north of the origin (latitude, longitude); a city is flat enough."""
    east = (longitude - origin[1]) * KM_PER_DEGREE * np.cos(np.radians(origin[0]))
    return east, (latitude - origin[0]) * KM_PER_DEGREE


def _gabriel(apart: NDArray[np.float64], a: int, b: int) -> bool:
    """Return whether no third point lies within the circle over the line from a to b."""
    third = apart[a] ** 2 + apart[b] ** 2 < apart[a, b] ** 2
    third[[a, b]] = False
    return not bool(third.any())


def _crosses(
    points: tuple[NDArray[np.float64], NDArray[np.float64]],
    a: int,
    b: int,
    river: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> bool:
    """Return whether the line from point a to point b crosses a river."""
    (ax, bx), (ay, by) = points[0][[a, b]], points[1][[a, b]]
    x, y = river
    side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    along_x, along_y = np.diff(x), np.diff(y)
    of_a = along_x * (ay - y[:-1]) - along_y * (ax - x[:-1])
    of_b = along_x * (by - y[:-1]) - along_y * (bx - x[:-1])
    return bool((((side[:-1] > 0) != (side[1:] > 0)) & ((of_a > 0) != (of_b > 0))).any())
