import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.app.plane import Box, Projection, area_km2, flat, half_of, line_in_box, ring_in_box
from sim.theatre.theatre import Theatre
from tests.theatre.maps import place

from .shapes import within

BOX = Box(0.0, 0.0, 10.0, 6.0)
numbers = st.integers(-8, 18).map(float)


def test_x_grows_eastward_and_y_southward_by_kilometres():
    theatre = Theatre.build([place("A", latitude=36, longitude=40)], [])
    projection = Projection.of(theatre)
    assert projection.x(40.0) == projection.y(36.0) == 0.0
    assert projection.x(41.0) == pytest.approx(111.195 * np.cos(np.radians(36)))
    assert projection.y(35.0) == pytest.approx(111.195)


def test_what_is_handed_out_is_rounded_and_has_no_minus_zero():
    assert [str(n) for n in flat(np.array([[1.2345, -0.001]]))] == ["1.23", "0.0"]


def test_half_a_square_has_half_its_area():
    square = BOX.corners
    assert area_km2(half_of(square, (1.0, 0.0), 5.0)) == pytest.approx(30.0)
    assert half_of(square, (1.0, 0.0), 20.0) is square
    assert len(half_of(square, (1.0, 0.0), -1.0)) == 0


@settings(max_examples=60)
@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=9))
def test_a_ring_cut_to_a_box_is_what_of_it_lies_in_the_box(corners):
    ring = np.array(corners)
    cut = ring_in_box(ring, BOX)
    x, y = np.meshgrid(np.arange(20) / 2 + 0.27, np.arange(12) / 2 + 0.23)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    kept = within(points, [cut]) if len(cut) else np.zeros(len(points), dtype=bool)
    near_a_side = _near_a_side(points, ring)
    assert (kept == within(points, [ring]))[~near_a_side].all()


def _near_a_side(points, ring):
    """A point on a side may be counted in or out."""
    along = np.roll(ring, -1, axis=0) - ring
    away = points[:, None] - ring
    share = (away * along).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-9)
    distance = away - np.clip(share, 0, 1)[..., None] * along
    return np.hypot(distance[..., 0], distance[..., 1]).min(axis=1) < 1e-6


@settings(max_examples=60)
@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=9))
def test_a_line_cut_to_a_box_keeps_its_length_within_it(points):
    line = np.array(points)
    pieces = line_in_box(line, BOX)
    share = (np.arange(400) + 0.5) / 400
    start, along = line[:-1, None], np.diff(line, axis=0)[:, None]
    fine = start + share[:, None] * along
    inside = ((fine >= (0, 0)) & (fine <= (10, 6))).all(axis=2).mean(axis=1)
    expected = (inside * np.hypot(*np.diff(line, axis=0).T)).sum()
    assert sum(_length(piece) for piece in pieces) == pytest.approx(expected, abs=0.3)
    for piece in pieces:
        assert (piece >= np.array([0, 0]) - 1e-9).all()
        assert (piece <= np.array([10, 6]) + 1e-9).all()


def test_a_line_that_leaves_and_comes_back_is_two_pieces_and_one_that_stays_is_one():
    out_and_back = np.array([(1.0, 1.0), (1.0, 9.0), (5.0, 9.0), (5.0, 1.0)])
    assert [len(piece) for piece in line_in_box(out_and_back, BOX)] == [2, 2]
    staying = np.array([(1.0, 1.0), (1.0, 5.0), (9.0, 5.0)])
    (piece,) = line_in_box(staying, BOX)
    assert np.array_equal(piece, staying)


def _length(line):
    return np.hypot(*np.diff(line, axis=0).T).sum()
