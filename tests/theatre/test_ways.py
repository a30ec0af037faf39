"""Ways out of a place: by each road out, and on by the shortest road, unless it is barred."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theatre.roads import INFINITE_M
from sim.theatre.theatre import Theatre
from sim.theatre.ways import Ways, pack_places, ways_out
from tests.theatre.maps import chain, place, route, theatres


def ring(names: str, km: float = 10.0) -> Theatre:
    pairs = zip(names, names[1:] + names[0], strict=True)
    return Theatre.build([place(n) for n in names], [route(a, b, km) for a, b in pairs])


def open_km(
    theatre: Theatre, start: str, *barred: str, ways: Ways | None = None
) -> list[float | None]:
    """Return the shortest open way to every place, None where there is none."""
    ways = ways or ways_out(theatre, np.arange(theatre.P))
    shut = np.array([[name in barred for name in theatre.names]])
    worth = np.where(ways.length_m < INFINITE_M, 1.0 / np.maximum(ways.length_m, 1), 0.0)
    found = ways.shortest_open(
        worth, np.array([theatre.index(start)]), pack_places(shut), np.ones(shut.shape, bool)
    )[0]
    return [None if value == 0 else round(1 / value / 1000, 6) for value in found]


def test_ways_are_as_long_as_the_road():
    assert open_km(chain("abcd"), "a")[1:] == [10, 20, 30]


def test_nobody_comes_through_a_barred_place_or_to_it():
    assert open_km(chain("abcd"), "a", "c")[1:] == [10, None, None]


def test_the_start_may_be_barred():
    assert open_km(chain("abcd"), "b", "b")[2:] == [10, 20]


def test_another_road_out_is_taken_where_the_shortest_is_barred():
    assert open_km(ring("abcde"), "a")[1:3] == [10, 20]
    assert open_km(ring("abcde"), "a", "b")[1:3] == [None, 30]


def test_a_place_without_a_road_has_no_way():
    lonely = Theatre.build([place("a"), place("b"), place("c")], [route("a", "b", 5)])
    assert open_km(lonely, "c") == [None] * 3
    assert open_km(lonely, "a")[2] is None


def test_more_than_64_places_take_more_than_one_word():
    names = [f"p{i}" for i in range(150)]
    long = Theatre.build([place(n) for n in names], [route(*pair, 1) for pair in pairwise(names)])
    assert pack_places(np.zeros((2, 150), bool)).shape == (2, 3)
    assert open_km(long, "p0")[1:] == list(range(1, 150))
    for shut in (1, 64, 100, 149):
        assert open_km(long, "p0", f"p{shut}")[1:] == [
            *range(1, shut),
            *[None] * (150 - shut),
        ]


def test_a_place_and_its_word():
    one = np.zeros(70, bool)
    one[69] = True
    assert pack_places(one).tolist() == np.array([0, 1 << 5], np.uint64).tolist()


def test_ways_of_some_goals_only():
    ways = ways_out(chain("abcd"), np.array([3, 1]))
    assert isinstance(ways, Ways)
    assert ways.length_m[0, 0].tolist() == [30_000, 10_000]


@settings(max_examples=60, deadline=None)
@given(theatres(), st.data())
def test_no_way_is_shorter_than_the_open_road_nor_leads_where_none_does(theatre, data):
    """The exact search may find detours that people do not; never the other way round."""
    shut = np.array([data.draw(st.lists(st.booleans(), min_size=theatre.P, max_size=theatre.P))])
    ways = ways_out(theatre, np.arange(theatre.P))
    names = np.array(theatre.names)
    exact = theatre.road_distances_m(~shut)[0]
    for start in range(theatre.P):
        found = open_km(theatre, names[start], *names[shut[0]], ways=ways)
        for goal, km in enumerate(found):
            if km is None or goal == start:
                continue
            assert not shut[0, goal]
            assert round(km * 1000) >= exact[start, goal]
            if not shut.any():
                assert round(km * 1000) == exact[start, goal]


@settings(max_examples=30, deadline=None)
@given(theatres())
def test_all_that_roads_join_is_reached_when_nothing_is_barred(theatre):
    ways = ways_out(theatre, np.arange(theatre.P))
    for start, name in enumerate(theatre.names):
        joined = [m < INFINITE_M for m in theatre.free_road_m[start]]
        found = [km is not None for km in open_km(theatre, name, ways=ways)]
        assert found[:start] + found[start + 1 :] == joined[:start] + joined[start + 1 :]
