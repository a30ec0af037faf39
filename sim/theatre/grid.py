"""The grid over a theatre, and the time that it takes to reach its cells.

A raster of travel time: quick along the routes, slow across country. It only decides which place
a cell belongs to; units move along routes, never across cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.theatre.terms import LANDLESS_KINDS, MOVEMENT_FACTOR_OF_CLASS

if TYPE_CHECKING:
    from sim.theatre.theatre import Theatre

ROAD_SPEED_KMH: Final = 40.0
"""Speed on a primary road, km/h: an estimate, 25 to 60. Only its ratio to the next one counts."""

OFF_ROAD_SPEED_KMH: Final = 8.0
"""Speed across country, km/h: an estimate, 4 to 20."""

KM_PER_DEGREE: Final = 111.195
"""Length of a degree of latitude on a sphere of the mean radius of the Earth, 6371.0088 km."""

_STEPS: Final = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Half of the eight neighbours of a cell, as (rows, columns); the others are these reversed."""

MOST_CELLS: Final = 200_000
"""Cells are made larger than asked for where a grid would have more than this."""

NARROWEST: Final = 0.01
"""Least cosine of a latitude, so that a map may reach a pole without a division by zero."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The lattice: its extent, the size of its cells, and where the places lie in it."""

    rows: int
    columns: int
    south: float
    west: float
    height_degrees: float
    width_degrees: float
    height_m: int
    width_m: NDArray[np.int64]  # [rows]: cells narrow towards the poles
    row_of_place: NDArray[np.int64]
    column_of_place: NDArray[np.int64]

    @classmethod
    def over(cls, theatre: Theatre, cell_km: float, margin_km: float) -> Grid:
        """Lay a lattice over the places of a theatre and a margin around them."""
        middle = np.radians((theatre.latitude.min() + theatre.latitude.max()) / 2)
        km_per_degree_east = KM_PER_DEGREE * max(float(np.cos(middle)), NARROWEST)
        south = float(theatre.latitude.min()) - margin_km / KM_PER_DEGREE
        north = float(theatre.latitude.max()) + margin_km / KM_PER_DEGREE
        west = float(theatre.longitude.min()) - margin_km / km_per_degree_east
        east = float(theatre.longitude.max()) + margin_km / km_per_degree_east
        height_km = (north - south) * KM_PER_DEGREE
        width_km = (east - west) * km_per_degree_east
        cell_km = max(cell_km, (height_km * width_km / MOST_CELLS) ** 0.5)
        rows = max(1, round(height_km / cell_km))
        columns = max(1, round(width_km / cell_km))
        height, width = (north - south) / rows, (east - west) / columns
        middles = np.radians(south + (np.arange(rows) + 0.5) * height)
        narrowing = np.maximum(np.cos(middles), NARROWEST)
        width_m = np.rint(width * KM_PER_DEGREE * 1000 * narrowing).astype(np.int64)
        return cls(
            rows=rows,
            columns=columns,
            south=south,
            west=west,
            height_degrees=height,
            width_degrees=width,
            height_m=round(height * KM_PER_DEGREE * 1000),
            width_m=width_m,
            row_of_place=((theatre.latitude - south) // height).astype(np.int64),
            column_of_place=((theatre.longitude - west) // width).astype(np.int64),
        )

    @property
    def area_m2(self) -> NDArray[np.int64]:
        """Area of a cell of each row, int64[rows], m2."""
        return self.height_m * self.width_m

    def position(self, theatre: Theatre) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return rows and columns of the places as fractions; a cell's middle is at a half."""
        row = (theatre.latitude - self.south) / self.height_degrees
        column = (theatre.longitude - self.west) / self.width_degrees
        return row, column

    def metres(
        self, row: NDArray[Any], rows_apart: NDArray[Any], columns_apart: NDArray[Any]
    ) -> NDArray[np.float64]:
        """Return the straight distance over some rows and columns, at the latitude of `row`."""
        return np.hypot(rows_apart * self.height_m, columns_apart * self.width_m[row])


def soonest_place(theatre: Theatre, grid: Grid) -> NDArray[np.int64]:
    """Return, as int64[rows, columns], the place that reaches each cell soonest.

    The nodes of the graph are the cells and, after them, the places. A place has a straight way
    to its own cell and the eight around it, and from there the way leads from cell to cell. A
    weight is whole seconds times a big number, plus the index of the place on its first step:
    the least sum is the soonest place, and among equals the first of the table.
    The index counts from 1, for a weight of 0 would be no way at all.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    pace = _seconds_per_metre(theatre, grid)
    many = 1 << (theatre.P + 1).bit_length()
    steps = [_lattice_steps(grid, pace, rows, columns) for rows, columns in _STEPS]
    start = np.concatenate([s for a, b, _ in steps for s in (a, b)])
    end = np.concatenate([s for a, b, _ in steps for s in (b, a)])
    seconds = np.concatenate([t for _, _, t in steps for _ in range(2)])
    place, cell, first_seconds = _first_steps(theatre, grid, pace)
    holders = _holders_of_land(theatre)
    cells = grid.rows * grid.columns
    start = np.concatenate([start, cells + place])
    end = np.concatenate([end, cell])
    weight = np.concatenate([seconds * many, first_seconds * many + place + 1]).astype(np.float64)
    nodes = cells + theatre.P
    graph = csr_array((weight, (start, end)), shape=(nodes, nodes))
    _, _, source = dijkstra(graph, indices=cells + holders, min_only=True, return_predecessors=True)
    return (source[:cells] - cells).astype(np.int64).reshape(grid.rows, grid.columns)


def _holders_of_land(theatre: Theatre) -> NDArray[np.int64]:
    """Return the places that own cells: all but the landless kinds; all if there are no others."""
    landed = np.array([kind not in LANDLESS_KINDS for kind in theatre.kind])
    return np.flatnonzero(landed if landed.any() else ~landed)


def _seconds_per_metre(theatre: Theatre, grid: Grid) -> NDArray[np.float64]:
    """Return the pace across each cell: that of the best route over it, else across country."""
    speed_kmh = np.full((grid.rows, grid.columns), OFF_ROAD_SPEED_KMH)
    row, column = grid.position(theatre)
    once = np.argwhere(theatre.neighbour > np.arange(theatre.P)[:, None])
    for place, slot in once.tolist():
        other = theatre.neighbour[place, slot]
        factor = MOVEMENT_FACTOR_OF_CLASS[theatre.neighbour_class[place, slot]]
        # Points a fifth of a cell apart or closer touch all cells that a line crosses, but for
        # the merest corners.
        apart = max(abs(row[other] - row[place]), abs(column[other] - column[place]))
        along = np.linspace(0.0, 1.0, int(5 * apart) + 2)
        rows = (row[place] + along * (row[other] - row[place])).astype(np.int64)
        columns = (column[place] + along * (column[other] - column[place])).astype(np.int64)
        np.maximum.at(speed_kmh, (rows, columns), ROAD_SPEED_KMH * factor)
    return 3.6 / speed_kmh


def _lattice_steps(
    grid: Grid, pace: NDArray[np.float64], rows_apart: int, columns_apart: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the two cells and the whole seconds of every step of one direction."""
    index = np.arange(grid.rows * grid.columns).reshape(grid.rows, grid.columns)
    low = slice(0, grid.rows - rows_apart), slice(max(0, -columns_apart), None)
    start = index[low][:, : grid.columns - abs(columns_apart)].ravel()
    end = start + rows_apart * grid.columns + columns_apart
    row = start // grid.columns
    metres = grid.metres(row, np.full(row.shape, rows_apart), np.full(row.shape, columns_apart))
    seconds = metres * (pace.ravel()[start] + pace.ravel()[end]) / 2
    return start, end, np.rint(seconds).astype(np.int64)


def _first_steps(
    theatre: Theatre, grid: Grid, pace: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return place, cell and seconds of the straight ways from a place to the cells around it."""
    around = np.array([(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)])
    rows = grid.row_of_place[:, None] + around[:, 0]
    columns = grid.column_of_place[:, None] + around[:, 1]
    inside = (rows >= 0) & (rows < grid.rows) & (columns >= 0) & (columns < grid.columns)
    place, slot = np.nonzero(inside)
    to_row, to_column = rows[place, slot], columns[place, slot]
    row, column = grid.position(theatre)
    from_row, from_column = grid.row_of_place[place], grid.column_of_place[place]
    metres = grid.metres(from_row, to_row + 0.5 - row[place], to_column + 0.5 - column[place])
    seconds = metres * (pace[to_row, to_column] + pace[from_row, from_column]) / 2
    cell = to_row * grid.columns + to_column
    return place, cell, np.rint(seconds).astype(np.int64)
