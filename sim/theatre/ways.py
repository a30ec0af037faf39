"""Ways out of a place for people who flee: shortest roads, left alone where they lead through fire.

Each road out of a place goes on by the shortest road from its other end. So a table made once
holds, for every road out and every goal, how long that way is and which places lie on it; whether
it is open on a day is one comparison of bits. It is much cheaper than a search for every place
that people flee from, and knows no detour beyond the choice of the road out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theatre.roads import INFINITE_M
from sim.theatre.theatre import Theatre

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Float64 = NDArray[np.float64]
UInt64 = NDArray[np.uint64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways from P starts to G goals, one by each of the N roads out of the start, shortest first.

    Attributes
    ----------
    goal : int64 array, shape ``[G]``
        Places that people may go to.
    length_m : int32 array, shape ``[N, P, G]``
        Length, metres, not falling along N; ``INFINITE_M`` where there is no way more.
    halts : uint64 array, shape ``[N, W, P, G]``
        Places on the way, the goal among them and the start not, as :func:`pack_places` packs
        them into W words of 64 places.
    """

    goal: Int64
    length_m: Int32
    halts: UInt64

    def shortest_open(self, worth: Float64, start: Int64, barred: UInt64, wanted: Bool) -> Float64:
        """Return what the shortest way to each goal is worth on which no barred place lies.

        Parameters
        ----------
        worth : float64 array, shape ``[N, P, G]``
            Of each way; 0 where ``length_m`` is infinite, and above 0 elsewhere.
        start : int64 array, shape ``[n]``
            Place that each way begins in; it may be barred.
        barred : uint64 array, shape ``[n, W]``
            Packed places that nobody may come to or through.
        wanted : bool array, shape ``[n, G]``
            Goals for which it is enough that the shortest way of all is closed are left out.

        Returns
        -------
        float64 array, shape ``[n, G]``
            0 where no way is open.
        """
        value = worth[0].take(start, axis=0)
        closed = np.zeros(value.shape, dtype=np.bool_)
        for word, halts in enumerate(self.halts[0]):
            met = halts.take(start, axis=0)
            met &= barred[:, word, None]
            closed |= met != 0
        value *= ~closed
        # What is left are few: where the shortest way is closed, and an other may be open.
        closed &= wanted
        rest = np.flatnonzero(closed)
        row = rest // len(self.goal)
        way = (start - np.arange(len(start))).take(row) * len(self.goal) + rest
        for turn in range(1, len(worth)):
            if len(rest) == 0:
                break
            is_closed = np.zeros(len(rest), dtype=np.bool_)
            for word, halts in enumerate(self.halts[turn]):
                is_closed |= halts.reshape(-1).take(way) & barred[:, word].take(row) != 0
            other = worth[turn].reshape(-1).take(way)
            value.reshape(-1)[rest] = other * ~is_closed
            still = np.flatnonzero(is_closed & (other > 0))
            rest, row, way = rest.take(still), row.take(still), way.take(still)
        return value


def pack_places(places: Bool) -> UInt64:
    """Pack truth values by place, bool ``[..., P]``, into words of 64 bits, ``[..., W]``."""
    packed = np.packbits(places, axis=-1, bitorder="little")
    words = -(-packed.shape[-1] // 8)
    padded = np.zeros((*packed.shape[:-1], 8 * max(1, words)), dtype=np.uint8)
    padded[..., : packed.shape[-1]] = packed
    return padded.view(np.uint64)


def ways_out(theatre: Theatre, goal: Int64) -> Ways:
    """List the ways from every place of a theatre to some goals, int64 ``[G]``.

    Of two shortest roads of the same length the one counts that comes into its end by the road
    which the table of routes names first.
    """
    own_bit = pack_places(np.eye(theatre.P, dtype=np.bool_))
    road_m = theatre.road_distances_m(np.ones((1, theatre.P), dtype=np.bool_))[0]
    between = _halts_of_shortest_roads(theatre, road_m, own_bit)
    beside = theatre.neighbour.T  # [N, P]; the padding -1 reads a last row, and is then infinite
    length_m = theatre.neighbour_m.T[:, :, None] + road_m[:, goal][beside]
    length_m = np.where(beside[:, :, None] >= 0, np.minimum(length_m, INFINITE_M), INFINITE_M)
    halts = between[:, goal][beside] | own_bit[beside][:, :, None] | own_bit[goal]
    order = np.argsort(length_m, axis=0, kind="stable")
    halts = np.take_along_axis(halts, order[..., None], axis=0)
    return Ways(
        goal=goal,
        length_m=np.take_along_axis(length_m, order, axis=0).astype(np.int32),
        halts=np.ascontiguousarray(np.moveaxis(halts, 3, 1)),
    )


def _halts_of_shortest_roads(theatre: Theatre, road_m: Int32, own_bit: UInt64) -> UInt64:
    """Return the places between both ends of each shortest road, packed, uint64 ``[P, P, W]``."""
    places = theatre.P
    everywhere = np.arange(places)
    last = np.full((places, places), -1)  # the halt before the goal
    for slot in reversed(range(theatre.neighbour.shape[1])):
        beside, last_leg_m = theatre.neighbour[:, slot], theatre.neighbour_m[:, slot]
        comes_by = road_m[:, beside] + last_leg_m == road_m
        comes_by &= (beside >= 0) & (road_m < INFINITE_M)
        last = np.where(comes_by, beside, last)
    halts = np.zeros((places, places, own_bit.shape[1]), dtype=np.uint64)
    # From the nearest goal to the farthest, so that the road to the last halt is known.
    for goal in np.argsort(road_m, axis=1, kind="stable").T[1:]:
        before = last[everywhere, goal]
        found = (before >= 0) & (before != everywhere)
        start, goal_, halt = everywhere[found], goal[found], before[found]
        halts[start, goal_] = halts[start, halt] | own_bit[halt]
    return halts
