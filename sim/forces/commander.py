"""The common commander: relieve before attacking, stage and then go, rest, and keep garrisons."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.forces.departure import to_occupy
from sim.forces.members import rows_and_columns
from sim.forces.objectives import score
from sim.forces.operations import carry_out, copy_of, free_to_go, launch, refill_stock, review
from sim.forces.orders import Orders, UnitOrder
from sim.forces.prospects import prospects
from sim.forces.side import Side
from sim.state.picking import indices
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
        if not plan.joined.all():
            plan.joined_day[~plan.joined & cls.joins(side)] = side.day
        cls.plan_ahead(side, plan)
        refill_stock(side, plan)
        operation = review(side, plan, side.operation)
        relief = places_to_relieve(side)
        attackable = side.but_given_up(side.hostile & cls.attackable(side, plan))

        liked: list[Float64] = []  # on most days nobody looks for an objective

        def scorer(rows: Int64, available: Bool, open_: Bool) -> Float64:
            if not liked:  # a second group looks where a first one did: in no other replicates
                bonus = side.number("relief_bonus") * relief
                ahead = prospects(side, rows, attackable, relief)
                liked.append(cls.preference(side, plan) + bonus + ahead)
            return score(side, rows, available, open_, liked[0])

        operation = launch(side, plan, operation, scorer, relief | attackable, relief)
        orders = muster(side, operation, attackable)
        orders = carry_out(side, plan, operation, orders)
        orders = side.withdraw(orders, called_off(side, operation))
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


def places_to_relieve(side: Side) -> Bool:
    """Return places of its own where the enemy stands, or that others left to it; ``[R, P]``.

    Those of allies count too for a kind with ``relieves_allies`` of at least one half.
    """
    helps = side.number("relieves_allies") >= 0.5
    ours = side.held | (side.friendly & helps) if helps.any() else side.held
    relief = ours & (side.enemies > 0)
    empty = to_occupy(side)
    return side.but_given_up(relief if empty is None else relief | empty)


def ask_for_air_support(side: Side, orders: Orders) -> Orders:
    """Ask for support where members fight, or stand beside the place that they are to attack.

    A kind with ``front_request`` also asks, by that share, for the enemies that its members have
    beside them by road.
    """
    attacking = orders.posture == ATTACK
    on_the_front = side.number("front_request").any()
    concerned = side.standing if on_the_front else attacking | (side.foes_here > 0)
    member = indices(side.standing & concerned)
    if len(member) == 0:
        return orders
    row, place = member // len(side.members), side.place.reshape(-1).take(member)
    destination = orders.destination.reshape(-1).take(member)
    reach_m = 1000.0 * side.parameter("combat.contact_reach_km")[row, 0]
    close = side.theatre.direct_m[place, destination] <= reach_m
    ahead = side.enemies[row, destination] * (attacking.reshape(-1).take(member) & close)
    here = side.foes_here.reshape(-1).take(member)
    most = np.maximum(here, ahead)
    if on_the_front:
        beside = _most_enemies_beside(side, row, place)
        most = np.maximum(most, side.number_at("front_request", row) * beside)
    wanted = np.rint(most).astype(np.int64)
    asking = indices(wanted > 0)
    return orders.but_at(member[asking], air_request=wanted[asking])


def _most_enemies_beside(side: Side, row: Int64, place: Int64) -> Float64:
    """Return the enemies believed in the neighbouring place that holds most of them, ``[n]``."""
    neighbour = side.theatre.neighbour[place]
    believed = np.where(neighbour >= 0, side.enemies[row[:, None], neighbour], 0.0)
    return np.asarray(believed.max(axis=1))


def muster(side: Side, operation: Int64, objectives: Bool) -> Orders:
    """Return orders to hold, with idle members far from the front sent to the rally place.

    The rally place is the friendly place whose hostile neighbours are together worth most.
    """
    orders = side.hold()
    idle = indices(free_to_go(side, operation))
    if len(idle) == 0:
        return orders
    safe = side.but_given_up(side.friendly & side.supplied & (side.enemies == 0))
    front = _worth_beside(side, objectives, indices(safe & side.any_beside(objectives)))
    rally = front.argmax(axis=1)
    wanted = front[np.arange(len(rally)), rally] > 0
    row = idle // len(side.members)
    idle = idle[wanted[row]]
    row = idle // len(side.members)
    road_m = side.road_m[row, side.place.reshape(-1).take(idle), rally[row]]
    beyond_m = 1000.0 * side.number_at("muster_beyond_km", row)
    far = indices((road_m > beyond_m) & (road_m < INFINITE_M))
    return orders.but_at(idle[far], destination=rally[row[far]])


def _worth_beside(side: Side, objectives: Bool, cells: Int64) -> Float64:
    """Return the worth in thousandths of all objectives beside some cells, elsewhere 0; [R, P]."""
    row, place = rows_and_columns(cells, side.theatre.P)
    neighbour = side.theatre.neighbour[place]
    counted = objectives[row[:, None], neighbour] & (neighbour >= 0)
    worth = np.rint(1000.0 * side.theatre.value)[neighbour] * counted
    beside = np.zeros(objectives.shape)
    beside.reshape(-1)[cells] = worth.sum(axis=1)  # whole numbers: exact in any order
    return beside


def called_off(side: Side, operation: Int64) -> Bool:
    """Return the members left in an enemy's place by an assault that has been called off."""
    left = (operation < 0) & (side.operation >= 0)
    if not left.any():
        return left
    return left & side.at_place(side.hostile) & engaged(side)


def engaged(side: Side) -> Bool:
    """Return the members who share their place with the enemy, bool ``[R, M]``."""
    return side.standing & (side.foes_here > 0)


def surrounded(side: Side, members: Int64) -> Bool:
    """Return which members stand where no road leads to goods or friends; bool ``[n]``.

    Members are flat indices in ``[R, M]``, of some who stand.
    """
    row, place = members // len(side.members), side.place.reshape(-1).take(members)
    neighbour = side.theatre.neighbour[place]
    beside = (row[:, None], neighbour)
    refuge = side.friendly[beside] & (side.enemies[beside] == 0) & (neighbour >= 0)
    return ~(side.supplied[row, place] | refuge.any(axis=1))
