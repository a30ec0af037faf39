"""Points and rings, for tests of outlines."""

import numpy as np


def ring_of(numbers):
    """Return x, y, x, y, ... as points [n, 2]."""
    return np.array(numbers, dtype=np.float64).reshape(-1, 2)


def within(points, rings):
    """Return whether points [n, 2] lie within an odd number of rings."""
    inside = np.zeros(len(points), dtype=bool)
    for ring in map(ring_of, rings):
        for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            above = (ay > points[:, 1]) != (by > points[:, 1])
            if above.any():
                crossing = ax + (points[:, 1] - ay) / ((by - ay) or np.inf) * (bx - ax)
                inside ^= above & (points[:, 0] < crossing)
    return inside


def sides_of(numbers):
    """Return the sides of a ring, as pairs of points."""
    corners = [tuple(point) for point in ring_of(numbers).tolist()]
    return list(zip(corners, corners[1:] + corners[:1], strict=True))
