"""Decisions from above to leave places for good, and what neighbours make of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.forces.orders import Orders
from sim.forces.side import Side
from sim.state.state import HOLD, WITHDRAW

Bool = NDArray[np.bool_]


def leave_given_up(side: Side, orders: Orders) -> Orders:
    """Change a kind's orders so that it leaves the places that it has given up, static units too.

    Whoever is in such a place without being on the way out withdraws, by the road that is open,
    to the nearest safe stronghold or else the nearest safe place of its side, and goes on until
    it is among friends. Nobody else goes there.
    """
    given_up = side.given_up
    if given_up is None or not given_up.any():
        return orders
    bound = _at(side, given_up, orders)
    inside, on_road = side.at_place(given_up) & side.standing, side.next_place >= 0
    stop = np.where(on_road, side.next_place, side.place)
    nothing = {"air_request": 0, "car_bombs": 0, "foot_bombers": 0, "operation": -1}
    orders = orders.but(bound & ~inside, destination=stop, posture=HOLD, **nothing)
    retreating = side.posture == WITHDRAW
    orders = orders.but(retreating & on_road, destination=stop, posture=WITHDRAW, **nothing)
    astray = retreating & side.standing & ~side.at_place(side.friendly)
    return side.withdraw(orders, (inside & bound) | astray)


def _at(side: Side, places: Bool, orders: Orders) -> Bool:
    """Return whether each member is bound for one of some places ``[R, P]``; bool ``[R, M]``."""
    row = np.arange(len(places))[:, None]
    return places[row, orders.destination]


def to_occupy(side: Side) -> Bool | None:
    """Return the empty places of one's own that another has left and given up, bool ``[R, P]``.

    A kind that fills voids (``fills_void``) sends a garrison there, as to a place in need. None
    where no event of the scenario says that somebody leaves.
    """
    if side.left_by_others is None:
        return None
    fills = side.number("fills_void") >= 0.5
    return side.held & side.left_by_others & (side.fighters == 0) & fills
