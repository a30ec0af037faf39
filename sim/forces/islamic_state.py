"""An opportunist attacker: bombers first, infiltration, no surrender, break-out when surrounded."""

from __future__ import annotations

import numpy as np

from sim.forces.commander import Bool, Commander, Float64, Int64, surrounded
from sim.forces.members import rows_and_columns
from sim.forces.operations import free_to_go
from sim.forces.orders import Orders
from sim.forces.side import Side
from sim.state.binomial import poisson
from sim.state.picking import indices
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
        under_way = (orders.operation >= 0) & (orders.destination != side.place)
        member = indices(under_way)
        row, group = member // len(side.members), orders.operation.reshape(-1).take(member)
        opening = plan.phase[row, group] == ASSAULT
        member, row, group = member[opening], row[opening], group[opening]
        # The flat indices rise, so that the first of each group is the first in the table.
        first = np.unique(row * GROUPS + group, return_index=True)[1]
        member, row, group = member[first], row[first], group[first]
        ids = group.astype(np.uint64)
        by_car = side.stream_at("forces.bombs", row, ids + np.uint64(GROUPS))
        on_foot = side.stream_at("forces.bombs", row, ids)
        means = [
            side.number_at(name, row)
            for name in ("car_bombs_per_assault", "foot_bombers_per_assault")
        ]
        given = poisson(np.stack([by_car, on_foot]), np.stack(means))
        return orders.but_at(member, car_bombs=given[0], foot_bombers=given[1])

    @classmethod
    def infiltrate(cls, side: Side, orders: Orders) -> Orders:
        """Let some idle members slip into a weakly held enemy district close behind the line."""
        idle = indices(free_to_go(side, orders.operation))
        row, number = rows_and_columns(idle, len(side.members))
        wants = side.stream_at("forces.infiltration", row, side.ids[number])
        going = idle[wants < side.number_at("infiltration_per_day", row)]
        if len(going) == 0:
            return orders
        behind = side.hostile & ~side.any_beside(side.held)
        weak = side.enemies <= side.number("infiltration_fighters")
        goal = _pick_within(
            side, side.but_given_up(behind & weak), going, side.number("infiltration_reach_km")
        )
        found = indices(goal >= 0)
        return orders.but_at(going[found], destination=goal[found], posture=INFILTRATE)

    @classmethod
    def break_out(cls, side: Side, orders: Orders) -> Orders:
        """Send surrounded members through the enemy to the nearest place that goods reach."""
        short = indices(side.standing & (side.supply < LOW_SUPPLY))
        trying = short[surrounded(side, short)]
        if len(trying) == 0:
            return orders
        row, number = rows_and_columns(trying, len(side.members))
        chance = side.stream_at("forces.break_out", row, side.ids[number])
        tries = chance < side.number_at("break_out_per_day", row)
        trying = trying[tries | (side.posture[row, number] == BREAK_OUT)]
        refuge = side.but_given_up(side.held & side.supplied)
        goal = _nearest_free_road(side, refuge, trying)
        found = indices(goal >= 0)
        return orders.but_at(
            trying[found], destination=goal[found], posture=BREAK_OUT, operation=-1
        )


def _pick_within(side: Side, places: Bool, who: Int64, reach_km: Float64) -> Int64:
    """Return a place of a set ``[R, P]`` within reach of some members, -1 for none; ``[n]``.

    Each is equally likely. Members are flat indices in ``[R, M]``.
    """
    row, number = rows_and_columns(who, len(side.members))
    near = side.theatre.free_road_m[side.place[row, number]] <= 1000.0 * reach_km[row]
    possible = places[row] & near
    count = possible.sum(axis=1)
    uniform = side.stream_at("forces.target", row, side.ids[number])
    rank = np.floor(uniform * count).astype(np.int64)
    picked = (np.cumsum(possible, axis=1) == rank[:, None] + 1) & possible
    return np.where(count > 0, picked.argmax(axis=1), -1)


def _nearest_free_road(side: Side, places: Bool, who: Int64) -> Int64:
    """Return the nearest place of a set by any road, barred or not, -1 for none; ``[n]``."""
    row, number = rows_and_columns(who, len(side.members))
    road_m = side.theatre.free_road_m[side.place[row, number]]
    length = np.where(places[row], road_m, 2**40)
    return np.where(places[row].any(axis=1), length.argmin(axis=1), -1)
