"""Engagements: hostile factions in one place, and exchanges of fire along the contact line."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import inflict
from sim.rules.kernel import (
    combined_noise,
    fire_received,
    loss_probability,
    loss_rate_per_day,
    unit_losses,
)
from sim.state.elementary import normal_quantile
from sim.state.picking import indices
from sim.state.presence import (
    any_beside,
    enemies_by_place,
    held_by_enemy,
    hostile,
    strength_by_place,
    sum_by_place,
)
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import FULL, NEVER, State
from sim.theatre.terms import TERRAINS

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

# Luck is keyed by the role in an engagement, not by the faction that has it.
_ROLES = np.array([stable_id("role", "defender"), stable_id("role", "attacker")], dtype=np.uint64)


def fight(state: State, setting: Setting) -> None:
    """Let hostile factions in one place, and in places within contact reach, inflict losses.

    Inside a place the general Lanchester law of :mod:`sim.rules.kernel` holds. The side that
    holds the place, and all who are not hostile to its holder, defend; the others attack; each
    has its own attrition constant. Cover lowers the defenders' losses by terrain and in
    strongholds. Only fighters within the place's frontage fire and are exposed.

    Along the contact line, fighters who are not engaged in their own place exchange fire with
    hostile fighters in places within ``combat.contact_reach_km`` by street, at ``contact_line``
    times the rate; whoever holds the place, they lose as defenders do, under cover.
    """
    strength = strength_by_place(state, setting)
    effective = _effective_by_place(state, setting)
    own, fire = _fire(strength, effective, hostile(state))
    inside = fire > 0
    sides = _sides(strength, state, setting)
    own = np.where(inside, own, sides)
    state.engaged |= inside.any(axis=1)
    _mark_engagements(state)
    limit = setting.theatre.frontage_fighters
    enemies = enemies_by_place(strength, state)
    along = _fire_from_beside(state, setting, effective, sides) * ((strength > 0) & ~inside)
    fire = np.where(inside, fire * _within(enemies, limit), along)
    cell = indices(fire > 0)
    chance = np.zeros(fire.shape)
    chance.reshape(-1)[cell] = _chance_of_loss(state, setting, cell, own, fire, inside)
    _draw_losses(state, setting, chance)


def _fire(strength: Float64, effective: Float64, against: Bool) -> tuple[Float64, Float64]:
    """Call the kernel, whose last axis is the faction; arrays here are ``[R, F, P]``."""
    own, fire = fire_received(_swapped(strength), _swapped(effective), against)
    return _swapped(own), _swapped(fire)


def _sides(strength: Float64, state: State, setting: Setting) -> Float64:
    """Fighters of each faction and of its co-belligerents along the contact line, ``[R, F, P]``.

    Co-belligerents in a place are factions that are not hostile to each other and have an enemy in
    common within contact reach of it: as inside a place, two of them do not meet more fire from
    beside than one as strong would.
    """
    against = hostile(state)
    beside = any_beside(strength > 0, setting.beside_near)
    side = strength.copy()
    for one, other in permutations(range(strength.shape[1]), 2):
        common = against[:, one] & against[:, other]
        if common.any():
            facing = (common[:, :, None] & beside).any(axis=1)
            together = facing & ~against[:, one, other, None]
            side[:, one] += strength[:, other] * together
    return side


def _swapped(values: Float64) -> Float64:
    return np.ascontiguousarray(values.transpose(0, 2, 1))


def _effective_by_place(state: State, setting: Setting) -> Float64:
    """Strength times quality, readiness and supply, in thousandths of a fighter kept whole."""
    kind = setting.roster.kind
    quality = setting.parameters.by_kind("quality")[:, kind]
    unsupplied = setting.parameters.by_kind("effect_without_supply")[:, kind]
    supply = unsupplied + (1.0 - unsupplied) * (state.supply / FULL)
    suppressed = _suppression(state, setting)
    worth = state.strength * quality * (state.readiness / FULL) * supply * suppressed
    return sum_by_place(state, setting, np.rint(1000 * worth), state.standing) / 1000.0


def _suppression(state: State, setting: Setting) -> Float64:
    """Share of its fire that each unit keeps under the air strikes of the day, ``[R, U]``."""
    share = setting.parameters.column("air.suppression_per_strike")
    kept: Float64 = np.ones(state.tally["air_strikes"].shape)
    against = hostile(state)
    for faction in range(kept.shape[1]):
        strikes = state.tally["air_strikes"][:, None, faction] * against[:, :, faction, None]
        kept -= strikes * share[:, :, None]
    kept = np.maximum(kept, setting.parameters.column("air.suppression_floor")[:, :, None])
    row = np.arange(kept.shape[0])[:, None]
    return kept[row, setting.roster.faction[None, :], state.place]


def _within(fighters: Float64, limit: Float64) -> Float64:
    """Return the share of fighters that a place's frontage has room for."""
    return np.minimum(1.0, limit / np.maximum(fighters, 1.0))


def _mark_engagements(state: State) -> None:
    began = state.engaged & (state.engaged_since == NEVER)
    state.engaged_since = np.where(
        state.engaged, np.where(began, state.day, state.engaged_since), NEVER
    )


def _fire_from_beside(
    state: State, setting: Setting, effective: Float64, sides: Float64
) -> Float64:
    """Effective strength of enemies in places within contact reach, ``[R, F, P]``."""
    theatre = setting.theatre
    limited = effective * _within(sides, theatre.frontage_fighters)
    enemies = enemies_by_place(limited, state)
    total = np.zeros_like(enemies)
    for slot in range(theatre.neighbour.shape[1]):
        near = setting.near[:, slot]
        total[:, :, near] += enemies[:, :, theatre.neighbour[near, slot]]
    return total


def _chance_of_loss(
    state: State, setting: Setting, cell: Int64, own: Float64, fire: Float64, inside: Bool
) -> Float64:
    """Return the chance that a fighter is lost today, for flat ``(r, f, p)`` cells."""
    factions, places = own.shape[1:]
    row, place = cell // (factions * places), cell % places
    value = setting.parameters
    attacks = held_by_enemy(state).reshape(-1)[cell]
    within = inside.reshape(-1)[cell]
    side = own.reshape(-1)[cell]
    limit = setting.theatre.frontage_fighters[place]
    attrition = np.where(
        attacks & within,
        value.column("combat.attrition_of_attackers_per_day")[row, 0],
        value.column("combat.attrition_of_defenders_per_day")[row, 0],
    )
    line = np.where(within, 1.0, value.column("combat.contact_line")[row, 0])
    reference = value.column("combat.reference_strength")[row, 0]
    cover = np.where(attacks & within, 1.0, _cover(setting)[row, place])
    rate = loss_rate_per_day(
        np.minimum(side, limit) / reference,
        fire.reshape(-1)[cell] / reference,
        attrition,
        value.column("combat.own_exponent")[row, 0],
        value.column("combat.enemy_exponent")[row, 0],
        1.0,  # strengths are in units of each replicate's own reference
        posture=line,
        terrain=cover,
        noise=_noise(state, setting, row, place, attacks.astype(np.int64)),
    )
    return loss_probability(rate, 1.0) * _within(side, limit)


def _cover(setting: Setting) -> Float64:
    """Multiplier of the losses of defenders by place, ``[R, P]``."""
    value = setting.parameters
    by_terrain = np.concatenate([value.column(f"combat.cover_{name}") for name in TERRAINS], axis=1)
    cover = by_terrain[:, setting.theatre.terrain]
    stronghold = value.column("combat.cover_stronghold")
    return np.where(setting.theatre.stronghold, cover * stronghold, cover)


def _noise(state: State, setting: Setting, row: Int64, place: Int64, role: Int64) -> Float64:
    since = state.engaged_since[row, place]
    began = np.where(since == NEVER, state.day, since)
    ids = setting.place_ids[place] ^ _ROLES[role]
    streams, value = setting.streams, setting.parameters
    # Noise that persists is drawn for the day on which the engagement began.
    persistent = streams.uniform_on_at("combat.engagement", began, row, ids)
    daily = streams.uniform_at("combat.day", state.day, row, ids)
    city = streams.uniform_at("combat.city", state.day, row, setting.city_ids[place] ^ _ROLES[role])
    return combined_noise(
        normal_quantile(persistent),
        normal_quantile(daily),
        normal_quantile(city),
        value.column("combat.sigma_engagement")[row, 0],
        value.column("combat.sigma_day")[row, 0],
        value.column("combat.sigma_city")[row, 0],
    )


def _draw_losses(state: State, setting: Setting, chance: Float64) -> None:
    row = np.arange(chance.shape[0])[:, None]
    by_unit = chance[row, setting.roster.faction[None, :], state.place] * state.standing
    unit = indices(by_unit > 0)
    replicate, number = np.divmod(unit, by_unit.shape[1])
    uniform = setting.streams.uniform_at(
        "combat.losses", state.day, replicate, setting.roster.ids[number]
    )
    losses = unit_losses(uniform, state.strength.reshape(-1)[unit], by_unit.reshape(-1)[unit])
    share = setting.parameters.column("combat.killed_share")[replicate, 0]
    inflict(state, setting, unit, losses, share, "combat")
