"""Decisions to leave places for good, and those who move in (sim/forces/departure)."""

from __future__ import annotations

from sim.state.state import WITHDRAW
from tests.oracle.knowledge import Knowledge, Order


def leave_given_up(know: Knowledge, orders: dict[str, Order]) -> None:
    """Let units leave the places that their kind has given up; let nobody else go there."""
    given_up = know.kind.given_up
    if not given_up:
        return
    for unit in know.kind.members:
        order = orders[unit.name]
        inside = unit.standing and unit.place in given_up
        leaves = inside and order.destination in given_up
        if order.destination in given_up and not inside:
            orders[unit.name] = know.hold(unit)
            orders[unit.name].operation = None
        if unit.posture == WITHDRAW and unit.next_place is not None:
            # On the way out: the next place is one of many.
            orders[unit.name] = know.hold(unit)
            orders[unit.name].operation = None
            orders[unit.name].posture = WITHDRAW
        astray = unit.posture == WITHDRAW and unit.standing and not know.friendly[unit.place]
        if leaves or astray:
            know.world.happened["left a place given up"] += leaves
            know.world.happened["went on withdrawing"] += astray
            if unit.standing:
                orders[unit.name] = know.withdraw(unit, orders[unit.name])


def to_occupy(know: Knowledge, place: int) -> bool:
    """Return whether a place is the kind's to garrison since another has left it."""
    fills = know.number("fills_void") >= 0.5
    empty = know.held(place) and know.fighters[place] == 0
    occupies = fills and empty and know.left_by_others(place)
    know.world.happened["garrison for a place left by others"] += occupies
    return occupies
