"""Engagements: hostile factions in one place, and exchanges of fire along the contact line."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import inflict
from sim.rules.command import fire_kept
from sim.rules.kernel import (
    combined_noise,
    fire_received,
    loss_probability,
    loss_rate_per_day,
    unit_losses,
)
from sim.state.elementary import normal_quantile
from sim.state.faction_bits import (
    Bits,
    any_beside_bits,
    as_bits,
    cells_of,
    hostile_bits,
    meets,
    sum_of,
)
from sim.state.picking import indices, row_and_column
from sim.state.presence import hostile, strength_by_place
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import FULL, NEVER, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

# Luck is keyed by the role in an engagement, not by the faction that has it.
_ROLES = np.array([stable_id("role", "defender"), stable_id("role", "attacker")], dtype=np.uint64)


@dataclass(frozen=True)
class _Sides:
    """Factions in places, one element each of shape ``[n]``.

    ``cell`` is the flat index in ``[R, F, P]``; ``own`` the strength of the side that the faction
    fights on; ``fire`` the effective strength that it meets.
    """

    cell: Int64
    row: Int64
    faction: Int64
    place: Int64
    own: Float64
    fire: Float64

    def joined(self, other: _Sides) -> _Sides:
        """Return these sides and the others."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return _Sides(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True)
class _Near:
    """Who has an enemy within contact reach.

    ``present`` and ``beside`` are the factions in a place and in those within reach, bits
    ``[R, P]``; ``against`` the enemies of each faction, bits ``[R, F]``; ``facing`` bool
    ``[R, F, P]``, where a faction stands with an enemy beside it.
    """

    present: Bits
    beside: Bits
    against: Bits
    facing: Bool


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
    near, facing_inside = _look_around(state, setting, strength > 0)
    unit = _units_in(state, setting, facing_inside | near.facing)
    effective = _effective_by_place(state, setting, unit)
    inside = _inside(state, setting, strength, effective, facing_inside)
    state.engaged.reshape(-1)[inside.row * setting.theatre.P + inside.place] = True
    _mark_engagements(state)
    along = _along_the_line(state, setting, strength, effective, near, inside)
    sides = inside.joined(along)
    chance = np.zeros(strength.size)
    chance[sides.cell] = _chance_of_loss(state, setting, sides, len(inside.cell))
    _draw_losses(state, setting, chance, unit)


def _look_around(state: State, setting: Setting, stands: Bool) -> tuple[_Near, Bool]:
    """Return who has an enemy beside it, and who has one in its own place, ``[R, F, P]``."""
    present = as_bits(stands)
    against = hostile_bits(state)
    beside = any_beside_bits(present, setting.beside_near)
    near = _Near(present, beside, against, meets(beside, against) & stands)
    return near, meets(present, against) & stands


def _units_in(state: State, setting: Setting, where: Bool) -> Int64:
    """Return the units that stand where ``where[R, F, P]`` holds for their faction, flat."""
    there = where.reshape(-1).take(setting.first_cell_of_unit + state.place)
    there &= state.standing
    return indices(there)


def _cells_of_units(state: State, setting: Setting, unit: Int64) -> Int64:
    first = setting.first_cell_of_unit.reshape(-1).take(unit)
    return first + state.place.reshape(-1).take(unit)


def _effective_by_place(state: State, setting: Setting, unit: Int64) -> Float64:
    """Strength times quality, readiness, supply and command, kept to thousandths of a fighter.

    ``[R, F, P]``, of chosen units only.
    """
    cell = _cells_of_units(state, setting, unit)
    unsupplied = setting.by_unit("effect_without_supply").reshape(-1).take(unit)
    supply = unsupplied + (1.0 - unsupplied) * (state.supply.reshape(-1).take(unit) / FULL)
    worth = setting.by_unit("quality").reshape(-1).take(unit)
    worth *= state.strength.reshape(-1).take(unit)
    worth *= state.readiness.reshape(-1).take(unit) / FULL
    worth *= supply
    under_command = fire_kept(state, setting, *row_and_column(unit, setting.roster.ids.size))
    if under_command is not None:
        worth *= under_command
    worth *= _suppression(state, setting, cell)
    worth *= 1000
    replicates, factions = state.stance.shape[:2]
    shape = (replicates, factions, setting.theatre.P)
    total = np.bincount(cell, weights=np.rint(worth), minlength=int(np.prod(shape)))
    return (total / 1000.0).reshape(shape)


def _suppression(state: State, setting: Setting, cell: Int64) -> Float64:
    """Share of its fire that a unit in each cell of ``[R, F, P]`` keeps under the day's strikes."""
    kept: Float64 = np.ones(len(cell))
    strikes = state.tally["air_strikes"]
    factions, places = strikes.shape[1:]
    floor = setting.parameters.column("air.suppression_floor").reshape(-1)
    if floor.max() > 1.0:  # nothing forbids it
        kept = np.maximum(kept, floor.take(cell // (factions * places)))
    struck = np.zeros(strikes.shape, dtype=np.bool_)
    struck |= (strikes != 0).any(axis=1, keepdims=True)
    hit = indices(struck.reshape(-1).take(cell))
    if len(hit) == 0:
        return kept
    line, place = row_and_column(cell.take(hit), places)
    row = line // factions
    share = setting.parameters.of_rows("air.suppression_per_strike", row)
    against = hostile(state).reshape(-1)
    rest: Float64 = np.ones(len(hit))
    for faction in range(factions):
        number = strikes[row, faction, place] * against.take(line * factions + faction)
        rest -= number * share
    kept[hit] = np.maximum(rest, floor.take(row))
    return kept


def _within(fighters: Float64, limit: Float64) -> Float64:
    """Return the share of fighters that a place's frontage has room for."""
    return np.minimum(1.0, limit / np.maximum(fighters, 1.0))


def _inside(
    state: State, setting: Setting, strength: Float64, effective: Float64, facing: Bool
) -> _Sides:
    """Return the sides that meet fire in their own place, among those who face an enemy there."""
    factions, places = strength.shape[1:]
    row, place = row_and_column(np.flatnonzero(facing.any(axis=1)), places)
    fighters = strength[row, :, place]  # [places met in, F]
    against = hostile(state)[row]
    # The kernel's places are ours, one in each row.
    own, fire = fire_received(fighters[:, None], effective[row, :, place][:, None], against)
    enemies = (against * fighters[:, None, :]).sum(axis=2)
    under_fire = indices(fire > 0)
    met, faction = row_and_column(under_fire, factions)
    row, place = row.take(met), place.take(met)
    room = _within(enemies.reshape(-1).take(under_fire), setting.theatre.frontage_fighters[place])
    return _Sides(
        (row * factions + faction) * places + place,
        row,
        faction,
        place,
        own.reshape(-1).take(under_fire),
        fire.reshape(-1).take(under_fire) * room,
    )


def _mark_engagements(state: State) -> None:
    began = state.engaged & (state.engaged_since == NEVER)
    state.engaged_since = np.where(
        state.engaged, np.where(began, state.day, state.engaged_since), NEVER
    )


def _along_the_line(
    state: State,
    setting: Setting,
    strength: Float64,
    effective: Float64,
    near: _Near,
    inside: _Sides,
) -> _Sides:
    """Return the sides that meet fire from beside and none in their own place."""
    cell, row, faction, place = cells_of(near.facing)
    own = _side_along_the_line(state, strength, near, row, faction, place)
    limited = np.zeros(strength.shape)
    room = _within(own, setting.theatre.frontage_fighters[place])
    limited.reshape(-1)[cell] = effective.reshape(-1).take(cell) * room
    fights = np.zeros(strength.size, dtype=np.bool_)
    fights[inside.cell] = True
    other = indices(~fights.take(cell))
    row, faction, place = row.take(other), faction.take(other), place.take(other)
    fire = _fire_from_beside(state, setting, limited, near, row, faction, place)
    return _Sides(cell.take(other), row, faction, place, own.take(other), fire)


def _side_along_the_line(
    state: State, strength: Float64, near: _Near, row: Int64, faction: Int64, place: Int64
) -> Float64:
    """Fighters of a faction and of its co-belligerents along the contact line, ``[n]``.

    Co-belligerents in a place are factions that are not hostile to each other and have an enemy in
    common within contact reach of it: as inside a place, two of them do not meet more fire from
    beside than one as strong would.
    """
    factions, places = strength.shape[1:]
    own = strength[row, faction, place]
    there = near.present.reshape(-1).take(row * places + place)
    shared = indices(there & (there - there.dtype.type(1)))
    if len(shared) == 0:
        return own
    row, faction, place = row.take(shared), faction.take(shared), place.take(shared)
    enemies = near.against[row, faction] & near.beside[row, place]
    not_hostile = ~hostile(state)
    together = own.take(shared)
    for other in range(factions):
        common = (enemies & near.against[row, other]) != 0
        common &= not_hostile[row, faction, other] & (faction != other)
        together += strength[row, other, place] * common
    own[shared] = together
    return own


def _fire_from_beside(
    state: State,
    setting: Setting,
    limited: Float64,
    near: _Near,
    row: Int64,
    faction: Int64,
    place: Int64,
) -> Float64:
    """Effective strength of enemies in places within contact reach, ``[n]``."""
    replicates, places = near.present.shape
    padded = np.zeros((replicates, places + 1), dtype=near.present.dtype)
    padded[:, :-1] = near.present
    beside = setting.beside_near[place]
    enemies = near.against[row, faction]
    there = padded.reshape(-1).take(beside + row[:, None] * (places + 1))
    meeting = indices(there & enemies[:, None])
    side = meeting // beside.shape[1]
    fire = sum_of(
        limited,
        hostile(state),
        row.take(side),
        faction.take(side),
        beside.reshape(-1).take(meeting),
    )
    # Added up from the first neighbour to the last.
    return np.bincount(side, weights=fire, minlength=len(row)).astype(np.float64, copy=False)


def _chance_of_loss(state: State, setting: Setting, sides: _Sides, inside: int) -> Float64:
    """Return the chance that a fighter is lost today; the first ``inside`` sides fight inside."""
    row, place = sides.row, sides.place
    value = setting.parameters
    factions, places = state.stance.shape[1], setting.theatre.P
    holder = state.controller.reshape(-1).take(row * places + place)
    relation = (row * factions + sides.faction) * factions + np.maximum(holder, 0)
    attacks = (state.stance.reshape(-1).take(relation) < 0) & (holder >= 0)
    limit = setting.theatre.frontage_fighters.take(place)
    attrition = value.of_rows("combat.attrition_of_defenders_per_day", row)
    cover = setting.cover.reshape(-1).take(row * places + place)
    assault = indices(attacks[:inside])
    attrition[assault] = value.of_rows("combat.attrition_of_attackers_per_day", row.take(assault))
    cover[assault] = 1.0
    line = value.of_rows("combat.contact_line", row)
    line[:inside] = 1.0
    reference = value.of_rows("combat.reference_strength", row)
    rate = loss_rate_per_day(
        np.minimum(sides.own, limit) / reference,
        sides.fire / reference,
        attrition,
        value.of_rows("combat.own_exponent", row),
        value.of_rows("combat.enemy_exponent", row),
        1.0,  # strengths are in units of each replicate's own reference
        posture=line,
        terrain=cover,
        noise=_noise(state, setting, row, place, attacks.astype(np.int64)),
    )
    return loss_probability(rate, 1.0) * _within(sides.own, limit)


def _noise(state: State, setting: Setting, row: Int64, place: Int64, role: Int64) -> Float64:
    since = state.engaged_since.reshape(-1).take(row * setting.theatre.P + place)
    began = np.where(since == NEVER, state.day, since)
    roles = _ROLES.take(role)
    ids = setting.place_ids.take(place) ^ roles
    city_ids = setting.city_ids.take(place) ^ roles
    streams, value = setting.streams, setting.parameters
    # Noise that persists is drawn for the day on which the engagement began.
    persistent = streams.uniform_on_at("combat.engagement", began, row, ids)
    daily = streams.uniform_at("combat.day", state.day, row, ids)
    city = streams.uniform_at("combat.city", state.day, row, city_ids)
    normal = normal_quantile(np.stack([persistent, daily, city]))
    return combined_noise(
        normal[0],
        normal[1],
        normal[2],
        value.of_rows("combat.sigma_engagement", row),
        value.of_rows("combat.sigma_day", row),
        value.of_rows("combat.sigma_city", row),
    )


def _draw_losses(state: State, setting: Setting, chance: Float64, unit: Int64) -> None:
    by_unit = chance.take(_cells_of_units(state, setting, unit))
    hit = indices(by_unit > 0)
    unit = unit.take(hit)
    row, number = row_and_column(unit, setting.roster.ids.size)
    uniform = setting.streams.uniform_at(
        "combat.losses", state.day, row, setting.roster.ids.take(number)
    )
    losses = unit_losses(uniform, state.strength.reshape(-1).take(unit), by_unit.take(hit))
    share = setting.parameters.of_rows("combat.killed_share", row)
    inflict(state, setting, unit, losses, share, "combat")
