"""Units break by a hazard, then retreat, give up or slip away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import capture_wounded, remove_fighters
from sim.state.binomial import binomial
from sim.state.elementary import exp, power
from sim.state.picking import indices
from sim.state.presence import (
    any_beside,
    at_place_of_faction_unit,
    enemies_by_place,
    friends_by_place,
    held_by_enemy,
    held_by_friend,
    strength_by_place,
)
from sim.state.setting import Setting
from sim.state.state import BREAK_OUT, FULL, WITHDRAW, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

FLANK_MEMORY_DAYS = 3  # estimate, 1 to 7: a neighbouring place lost this recently is a lost flank


@dataclass(frozen=True)
class _Around:
    """What surrounds each faction in each place; bool arrays of shape ``[R, F, P]``."""

    enemies: Float64
    friends: Float64
    flank_lost: Bool
    reserve: Bool
    refuge: Bool


def break_units(state: State, setting: Setting) -> None:
    """Let engaged units break, and units that are cut off slip away.

    A unit that shares its place with the enemy breaks with probability ``1 - exp(-h)`` a day,

        h = break_hazard_per_day * (w_base + sum of w_i * x_i) * (E / N)^g * stronghold factor

    where x_i says: a flank was lost (a neighbouring place fell in the last days), no friendly
    neighbour is left (surrounded), bombs surprised it, a leader fell, it has no supply, no
    reserve stands beside it, and how far it is depleted (share of its peak strength lost).
    Weights are the parameters ``morale.weight_*``; McQuie (1987) counted such reasons for giving
    up in 52 battles of 1941 to 1982: manoeuvre in 64 percent of them, casualties in 10. E / N are
    enemies over friends in the place, g is ``morale.odds_exponent``: with two sides that break at
    such rates the logit of winning rises by 2 g with the logarithm of the force ratio.

    A unit in contact that is smaller than ``dissolves_below_fighters`` scatters: its fighters leave
    the theatre, and may come back later through a reinforcement stream of their kind; its wounded
    are left behind and captured.

    A broken unit retreats to the nearest neighbouring place of its own side where no enemy
    stands. One that has no such place gives up, a share ``captured_when_cornered`` of it, and the
    rest fights on.
    """
    around = _look_around(state, setting)
    _scatter(state, setting, around)
    unit = indices(state.standing & (at_place_of_faction_unit(around.enemies, state, setting) > 0))
    row, number = np.divmod(unit, state.strength.shape[1])
    hazard = _hazard(state, setting, around, unit)
    uniform = setting.streams.uniform_at("morale.break", state.day, row, setting.roster.ids[number])
    broken = unit[uniform < 1.0 - exp(-hazard)]
    _retreat_or_give_up(state, setting, broken, around)
    _slip_out(state, setting, around)


def _look_around(state: State, setting: Setting) -> _Around:
    strength = strength_by_place(state, setting)
    enemies = enemies_by_place(strength, state)
    friends = friends_by_place(strength, state)
    theirs = held_by_enemy(state)
    fallen = theirs & ((state.day - state.changed_day) <= FLANK_MEMORY_DAYS)[:, None]
    safe = held_by_friend(state) & (enemies == 0)
    return _Around(
        enemies=enemies,
        friends=friends,
        flank_lost=any_beside(fallen, setting.beside_near),
        reserve=any_beside(friends > 0, setting.beside_near),
        refuge=any_beside(safe, setting.beside),
    )


def _hazard(state: State, setting: Setting, around: _Around, unit: Int64) -> Float64:
    row, number = np.divmod(unit, state.strength.shape[1])
    faction, place = setting.roster.faction[number], state.place.reshape(-1)[unit]
    where = (row, faction, place)
    strength, peak = state.strength.reshape(-1)[unit], state.peak.reshape(-1)[unit]
    ratio = around.enemies[where] / np.maximum(around.friends[where], 1.0)
    reasons = {
        "flank_lost": around.flank_lost[where],
        "surrounded": ~around.refuge[where],
        "surprised": state.surprised.reshape(-1)[unit],
        "leader_lost": state.leader_lost.reshape(-1)[unit],
        "no_supply": state.supply.reshape(-1)[unit] == 0,
        "no_reserve": ~around.reserve[where],
        "depleted": 1.0 - strength / np.maximum(peak, strength),
    }
    total = setting.parameters.column("morale.weight_base")[row, 0].copy()
    for name, value in reasons.items():
        total += setting.parameters.column(f"morale.weight_{name}")[row, 0] * value
    kind = setting.roster.kind[number]
    total *= setting.parameters.by_kind("break_hazard_per_day")[row, kind]
    total *= power(ratio, setting.parameters.column("morale.odds_exponent")[row, 0])
    at_home = held_by_friend(state)[where] & setting.theatre.stronghold[place]
    steady = setting.parameters.column("morale.stronghold_factor")[row, 0]
    return total * np.where(at_home, steady, 1.0)


def _retreat_or_give_up(state: State, setting: Setting, broken: Int64, around: _Around) -> None:
    if len(broken) == 0:
        return
    row, number = np.divmod(broken, state.strength.shape[1])
    kind = setting.roster.kind[number]
    slot = _refuge_slot(state, setting, broken, around)
    flees = slot >= 0
    _send_away(state, setting, broken[flees], slot[flees])
    rest = setting.parameters.by_kind("recovery_from_break_days")[row, kind]
    state.broken_until.reshape(-1)[broken] = state.day + np.rint(rest).astype(np.int64)
    state.operation.reshape(-1)[broken] = -1
    half = state.readiness.reshape(-1)[broken] // 2
    state.readiness.reshape(-1)[broken] = half
    _give_up(state, setting, broken[~flees])


def _refuge_slot(state: State, setting: Setting, unit: Int64, around: _Around) -> Int64:
    """Return the road to the nearest safe neighbour, int64 ``[n]``, -1 for none."""
    row, number = np.divmod(unit, state.strength.shape[1])
    faction, place = setting.roster.faction[number], state.place.reshape(-1)[unit]
    neighbour = setting.theatre.neighbour[place]
    where = (row[:, None], faction[:, None], neighbour)
    safe = held_by_friend(state)[where] & (around.enemies[where] == 0) & (neighbour >= 0)
    length = np.where(safe, setting.theatre.neighbour_m[place], np.int64(2**40))
    slot = length.argmin(axis=1)
    return np.where(safe.any(axis=1), slot, -1)


def _send_away(state: State, setting: Setting, unit: Int64, slot: Int64) -> None:
    """Put units on the road; one within a day's march of its refuge is there at once."""
    row, number = np.divmod(unit, state.strength.shape[1])
    place = state.place.reshape(-1)[unit]
    refuge = setting.theatre.neighbour[place, slot]
    cost_m = setting.route_cost_m[place, slot]
    kind = setting.roster.kind[number]
    march_m = 1000 * setting.parameters.by_kind("march_km_per_day")[row, kind]
    there = cost_m <= march_m
    state.place.reshape(-1)[unit] = np.where(there, refuge, place)
    state.next_place.reshape(-1)[unit] = np.where(there, -1, refuge)
    state.road_left_m.reshape(-1)[unit] = np.where(there, 0, cost_m)
    state.destination.reshape(-1)[unit] = refuge
    state.posture.reshape(-1)[unit] = WITHDRAW


def _give_up(state: State, setting: Setting, unit: Int64) -> None:
    if len(unit) == 0:
        return
    row, number = np.divmod(unit, state.strength.shape[1])
    share = setting.parameters.by_kind("captured_when_cornered")[row, setting.roster.kind[number]]
    uniform = setting.streams.uniform_at(
        "morale.captured", state.day, row, setting.roster.ids[number]
    )
    captured = binomial(uniform, state.strength.reshape(-1)[unit], share)
    remove_fighters(state, setting, unit, captured, "captured")


def _slip_out(state: State, setting: Setting, around: _Around) -> None:
    """Let fighters leave a place that no road supplies and no safe friendly neighbour touches.

    Only units whose stock is no longer full do so, and none that is breaking out. The fighters
    leave the theatre, each with the daily chance ``slip_out_per_day``, and may come back later
    through a reinforcement stream of their kind.
    """
    trapped = ~state.supplied & ~around.refuge
    unit = indices(
        state.standing
        & at_place_of_faction_unit(trapped, state, setting)
        & (state.posture != BREAK_OUT)
        & (state.supply < FULL)
    )
    if len(unit) == 0:
        return
    row, number = np.divmod(unit, state.strength.shape[1])
    kind = setting.roster.kind[number]
    chance = setting.parameters.by_kind("slip_out_per_day")[row, kind]
    uniform = setting.streams.uniform_at(
        "morale.slip_out", state.day, row, setting.roster.ids[number]
    )
    leaving = binomial(uniform, state.strength.reshape(-1)[unit], chance)
    _depart(state, setting, unit, leaving)


def _scatter(state: State, setting: Setting, around: _Around) -> None:
    least = setting.parameters.by_kind("dissolves_below_fighters")[:, setting.roster.kind]
    small = state.active & (state.next_place < 0) & (state.strength < least)
    unit = indices(small & (at_place_of_faction_unit(around.enemies, state, setting) > 0))
    _depart(state, setting, unit, state.strength.reshape(-1)[unit])
    capture_wounded(state, setting, unit)


def _depart(state: State, setting: Setting, unit: Int64, leaving: Int64) -> None:
    """Let fighters leave the theatre for the pool of those who are away."""
    if len(unit) == 0:
        return
    row, number = np.divmod(unit, state.strength.shape[1])
    kind = setting.roster.kind[number]
    remove_fighters(state, setting, unit, leaving, "departed")
    key = row * len(setting.kinds) + kind
    gone = np.bincount(key, weights=leaving, minlength=state.away.size)
    state.away += gone.reshape(state.away.shape).astype(np.int64)
