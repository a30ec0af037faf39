"""Planning a cut: the places whose capture leaves the enemy's pocket without a road."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import indices
from sim.theatre.theatre import Theatre

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

UNCUTTABLE = 300_000  # dearer than any cut of up to 60 places
DEAREST = 5_000
ROWS_AT_ONCE = 512  # keeps the flow of a whole block below what 32 bits hold


def cheapest_cut(
    theatre: Theatre, open_to_enemy: Bool, pocket: Bool, sources: Bool, cost: Int64
) -> Bool:
    """Return the cheapest set of places that separates a pocket from the enemy's sources.

    A minimum vertex cut: each place is an arc with its cost as capacity, each road an arc without
    limit, and the cut is read off a maximum flow (Ford and Fulkerson 1956; Menger's theorem). Of
    several cheapest sets it is the one nearest to the pocket, which does not depend on the order
    in which the flow was found. One call to SciPy serves a block of replicates, as graphs that do
    not touch.

    Parameters
    ----------
    theatre : Theatre
    open_to_enemy : bool array, shape ``[n, P]``
        Places through which the enemy can drive.
    pocket, sources : bool arrays, shape ``[n, P]``
        Places to cut off, and where the enemy's goods come from; neither can be in the cut.
    cost : int64 array, shape ``[n, P]``
        Cost of taking each place; clipped to 1 .. ``DEAREST``.

    Returns
    -------
    bool array, shape ``[n, P]``; all False where there is nothing to cut or no cut exists.
    """
    blocks = []
    for start in range(0, len(pocket), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        blocks.append(
            _cut_block(theatre, open_to_enemy[rows], pocket[rows], sources[rows], cost[rows])
        )
    return np.concatenate(blocks) if blocks else np.zeros_like(pocket)


def _cut_block(
    theatre: Theatre, open_to_enemy: Bool, pocket: Bool, sources: Bool, cost: Int64
) -> Bool:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    rows, places = pocket.shape
    capacity = np.clip(cost, 1, DEAREST)
    capacity = np.where(pocket | sources, UNCUTTABLE, capacity)
    entry = 2 + 2 * np.arange(rows * places).reshape(rows, places)
    leave = entry + 1
    tail, head, room = [], [], []

    def add(a: Int64, b: Int64, capacity_: Int64 | int) -> None:
        tail.append(a)
        head.append(b)
        room.append(np.broadcast_to(capacity_, a.shape))

    inside = indices(open_to_enemy)
    add(2 + 2 * inside, 3 + 2 * inside, capacity.reshape(-1).take(inside))
    here, slot = np.nonzero(theatre.neighbour >= 0)
    there = theatre.neighbour[here, slot]
    row, road = np.nonzero(open_to_enemy[:, here] & open_to_enemy[:, there])
    add(leave[row, here[road]], entry[row, there[road]], UNCUTTABLE)
    start, end = open_to_enemy & sources & ~pocket, open_to_enemy & pocket
    add(np.zeros(int(start.sum()), np.int64), entry[start], UNCUTTABLE)
    add(leave[end], np.ones(int(end.sum()), np.int64), UNCUTTABLE)
    size = 2 + 2 * rows * places
    graph = csr_array(
        (np.concatenate(room).astype(np.int32), (np.concatenate(tail), np.concatenate(head))),
        shape=(size, size),
    )
    flow = maximum_flow(graph, 0, 1).flow
    spare = csr_array(graph - flow)
    spare.data = np.maximum(spare.data, 0)
    spare.eliminate_zeros()
    reaches = np.zeros(size, dtype=np.bool_)
    reaches[breadth_first_order(csr_array(spare.T), 1, return_predecessors=False)] = True
    # Cut arcs lead from where flow cannot reach the pocket to where it can.
    cut = open_to_enemy & ~reaches[entry] & reaches[leave]
    return np.where((cut & (pocket | sources)).any(axis=1, keepdims=True), False, cut)
