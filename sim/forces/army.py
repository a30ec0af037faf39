"""A regular army: it holds, falls back on strongholds and retakes what was its own."""

from __future__ import annotations

import numpy as np

from sim.forces.commander import Bool, Commander, engaged, surrounded
from sim.forces.orders import Orders
from sim.forces.side import Side
from sim.state.state import Plan


class Army(Commander):
    """Static garrisons and a small reserve.

    It counter-attacks only places that its faction held at the start. A unit that may move, is
    outnumbered ``fall_back_ratio`` to one and does not stand in a stronghold falls back on the
    nearest stronghold; so does one that is surrounded and has no supply left, giving its place up.
    """

    @classmethod
    def decide(cls, side: Side) -> Orders:
        """Return the common commander's orders, with those who cannot hold falling back."""
        orders = super().decide(side)
        leaving = cls.cannot_hold(side)
        if not leaving.any():
            return orders
        return side.withdraw(orders, leaving)

    @classmethod
    def cannot_hold(cls, side: Side) -> Bool:
        """Return the members who judge their place lost, bool ``[R, M]``."""
        enemies = side.at_place(side.enemies)
        friends = np.maximum(side.at_place(side.friends), 1)
        at_stronghold = side.theatre.stronghold[side.place]
        outnumbered = engaged(side) & (enemies > side.number("fall_back_ratio") * friends)
        starved = surrounded(side) & (side.supply == 0)
        return ((outnumbered & ~at_stronghold) | starved) & ~side.static & ~side.broken

    @classmethod
    def attackable(cls, side: Side, plan: Plan) -> Bool:
        """Return the lost places that were its faction's at the start."""
        return side.hostile & side.initially_held
