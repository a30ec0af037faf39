"""The plane that maps are drawn in, and what is cut out of it.

Kilometres east (x) and south (y) of the middle of a theatre. The projection is equirectangular,
true to scale at the theatre's middle latitude, as the grid of the territory is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.theatre.grid import KM_PER_DEGREE, NARROWEST

if TYPE_CHECKING:
    from sim.theatre.theatre import Theatre

Points = NDArray[np.float64]
"""Points of a line or ring, float64[n, 2]: x and y, km. A ring does not repeat its first point."""

DIGITS: Final = 2
"""Decimals of a kilometre that are handed to a browser."""


@dataclass(frozen=True)
class Projection:
    """Where x and y are 0, and how long a degree is there."""

    latitude: float
    longitude: float

    @classmethod
    def of(cls, theatre: Theatre) -> Projection:
        """Return the projection about the middle of a theatre's places."""
        middle = (theatre.latitude.min() + theatre.latitude.max()) / 2
        return cls(
            latitude=float(middle),
            longitude=float((theatre.longitude.min() + theatre.longitude.max()) / 2),
        )

    def x(self, longitude: Any) -> Any:
        """Return km east of the middle."""
        narrowing = max(float(np.cos(np.radians(self.latitude))), NARROWEST)
        return (longitude - self.longitude) * KM_PER_DEGREE * narrowing

    def y(self, latitude: Any) -> Any:
        """Return km south of the middle."""
        return (self.latitude - latitude) * KM_PER_DEGREE

    def points(self, longitude: Any, latitude: Any) -> Points:
        """Return points, float64[n, 2], of degrees."""
        return np.stack([self.x(np.asarray(longitude)), self.y(np.asarray(latitude))], axis=1)


@dataclass(frozen=True)
class Box:
    """A rectangle of the plane, km: `north` is less than `south`."""

    west: float
    north: float
    east: float
    south: float

    @classmethod
    def around(cls, points: Points, margin_km: float = 0.0) -> Box:
        """Return the box around some points and a margin."""
        (west, north), (east, south) = points.min(axis=0), points.max(axis=0)
        return cls(float(west), float(north), float(east), float(south)).wider(margin_km)

    def wider(self, margin_km: float) -> Box:
        """Return the box with a margin on each side."""
        return Box(
            self.west - margin_km,
            self.north - margin_km,
            self.east + margin_km,
            self.south + margin_km,
        )

    @property
    def area_km2(self) -> float:
        """Area, km2."""
        return (self.east - self.west) * (self.south - self.north)

    @property
    def corners(self) -> Points:
        """The four corners as a ring."""
        w, n, e, s = self.west, self.north, self.east, self.south
        return np.array([(w, n), (e, n), (e, s), (w, s)])

    def as_list(self) -> list[float]:
        """Return west, north, east, south, rounded."""
        return [round(v, DIGITS) for v in (self.west, self.north, self.east, self.south)]


def flat(points: Points, digits: int = DIGITS) -> list[float]:
    """Return points as x, y, x, y, ..., rounded."""
    # Adding zero turns -0.0 into 0.0.
    numbers: list[float] = (np.round(points, digits) + 0.0).ravel().tolist()
    return numbers


def area_km2(ring: Points) -> float:
    """Return the area within a ring, km2; negative if it runs against the clock as seen."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def half_of(ring: Points, normal: tuple[float, float], most: float) -> Points:
    """Return the part of a ring where ``x * normal[0] + y * normal[1] <= most``.

    A ring that bends inwards may come back as one ring with seams along the cut; filled, it
    shows what it should (I. E. Sutherland and G. W. Hodgman, 1974, "Reentrant polygon
    clipping", Communications of the ACM 17(1), 32-42).
    """
    beyond = ring @ np.array(normal) - most
    outside = beyond > 0
    if not outside.any():
        return ring
    if outside.all():
        return ring[:0]
    following = np.roll(ring, -1, axis=0)
    beyond_next = np.roll(beyond, -1)
    crosses = outside != (beyond_next > 0)
    # Where the edge does not cross, the share is not used.
    share = beyond / np.where(crosses, beyond - beyond_next, 1.0)
    cuts = ring + share[:, None] * (following - ring)
    both = np.stack([ring, cuts], axis=1).reshape(-1, 2)
    return both[np.stack([~outside, crosses], axis=1).ravel()]


def ring_in_box(ring: Points, box: Box) -> Points:
    """Return the part of a ring within a box; empty if there is none."""
    for normal, most in (
        ((-1.0, 0.0), -box.west),
        ((1.0, 0.0), box.east),
        ((0.0, -1.0), -box.north),
        ((0.0, 1.0), box.south),
    ):
        if len(ring):
            ring = half_of(ring, normal, most)
    return ring if len(ring) > 2 else ring[:0]


def line_in_box(line: Points, box: Box) -> list[Points]:
    """Return the pieces of a line within a box (Y.-D. Liang and B. A. Barsky, 1984).

    "A new concept and method for line clipping", ACM Transactions on Graphics 3(1), 1-22.
    """
    start, along = line[:-1], np.diff(line, axis=0)
    low, high = np.array([box.west, box.north]), np.array([box.east, box.south])
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - start) / along, (high - start) / along
    inside = (start >= low) & (start <= high)
    enters = np.where(along == 0, np.where(inside, 0.0, 2.0), np.minimum(first, second))
    leaves = np.where(along == 0, 1.0, np.maximum(first, second))
    begin = np.maximum(enters.max(axis=1), 0.0)
    end = np.minimum(leaves.min(axis=1), 1.0)
    pieces: list[Points] = []
    current: list[Points] = []
    for number in np.flatnonzero(begin < end).tolist():
        ends = start[number] + np.array([[begin[number]], [end[number]]]) * along[number]
        if not (current and begin[number] == 0.0 and np.array_equal(current[-1], start[number])):
            pieces += [np.array(current)] if current else []
            current = [ends[0]]
        # The end as the line has it, so that the next piece is known to follow.
        current.append(line[number + 1] if end[number] == 1.0 else ends[1])
    return [*pieces, np.array(current)] if current else pieces
