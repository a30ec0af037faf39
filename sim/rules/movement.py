"""Units march along routes at road speed and are stopped by the enemy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.elementary import exp
from sim.state.picking import indices
from sim.state.presence import barred as barred_to
from sim.state.presence import enemy_fighters, strength_by_place
from sim.state.setting import Setting
from sim.state.state import BREAK_OUT, INFILTRATE, WITHDRAW, State
from sim.theatre.roads import INFINITE_M

Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

LEGS_A_DAY = 8  # estimate: more turnings than that are not found in a day's march


def march(state: State, setting: Setting) -> None:
    """Move every unit that has a destination by up to a day's march.

    A unit follows the shortest road whose intermediate places no hostile faction holds. It stops
    for the day where it meets hostile fighters or enters a place that a hostile faction holds.
    From a place where the enemy stands it can only withdraw, unless it slips through (see below).
    All units see where the others stood in the morning: no side gains by moving first.

    A unit that infiltrates or breaks out goes straight for its destination through places that
    the enemy holds. On each day it is detected with probability
    ``1 - exp(-enemy / infiltration_fighters)``, where the enemy are those in the place where it
    stands in the morning and in the places within contact reach of it; detected, it stops where
    it meets them, as others do.
    """
    unit = indices(
        ((state.destination != state.place) | (state.next_place >= 0))
        & (state.active & (state.strength > 0))
    )
    if len(unit) == 0:
        return
    enemies = enemy_fighters(strength_by_place(state, setting), state)
    barred = barred_to(state)
    posture = state.posture.take(unit)
    leaving = (posture == WITHDRAW) | (posture == INFILTRATE) | (posture == BREAK_OUT)
    met = enemies.take(_cell(state, setting, unit)) > 0
    unit = unit[~met | (state.next_place.take(unit) >= 0) | leaving]
    replicate, number = np.divmod(unit, setting.roster.kind.size)
    by_kind = setting.parameters.by_kind("march_km_per_day")
    budget_m = np.rint(1000 * by_kind[replicate, setting.roster.kind[number]]).astype(np.int64)
    detected = _detected(state, setting, unit, enemies)
    for _ in range(LEGS_A_DAY):
        if len(unit) == 0:
            break
        budget_m = _one_leg(state, setting, unit, budget_m, barred)
        stopped = _stops_here(state, setting, unit, enemies, barred, detected)
        arrived = state.next_place.take(unit) < 0
        done = arrived & (stopped | (state.place.take(unit) == state.destination.take(unit)))
        going = indices(~done & (budget_m > 0))
        unit, budget_m, detected = unit[going], budget_m[going], detected[going]


def _one_leg(state: State, setting: Setting, unit: Int64, budget_m: Int64, barred: Bool) -> Int64:
    """March to the next place or as far as the day's budget goes; return what is left of it."""
    choose = indices(state.next_place.take(unit) < 0)
    slot = _next_slot(state, setting, unit[choose], barred)
    found = indices(slot >= 0)
    chosen, slot = unit[choose[found]], slot[found]
    place = state.place.take(chosen)
    state.next_place.reshape(-1)[chosen] = setting.theatre.neighbour[place, slot]
    state.road_left_m.reshape(-1)[chosen] = setting.route_cost_m[place, slot]

    on_road = state.next_place.take(unit) >= 0
    left_m = state.road_left_m.take(unit)
    walked_m = np.where(on_road, np.minimum(budget_m, left_m), 0)
    state.road_left_m.reshape(-1)[unit] = left_m - walked_m
    there = unit[on_road & (left_m == walked_m)]
    state.place.reshape(-1)[there] = state.next_place.take(there)
    state.next_place.reshape(-1)[there] = -1
    return np.where(on_road, budget_m - walked_m, 0)


def _next_slot(state: State, setting: Setting, unit: Int64, barred: Bool) -> Int64:
    """Choose the road out of the place where each unit stands, int64 ``[n]``; -1 for none.

    The neighbour with the shortest way to the destination; the first in table order of equals.
    """
    theatre = setting.theatre
    place, goal = state.place.take(unit), state.destination.take(unit)
    neighbour = theatre.neighbour[place]
    first_cell = setting.first_cell_of_unit.take(unit)
    # Roads are as long one way as the other: those from the goal lie side by side in memory.
    length = state.road_m.take(((first_cell + goal) * theatre.P)[:, None] + neighbour)
    blocked = barred.take(first_cell[:, None] + neighbour) & (neighbour != goal[:, None])
    np.putmask(length, blocked, INFINITE_M)
    slipping = indices(_slipping(state, unit))
    if len(slipping):
        freely = theatre.free_road_m[goal[slipping, None], neighbour[slipping]]
        length[slipping] = np.minimum(freely, INFINITE_M)
    # Beyond the last neighbour a road is infinite.
    length += setting.derived(_roads_out_m).take(place, axis=0)
    slot = length.argmin(axis=1)
    # Roads that lead nowhere are longer than any road there is.
    return np.where((length.min(axis=1) < INFINITE_M) & (goal != place), slot, -1)


def _roads_out_m(setting: Setting) -> NDArray[np.int32]:
    return setting.theatre.neighbour_m.astype(np.int32)


def _slipping(state: State, unit: Int64) -> Bool:
    posture = state.posture.take(unit)
    return (posture == INFILTRATE) | (posture == BREAK_OUT)


def _cell(state: State, setting: Setting, unit: Int64) -> Int64:
    """Return each unit's own faction and place as a flat index of an array ``[R, F, P]``."""
    return setting.first_cell_of_unit.take(unit) + state.place.take(unit)


def _stops_here(
    state: State, setting: Setting, unit: Int64, enemies: NDArray, barred: Bool, detected: Bool
) -> Bool:
    cell = _cell(state, setting, unit)
    unhindered = _slipping(state, unit) & ~detected
    return ~unhindered & ((enemies.take(cell) > 0) | barred.take(cell))


def _detected(state: State, setting: Setting, unit: Int64, enemies: NDArray) -> Bool:
    """Draw which slipping units are seen today, by the enemy's numbers next to them."""
    seen = np.zeros(len(unit), dtype=np.bool_)
    slipping = indices(_slipping(state, unit))
    if len(slipping) == 0:
        return seen
    row, column = np.divmod(unit[slipping], setting.roster.kind.size)
    place = state.place.reshape(-1)[unit[slipping]]
    faction = setting.roster.faction[column]
    here = enemies[row, faction, place]
    for slot in range(setting.theatre.neighbour.shape[1]):
        beside = setting.theatre.neighbour[place, slot]
        here = here + np.where(setting.near[place, slot], enemies[row, faction, beside], 0.0)
    tolerated = setting.parameters.by_kind("infiltration_fighters")[
        row, setting.roster.kind[column]
    ]
    chance = 1.0 - exp(-here / tolerated)
    uniform = setting.streams.uniform_at(
        "movement.detected", state.day, row, setting.roster.ids[column]
    )
    seen[slipping] = uniform < chance
    return seen
