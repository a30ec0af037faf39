"""Groups of units on operations: launched, staged, committed, ended and rested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.forces.members import rows_and_columns
from sim.forces.objectives import NOT_AN_OBJECTIVE
from sim.forces.orders import Orders
from sim.forces.side import Side
from sim.state.picking import indices, pick
from sim.state.state import ASSAULT, ATTACK, GROUPS, IDLE, REST, STAGING, Plan
from sim.theatre.roads import INFINITE_M

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

NEGLIGIBLE = 0.1  # estimate, 0.05 to 0.2: fewer enemies per friend than this pin nobody down

COMMITMENT = 0.7  # estimate, 0.5 to 1: share of the usual caution left once a group has gathered

# Scores objectives for replicate rows ``[n]``, given the members who can be sent ``[R, M]`` and
# the places that may be chosen ``[R, P]``.
Scorer = Callable[[Int64, Bool, Bool], Float64]


def copy_of(plan: Plan) -> Plan:
    """Return a plan that may be changed."""
    return replace(plan, **{name: values.copy() for name, values in vars(plan).items()})


def review(side: Side, plan: Plan, operation: Int64) -> Int64:
    """Move every group to its next phase, in place; return the members' groups afterwards.

    A group that has gathered (``staged_share`` of it, or after ``staging_days_most``) goes over
    to the assault if its chance still justifies it. An assault ends when the place is in friendly
    hands and free of the enemy, or when losses exceed ``loss_limit``, the enemy there outnumbers
    friends ``retreat_ratio`` to one, or it has lasted ``assault_days_most``. Then the group rests.
    """
    if not (plan.phase != IDLE).any():
        return operation
    fighters, staged = _group_strengths(side, plan, operation)
    age = side.day - plan.since
    busy = (plan.phase == STAGING) | (plan.phase == ASSAULT)
    target = np.maximum(plan.target, 0)
    enemies = pick(side.enemies, target)
    friends = pick(side.friends, target)
    friendly = pick(side.friendly, target)
    done = busy & friendly & (enemies == 0)
    staging, assault = plan.phase == STAGING, plan.phase == ASSAULT
    gathered = staged >= side.number("staged_share") * fighters
    late = age >= side.number("staging_days_most")
    worthwhile = fighters * _air_factor(side) >= side.number("caution") * COMMITMENT * enemies
    commit = staging & (gathered | late) & worthwhile & ~done & (fighters > 0)
    lost = fighters < (1.0 - side.number("loss_limit")) * plan.fighters
    overwhelmed = (age >= 2) & (enemies > side.number("retreat_ratio") * np.maximum(friends, 1))
    failed = assault & (lost | overwhelmed | (age >= side.number("assault_days_most")))
    cancelled = (staging & late & ~worthwhile) | (busy & (fighters == 0))
    if side.at_truce is not None:  # a truce calls off what is under way against the other side
        cancelled |= busy & pick(side.at_truce, target)
        commit &= ~cancelled
    ended = done | failed | cancelled
    plan.phase[:] = np.where(commit, ASSAULT, np.where(ended, REST, plan.phase))
    plan.fighters[:] = np.where(commit, fighters, plan.fighters).astype(np.int64)
    plan.since[:] = np.where(commit | ended, side.day, plan.since)
    plan.target[:] = np.where(ended, -1, plan.target)
    _rest(side, plan, done)
    return _released(operation, ended)


def _rest(side: Side, plan: Plan, done: Bool) -> None:
    """Let groups that have rested be sent again; success needs less rest."""
    rested = (plan.phase == REST) & (side.day - plan.since >= side.number("rest_days"))
    plan.phase[:] = np.where(rested | (done & (plan.phase == REST)), IDLE, plan.phase)


def _group_strengths(side: Side, plan: Plan, operation: Int64) -> tuple[Float64, Float64]:
    """Return the fighters of each group, and those at the place of assembly; ``[R, G]``."""
    member = indices((operation >= 0) & side.active)
    group = _group_of(operation, member)
    strength = side.strength.reshape(-1).take(member)
    staged = side.place.reshape(-1).take(member) == plan.staging.reshape(-1).take(group)
    staged &= side.standing.reshape(-1).take(member)
    shape, size = plan.phase.shape, plan.phase.size
    fighters = np.bincount(group, weights=strength, minlength=size)
    at_assembly = np.bincount(group, weights=strength * staged, minlength=size)
    return fighters.astype(np.float64).reshape(shape), at_assembly.astype(np.float64).reshape(shape)


def _group_of(operation: Int64, member: Int64) -> Int64:
    """Return the flat index in ``[R, G]`` of the group to which each member belongs; ``[n]``."""
    row = member // operation.shape[1]
    return row * GROUPS + operation.reshape(-1).take(member)


def _air_factor(side: Side) -> Float64:
    return 1.0 + side.number("air_confidence") * side.air_support


def _released(operation: Int64, ended: Bool) -> Int64:
    member = indices(operation >= 0)
    leaving = member[ended.reshape(-1).take(_group_of(operation, member))]
    operation = operation.copy()
    operation.reshape(-1)[leaving] = -1
    return operation


def refill_stock(side: Side, plan: Plan) -> None:
    """Let assaults use the kind's means up and time bring them back, in place."""
    assaults = (plan.phase == ASSAULT).sum(axis=1)
    burnt = 1000.0 * side.number("stock_per_assault_day")[:, 0] * assaults
    gained = 1000.0 / side.number("stock_refill_days")[:, 0]
    plan.stock[:] = np.clip(plan.stock + np.rint(gained - burnt).astype(np.int64), 0, 1000)


def free_to_go(side: Side, operation: Int64) -> Bool:
    """Return the members who can be sent: unbroken, not pinned down, not the last of a garrison.

    In a place on the front line the first member in the table stays behind.
    """
    return side.once(able_to_go) & (operation < 0)


def able_to_go(side: Side) -> Bool:
    """Return the members who could be sent if they belonged to no group, bool ``[R, M]``."""
    member = indices(side.standing & ~side.broken & ~side.static)
    least = 1000.0 * side.number("least_readiness").reshape(-1)
    ready = side.readiness.reshape(-1).take(member) >= least.take(member // len(side.members))
    pinned = side.enemies > NEGLIGIBLE * side.friends
    member = member[ready & ~side.at_place_of(pinned, member)]
    at_front = side.at_place_of(side.frontline, member)
    able = np.zeros(side.place.shape, dtype=np.bool_)
    able.reshape(-1)[member] = ~(at_front & (side.first_at_place(member) == member))
    return able


def launch(
    side: Side, plan: Plan, operation: Int64, scorer: Scorer, candidates: Bool, relief: Bool
) -> Int64:
    """Send idle groups after the best objective, if one is good enough; return the groups.

    A group is launched while the kind's stock is above ``stock_least``, with the daily chance
    ``attempt_per_day``. Relief (``relief[R, P]``, some of the candidates) has the daily chance
    ``reaction_per_day``, needs no stock and skips staging.
    """
    idle = (np.arange(GROUPS) < side.number("groups")) & (plan.phase == IDLE)
    if not idle.any():
        return operation
    attempt = side.stream("forces.attempt", np.arange(GROUPS, dtype=np.uint64))
    stocked = plan.stock[:, None] >= 1000.0 * side.number("stock_least")
    attacking = idle & stocked & (attempt < side.number("attempt_per_day"))
    relieving = idle & (attempt < side.number("reaction_per_day"))
    if not (attacking | relieving).any():
        return operation
    free = side.once(able_to_go) & (operation < 0)
    operation = operation.copy()
    # What another group is after already is left to it.
    taken = np.zeros((len(candidates), side.theatre.P + 1), dtype=np.bool_)
    np.put_along_axis(taken, plan.target, True, axis=1)  # -1 writes the spare column
    attacks, reliefs = candidates & ~relief & ~taken[:, :-1], relief & ~taken[:, :-1]
    attacking &= attacks.any(axis=1, keepdims=True)
    relieving &= reliefs.any(axis=1, keepdims=True)
    waiting = attacking | relieving
    # One group of each replicate at a time, the first of those who wait: no more rounds than the
    # most who look for an objective in one replicate.
    while len(rows := _with_free_members(waiting, free)):
        group = waiting[rows].argmax(axis=1)
        waiting[rows, group] = False
        open_ = np.zeros_like(candidates)
        open_[rows] = attacks[rows] & attacking[rows, group, None]
        open_[rows] |= reliefs[rows] & relieving[rows, group, None]
        scores = scorer(rows, free, open_)
        target = scores.argmax(axis=1)
        best = scores[np.arange(len(rows)), target]
        least = side.number_at("least_score", rows)
        good = indices((best > NOT_AN_OBJECTIVE) & (best >= least))
        if len(good):
            rows, target, group = rows[good], target[good], group[good]
            _send(side, plan, operation, group, rows, target, free, relief)
            attacks[rows, target] = reliefs[rows, target] = False
    return operation


def _with_free_members(waiting: Bool, free: Bool) -> Int64:
    """Return the replicates where a group waits and a member is free; int64 ``[n]``."""
    rows = np.flatnonzero(waiting.any(axis=1))
    found: Int64 = rows[free[rows].any(axis=1)]
    return found


def _send(
    side: Side,
    plan: Plan,
    operation: Int64,
    group: Int64,
    rows: Int64,
    target: Int64,
    free: Bool,
    relief: Bool,
) -> None:
    """Give a group of each row its objective and the nearest members who are strong enough.

    Changes the plan, the members' ``operation[R, M]`` and who is ``free[R, M]``.
    """
    number, member = rows_and_columns(indices(free[rows]), len(side.members))
    row = rows[number]
    road_m = side.road_m[row, side.place[row, member], target[number]]
    near = indices(road_m < np.minimum(1000.0 * side.number_at("reach_km", row), INFINITE_M))
    order = near[np.lexsort((road_m[near], number[near]))]
    number, row, member = number[order], row[order], member[order]
    first = number.searchsorted(np.arange(len(rows)))  # each row has someone within reach
    fighters = side.strength[row, member]
    before = fighters.cumsum() - fighters
    before -= before[first][number]
    wanted = np.maximum(
        side.number_at("force_ratio", rows) * side.enemies[rows, target],
        side.number_at("least_group_fighters", rows),
    )
    chosen = indices(before < wanted[number])
    operation[row[chosen], member[chosen]] = group[number[chosen]]
    free[row[chosen], member[chosen]] = False
    is_relief = relief[rows, target]
    plan.target[rows, group] = target
    plan.relief[rows, group] = is_relief
    plan.phase[rows, group] = np.where(is_relief, ASSAULT, STAGING)
    plan.since[rows, group] = side.day
    plan.fighters[rows, group] = np.bincount(number[chosen], fighters[chosen], len(rows))
    nearest = side.place[rows, member[first]]
    plan.staging[rows, group] = _place_of_assembly(side, rows, target, nearest)


def _place_of_assembly(side: Side, rows: Int64, target: Int64, nearest: Int64) -> Int64:
    """Return the neighbour of the target nearest to the first unit, or else that unit's place.

    No enemy may hold the neighbour or stand in it.
    """
    neighbour = side.theatre.neighbour[target]
    safe = ~side.hostile[rows[:, None], neighbour] & (neighbour >= 0)
    safe &= side.enemies[rows[:, None], neighbour] == 0
    if side.given_up is not None:
        safe &= ~side.given_up[rows[:, None], neighbour]
    road_m = side.road_m[rows[:, None], nearest[:, None], neighbour]
    length = np.where(safe, road_m, INFINITE_M)
    slot = length.argmin(axis=1)
    found = pick(length, slot[:, None])[:, 0] < INFINITE_M
    picked = pick(neighbour, slot[:, None])[:, 0]
    return np.where(found, picked, nearest)


def carry_out(side: Side, plan: Plan, operation: Int64, orders: Orders) -> Orders:
    """Turn the groups' phases into the orders of their members."""
    member = indices(operation >= 0)
    if len(member) == 0:
        return replace(orders, operation=operation, plan=plan)
    group = _group_of(operation, member)
    phase = plan.phase.reshape(-1).take(group)
    # A member whom the enemy has caught on the way fights where it is.
    caught = side.foes_here.reshape(-1).take(member) > 0
    assembling = indices((phase == STAGING) & ~caught)
    staging = plan.staging.reshape(-1).take(group[assembling])
    orders = orders.but_at(member[assembling], destination=staging)
    attacking = indices(phase == ASSAULT)
    target = plan.target.reshape(-1).take(group[attacking])
    orders = orders.but_at(member[attacking], destination=target, posture=ATTACK)
    return replace(orders, operation=operation, plan=plan)
