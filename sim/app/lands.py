"""Outlines of the lands of places, made of the cells of the territory grid.

The border between two lands is smoothed once and used by both, so that neighbours meet exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.app.plane import DIGITS, Box, Points, flat

if TYPE_CHECKING:
    from sim.theatre.territory import Territory

Corner = tuple[int, int]
"""A corner of cells: rows from the north, columns from the west."""

_OUTSIDE: Final = -1
_TURNS: Final = ((0, 1), (1, 0), (0, -1), (-1, 0))  # east, south, west, north
_STRAIGHT_KM: Final = 0.015
"""A point that lies no farther than this off the line between its neighbours is left out."""

_CUTS: Final = 2
"""How often the corners of a border are cut."""

_SMALL_RING: Final = 8
"""A ring of no more cell sides than this is averaged once only, or hardly any of it is left."""


@dataclass(frozen=True)
class Border:
    """What parts two lands, from where it meets other borders to where it meets others.

    Attributes
    ----------
    corners
        The corners of cells along it; the first is repeated at the end of a closed one.
    left, right
        Lands on either side as one walks along it, -1 outside the grid.
    closed
        Whether it comes back to where it began without meeting another border.
    """

    corners: tuple[Corner, ...]
    left: int
    right: int
    closed: bool

    @property
    def fixed(self) -> bool:
        """Whether it is the edge of the grid, which is not smoothed."""
        return _OUTSIDE in (self.left, self.right)


def land_outlines(territory: Territory, box: Box) -> list[dict[str, Any]]:
    """Return the outlines of the lands.

    Parameters
    ----------
    territory : Territory
    box : Box
        The edges of its grid in the plane.

    Returns
    -------
    list of dict
        Of each place that owns cells, in order: ``place``, its index, and ``rings``, lists of
        x, y, x, y, ..., km. What lies within an odd number of rings is the place's land.
    """
    cells = territory.cells[::-1]
    rows, columns = cells.shape
    scale = np.array([(box.east - box.west) / columns, (box.south - box.north) / rows])
    borders = borders_of(cells)
    meetings = _meetings(borders)
    lines = [
        np.round(_smooth(border, meetings)[:, ::-1] * scale + (box.west, box.north), DIGITS)
        for border in borders
    ]
    rings = _rings(borders, [_without_straights(line) for line in lines])
    return [
        {"place": place, "rings": [flat(ring) for ring in rings[place]]} for place in sorted(rings)
    ]


def borders_of(cells: NDArray[np.int64]) -> list[Border]:
    """Return the borders between the lands of a grid, and those with what is outside.

    Parameters
    ----------
    cells : int64[rows, columns]
        Owner of each cell, the northern row first.
    """
    owner = np.pad(cells, 1, constant_values=_OUTSIDE).tolist()
    ways = _ways(owner)
    walked: set[tuple[Corner, int]] = set()
    # From the meetings first: what is left after them are borders that come back to themselves.
    starts = sorted(ways, key=lambda each: len(ways[each]) == 2 or _passes(owner, each))
    return [
        _walk(owner, ways, corner, turn, walked)
        for corner in starts
        for turn in ways[corner]
        if (corner, turn) not in walked
    ]


def _ways(owner: list[list[int]]) -> dict[Corner, list[int]]:
    """Return the directions in which a border leaves each corner, where there is one."""
    ways: dict[Corner, list[int]] = {}
    for row in range(len(owner) - 1):
        for column in range(len(owner[0]) - 1):
            (nw, ne), (sw, se) = _around(owner, (row, column))
            turns = [
                turn
                for turn, (a, b) in enumerate(((ne, se), (se, sw), (sw, nw), (nw, ne)))
                if a != b
            ]
            if turns:
                ways[row, column] = turns
    return ways


def _around(owner: list[list[int]], corner: Corner) -> tuple[list[int], list[int]]:
    """Return the owners of the four cells around a corner, in two rows."""
    row, column = corner
    return owner[row][column : column + 2], owner[row + 1][column : column + 2]


def _passes(owner: list[list[int]], corner: Corner) -> bool:
    """Return whether borders pass a corner by: a land joins itself across it."""
    (nw, ne), (sw, se) = _around(owner, corner)
    return (nw == se or ne == sw) and nw != ne and nw != sw and se != ne and se != sw


def _onward(owner: list[list[int]], ways: dict[Corner, list[int]], at: Corner, by: int) -> int:
    """Return the direction in which a border leaves a corner; -1 if it ends there.

    `by` is the direction in which it arrives.
    """
    turns = ways[at]
    back = (by + 2) % 4
    if len(turns) == 2:
        return turns[0] if turns[1] == back else turns[1]
    if len(turns) == 3 or not _passes(owner, at):
        return -1
    (nw, ne), (sw, se) = _around(owner, at)
    # The land that joins itself across: that of the lower index, if both could.
    joined_down = nw == se and (ne != sw or nw < ne)
    pairs = {0: 3, 3: 0, 1: 2, 2: 1} if joined_down else {0: 1, 1: 0, 2: 3, 3: 2}
    return pairs[back]


def _walk(
    owner: list[list[int]],
    ways: dict[Corner, list[int]],
    corner: Corner,
    turn: int,
    walked: set[tuple[Corner, int]],
) -> Border:
    """Return the border that leaves a corner in a direction, and note what was walked."""
    start, first, corners = corner, turn, [corner]
    (nw, ne), (sw, se) = _around(owner, corner)
    left, right = ((ne, se), (se, sw), (sw, nw), (nw, ne))[turn]
    while True:
        step = _TURNS[turn]
        following = (corner[0] + step[0], corner[1] + step[1])
        walked.update(((corner, turn), (following, (turn + 2) % 4)))
        corners.append(following)
        onward = _onward(owner, ways, following, turn)
        if onward == -1 or (following == start and onward == first):
            return Border(tuple(corners), left, right, closed=onward != -1)
        corner, turn = following, onward


def _meetings(borders: list[Border]) -> dict[Corner, NDArray[np.float64]]:
    """Return where borders meet: drawn a little towards the mean of their first halves.

    A meeting on the edge of the grid stays where it is.
    """
    ends: dict[Corner, list[NDArray[np.float64]]] = {}
    fixed = set()
    for border in borders:
        for end, beside in () if border.closed else ((0, 1), (-1, -2)):
            corner = border.corners[end]
            middle = (np.array(corner) + border.corners[beside]) / 2
            ends.setdefault(corner, []).append(middle)
            if border.fixed:
                fixed.add(corner)
    return {
        corner: np.array(corner, dtype=np.float64)
        if corner in fixed
        else np.mean(np.array(middles), axis=0)
        for corner, middles in ends.items()
    }


def _smooth(border: Border, meetings: dict[Corner, NDArray[np.float64]]) -> Points:
    """Return a border without the stairs of the grid, in rows and columns; its ends are kept.

    Twice the middles of the sides between its points are taken, which keeps each point within
    half a cell of the stairs, so that no two borders cross; then its corners are cut twice (G. M.
    Chaikin, 1974, "An algorithm for high-speed curve generation", Computer Graphics and Image
    Processing 3, 346-349).
    """
    corners = np.array(border.corners, dtype=np.float64)
    if border.fixed:
        return corners
    if border.closed:
        ring = corners[:-1]
        for _ in range(1 if len(ring) <= _SMALL_RING else 2):
            ring = (ring + np.roll(ring, -1, axis=0)) / 2
        for _ in range(_CUTS):
            ring = _cut(np.concatenate([ring, ring[:1]]))
        return np.concatenate([ring, ring[:1]])
    middles = _middles(corners)
    if len(middles) > 1:
        middles = _middles(middles)
    first, last = (meetings[border.corners[end]][None] for end in (0, -1))
    line = np.concatenate([first, middles, last])
    for _ in range(_CUTS):
        line = np.concatenate([first, _cut(line)[1:-1], last])
    return line


def _middles(line: Points) -> Points:
    """Return the middles of the sides of a line."""
    return (line[:-1] + line[1:]) / 2


def _cut(line: Points) -> Points:
    """Return the points a quarter and three quarters along each side of a line."""
    quarters = np.array([[0.25], [0.75]])
    return (line[:-1, None] + quarters * (line[1:] - line[:-1])[:, None]).reshape(-1, 2)


def _without_straights(line: Points) -> Points:
    """Return a line without the points that its neighbours show as well; the ends are kept."""
    before, after = line[1:-1] - line[:-2], line[2:] - line[1:-1]
    bend = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    length = np.hypot(*(line[2:] - line[:-2]).T)
    keep = np.abs(bend) > _STRAIGHT_KM * length
    return line[np.concatenate([[True], keep, [True]])]


def _rings(borders: list[Border], lines: list[Points]) -> dict[int, list[Points]]:
    """Return the rings of each land: its borders joined where they meet."""
    rings: dict[int, list[Points]] = {}
    # Of each land, by the corner where it begins, the border with the land on its left.
    onward: dict[tuple[int, Corner], tuple[Corner, Points]] = {}
    for border, line in zip(borders, lines, strict=True):
        start, end = border.corners[0], border.corners[-1]
        for land, way in (
            (border.left, (start, end, line)),
            (border.right, (end, start, line[::-1])),
        ):
            if land == _OUTSIDE:
                continue
            if border.closed:
                rings.setdefault(land, []).append(way[2][:-1])
            else:
                onward[land, way[0]] = way[1:]
    while onward:
        (land, corner), (following, line) = onward.popitem()
        ring = [line[:-1]]
        while following != corner:
            following, line = onward.pop((land, following))
            ring.append(line[:-1])
        rings.setdefault(land, []).append(np.concatenate(ring))
    return rings
