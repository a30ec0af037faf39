"""Distances and reachability over a network of roads, for many replicates at once.

Rows never influence each other and every number is an integer, so a row's answer does not
depend on the batch that it is computed in.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

INFINITE_M: Final = 2**29
"""Distance where there is no road, metres. Twice this still fits an int32."""

_BLOCK_BYTES: Final = 1 << 18
"""Size of one working array; it, its twin and the operands stay in a core's second-level cache."""


def road_distances_m(direct_m: NDArray[np.int64], passable: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the shortest road between all places, for each row of a batch.

    A road may pass *through* a place only where `passable` says so; its two ends are free, so
    the distance to a place held by the enemy is that of the approach to it.

    The method is Floyd's (R. W. Floyd, 1962, "Algorithm 97: Shortest path", Communications of
    the ACM 5(6), 345): allow one more place as a halt at a time. Its loop over halts is part of
    the algorithm; places with a single neighbour cannot be halts, nor can those that no row of a
    block may pass. Rows with the same halts open share their roads, which are searched once, in
    blocks that fit the cache; rows that have much in common come together there.

    Parameters
    ----------
    direct_m : int64[P, P]
        Length of the direct road between two places, metres, symmetric; `INFINITE_M` where
        there is none.
    passable : bool[n, P]
        Which places may be passed through.

    Returns
    -------
    int32[n, P, P]
        Metres; 0 from a place to itself; `INFINITE_M` where there is no road.
    """
    direct = np.minimum(direct_m, INFINITE_M).astype(np.int32)
    np.fill_diagonal(direct, 0)
    halts = np.flatnonzero(np.count_nonzero(direct < INFINITE_M, axis=1) > 2)
    first, same_as = _alike(passable[:, halts])
    passable = passable[first]
    rows, places = passable.shape
    result = np.empty((rows, places, places), dtype=np.int32)
    result[...] = direct
    barred_m = np.where(passable, np.int32(0), np.int32(INFINITE_M))
    block = max(1, min(rows, _BLOCK_BYTES // max(1, 4 * places * places)))
    through = np.empty((block, places, places), dtype=np.int32)
    first_leg = np.empty((block, places), dtype=np.int32)
    for start in range(0, rows, block):
        shortest = result[start : start + block]
        size = len(shortest)
        for halt in halts[passable[start : start + size, halts].any(axis=0)].tolist():
            _allow_halt(
                shortest,
                barred_m[start : start + size, halt],
                halt,
                through[:size],
                first_leg[:size],
            )
    return result[same_as]


def _alike(rows: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return a row of each sort, and for each row which of them is like it."""
    if len(rows) < 2:
        return np.arange(len(rows)), np.arange(len(rows))
    words = max(1, -(-rows.shape[1] // 64))
    padded = np.zeros((len(rows), 64 * words), dtype=np.bool_)
    padded[:, : rows.shape[1]] = rows
    sort = np.packbits(padded, axis=1).view(np.uint64)
    _, first, same_as = np.unique(
        sort[:, 0] if words == 1 else sort, axis=0, return_index=True, return_inverse=True
    )
    return first, same_as.reshape(-1)


def _allow_halt(
    shortest: NDArray[np.int32],
    barred_m: NDArray[np.int32],
    halt: int,
    through: NDArray[np.int32],
    first_leg: NDArray[np.int32],
) -> None:
    """Shorten `shortest[n, P, P]` in place by the roads through one more place.

    `barred_m[n]` is 0 where the place may be passed and `INFINITE_M` where it may not. Each leg
    is at most `INFINITE_M`, so the sum of two fits an int32 and a missing road never shortens.
    `through` and `first_leg` are scratch.
    """
    np.maximum(shortest[:, halt], barred_m[:, None], out=first_leg)
    np.add(first_leg[:, :, None], shortest[:, halt, None, :], out=through)
    np.minimum(shortest, through, out=shortest)


def reachable(
    neighbour: NDArray[np.int64], passable: NDArray[np.bool_], sources: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the places that can be reached from the sources by way of passable places.

    Parameters
    ----------
    neighbour : int64[P, N]
        Neighbours of each place, padded with -1.
    passable : bool[n, P]
        Which places may be entered.
    sources : bool[n, P]
        Where the ways begin. A source that is not passable reaches nothing.

    Returns
    -------
    bool[n, P]
        Sources that are passable, and the passable places joined to them.
    """
    rows, places = passable.shape
    # The padding -1 finds the last row of `reached`, which stays False.
    reached = np.zeros((places + 1, rows), dtype=np.bool_)
    allowed = np.ascontiguousarray(passable.T)
    np.logical_and(allowed, sources.T, out=reached[:places])
    count = np.count_nonzero(reached)
    while True:
        joined = reached[neighbour[:, 0]]
        for slot in range(1, neighbour.shape[1]):
            joined |= reached[neighbour[:, slot]]
        joined &= allowed
        reached[:places] |= joined
        grown = np.count_nonzero(reached)
        if grown == count:
            return np.ascontiguousarray(reached[:places].T)
        count = grown


def free_road_m(direct_m: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the shortest road between all places when nobody bars any of them.

    Parameters
    ----------
    direct_m : int64[P, P]
        Length of the direct road between two places, metres; `INFINITE_M` where there is none.

    Returns
    -------
    int64[P, P]
        Metres; `INFINITE_M` where there is no road.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    start, end = np.nonzero((direct_m < INFINITE_M) & (direct_m > 0))
    graph = csr_array((direct_m[start, end].astype(float), (start, end)), shape=direct_m.shape)
    metres = dijkstra(graph, directed=True)
    return np.minimum(metres, INFINITE_M).astype(np.int64)
