"""Car bombs and bombers on foot open or break assaults."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import inflict, kill
from sim.state.binomial import binomial, negative_binomial
from sim.state.picking import indices, rows_of
from sim.state.presence import enemy_fighters, strength_by_place
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

WEAPONS = ("car_bombs", "foot_bombers")


def explode(state: State, setting: Setting) -> None:
    """Send the bombers that orders name against the enemy where the unit stands.

    A car bomb takes one from the kind's stock and one fighter of the unit, a bomber on foot one
    fighter; children first, by ``child_bomber_share``. Each is stopped with a probability; the
    others kill a negative binomial number of the enemy (mean and dispersion by weapon) and wound
    ``bombs.wounded_per_killed`` times as many. Units in a place that was hit are surprised.
    """
    if not any(state.orders[weapon].any() for weapon in WEAPONS):
        return
    enemies = enemy_fighters(strength_by_place(state, setting), state)
    for weapon in WEAPONS:
        unit, bombers = _sent(state, setting, weapon, enemies)
        if len(unit):
            _explode(state, setting, weapon, unit, bombers)


def _explode(state: State, setting: Setting, weapon: str, unit: Int64, bombers: Int64) -> None:
    """Let ``bombers[n]`` of the units ``unit[n]`` (flat indices) go and find their targets."""
    factions, places = len(setting.factions), setting.theatre.P
    cell_of_unit = setting.first_cell_of_unit.take(unit) + state.place.take(unit)
    cell, which = np.unique(cell_of_unit, return_inverse=True)
    users = np.bincount(which, weights=bombers).astype(np.int64)
    state.tally[weapon].reshape(-1)[cell] += users
    _spend_bombers(state, setting, unit, bombers, weapon)
    row, faction, place = cell // (factions * places), cell // places % factions, cell % places
    ids = setting.place_ids[place] ^ np.uint64(stable_id("weapon", weapon))
    value = setting.parameters
    stopped = setting.streams.uniform_at("bombs.stopped", state.day, row, ids)
    share = value.column(f"bombs.{weapon}_stopped_share")[row, 0]
    off = binomial(stopped, users, 1.0 - share)
    mean = off * value.column(f"bombs.{weapon}_killed")[row, 0]
    spread = np.maximum(off, 1) * value.column(f"bombs.{weapon}_dispersion")[row, 0]
    uniform = setting.streams.uniform_at("bombs.killed", state.day, row, ids)
    dead = negative_binomial(uniform, mean, spread)
    for bomber in range(factions):
        hit = indices((faction == bomber) & (off > 0))
        if len(hit):
            _blast(state, setting, weapon, bomber, row[hit] * places + place[hit], dead[hit])


def _sent(
    state: State, setting: Setting, weapon: str, enemies: Float64
) -> tuple[NDArray[np.intp], Int64]:
    """Return who really sends bombers, and how many: enemy in reach, fighters and stock left."""
    unit = indices(state.orders[weapon])
    sent = np.minimum(state.orders[weapon].take(unit), state.strength.take(unit))
    cell = setting.first_cell_of_unit.take(unit) + state.place.take(unit)
    in_place = state.active.take(unit) & (state.next_place.take(unit) < 0)
    able = indices(in_place & (enemies.take(cell) > 0) & (sent > 0))
    unit, sent = unit[able], sent[able]
    if weapon == "car_bombs" and len(unit):
        sent = _from_stock(state, setting, unit, sent)
        left = indices(sent)
        unit, sent = unit[left], sent[left]
    return unit, sent


def _from_stock(state: State, setting: Setting, unit: NDArray[np.intp], wanted: Int64) -> Int64:
    """Give out each kind's stock to its units in their order, and return what each gets."""
    row, number = np.divmod(unit, setting.roster.kind.size)
    stock = row * len(setting.kinds) + setting.roster.kind[number]
    order = np.argsort(stock, kind="stable")
    stock, wanted_in_order = stock[order], wanted[order]
    before = np.cumsum(wanted_in_order) - wanted_in_order
    before -= before[np.searchsorted(stock, stock)]
    given = np.clip(state.car_bombs.take(stock) - before, 0, wanted_in_order)
    np.subtract.at(state.car_bombs.reshape(-1), stock, given)
    sent = np.empty_like(wanted)
    sent[order] = given
    return sent


def _spend_bombers(
    state: State, setting: Setting, unit: Int64, bombers: Int64, weapon: str
) -> None:
    """Let the bombers die: children with probability ``child_bomber_share`` while there are any."""
    row, number = np.divmod(unit, setting.roster.kind.size)
    share = setting.parameters.by_kind("child_bomber_share")[row, setting.roster.kind[number]]
    ids = setting.roster.ids[number] ^ np.uint64(stable_id("weapon", weapon))
    uniform = setting.streams.uniform_at("bombs.children", state.day, row, ids)
    children = np.minimum(binomial(uniform, bombers, share), state.children.reshape(-1)[unit])
    kill(state, setting, unit, bombers, weapon, children=children)


def _blast(
    state: State, setting: Setting, weapon: str, faction: int, hit: Int64, dead: Int64
) -> None:
    """Spread the dead and wounded of a faction's bombs over the hostile units in each place.

    ``hit[n]`` are the places hit, ``row * P + place``, and ``dead[n]`` whom the bombs there kill.
    """
    places, units = setting.theatre.P, setting.roster.kind.size
    replicates = len(state.place)
    here = rows_of(replicates) * places + state.place
    went_off = np.zeros((replicates, places), dtype=np.bool_)
    went_off.reshape(-1)[hit] = True
    target = indices(went_off.take(here) & state.standing)
    row, number = np.divmod(target, units)
    enemy = indices(state.stance[row, setting.roster.faction[number], faction] < 0)
    target, row, number = target[enemy], row[enemy], number[enemy]
    state.surprised.reshape(-1)[target] = True
    place = here.take(target)
    strength = state.strength.take(target)
    present = np.bincount(place, weights=strength, minlength=replicates * places)
    killed = np.zeros(replicates * places, dtype=np.int64)
    killed[hit] = dead
    wounded_per_killed = setting.parameters.column("bombs.wounded_per_killed")[row, 0]
    losses_there = killed.take(place) * (1.0 + wounded_per_killed)
    chance = np.minimum(1.0, losses_there / np.maximum(present.take(place), 1.0))
    ids = setting.roster.ids[number] ^ np.uint64(stable_id("weapon", weapon))
    uniform = setting.streams.uniform_at("bombs.unit", state.day, row, ids)
    losses = binomial(uniform, strength, chance)
    inflict(state, setting, target, losses, 1.0 / (1.0 + wounded_per_killed), weapon)
