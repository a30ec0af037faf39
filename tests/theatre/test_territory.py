import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theatre.grid import KM_PER_DEGREE
from sim.theatre.territory import Territory
from sim.theatre.theatre import Theatre

from .maps import chain, hasakeh, place, route, theatres

NOBODY = -1


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return hasakeh()


@settings(max_examples=40, deadline=None)
@given(theatres())
def test_land_adds_up_to_the_grid_and_nobody_owes_any(theatre):
    land = theatre.territory
    height_km = (land.north - land.south) * KM_PER_DEGREE
    middle = np.radians((land.north + land.south) / 2)
    width_km = (land.east - land.west) * KM_PER_DEGREE * np.cos(middle)
    assert land.area_km2.sum() == pytest.approx(height_km * width_km, rel=1e-3)
    assert (land.area_m2_of_place >= 0).all()
    assert (land.border_m == land.border_m.T).all()
    assert (np.diag(land.border_m) == 0).all()


def test_every_place_of_the_siege_has_land_and_a_border(theatre):
    assert (theatre.territory.area_km2 > 0).all()
    assert (theatre.territory.border_km.sum(axis=1) > 0).all()


def test_a_district_smaller_than_a_cell_has_just_its_own_area(theatre):
    zuhur = theatre.index("Zuhur")
    assert not (theatre.territory.cells == zuhur).any()
    assert theatre.territory.area_m2_of_place[zuhur] == theatre.area_m2[zuhur] == 2_160_000


def test_a_base_holds_no_countryside(theatre):
    airport = theatre.index("Qamishli airport")
    assert theatre.territory.area_m2_of_place[airport] == theatre.area_m2[airport]


def test_bases_share_the_land_where_there_is_nothing_else():
    theatre = Theatre.build([place("a", kind="base"), place("b", 36.5, kind="bridge")], [])
    assert (theatre.territory.area_km2 > 100).all()


def test_a_cell_with_more_districts_than_it_holds_is_shared_out():
    places = [place(f"p{i}", 36.0, 40.0, area_km2=10.0) for i in range(9)]
    area = Theatre.build(places, []).territory.area_km2
    assert (area > 0).all()
    assert area[1:].max() == pytest.approx(area[1:].min())
    assert area[1] < 10.0


def test_land_by_a_fast_road_goes_to_the_place_at_its_end():
    west, east = place("west", 36.0, 40.0), place("east", 36.0, 40.9)
    far = place("far", 36.0, 40.6)
    slow = Theatre.build([west, east], []).territory
    fast = Theatre.build([west, east, far], [route("west", "far", 60.0, "highway")])
    without_far = Theatre.build([west, east], [route("west", "east", 81.0)]).territory
    assert slow.area_km2[0] == pytest.approx(slow.area_km2[1], rel=0.1)
    assert without_far.area_km2[0] == pytest.approx(without_far.area_km2[1], rel=0.1)
    assert fast.territory.area_km2[[0, 2]].sum() > 1.3 * slow.area_km2[0]


def test_among_equals_the_first_place_of_the_table_wins():
    twins = [place("a", 36.0, 40.0), place("b", 36.0, 40.0)]
    assert (Theatre.build(twins, []).territory.cells == 0).all()


def test_held_land_is_that_of_the_places_held(theatre):
    land = theatre.territory
    everything = np.zeros((1, theatre.P), dtype=np.int8)
    assert land.area_held_km2(everything, 2).tolist() == [[land.area_km2.sum(), 0.0]]
    one = np.full((1, theatre.P), NOBODY)
    one[0, 5] = 1
    assert land.area_held_km2(one, 2).tolist() == [[0.0, land.area_km2[5]]]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_replicate_measures_the_same_alone_as_in_a_batch(seed):
    theatre = chain("abcdef")
    draw = np.random.default_rng(seed)
    controller = draw.integers(-1, 3, (7, theatre.P))
    hostile = draw.random((7, 3, 3)) < 0.5
    hostile |= hostile.transpose(0, 2, 1)
    land = theatre.territory
    area, front = land.area_held_km2(controller, 3), land.front_km(controller, hostile)
    for r in range(7):
        assert (land.area_held_km2(controller[[r]], 3)[0] == area[r]).all()
        assert land.front_km(controller[[r]], hostile[[r]])[0] == front[r]


def test_the_front_runs_between_hostile_lands_only():
    theatre = chain("abc")
    land = theatre.territory
    controller = np.array([[0, 0, 1], [0, 1, 1], [0, NOBODY, 1], [0, 0, 0]])
    enemies = np.array([[False, True], [True, False]])
    expected = [land.border_km[1, 2], land.border_km[0, 1], 0.0, 0.0]
    assert land.front_km(controller, enemies).tolist() == expected
    assert land.front_km(controller, np.zeros((2, 2), dtype=bool)).tolist() == [0.0] * 4
    assert land.border_km[0, 1] == pytest.approx(30.0, rel=0.2)


def test_districts_of_one_cell_have_a_front_between_them(theatre):
    zuhur, sports_city = theatre.index("Zuhur"), theatre.index("Sports City")
    assert theatre.territory.border_km[zuhur, sports_city] == pytest.approx(0.68**0.5, abs=0.001)


def test_a_property_layer_shows_the_cells_as_mesa_lays_them_out(theatre):
    land = theatre.territory
    layer = land.property_layer()
    assert layer.data.shape == land.cells.shape[::-1]
    assert (layer.data == land.cells.T).all()
    value = land.property_layer("value", theatre.value)
    column, row = 3, 7
    assert value.data[column, row] == theatre.value[land.cells[row, column]]


def test_the_place_of_a_city_owns_the_cell_it_lies_in():
    theatre = chain("abc")
    land = theatre.territory
    rows, columns = land.cells.shape
    row = int((theatre.latitude[1] - land.south) / (land.north - land.south) * rows)
    column = int((theatre.longitude[1] - land.west) / (land.east - land.west) * columns)
    assert land.cells[row, column] == 1


@pytest.mark.parametrize("latitude", [-90.0, 0.0, 89.9, 90.0])
def test_a_map_may_reach_from_pole_to_pole(latitude):
    theatre = Theatre.build([place("a", latitude, -180.0), place("b", -latitude, 180.0)], [])
    assert theatre.territory.cells.size < 250_000
    assert (theatre.territory.area_km2 > 0).any()


def test_a_grid_without_places_or_size_is_refused():
    with pytest.raises(ValueError, match="needs a place"):
        Territory.build(Theatre.build([], []))
    with pytest.raises(ValueError, match="above 0 km"):
        Territory.build(chain("ab"), cell_km=0.0)
