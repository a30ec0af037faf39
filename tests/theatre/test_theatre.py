import subprocess
import sys

import numpy as np
import pytest

from sim.theatre.roads import INFINITE_M
from sim.theatre.terms import ROUTE_CLASSES, TERRAINS, usual_frontage_fighters
from sim.theatre.theatre import Theatre

from .maps import chain, place, route


def test_neighbours_stand_in_the_order_of_the_routes_table():
    places = [place(name) for name in "abcd"]
    theatre = Theatre.build(
        places, [route("c", "a", 3), route("a", "b", 1, "track"), route("a", "d", 2)]
    )
    a = theatre.index("a")
    assert [theatre.names[i] for i in theatre.neighbour[a]] == ["c", "b", "d"]
    assert theatre.neighbour_m[a].tolist() == [3000, 1000, 2000]
    assert theatre.neighbour_class[a].tolist() == [
        ROUTE_CLASSES.index(word) for word in ("primary", "track", "primary")
    ]


def test_slots_without_a_road_are_padded():
    theatre = chain("abc")
    assert theatre.neighbour[0].tolist() == [1, -1]
    assert theatre.neighbour_m[0].tolist() == [10_000, INFINITE_M]
    assert theatre.neighbour_class[0].tolist() == [ROUTE_CLASSES.index("primary"), -1]


def test_direct_roads_are_symmetric_and_a_place_is_at_no_distance_from_itself():
    theatre = chain("abc")
    assert (theatre.direct_m == theatre.direct_m.T).all()
    assert theatre.direct_m[0].tolist() == [0, 10_000, INFINITE_M]


def test_a_closed_road_is_left_out():
    theatre = Theatre.build([place("a"), place("b")], [route("a", "b", 5, open=False)])
    assert (theatre.neighbour == -1).all()
    assert theatre.direct_m[0, 1] == INFINITE_M


def test_of_two_roads_between_the_same_places_the_shorter_counts():
    places = [place(name) for name in "abc"]
    theatre = Theatre.build(
        places, [route("a", "b", 9), route("a", "c", 2), route("b", "a", 4, "track")]
    )
    assert theatre.neighbour[0].tolist() == [1, 2]
    assert theatre.neighbour_m[0, 0] == 4000
    assert ROUTE_CLASSES[theatre.neighbour_class[0, 0]] == "track"


def test_what_a_table_leaves_blank_takes_what_is_usual():
    theatre = Theatre.build([place("a", kind="district", area_km2=None, terrain="urban")], [])
    assert theatre.area_m2[0] == 1_000_000
    assert theatre.frontage_fighters[0] == usual_frontage_fighters(1.0, "urban")
    assert (theatre.population[0], theatre.value[0], theatre.city[0]) == (0, 1.0, -1)
    assert not theatre.stronghold[0]


def test_what_a_table_gives_is_kept():
    row = place("a", city="C", area_km2=2.5, frontage_fighters=70, terrain="base", value=3,
                population=9, stronghold=True, isolated=True, precision_km=2)  # fmt: skip
    theatre = Theatre.build([row, place("b", city="D"), place("c", city="C")], [])
    assert theatre.area_m2[0] == 2_500_000
    assert theatre.frontage_fighters[0] == 70
    assert TERRAINS[theatre.terrain[0]] == "base"
    assert (theatre.population[0], theatre.value[0], theatre.precision_km[0]) == (9, 3.0, 2.0)
    assert theatre.stronghold[0]
    assert theatre.isolated[0]
    assert theatre.city_names == ("C", "D")
    assert theatre.city.tolist() == [0, 1, 0]


@pytest.mark.parametrize("terrain", TERRAINS)
def test_a_larger_place_has_no_smaller_frontage(terrain):
    frontage = [usual_frontage_fighters(area, terrain) for area in (0, 0.1, 0.5, 1, 2, 4, 100)]
    assert frontage == sorted(frontage)


def test_a_map_needs_no_roads_and_a_theatre_no_places():
    alone = Theatre.build([place("a")], [])
    assert alone.neighbour.tolist() == [[-1]]
    empty = Theatre.build([], [])
    assert empty.P == 0
    assert empty.road_distances_m(np.zeros((3, 0), dtype=bool)).shape == (3, 0, 0)
    assert empty.reachable(*np.zeros((2, 3, 0), dtype=bool)).shape == (3, 0)


def test_nobody_can_change_a_theatre():
    theatre = chain("ab")
    with pytest.raises(ValueError, match="read-only"):
        theatre.direct_m[0, 1] = 1
    with pytest.raises(ValueError, match="read-only"):
        theatre.free_road_m[0, 1] = 1


def test_an_unknown_name_is_met_with_the_nearest():
    theatre = Theatre.build([place("Shaddadi"), place("Zuhur")], [])
    assert theatre.index("Zuhur") == 1
    with pytest.raises(LookupError, match=r"unknown place 'Shadadi'; did you mean 'Shaddadi'\?"):
        theatre.index("Shadadi")


@pytest.mark.parametrize(
    ("places", "routes", "message"),
    [
        ([place("a"), place("a")], [], "'a' is named twice"),
        ([place("a"), place("b")], [route("a", "c", 1)], "unknown place 'c'"),
        ([place("a")], [route("a", "a", 1)], "joins a place to itself"),
        ([place("a"), place("b")], [route("a", "b", 0)], "0.0 km long"),
        ([place("a"), place("b")], [route("a", "b", float("nan"))], "nan km long"),
        ([place("a"), place("b")], [route("a", "b", 1, "rail")], "unknown class of route 'rail'"),
        ([place("a", terrain="swamp")], [], "unknown terrain 'swamp'"),
    ],
)
def test_a_faulty_table_is_refused_with_a_reason(places, routes, message):
    with pytest.raises(ValueError, match=message):
        Theatre.build(places, routes)


def test_building_a_theatre_loads_no_heavy_library():
    program = (
        "import sys, types\n"
        "from sim.theatre.theatre import Theatre\n"
        "row = types.SimpleNamespace(name='a', kind='town', latitude=36.0, longitude=40.0)\n"
        "Theatre.build([row], [])\n"
        "print([m for m in ('scipy', 'mesa', 'pandas', 'matplotlib') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
