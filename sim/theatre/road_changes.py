"""Keeping shortest roads up to date when a place opens or closes, for many replicates at once.

Both give to the metre what a new search would (`sim.theatre.roads.road_distances_m`), for a small
part of its cost, and no row depends on the batch that it is worked out in.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.theatre.roads import INFINITE_M

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

_ROADS_AT_ONCE: Final = 1 << 18
"""Roads of a block of rows; with them the working arrays stay in a core's second-level cache."""


def open_places(road_m: Int32, rows: Int64, place: Int64) -> None:
    """Shorten roads, in place, after one more place may be passed through in some rows.

    A shortest road halts in a place once at most.

    Parameters
    ----------
    road_m : int32[R, P, P]
        Shortest roads before, metres; afterwards those now.
    rows : int64[n]
        Rows of `road_m`, each once.
    place : int64[n]
        The place that has become passable.
    """
    for part in _blocks(road_m, rows):
        to_place = road_m[rows[part], place[part]]
        through = to_place[:, :, None] + to_place[:, None, :]
        road_m[rows[part]] = np.minimum(road_m[rows[part]], through, out=through)


def close_places(
    road_m: Int32,
    rows: Int64,
    place: Int64,
    passable: Bool,
    direct_m: Int64,
    neighbour: Int64,
) -> None:
    """Lengthen roads, in place, after a place has been barred in some rows.

    Only roads that could halt there can change, a few in a hundred. They are found again from
    the roads to the neighbours of their ends, as often as it takes until none becomes shorter
    (L. R. Ford, 1956, "Network Flow Theory", RAND P-923).

    Parameters
    ----------
    road_m : int32[R, P, P]
        Shortest roads before, metres; afterwards those now.
    rows : int64[n]
        Rows of `road_m`, each once.
    place : int64[n]
        The place that can no longer be passed through.
    passable : bool[n, P]
        Which places can be passed through now.
    direct_m : int64[P, P]
        Length of the direct road between two places, `INFINITE_M` where there is none.
    neighbour : int64[P, N]
        Neighbours of each place, padded with -1.
    """
    places = len(neighbour)
    direct = np.minimum(direct_m, INFINITE_M).astype(np.int32)
    for part in _blocks(road_m, rows):
        length_m = road_m[rows[part]]
        lost = _by_way_of(length_m, place[part])
        road = lost.reshape(-1).nonzero()[0]
        if len(road) == 0:
            continue
        line, end = road // places, road % places
        number, start = line // places, line % places
        length_m.reshape(-1)[road] = direct[start, end]
        # The last halt of a road: a neighbour of its end that may be passed.
        halt = neighbour[end]
        leg, slot = (passable[part][number[:, None], halt] & (halt >= 0)).nonzero()
        halt = halt[leg, slot]
        to_halt = line[leg] * places + halt
        _relax(length_m.reshape(-1), lost.reshape(-1), road, leg, to_halt, direct[halt, end[leg]])
        road_m[rows[part][number], start, end] = length_m.reshape(-1)[road]


def _blocks(road_m: Int32, rows: Int64) -> list[slice]:
    size = max(1, _ROADS_AT_ONCE // max(1, road_m.shape[1] * road_m.shape[2]))
    return [slice(start, start + size) for start in range(0, len(rows), size)]


def _by_way_of(road_m: Int32, place: Int64) -> Bool:
    """Return which roads are as long as the one that halts in a place; bool[n, P, P]."""
    number = np.arange(len(place))
    to_place = road_m[number, place]
    same = to_place[:, :, None] + to_place[:, None, :] == road_m
    same[number, place] = False
    same[number, :, place] = False
    return same


def _relax(
    length_m: Int32, lost: Bool, road: Int64, road_of_leg: Int64, to_halt: Int64, leg_m: Int32
) -> None:
    """Shorten lost roads, in place, until none can be shortened by its last leg.

    Parameters
    ----------
    length_m, lost : int32[L], bool[L]
        All roads, and which of them are to be found again. `lost` is scratch.
    road : int64[n]
        Indices of the lost ones.
    road_of_leg, to_halt, leg_m : int64[m], int64[m], int32[m]
        The ways to end each of them: which, rising; the road to the last halt; the way from there.
    """
    on_lost = lost.take(to_halt).nonzero()[0]
    lost[road] = False
    legs = np.arange(len(road_of_leg))
    while len(legs):
        ends = road_of_leg.take(legs)
        first = np.diff(ends, prepend=-1).nonzero()[0]
        found = np.minimum.reduceat(length_m.take(to_halt.take(legs)) + leg_m.take(legs), first)
        ended = road.take(ends.take(first))
        shorter = (found < length_m.take(ended)).nonzero()[0]
        ended = ended.take(shorter)
        length_m[ended] = found.take(shorter)
        # Only a road that has just become shorter can shorten another.
        lost[ended] = True
        legs = on_lost.take(lost.take(to_halt.take(on_lost)).nonzero()[0])
        lost[ended] = False
