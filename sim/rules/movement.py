"""Units march along routes at road speed and are stopped by the enemy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.elementary import exp
from sim.state.picking import indices, pick
from sim.state.presence import enemies_by_place, held_by_enemy, strength_by_place
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
    enemies = enemies_by_place(strength_by_place(state, setting), state)
    barred = held_by_enemy(state)
    moving = state.active & (state.strength > 0)
    moving &= (state.destination != state.place) | (state.next_place >= 0)
    pinned = _met(state, setting, enemies) & (state.next_place < 0)
    leaving = (state.posture == WITHDRAW) | (state.posture == INFILTRATE)
    moving &= ~pinned | leaving | (state.posture == BREAK_OUT)
    unit = indices(moving)
    kind = setting.roster.kind[unit % setting.roster.kind.size]
    replicate = unit // setting.roster.kind.size
    march_km = setting.parameters.by_kind("march_km_per_day")[replicate, kind]
    budget_m = np.rint(1000 * march_km).astype(np.int64)
    detected = _detected(state, setting, unit, enemies)
    for _ in range(LEGS_A_DAY):
        if len(unit) == 0:
            break
        budget_m = _one_leg(state, setting, unit, budget_m, barred)
        stopped = _stops_here(state, setting, unit, enemies, barred, detected)
        arrived = state.next_place.reshape(-1)[unit] < 0
        done = arrived & (
            stopped | (state.place.reshape(-1)[unit] == state.destination.reshape(-1)[unit])
        )
        going = indices(~done & (budget_m > 0))
        unit, budget_m, detected = unit[going], budget_m[going], detected[going]


def _one_leg(state: State, setting: Setting, unit: Int64, budget_m: Int64, barred: Bool) -> Int64:
    """March to the next place or as far as the day's budget goes; return what is left of it."""
    choose = indices(state.next_place.reshape(-1)[unit] < 0)
    slot = _next_slot(state, setting, unit[choose], barred)
    found = indices(slot >= 0)
    chosen, slot = unit[choose[found]], slot[found]
    place = state.place.reshape(-1)[chosen]
    state.next_place.reshape(-1)[chosen] = setting.theatre.neighbour[place, slot]
    state.road_left_m.reshape(-1)[chosen] = setting.route_cost_m[place, slot]

    on_road = state.next_place.reshape(-1)[unit] >= 0
    left_m = state.road_left_m.reshape(-1)[unit]
    walked_m = np.where(on_road, np.minimum(budget_m, left_m), 0)
    state.road_left_m.reshape(-1)[unit] = left_m - walked_m
    there = unit[on_road & (left_m == walked_m)]
    state.place.reshape(-1)[there] = state.next_place.reshape(-1)[there]
    state.next_place.reshape(-1)[there] = -1
    return np.where(on_road, budget_m - walked_m, 0)


def _next_slot(state: State, setting: Setting, unit: Int64, barred: Bool) -> Int64:
    """Choose the road out of the place where each unit stands, int64 ``[n]``; -1 for none.

    The neighbour with the shortest way to the destination; the first in table order of equals.
    """
    theatre = setting.theatre
    replicate, number = np.divmod(unit, setting.roster.kind.size)
    faction = setting.roster.faction[number]
    place = state.place.reshape(-1)[unit]
    goal = state.destination.reshape(-1)[unit]
    slipping = _slipping(state, unit)
    neighbour = theatre.neighbour[place]
    onward = state.road_m[replicate[:, None], faction[:, None], neighbour, goal[:, None]]
    freely = theatre.free_road_m[neighbour, goal[:, None]]
    blocked = barred[replicate[:, None], faction[:, None], neighbour]
    blocked &= (neighbour != goal[:, None]) & ~slipping[:, None]
    length = theatre.neighbour_m[place] + np.where(slipping[:, None], freely, onward)
    length = np.where(blocked | (neighbour < 0), np.int64(2**40), length)
    slot = length.argmin(axis=1)
    # Roads that lead nowhere are longer than any road there is.
    shortest = pick(length, slot[:, None])[:, 0]
    return np.where((shortest < INFINITE_M) & (goal != place), slot, -1)


def _slipping(state: State, unit: Int64) -> Bool:
    posture = state.posture.reshape(-1)[unit]
    return (posture == INFILTRATE) | (posture == BREAK_OUT)


def _met(state: State, setting: Setting, enemies: NDArray) -> Bool:
    row = np.arange(enemies.shape[0])[:, None]
    return enemies[row, setting.roster.faction[None, :], state.place] > 0


def _stops_here(
    state: State, setting: Setting, unit: Int64, enemies: NDArray, barred: Bool, detected: Bool
) -> Bool:
    replicate, number = np.divmod(unit, setting.roster.kind.size)
    where = (replicate, setting.roster.faction[number], state.place.reshape(-1)[unit])
    slipping = _slipping(state, unit)
    met = enemies[where] > 0
    return np.where(slipping & ~detected, False, met | barred[where])


def _detected(state: State, setting: Setting, unit: Int64, enemies: NDArray) -> Bool:
    """Draw which slipping units are seen today, by the enemy's numbers next to them."""
    replicate, number = np.divmod(unit, setting.roster.kind.size)
    seen = np.zeros(len(unit), dtype=np.bool_)
    slipping = indices(_slipping(state, unit))
    if len(slipping) == 0:
        return seen
    row, column = replicate[slipping], number[slipping]
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
