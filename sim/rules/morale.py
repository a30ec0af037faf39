"""Units break by a hazard, then retreat, give up or slip away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import capture_wounded, remove_fighters
from sim.rules.terror import fear_of_enemies, feared_by_place
from sim.state.binomial import binomial
from sim.state.elementary import exp, power
from sim.state.faction_bits import (
    Bits,
    allied_bits,
    any_beside_bits,
    as_bits,
    hostile_bits,
    meets,
    of_controller,
    sum_of,
)
from sim.state.picking import indices, row_and_column
from sim.state.presence import hostile, strength_by_place
from sim.state.setting import Setting
from sim.state.state import BREAK_OUT, FULL, WITHDRAW, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

FLANK_MEMORY_DAYS = 3  # estimate, 1 to 7: a neighbouring place lost this recently is a lost flank


@dataclass(frozen=True)
class _Around:
    """What surrounds each faction in each place.

    ``strength`` is by place, float64 ``[R, F, P]``, and ``enemies`` bool of that shape: whether
    some stand in the place; ``feared`` is strength times terror, None where nobody is feared. All
    else is bits of factions, ``[R, P]``: those whose friends hold the place, who have lost a flank
    there, have friends beside it, could flee into it, and have a place beside it to flee into.
    """

    strength: Float64
    enemies: Bool
    held_by_friend: Bits
    flank_lost: Bits
    reserve: Bits
    safe: Bits
    refuge: Bits
    feared: Float64 | None


@dataclass(frozen=True)
class _Units:
    """Some units: flat index, replicate row, number, faction and place, int64 ``[n]``."""

    unit: Int64
    row: Int64
    number: Int64
    faction: Int64
    place: Int64

    @classmethod
    def of(cls, unit: Int64, state: State, setting: Setting) -> _Units:
        row, number = row_and_column(unit, state.strength.shape[1])
        faction = setting.roster.faction.take(number)
        return cls(unit, row, number, faction, state.place.reshape(-1).take(unit))

    def have(self, bits: Bits) -> Bool:
        """Return whether the units' factions are among ``bits[R, P]`` of their places."""
        there = bits.reshape(-1).take(self.row * bits.shape[1] + self.place)
        return (there & self.bit(bits)) != 0

    def bit(self, bits: Bits) -> Bits:
        """Return the bit of each unit's faction, of the type of ``bits``."""
        return np.left_shift(1, self.faction, dtype=bits.dtype, casting="unsafe")


def break_units(state: State, setting: Setting) -> None:
    """Let engaged units break, and units that are cut off slip away.

    A unit that shares its place with the enemy breaks with probability ``1 - exp(-h)`` a day,

        h = break_hazard_per_day * (w_base + sum of w_i * x_i) * (E / N)^g * s * (1 + T)

    where x_i says: a flank was lost (a neighbouring place fell in the last days), no friendly
    neighbour is left (surrounded), bombs surprised it, a leader fell, it has no supply, no
    reserve stands beside it, and how far it is depleted (share of its peak strength lost).
    Weights are the parameters ``morale.weight_*``; McQuie (1987) counted such reasons for giving
    up in 52 battles of 1941 to 1982: manoeuvre in 64 percent of them, casualties in 10. E / N are
    enemies over friends in the place, g is ``morale.odds_exponent``: with two sides that break at
    such rates the logit of winning rises by 2 g with the logarithm of the force ratio. s is
    ``morale.stronghold_factor`` for those who hold a stronghold, else 1. T is the mean terror of
    the enemies in the place (:mod:`sim.rules.terror`).

    A unit in contact that is smaller than ``dissolves_below_fighters`` scatters: its fighters leave
    the theatre, and may come back later through a reinforcement stream of their kind; its wounded
    are left behind and captured.

    A broken unit retreats to the nearest neighbouring place of its own side where no enemy
    stands. One that has no such place gives up, a share ``captured_when_cornered`` of it, and the
    rest fights on.
    """
    around = _look_around(state, setting)
    in_contact = around.enemies.reshape(-1).take(setting.first_cell_of_unit + state.place)
    _scatter(state, setting, in_contact)
    units = _Units.of(indices(state.standing & in_contact), state, setting)
    hazard = _hazard(state, setting, around, units)
    ids = setting.roster.ids.take(units.number)
    uniform = setting.streams.uniform_at("morale.break", state.day, units.row, ids)
    broken = units.unit[uniform < 1.0 - exp(-hazard)]
    _retreat_or_give_up(state, setting, broken, around)
    _slip_out(state, setting, around)


def _look_around(state: State, setting: Setting) -> _Around:
    strength = strength_by_place(state, setting)
    present = as_bits(strength > 0)
    against, with_us = hostile_bits(state), allied_bits(state)
    enemies = meets(present, against)
    recent = (state.day - state.changed_day) <= FLANK_MEMORY_DAYS
    fallen = of_controller(state, against) * recent
    held_by_friend = of_controller(state, with_us)
    safe = held_by_friend & ~as_bits(enemies)
    friends_beside = meets(any_beside_bits(present, setting.beside_near), with_us)
    return _Around(
        strength=strength,
        enemies=enemies,
        held_by_friend=held_by_friend,
        flank_lost=any_beside_bits(fallen, setting.beside_near),
        reserve=as_bits(friends_beside),
        safe=safe,
        refuge=any_beside_bits(safe, setting.beside),
        feared=feared_by_place(state, setting),
    )


def _hazard(state: State, setting: Setting, around: _Around, units: _Units) -> Float64:
    unit, row, place = units.unit, units.row, units.place
    strength, peak = state.strength.reshape(-1).take(unit), state.peak.reshape(-1).take(unit)
    where = row, units.faction, place
    enemies = sum_of(around.strength, hostile(state), *where)
    friends = sum_of(around.strength, state.stance > 0, *where)
    reasons = {
        "flank_lost": units.have(around.flank_lost),
        "surrounded": ~units.have(around.refuge),
        "surprised": state.surprised.reshape(-1).take(unit),
        "leader_lost": state.leader_lost.reshape(-1).take(unit),
        "no_supply": state.supply.reshape(-1).take(unit) == 0,
        "no_reserve": ~units.have(around.reserve),
        "depleted": 1.0 - strength / np.maximum(peak, strength),
    }
    value = setting.parameters
    total = value.of_rows("morale.weight_base", row)
    for name, holds in reasons.items():
        total += value.of_rows(f"morale.weight_{name}", row) * holds
    total *= setting.by_unit("break_hazard_per_day").reshape(-1).take(unit)
    ratio = enemies / np.maximum(friends, 1.0)
    total *= power(ratio, value.of_rows("morale.odds_exponent", row))
    at_home = indices(units.have(around.held_by_friend) & setting.theatre.stronghold.take(place))
    total[at_home] *= value.of_rows("morale.stronghold_factor", row.take(at_home))
    if around.feared is not None:
        total *= 1.0 + fear_of_enemies(state, around.feared, *where, enemies)
    return total


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
    units = _Units.of(unit, state, setting)
    neighbour = setting.theatre.neighbour[units.place]
    there = around.safe[units.row[:, None], neighbour]
    safe = ((there & units.bit(around.safe)[:, None]) != 0) & (neighbour >= 0)
    length = np.where(safe, setting.theatre.neighbour_m[units.place], np.int64(2**40))
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
    short = state.standing & (state.supply < FULL) & (state.posture != BREAK_OUT)
    unit = indices(short)
    cell = setting.first_cell_of_unit.reshape(-1).take(unit) + state.place.reshape(-1).take(unit)
    unit = unit[~state.supplied.reshape(-1).take(cell)]
    unit = unit[~_Units.of(unit, state, setting).have(around.refuge)]
    if len(unit) == 0:
        return
    row, number = row_and_column(unit, state.strength.shape[1])
    chance = setting.by_unit("slip_out_per_day").reshape(-1).take(unit)
    uniform = setting.streams.uniform_at(
        "morale.slip_out", state.day, row, setting.roster.ids.take(number)
    )
    leaving = binomial(uniform, state.strength.reshape(-1)[unit], chance)
    _depart(state, setting, unit, leaving)


def _scatter(state: State, setting: Setting, in_contact: Bool) -> None:
    least = setting.by_unit("dissolves_below_fighters")
    small = in_contact & state.active & (state.next_place < 0)
    unit = indices(small & (state.strength < least))
    if len(unit) == 0:
        return
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
