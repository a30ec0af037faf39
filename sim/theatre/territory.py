"""The land around the places: a grid whose cells belong to the place that reaches them soonest.

Everything is counted in whole metres, square metres and seconds, so that sums do not depend on
the order in which they are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.theatre.grid import Grid, soonest_place

if TYPE_CHECKING:
    from mesa.discrete_space import PropertyLayer

    from sim.theatre.theatre import Theatre

CELL_KM: Final = 5.0
"""Side of a cell, km."""

MARGIN_KM: Final = 15.0
"""Land taken in beyond the outermost places, km: an estimate, 5 to 40."""


@dataclass(frozen=True, eq=False)
class Territory:
    """A grid of cells over the theatre, and the areas and borders that follow from it.

    Attributes
    ----------
    cells : int64[rows, columns]
        Place that each cell belongs to. Row 0 is the southernmost, column 0 the westernmost.
    south, north, west, east : float
        Edges of the grid, degrees (WGS84).
    area_m2_of_place : int64[P]
        Land of each place, m2. It adds up to the area of the grid.
    border_m : int64[P, P]
        Length of the border between the lands of two places, metres; symmetric, 0 on the
        diagonal.

    Notes
    -----
    Places of `LANDLESS_KINDS` own no cells, unless the theatre has no other places. A place that
    does not own the cell it lies in, as these and most districts of a city, counts as smaller
    than a cell: it gets its own area (`Theatre.area_m2`), taken off the owner of the cell.
    Where the small places of a cell would take more than the cell has, all its places share the
    cell in proportion to their own areas. The border of such a place with a place that it has
    a direct route to is the side of a square of the smaller one's area.
    """

    cells: NDArray[np.int64]
    south: float
    north: float
    west: float
    east: float
    area_m2_of_place: NDArray[np.int64]
    border_m: NDArray[np.int64]

    def __post_init__(self) -> None:
        for array in (self.cells, self.area_m2_of_place, self.border_m):
            array.setflags(write=False)

    @classmethod
    def build(
        cls, theatre: Theatre, cell_km: float = CELL_KM, margin_km: float = MARGIN_KM
    ) -> Territory:
        """Lay a grid over a theatre.

        Parameters
        ----------
        theatre
            The places and routes.
        cell_km
            Side of a cell, km; cells are stretched a little to fill the grid.
        margin_km
            Land taken in beyond the outermost places, km.

        Raises
        ------
        ValueError
            If the theatre has no places, or a length is not positive.
        """
        if theatre.P == 0 or not cell_km > 0 or not margin_km > 0:
            raise ValueError("a territory needs a place, and a cell and a margin above 0 km")
        grid = Grid.over(theatre, cell_km, margin_km)
        cells = soonest_place(theatre, grid)
        own_cell = cells[grid.row_of_place, grid.column_of_place]
        small = own_cell != np.arange(theatre.P)
        return cls(
            cells=cells,
            south=grid.south,
            north=grid.south + grid.height_degrees * grid.rows,
            west=grid.west,
            east=grid.west + grid.width_degrees * grid.columns,
            area_m2_of_place=_areas(theatre, grid, cells, small),
            border_m=_borders(theatre, grid, cells, small),
        )

    @property
    def area_km2(self) -> NDArray[np.float64]:
        """Land of each place, float64[P], km2."""
        return self.area_m2_of_place / 1e6

    @property
    def border_km(self) -> NDArray[np.float64]:
        """Border between the lands of two places, float64[P, P], km."""
        return self.border_m / 1e3

    def area_held_km2(self, controller: NDArray[Any], factions: int) -> NDArray[np.float64]:
        """Return the land that each faction holds.

        Parameters
        ----------
        controller : integer[R, P]
            Faction that holds each place; -1 where none does.
        factions
            Number of factions, F.

        Returns
        -------
        float64[R, F]
            Square kilometres. What nobody holds is left out.
        """
        replicates = controller.shape[0]
        key = controller.astype(np.int64) + 1
        key += np.arange(replicates)[:, None] * (factions + 1)
        area = np.broadcast_to(self.area_m2_of_place.astype(np.float64), controller.shape)
        held = np.bincount(key.ravel(), weights=area.ravel(), minlength=replicates * (factions + 1))
        return held.reshape(replicates, factions + 1)[:, 1:] / 1e6

    def front_km(self, controller: NDArray[Any], hostile: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the length of the front: the borders between lands of hostile factions.

        Parameters
        ----------
        controller : integer[R, P]
            Faction that holds each place; -1 where none does.
        hostile : bool[R, F, F] or bool[F, F]
            Whether two factions are hostile; symmetric.

        Returns
        -------
        float64[R]
            Kilometres.
        """
        replicates = controller.shape[0]
        one, other = np.nonzero(np.triu(self.border_m, k=1))
        factions = hostile.shape[-1]
        # A faction -1 ("none") finds the last row or column, which is hostile to nobody.
        relation = np.zeros((replicates, factions + 1, factions + 1), dtype=np.bool_)
        relation[:, :factions, :factions] = hostile
        replicate = np.arange(replicates)[:, None]
        front = relation[replicate, controller[:, one], controller[:, other]]
        return np.where(front, self.border_m[one, other], 0).sum(axis=1) / 1e3

    def property_layer(
        self, name: str = "place", of_place: NDArray[Any] | None = None
    ) -> PropertyLayer:
        """Return a Mesa property layer over the cells, indexed [column, row] as Mesa does.

        Parameters
        ----------
        name
            Name of the layer.
        of_place : [P], optional
            A value for each place, to be given to its cells; without it the cells hold the
            index of their place.
        """
        from mesa.discrete_space import PropertyLayer

        values = self.cells if of_place is None else np.asarray(of_place)[self.cells]
        return PropertyLayer.from_data(name, np.ascontiguousarray(values.T))


def _areas(
    theatre: Theatre, grid: Grid, cells: NDArray[np.int64], small: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the land of each place, int64[P], m2; see the notes of `Territory`."""
    cell_area = np.repeat(grid.area_m2, grid.columns)
    area = np.zeros(theatre.P, dtype=np.int64)
    np.add.at(area, cells.ravel(), cell_area)
    where = np.stack([grid.row_of_place, grid.column_of_place], axis=1)
    for row, column in np.unique(where[small], axis=0).tolist():
        here = (grid.row_of_place == row) & (grid.column_of_place == column)
        owner = cells[row, column]
        whole = int(grid.area_m2[row])
        wanted = int(theatre.area_m2[here].sum() + (0 if here[owner] else 1))
        for place in np.flatnonzero(here & small):
            own = int(theatre.area_m2[place])
            share = own if wanted <= whole else own * whole // wanted
            area[place] += share
            area[owner] -= share
    return area


def _borders(
    theatre: Theatre, grid: Grid, cells: NDArray[np.int64], small: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the borders, int64[P, P], metres; see the notes of `Territory`."""
    border = np.zeros((theatre.P, theatre.P), dtype=np.int64)
    height = np.full((grid.rows, grid.columns - 1), grid.height_m)
    np.add.at(border, (cells[:, :-1], cells[:, 1:]), height)
    width = np.repeat(grid.width_m[1:, None], grid.columns, axis=1)
    np.add.at(border, (cells[:-1], cells[1:]), width)
    border += border.T
    np.fill_diagonal(border, 0)
    place, slot = np.nonzero(theatre.neighbour >= 0)
    other = theatre.neighbour[place, slot]
    inner = small[place] | small[other]
    place, other = place[inner], other[inner]
    side = np.sqrt(np.minimum(theatre.area_m2[place], theatre.area_m2[other]))
    border[place, other] = np.maximum(border[place, other], np.rint(side).astype(np.int64))
    return border
