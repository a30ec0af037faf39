"""The cheapest cut, against a search of all sets of places."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.forces.encirclement import cheapest_cut
from sim.theatre.theatre import Theatre


def theatre_of(places: int, roads: list[tuple[int, int]]) -> Theatre:
    rows = [
        SimpleNamespace(name=str(i), kind="town", latitude=36.0, longitude=40.0)
        for i in range(places)
    ]
    routes = [SimpleNamespace(a=str(a), b=str(b), km=1.0, class_="primary") for a, b in roads]
    return Theatre.build(rows, routes)


def mask(places: int, chosen) -> np.ndarray:
    values = np.zeros((1, places), dtype=bool)
    values[0, list(chosen)] = True
    return values


def joined_to(theatre: Theatre, starts: set[int], passable: set[int]) -> set[int]:
    """Return the passable places joined to passable starts."""
    found, todo = set(), [place for place in starts if place in passable]
    while todo:
        place = todo.pop()
        if place not in found:
            found.add(place)
            todo += [int(n) for n in theatre.neighbour[place] if n >= 0 and int(n) in passable]
    return found


def all_cuts(theatre, open_, pocket, sources) -> list[set[int]]:
    """Return every set of other open places without which no source reaches the pocket."""
    feeding = (sources & open_) - pocket
    candidates = sorted(open_ - pocket - sources)
    found = []
    for size in range(len(candidates) + 1):
        for chosen in combinations(candidates, size):
            left = open_ - set(chosen)
            if not joined_to(theatre, feeding, left) & pocket:
                found.append(set(chosen))
    return found


@st.composite
def networks(draw, most=8):
    places = draw(st.integers(3, most))
    pairs = list(combinations(range(places), 2))
    roads = draw(st.lists(st.sampled_from(pairs), min_size=places - 1, max_size=14, unique=True))
    any_places = st.sets(st.integers(0, places - 1))
    pocket = draw(st.sets(st.integers(0, places - 1), min_size=1, max_size=3))
    sources = draw(st.sets(st.integers(0, places - 1), max_size=3)) - pocket
    closed = draw(any_places.filter(lambda x: len(x) < places // 2))
    cost = draw(st.lists(st.integers(1, 40), min_size=places, max_size=places))
    return theatre_of(places, roads), set(range(places)) - closed, pocket, sources, np.array([cost])


def cut_of(theatre, open_, pocket, sources, cost) -> set[int]:
    places = theatre.P
    found = cheapest_cut(
        theatre, mask(places, open_), mask(places, pocket), mask(places, sources), cost
    )
    assert found.shape == (1, places)
    return set(np.flatnonzero(found[0]).tolist())


@settings(max_examples=150)
@given(networks())
def test_the_cut_is_the_cheapest_of_all_that_separate(network):
    theatre, open_, pocket, sources, cost = network
    found = cut_of(*network)
    cuts = all_cuts(theatre, open_, pocket, sources)
    if not cuts:
        assert found == set()  # a source lies next to the pocket: no cut exists
        return
    assert found in cuts
    cheapest = min(sum(cost[0, list(cut)]) for cut in cuts)
    assert sum(cost[0, list(found)]) == cheapest


@settings(max_examples=60)
@given(networks())
def test_of_several_cheapest_cuts_it_is_the_one_nearest_to_the_pocket(network):
    theatre, open_, pocket, sources, cost = network
    cuts = all_cuts(theatre, open_, pocket, sources)
    if not cuts:
        return
    cheapest = min(sum(cost[0, list(cut)]) for cut in cuts)
    inside = joined_to(theatre, pocket, open_ - cut_of(*network))
    for cut in cuts:
        if sum(cost[0, list(cut)]) == cheapest:
            assert inside <= joined_to(theatre, pocket, open_ - cut)


@settings(max_examples=15)
@given(networks(), st.integers(0, 2**32 - 1))
def test_a_row_is_the_same_in_any_batch(network, seed):
    theatre, open_, pocket, sources, cost = network
    rng = np.random.default_rng(seed)
    places, rows = theatre.P, 7
    batch = (
        mask(places, open_) & (rng.random((rows, places)) < 0.9),
        mask(places, pocket) | (rng.random((rows, places)) < 0.1),
        mask(places, sources) | (rng.random((rows, places)) < 0.1),
        cost + rng.integers(0, 9, (rows, places)),
    )
    whole = cheapest_cut(theatre, *batch)
    for row in range(rows):
        alone = cheapest_cut(theatre, *(values[row : row + 1] for values in batch))
        np.testing.assert_array_equal(alone[0], whole[row])
    backwards = cheapest_cut(theatre, *(values[::-1] for values in batch))
    np.testing.assert_array_equal(backwards[::-1], whole)


def test_blocks_of_rows_make_no_difference(monkeypatch):
    from sim.forces import encirclement

    theatre = theatre_of(4, [(0, 1), (1, 2), (2, 3)])
    rng = np.random.default_rng(2)
    cost = rng.integers(1, 30, (11, 4))
    batch = (mask(4, range(4)) | (cost > 0), mask(4, [0]) & (cost > 0), mask(4, [3]) & (cost > 0))
    whole = cheapest_cut(theatre, *batch, cost)
    assert whole.any(axis=1).all()
    monkeypatch.setattr(encirclement, "ROWS_AT_ONCE", 3)
    np.testing.assert_array_equal(cheapest_cut(theatre, *batch, cost), whole)


def test_on_a_chain_the_cheapest_link_is_cut():
    theatre = theatre_of(5, [(0, 1), (1, 2), (2, 3), (3, 4)])
    for cheap in (1, 2, 3):
        cost = np.full((1, 5), 10)
        cost[0, cheap] = 4
        assert cut_of(theatre, set(range(5)), {0}, {4}, cost) == {cheap}


def test_two_roads_need_two_places_or_the_one_where_they_meet():
    # 0 is the pocket; two roads by 1 and 2 meet at 3 and go on to the source 4.
    theatre = theatre_of(5, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)])
    everywhere = set(range(5))
    cost = np.array([[1, 5, 5, 11, 1]])
    assert cut_of(theatre, everywhere, {0}, {4}, cost) == {1, 2}
    cost[0, 3] = 9
    assert cut_of(theatre, everywhere, {0}, {4}, cost) == {3}


def test_a_road_that_is_closed_to_the_enemy_already_need_not_be_cut():
    theatre = theatre_of(5, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)])
    assert cut_of(theatre, {0, 1, 3, 4}, {0}, {4}, np.array([[1, 5, 1, 11, 1]])) == {1}


@pytest.mark.parametrize(
    ("open_", "pocket", "sources"),
    [({0, 1, 2}, {0}, set()), (set(), {0}, {2}), ({0, 2}, {0}, {2}), ({0, 1, 2}, set(), {2})],
    ids=["no source", "nothing open", "cut off already", "no pocket"],
)
def test_there_may_be_nothing_to_cut(open_, pocket, sources):
    theatre = theatre_of(3, [(0, 1), (1, 2)])
    assert cut_of(theatre, open_, pocket, sources, np.ones((1, 3), dtype=int)) == set()


def test_no_rows_give_no_cut():
    theatre = theatre_of(3, [(0, 1), (1, 2)])
    none = np.zeros((0, 3), dtype=bool)
    assert cheapest_cut(theatre, none, none, none, np.zeros((0, 3), dtype=int)).shape == (0, 3)


def test_dear_places_in_great_number_are_still_cut():
    """A city with a dozen approaches, each held in strength."""
    roads = [(0, approach) for approach in range(1, 13)]
    roads += [(approach, 13) for approach in range(1, 13)] + [(13, 14)]
    theatre = theatre_of(15, roads)
    cost = np.full((1, 15), 4000)
    cost[0, 13] = 10**6
    assert cut_of(theatre, set(range(15)), {0}, {14}, cost) in ({13}, set(range(1, 13)))
