"""What an objective is worth beyond itself: what lies behind it, and whose home it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.forces.members import rows_and_columns
from sim.forces.side import Side
from sim.state.elementary import log
from sim.state.picking import indices

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
Int64 = NDArray[np.int64]


def prospects(side: Side, rows: Int64, attackable: Bool, relief: Bool) -> Float64:
    """Return what is added to the score of each place in some replicates, float64 ``[R, P]``.

    It is ``ln(1 + look_ahead * worth behind / worth)`` for an attack, less ``foreign_ground``
    where the kind's own community does not live, and ``home_bonus`` for the relief of a place
    where it does. The worth behind is that of the best neighbouring place which could be attacked
    and lies beside none of one's own side as yet.

    Parameters
    ----------
    rows : int64 array, shape ``[n]``
        Replicates where somebody looks for an objective; those of the others mean nothing.
    attackable, relief : bool arrays, shape ``[R, P]``
        Places that could be attacked; places that could be relieved.
    """
    added = np.zeros(attackable.shape)
    if side.number("look_ahead").any():
        _look_ahead(side, rows, attackable, added)
    abroad, at_home = side.number("foreign_ground"), side.number("home_bonus")
    if abroad.any() or at_home.any():
        added -= abroad * ~side.own_community
        added += at_home * (relief & side.own_community)
    return added


def _look_ahead(side: Side, rows: Int64, attackable: Bool, added: Float64) -> None:
    behind = attackable & ~side.any_beside(side.friendly)
    looking = np.zeros((len(added), 1), dtype=np.bool_)
    looking[rows] = True
    cell = indices(attackable & looking & side.any_beside(behind))
    row, place = rows_and_columns(cell, side.theatre.P)
    neighbour = side.theatre.neighbour.T[:, place]  # slots first: the quicker way to a maximum
    opened = behind[row, neighbour] & (neighbour >= 0)
    best = (side.theatre.value[neighbour] * opened).max(axis=0)
    worth = np.maximum(side.theatre.value, 1e-6)[place]
    added.reshape(-1)[cell] = log(1.0 + side.number_at("look_ahead", row) * best / worth)
