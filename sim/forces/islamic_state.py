"""An opportunist attacker: bombers first, infiltration, no surrender, break-out when surrounded."""

from __future__ import annotations

import numpy as np

from sim.forces.commander import Bool, Commander, Int64, surrounded
from sim.forces.operations import free_to_go
from sim.forces.orders import Orders
from sim.forces.side import Side
from sim.state.binomial import poisson
from sim.state.picking import pick
from sim.state.state import ASSAULT, BREAK_OUT, GROUPS, INFILTRATE

LOW_SUPPLY = 500  # estimate, 200 to 800 thousandths: below it a surrounded unit tries to break out


class IslamicState(Commander):
    """Attacks the weakest valuable place within a long reach and reinforces success.

    Assaults are opened with car bombs and bombers on foot, Poisson numbers with means
    ``car_bombs_per_assault`` and ``foot_bombers_per_assault``: those who are first on their way
    into an assault bring them, and use them when they meet the enemy. Units that nothing else
    needs slip into weakly held districts behind the enemy's line. A surrounded unit whose stock
    is below half tries to break out, with the daily chance ``break_out_per_day``.
    """

    @classmethod
    def decide(cls, side: Side) -> Orders:
        """Return the common commander's orders with bombers, infiltration and break-outs added."""
        orders = super().decide(side)
        orders = cls.send_bombers(side, orders)
        orders = cls.infiltrate(side, orders)
        return cls.break_out(side, orders)

    @classmethod
    def send_bombers(cls, side: Side, orders: Orders) -> Orders:
        """Give bombers to the first member of each group that is still on its way to an assault."""
        plan = orders.plan
        if plan is None:
            return orders
        group = np.maximum(orders.operation, 0)
        opening = (orders.operation >= 0) & (orders.destination != side.place)
        opening &= pick(plan.phase, group) == ASSAULT
        if not opening.any():
            return orders
        leads = opening & _first_of_group(orders.operation, opening)
        groups = np.arange(GROUPS, dtype=np.uint64)
        for weapon in ("car_bombs", "foot_bombers"):
            ids = groups + np.uint64(GROUPS if weapon == "car_bombs" else 0)
            uniform = side.stream("forces.bombs", ids)
            number = poisson(uniform, side.number(f"{weapon}_per_assault") * np.ones(GROUPS))
            given = pick(number, group)
            orders = orders.but(leads, **{weapon: given})
        return orders

    @classmethod
    def infiltrate(cls, side: Side, orders: Orders) -> Orders:
        """Let some idle members slip into a weakly held enemy district close behind the line."""
        idle = free_to_go(side, orders.operation)
        wants = side.stream("forces.infiltration", side.ids)
        going = idle & (wants < side.number("infiltration_per_day"))
        if not going.any():
            return orders
        behind = side.hostile & ~side.any_beside(side.held)
        weak = side.enemies <= side.number("infiltration_fighters")
        goal = _pick_within(side, behind & weak, going, side.number("infiltration_reach_km"))
        return orders.but(goal >= 0, destination=goal, posture=INFILTRATE)

    @classmethod
    def break_out(cls, side: Side, orders: Orders) -> Orders:
        """Send surrounded members through the enemy to the nearest place that goods reach."""
        trying = surrounded(side) & (side.supply < LOW_SUPPLY)
        if not trying.any():
            return orders
        chance = side.stream("forces.break_out", side.ids)
        trying &= (chance < side.number("break_out_per_day")) | (side.posture == BREAK_OUT)
        goal = _nearest_free_road(side, side.held & side.supplied, trying)
        return orders.but(goal >= 0, destination=goal, posture=BREAK_OUT, operation=-1)


def _first_of_group(operation: Int64, opening: Bool) -> Bool:
    """Return the first member of each group among those who go to its assault, ``[R, M]``."""
    first = np.zeros_like(opening)
    for group in range(GROUPS):
        member = opening & (operation == group)
        first |= member & (np.cumsum(member, axis=1) == 1)
    return first


def _pick_within(side: Side, places: Bool, who: Bool, reach_km: np.ndarray) -> Int64:
    """Return a place of a set within reach of each member, each equally likely, -1 for none."""
    row, member = np.nonzero(who)
    near = side.theatre.free_road_m[side.place[row, member]] <= 1000.0 * reach_km[row]
    possible = places[row] & near
    count = possible.sum(axis=1)
    uniform = side.stream("forces.target", side.ids)[row, member]
    rank = np.floor(uniform * count).astype(np.int64)
    picked = (np.cumsum(possible, axis=1) == rank[:, None] + 1) & possible
    goal = np.full(who.shape, -1, dtype=np.int64)
    goal[row, member] = np.where(count > 0, picked.argmax(axis=1), -1)
    return goal


def _nearest_free_road(side: Side, places: Bool, who: Bool) -> Int64:
    """Return the nearest place of a set by any road, barred or not, -1 for none."""
    row, member = np.nonzero(who)
    road_m = side.theatre.free_road_m[side.place[row, member]]
    length = np.where(places[row], road_m, 2**40)
    goal = np.full(who.shape, -1, dtype=np.int64)
    goal[row, member] = np.where(places[row].any(axis=1), length.argmin(axis=1), -1)
    return goal
