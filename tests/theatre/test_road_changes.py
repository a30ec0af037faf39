import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.theatre import road_changes
from sim.theatre.road_changes import close_places, open_places
from sim.theatre.roads import INFINITE_M
from sim.theatre.theatre import Theatre

from .maps import chain, place, route, theatres

ROWS = 4


def close(theatre: Theatre, before: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the roads once a place is closed in each row, and those of a new search."""
    rows = np.arange(len(before))
    after = before.copy()
    after[rows, places] = False
    road_m = theatre.road_distances_m(before)
    close_places(road_m, rows, places, after, theatre.direct_m, theatre.neighbour)
    return road_m, theatre.road_distances_m(after)


def drawn(theatre: Theatre, data: st.DataObject) -> tuple[np.ndarray, np.ndarray]:
    bits = data.draw(st.lists(st.booleans(), min_size=ROWS * theatre.P, max_size=ROWS * theatre.P))
    one = st.integers(0, theatre.P - 1)
    places = data.draw(st.lists(one, min_size=ROWS, max_size=ROWS))
    return np.array(bits, dtype=bool).reshape(ROWS, theatre.P), np.array(places)


def random_map(places: int = 30) -> Theatre:
    """Return a map with many ways round; many roads are equally long."""
    names = [f"p{i}" for i in range(places)]
    pairs = {tuple(sorted((i, (i * 7 + 3) % places))) for i in range(places)}
    pairs |= {(i, i + 1) for i in range(places - 1)}
    ways = [route(names[a], names[b], 5 + (a * b) % 3) for a, b in sorted(pairs) if a != b]
    return Theatre.build([place(name) for name in names], ways)


@given(theatres(), st.data())
def test_opening_a_place_gives_the_roads_of_a_new_search(theatre, data):
    before, places = drawn(theatre, data)
    rows = np.arange(ROWS)
    after = before.copy()
    after[rows, places] = True
    road_m = theatre.road_distances_m(before)
    open_places(road_m, rows, places)
    np.testing.assert_array_equal(road_m, theatre.road_distances_m(after))


@given(theatres(), st.data())
def test_closing_a_place_gives_the_roads_of_a_new_search(theatre, data):
    kept, anew = close(theatre, *drawn(theatre, data))
    np.testing.assert_array_equal(kept, anew)


@pytest.mark.parametrize("open_share", [0.3, 0.6, 0.9, 1.0])
def test_closing_places_of_a_map_with_many_ways_round(open_share):
    theatre = random_map()
    before = np.random.default_rng(5).random((theatre.P, theatre.P)) < open_share
    kept, anew = close(theatre, before, np.arange(theatre.P))
    np.testing.assert_array_equal(kept, anew)


def test_rows_that_are_not_named_stay_as_they_are():
    theatre = chain("abcd")
    road_m = theatre.road_distances_m(np.ones((3, 4), dtype=bool))
    before = road_m.copy()
    open_now = np.array([[True, False, True, True]])
    one = np.array([1])
    close_places(road_m, one, one, open_now, theatre.direct_m, theatre.neighbour)
    assert (road_m[[0, 2]] == before[[0, 2]]).all()
    assert road_m[1, 0].tolist() == [0, 10_000, INFINITE_M, INFINITE_M]
    open_places(road_m, one, one)
    assert (road_m == before).all()


def test_a_row_does_not_depend_on_its_block(monkeypatch):
    theatre = random_map()
    before = np.random.default_rng(6).random((20, theatre.P)) < 0.8
    places = np.arange(20) % theatre.P
    kept, anew = close(theatre, before, places)
    monkeypatch.setattr(road_changes, "_ROADS_AT_ONCE", 3 * theatre.P**2)
    in_blocks, _ = close(theatre, before, places)
    assert (kept == anew).all()
    assert (in_blocks == anew).all()
