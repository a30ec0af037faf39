"""The common commander: relieve before attacking, stage and then go, rest, and keep garrisons."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.forces.objectives import score
from sim.forces.operations import carry_out, copy_of, free_to_go, launch, refill_stock, review
from sim.forces.orders import Orders, UnitOrder
from sim.forces.side import Side
from sim.state.picking import pick
from sim.state.state import ATTACK, Plan
from sim.theatre.roads import INFINITE_M

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


class Commander:
    """How a kind of agent decides, over all its members at once.

    A subclass changes what it needs: :meth:`attackable` (which places it may attack),
    :meth:`preference` (what it likes about them), :meth:`joins` (when it enters the fight), or all
    of :meth:`decide`. A kind holds no state: what must be remembered is in ``side.plan``.

    ``decide_unit`` may be set to a static method ``(unit, order) -> order`` that decides one unit
    at a time: simple and slow. It is called after :meth:`decide` for every member in the theatre.
    """

    decide_unit: ClassVar[Callable[[object, UnitOrder], UnitOrder] | None] = None

    @classmethod
    def decide(cls, side: Side) -> Orders:
        """Return the day's orders for all members, arrays of shape ``[R, M]``."""
        plan = copy_of(side.plan)
        joining = ~plan.joined & cls.joins(side)
        plan.joined_day[:] = np.where(joining, side.day, plan.joined_day)
        cls.plan_ahead(side, plan)
        refill_stock(side, plan)
        operation = review(side, plan, side.operation)
        relief = side.held & (side.enemies > 0)
        candidates = relief | (side.hostile & cls.attackable(side, plan))
        preference = cls.preference(side, plan) + side.number("relief_bonus") * relief

        def scorer(rows: Int64, available: Bool) -> Float64:
            return score(side, rows, available, candidates, preference)

        operation = launch(side, plan, operation, scorer, relief)
        orders = muster(side, operation, side.hostile & cls.attackable(side, plan))
        orders = carry_out(side, plan, operation, orders)
        stranded = called_off(side, operation)
        if stranded.any():
            orders = side.withdraw(orders, stranded)
        return ask_for_air_support(side, orders)

    @classmethod
    def joins(cls, side: Side) -> Bool:
        """Return where the kind enters the fight for places that are not its own, bool ``[R]``."""
        return np.ones(len(side.place), dtype=np.bool_)

    @classmethod
    def plan_ahead(cls, side: Side, plan: Plan) -> None:
        """Change the plan, in place, before objectives are chosen; nothing by default."""

    @classmethod
    def attackable(cls, side: Side, plan: Plan) -> Bool:
        """Return the hostile places that the kind may attack, bool ``[R, P]``."""
        return side.hostile

    @classmethod
    def preference(cls, side: Side, plan: Plan) -> Float64:
        """Return what the kind adds to the score of each objective, float64 ``[R, P]``."""
        return np.zeros(side.hostile.shape)


def ask_for_air_support(side: Side, orders: Orders) -> Orders:
    """Ask for support where members fight, or stand beside the place that they are to attack."""
    here = side.at_place(side.enemies * (side.fighters > 0))
    target = pick(side.enemies, orders.destination)
    road_m = side.theatre.direct_m[side.place, orders.destination]
    close = road_m <= 1000.0 * side.parameter("combat.contact_reach_km")
    ahead = np.where((orders.posture == ATTACK) & close, target, 0.0)
    wanted = np.rint(np.maximum(here, ahead)).astype(np.int64)
    return orders.but(side.standing & (wanted > 0), air_request=wanted)


def muster(side: Side, operation: Int64, objectives: Bool) -> Orders:
    """Return orders to hold, with idle members far from the front sent to the rally place.

    The rally place is the friendly place whose hostile neighbours are together worth most.
    """
    orders = side.hold()
    free = free_to_go(side, operation)
    if not free.any():
        return orders
    front = np.zeros(side.hostile.shape)
    worth = np.rint(1000.0 * side.theatre.value) * objectives
    neighbour = side.theatre.neighbour
    for slot in range(neighbour.shape[1]):
        front += worth[:, neighbour[:, slot]] * (neighbour[:, slot] >= 0)
    front = np.where(side.friendly & (side.enemies == 0) & side.supplied, front, 0.0)
    rally = front.argmax(axis=1)[:, None]
    wanted = pick(front, rally) > 0
    row = np.arange(len(rally))[:, None]
    road_m = side.road_m[row, side.place, rally]
    far = (road_m > 1000.0 * side.number("muster_beyond_km")) & (road_m < INFINITE_M)
    going = wanted & far & free
    return orders.but(going, destination=np.broadcast_to(rally, going.shape))


def called_off(side: Side, operation: Int64) -> Bool:
    """Return the members left in an enemy's place by an assault that has been called off."""
    in_enemy_place = side.at_place(side.hostile) & engaged(side)
    return in_enemy_place & (operation < 0) & (side.operation >= 0)


def engaged(side: Side) -> Bool:
    """Return the members who share their place with the enemy, bool ``[R, M]``."""
    return side.standing & (side.at_place(side.enemies * (side.fighters > 0)) > 0)


def surrounded(side: Side) -> Bool:
    """Return the places of members from which no road leads to goods or friends, ``[R, M]``."""
    refuge = side.friendly & (side.enemies == 0)
    open_ = side.supplied | side.any_beside(refuge)
    return side.standing & ~side.at_place(open_)
