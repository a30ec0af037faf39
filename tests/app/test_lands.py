from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from sim.app.lands import borders_of, land_outlines
from sim.app.plane import Box, area_km2
from sim.theatre.territory import Territory

from .shapes import ring_of, sides_of, within

CELL_KM = 5.0
grids = arrays(
    np.int64, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 4)
)


def outlines(cells):
    """Return the outlines of a grid, given as it is seen, the northern row first."""
    rows, columns = cells.shape
    nothing = np.zeros((1, 1), dtype=np.int64)
    territory = Territory(cells[::-1].copy(), 0.0, 1.0, 0.0, 1.0, nothing, nothing.copy())
    box = Box(0.0, 0.0, CELL_KM * columns, CELL_KM * rows)
    return {each["place"]: each["rings"] for each in land_outlines(territory, box)}


@settings(max_examples=80)
@given(grids)
def test_neighbours_meet_exactly(cells):
    rows, columns = cells.shape
    sides = Counter(
        s for rings in outlines(cells).values() for ring in rings for s in sides_of(ring)
    )
    for (a, b), times in sides.items():
        on_the_edge = (a[0] == b[0] and a[0] in (0.0, CELL_KM * columns)) or (
            a[1] == b[1] and a[1] in (0.0, CELL_KM * rows)
        )
        assert times == 1
        assert ((b, a) in sides) != on_the_edge


@settings(max_examples=80)
@given(grids)
def test_every_point_is_in_one_land_only(cells):
    rows, columns = cells.shape
    share = np.array([0.13, 0.37, 0.61, 0.89])
    x = (np.arange(columns)[:, None] + share).ravel() * CELL_KM
    y = (np.arange(rows)[:, None] + share + 0.013).ravel() * CELL_KM
    points = np.stack([each.ravel() for each in np.meshgrid(x, y)], axis=1)
    found = sum(within(points, rings).astype(int) for rings in outlines(cells).values())
    assert (found == 1).all()


@settings(max_examples=40)
@given(grids)
def test_the_middle_of_every_cell_stays_with_its_owner(cells):
    rows, columns = cells.shape
    x, y = np.meshgrid((np.arange(columns) + 0.5) * CELL_KM, (np.arange(rows) + 0.5) * CELL_KM)
    points = np.stack([x.ravel(), y.ravel()], axis=1) + 0.003
    for place, rings in outlines(cells).items():
        assert within(points[cells.ravel() == place], rings).all()


@settings(max_examples=40)
@given(grids)
def test_land_is_moved_by_less_than_half_a_cell_for_each_side_of_its_border(cells):
    sides = sum(len(b.corners) - 1 for b in borders_of(cells) if not b.fixed)
    moved = 0.0
    for place, rings in outlines(cells).items():
        drawn = abs(sum(area_km2(ring_of(ring)) for ring in rings))
        moved += abs(drawn - CELL_KM**2 * (cells == place).sum())
    assert moved <= CELL_KM**2 * sides / 2


def test_a_land_within_another_is_a_hole_of_it_with_most_of_its_area_left():
    cells = np.zeros((5, 5), dtype=np.int64)
    cells[2, 2] = 1
    drawn = outlines(cells)
    assert [len(drawn[0]), len(drawn[1])] == [2, 1]
    enclave = abs(area_km2(ring_of(drawn[1][0])))
    assert 0.4 * CELL_KM**2 < enclave < CELL_KM**2
    assert sum(area_km2(ring_of(r)) for r in drawn[0]) == pytest.approx(
        -25 * CELL_KM**2 + enclave, abs=0.1
    )


def test_a_slanting_border_has_no_stairs():
    cells = np.where(np.add.outer(np.arange(12), np.arange(12)) < 12, 0, 1)
    (ring,) = outlines(cells)[0]
    assert len(ring) // 2 <= 13  # and not two for each of its 23 steps


def test_a_land_that_hangs_together_by_a_corner_stays_in_one_piece():
    cells = np.array([[7, 1], [2, 7]])
    assert len(outlines(cells)[7]) == 1
    assert len(outlines(np.array([[7, 1], [2, 8]]))) == 4


def test_the_outlines_of_a_land_alone_are_the_edges_of_the_grid():
    ((ring,),) = outlines(np.zeros((3, 4), dtype=np.int64)).values()
    assert len(ring) == 8
    assert set(map(tuple, ring_of(ring).tolist())) == {(0, 0), (20, 0), (20, 15), (0, 15)}
