import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theatre import roads
from sim.theatre.roads import INFINITE_M
from sim.theatre.theatre import Theatre

from .maps import chain, place, route, theatres


def distances_one_by_one(theatre: Theatre, passable: np.ndarray) -> list[list[int]]:
    """Return the distances by relaxing every road until nothing changes, from each place."""
    result = []
    for start in range(theatre.P):
        metres = {start: 0}
        changed = True
        while changed:
            changed = False
            for place_, so_far in list(metres.items()):
                if place_ != start and not passable[place_]:
                    continue
                for other, length in zip(
                    theatre.neighbour[place_], theatre.neighbour_m[place_], strict=True
                ):
                    if other >= 0 and so_far + length < metres.get(other, INFINITE_M):
                        metres[other] = so_far + length
                        changed = True
        result.append([int(metres.get(end, INFINITE_M)) for end in range(theatre.P)])
    return result


def masks(theatre: Theatre, draw: st.DataObject, rows: int = 3) -> np.ndarray:
    bits = draw.draw(st.lists(st.booleans(), min_size=rows * theatre.P, max_size=rows * theatre.P))
    return np.array(bits, dtype=bool).reshape(rows, theatre.P)


@given(theatres(), st.data())
def test_distances_are_those_of_the_plain_method(theatre, data):
    passable = masks(theatre, data)
    found = theatre.road_distances_m(passable)
    assert found.dtype == np.int32
    for row in range(len(passable)):
        assert found[row].tolist() == distances_one_by_one(theatre, passable[row])


@given(theatres())
def test_with_nobody_in_the_way_distances_are_those_of_the_free_roads(theatre):
    everywhere = np.ones((1, theatre.P), dtype=bool)
    assert (theatre.road_distances_m(everywhere)[0] == theatre.free_road_m).all()


@given(theatres(), st.data())
def test_barring_a_place_never_shortens_a_road(theatre, data):
    passable = masks(theatre, data, rows=1)
    fewer = passable & masks(theatre, data, rows=1)
    assert (theatre.road_distances_m(fewer) >= theatre.road_distances_m(passable)).all()


def test_a_barred_place_can_be_an_end_of_a_road_but_not_a_halt():
    theatre = chain("abc")
    metres = theatre.road_distances_m(np.array([[True, False, True], [False, True, False]]))
    assert metres[0, 0].tolist() == [0, 10_000, INFINITE_M]
    assert metres[1, 0].tolist() == [0, 10_000, 20_000]


@pytest.mark.parametrize("block_bytes", [1, 3_000, 1 << 30])
def test_a_row_does_not_depend_on_its_batch(monkeypatch, block_bytes):
    names = [f"p{i}" for i in range(12)]
    ways = [route(names[i], names[(i * 5 + 3) % 12], 7 + i) for i in range(12) if i != 9]
    theatre = Theatre.build([place(name) for name in names], ways)
    passable = np.random.default_rng(3).random((40, 12)) < 0.6
    alone = np.concatenate([theatre.road_distances_m(row[None]) for row in passable])
    monkeypatch.setattr(roads, "_BLOCK_BYTES", block_bytes)
    assert (theatre.road_distances_m(passable) == alone).all()
    assert (theatre.road_distances_m(passable[::-1])[::-1] == alone).all()


@given(theatres(), st.data())
def test_what_is_reachable_is_what_has_a_road_through_passable_places(theatre, data):
    passable, sources = masks(theatre, data), masks(theatre, data)
    found = theatre.reachable(passable, sources)
    metres = theatre.road_distances_m(passable)
    joined = (metres < INFINITE_M) & (passable & sources)[:, :, None]
    assert (found == (joined.any(axis=1) & passable)).all()


def test_a_source_that_is_barred_reaches_nothing():
    theatre = chain("abc")
    found = theatre.reachable(np.array([[False, True, True]]), np.array([[True, False, False]]))
    assert not found.any()


@settings(max_examples=20)
@given(theatres(), st.integers(0, 3))
def test_an_empty_batch_gives_an_empty_answer(theatre, rows):
    none = np.zeros((rows, theatre.P), dtype=bool)
    assert theatre.road_distances_m(none).shape == (rows, theatre.P, theatre.P)
    assert theatre.reachable(none, none).shape == (rows, theatre.P)
