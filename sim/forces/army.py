"""A regular army: it holds, falls back on strongholds and retakes what was its own."""

from __future__ import annotations

import numpy as np

from sim.forces.commander import Bool, Commander, surrounded
from sim.forces.orders import Orders
from sim.forces.side import Side
from sim.state.picking import indices
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
        return side.withdraw(orders, cls.cannot_hold(side))

    @classmethod
    def cannot_hold(cls, side: Side) -> Bool:
        """Return the members who judge their place lost, bool ``[R, M]``."""
        shape = side.place.shape
        member = indices(side.standing & ~side.static & ~side.broken)
        pressed = member[side.foes_here.reshape(-1).take(member) > 0]
        friends = np.maximum(side.at_place_of(side.friends, pressed), 1)
        ratio = side.number_at("fall_back_ratio", pressed // shape[1])
        outnumbered = side.at_place_of(side.enemies, pressed) > ratio * friends
        outnumbered &= ~side.theatre.stronghold[side.place.reshape(-1).take(pressed)]
        starving = member[side.supply.reshape(-1).take(member) == 0]
        leaving = np.zeros(shape, dtype=np.bool_)
        leaving.reshape(-1)[pressed[outnumbered]] = True
        leaving.reshape(-1)[starving[surrounded(side, starving)]] = True
        return leaving

    @classmethod
    def attackable(cls, side: Side, plan: Plan) -> Bool:
        """Return the lost places that were its faction's at the start."""
        return side.hostile & side.initially_held
