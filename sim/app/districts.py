"""Outlines of the districts of cities: a patchwork drawn over the lands.

Nothing is known of where one neighbourhood ends and the next begins but their middles and areas:
each takes what is nearer to it than to any other, up to some distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.app.plane import Points, flat, half_of

if TYPE_CHECKING:
    from sim.theatre.theatre import Theatre

Reals = NDArray[np.float64]

NEAR_KM: Final = 4.0
"""A place without land this near to a district belongs to the picture of the city, km."""

_ROOM: Final = 1.15
"""Radius that a place takes where it has no neighbour, by that of a circle of its area."""

_GAP: Final = 2.2
"""Gaps between three districts are filled up to this radius, by the mean radius of the city's."""

_MOST_DIFFERENCE: Final = 0.5
"""Largest difference of two weights, by the squared distance of the two places."""

_FLAT_KM2: Final = 1e-6
"""Three places that span less than this lie on a line."""

_BEYOND: Final = 1.03
"""A little more than the distance, for a polygon with many sides lies within its circle."""

_TURNS: Final = 2 * np.pi * np.arange(48) / 48
_CIRCLE: Final = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)
_DIGITS: Final = 3


def city_groups(theatre: Theatre, xy: Points) -> list[list[int]]:
    """Return the places that are drawn as the districts of each city of `theatre.city_names`.

    They are the city's own, in order, and then places without land that are near enough to it
    and lie in no city themselves.
    """
    landed = np.isin(np.arange(theatre.P), theatre.territory.cells)
    inside = theatre.city >= 0
    groups = [np.flatnonzero(theatre.city == c).tolist() for c in range(len(theatre.city_names))]
    members = np.flatnonzero(inside)
    if not len(members):
        return groups
    for place in np.flatnonzero(~landed & ~inside).tolist():
        apart = np.hypot(*(xy[members] - xy[place]).T)
        if apart.min() <= NEAR_KM:
            groups[int(theatre.city[members[np.argmin(apart)]])].append(place)
    return groups


def district_outlines(theatre: Theatre, xy: Points) -> list[dict[str, Any]]:
    """Return the outlines of the districts of all cities, and of small places near them.

    Parameters
    ----------
    theatre : Theatre
    xy : float64[P, 2]
        The places in the plane, km.

    Returns
    -------
    list of dict
        In order of ``place``, the index; ``rings`` are lists of x, y, x, y, ... in km. They
        touch and do not overlap; each holds the point of its place.
    """
    found: list[dict[str, Any]] = []
    for group in city_groups(theatre, xy):
        inside = theatre.city[group] >= 0
        rings = patchwork(xy[group], np.sqrt(theatre.area_m2[group] / 1e6 / np.pi), inside)
        found += [
            {"place": place, "rings": [flat(ring, _DIGITS)]}
            for place, ring in zip(group, rings, strict=True)
        ]
    return sorted(found, key=lambda each: each["place"])


def patchwork(xy: Points, own_km: Reals, inside: NDArray[np.bool_]) -> list[Points]:
    """Return the outlines of the places of one city, km.

    They are the cells of a power diagram, each cut to a circle about its place: of two
    neighbours the larger takes more of the way between them (F. Aurenhammer, 1987, "Power
    diagrams: properties, algorithms and applications", SIAM Journal on Computing 16(1), 78-96).

    Parameters
    ----------
    xy : float64[n, 2]
        Middles of the places, km.
    own_km : float64[n]
        Radius of a circle of each place's area, km.
    inside : bool[n]
        Which are the city's own; the others lie near it.
    """
    apart2 = ((xy[:, None] - xy) ** 2).sum(axis=2)
    weight = _weights(apart2, own_km)
    radius_km = _radii(xy, own_km, weight, inside)
    return [_cell(one, xy, apart2[one], weight, radius_km[one] * _CIRCLE) for one in range(len(xy))]


def _weights(apart2: Reals, own_km: Reals) -> Reals:
    """Return the weights of the power diagram, km2: squared radii, as far as they can be had.

    With a difference of less than the squared distance each place lies in its own cell.
    """
    difference = np.abs(own_km[:, None] ** 2 - own_km**2)
    limit = _MOST_DIFFERENCE * apart2
    too_far = difference > limit
    share = float((limit[too_far] / difference[too_far]).min()) if too_far.any() else 1.0
    return share * own_km**2


def _cell(one: int, xy: Points, apart2: Reals, weight: Reals, circle: Points) -> Points:
    """Return the cell of a place, cut to a circle about it."""
    ring = circle  # about the place, as all is here, so that no digits are lost
    for other in np.argsort(apart2, kind="stable").tolist():
        if apart2[other] > 0:
            way = xy[other] - xy[one]
            ring = half_of(
                ring,
                (float(way[0]), float(way[1])),
                float(apart2[other] + weight[one] - weight[other]) / 2,
            )
    return ring + xy[one]


def _radii(xy: Points, own_km: Reals, weight: Reals, inside: NDArray[np.bool_]) -> Reals:
    """Return the radius that each place takes: large enough to fill small gaps of the city.

    Three neighbours, of a Delaunay triangle, are filled up to where their cells meet. A triangle
    that is large beside the districts of the city is a gap for good (H. Edelsbrunner, D. G.
    Kirkpatrick and R. Seidel, 1983, "On the shape of a set of points in the plane", IEEE
    Transactions on Information Theory 29(4), 551-559).
    """
    radius_km = _ROOM * own_km
    enclosed = np.flatnonzero(_enclosed(xy, inside))
    limit = _GAP * float(own_km[inside].mean())
    for corners in _triangles(xy[enclosed]):
        three = enclosed[corners]
        a, b, c = xy[three]
        sides = np.stack([b - a, c - a])
        gain = (sides**2).sum(axis=1) + weight[three[0]] - weight[three[1:]]
        if abs(float(np.linalg.det(sides))) < _FLAT_KM2:
            continue
        meeting = a + np.linalg.solve(2 * sides, gain)
        reach = np.hypot(*(xy[three] - meeting).T)
        if reach.max() <= limit:
            radius_km[three] = np.maximum(radius_km[three], _BEYOND * reach)
    return radius_km


def _enclosed(xy: Points, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which places are the city's own or lie between those."""
    triangles = xy[inside][_triangles(xy[inside])]
    enclosed = inside.copy()
    for a, b, c in triangles:
        turns = [
            (v - u)[0] * (xy[:, 1] - u[1]) - (v - u)[1] * (xy[:, 0] - u[0])
            for u, v in ((a, b), (b, c), (c, a))
        ]
        enclosed |= (np.min(turns, axis=0) >= 0) | (np.max(turns, axis=0) <= 0)
    return enclosed


def _triangles(xy: Points) -> NDArray[np.int64]:
    """Return the Delaunay triangles, int64[n, 3]; none of points on a line or too few."""
    from scipy.spatial import Delaunay, QhullError

    try:
        return Delaunay(xy).simplices.astype(np.int64)
    except (QhullError, ValueError):
        return np.zeros((0, 3), dtype=np.int64)
