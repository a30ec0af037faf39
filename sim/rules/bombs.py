"""Car bombs and bombers on foot open or break assaults."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import inflict, kill
from sim.state.binomial import binomial, negative_binomial, poisson
from sim.state.picking import indices, pick
from sim.state.presence import enemies_by_place, strength_by_place, sum_by_place
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

WEAPONS = ("car_bombs", "foot_bombers")


def build_car_bombs(state: State, setting: Setting) -> None:
    """Let workshops finish a Poisson number of car bombs, up to what can be hidden.

    A kind builds ``car_bombs_built_per_day`` while no enemy holds some source of its
    faction's goods.
    """
    kind_faction = setting.kind_faction
    held_sources: Bool = state.supplied & setting.sources[None]
    held = np.any(held_sources, axis=2)[:, kind_faction]
    uniform = setting.streams.uniform("bombs.built", state.day, setting.kind_ids)
    built = poisson(uniform, setting.parameters.by_kind("car_bombs_built_per_day"))
    most = np.rint(setting.parameters.by_kind("car_bombs_most")).astype(np.int64)
    room = np.maximum(most - state.car_bombs, 0)
    state.car_bombs += np.minimum(built * held, room)


def explode(state: State, setting: Setting) -> None:
    """Send the bombers that orders name against the enemy where the unit stands.

    A car bomb takes one from the kind's stock and one fighter of the unit, a bomber on foot one
    fighter; children first, by ``child_bomber_share``. Each is stopped with a probability; the
    others kill a negative binomial number of the enemy (mean and dispersion by weapon) and wound
    ``bombs.wounded_per_killed`` times as many. Units in a place that was hit are surprised.
    """
    enemies = enemies_by_place(strength_by_place(state, setting), state)
    for weapon in WEAPONS:
        _explode(state, setting, weapon, enemies)


def _explode(state: State, setting: Setting, weapon: str, enemies: Float64) -> None:
    sent = _sent(state, setting, weapon, enemies)
    if not sent.any():
        return
    users = sum_by_place(state, setting, sent, sent > 0).astype(np.int64)
    state.tally[weapon] += users
    unit = indices(sent)
    _spend_bombers(state, setting, unit, sent.reshape(-1)[unit], weapon)
    ids = setting.place_ids ^ np.uint64(stable_id("weapon", weapon))
    value = setting.parameters
    for faction in range(users.shape[1]):
        number = users[:, faction]
        if not number.any():
            continue
        stopped = setting.streams.uniform("bombs.stopped", state.day, ids)
        off = binomial(stopped, number, 1.0 - value.column(f"bombs.{weapon}_stopped_share"))
        mean = off * value.column(f"bombs.{weapon}_killed")
        spread = np.maximum(off, 1) * value.column(f"bombs.{weapon}_dispersion")
        uniform = setting.streams.uniform("bombs.killed", state.day, ids)
        dead = negative_binomial(uniform, mean, spread)
        _blast(state, setting, weapon, faction, off, dead)


def _sent(state: State, setting: Setting, weapon: str, enemies: Float64) -> Int64:
    """Return how many bombers each unit really sends: enemy in reach, fighters and stock left."""
    wanted = np.minimum(state.orders[weapon], state.strength)
    row = np.arange(enemies.shape[0])[:, None]
    in_place = enemies[row, setting.roster.faction[None, :], state.place] > 0
    sent = np.where(state.standing & in_place, wanted, 0)
    if weapon == "car_bombs":
        for kind in range(len(setting.kinds)):
            member = setting.roster.kind == kind
            before = np.cumsum(sent * member, axis=1) - sent * member
            left = np.maximum(state.car_bombs[:, kind, None] - before, 0)
            sent = np.where(member, np.minimum(sent, left), sent)
            state.car_bombs[:, kind] -= (sent * member).sum(axis=1)
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
    state: State, setting: Setting, weapon: str, faction: int, off: Int64, dead: Int64
) -> None:
    """Spread the dead and wounded of a faction's bombs over the hostile units in each place."""
    hostile_to = (state.stance[:, :, faction] < 0)[:, setting.roster.faction]
    went_off = pick(off, state.place) > 0
    target = hostile_to & state.standing & went_off
    state.surprised |= target
    present = sum_by_place(state, setting, state.strength, target).sum(axis=1)
    wounded_per_killed = setting.parameters.column("bombs.wounded_per_killed")
    chance = np.minimum(1.0, dead * (1.0 + wounded_per_killed) / np.maximum(present, 1.0))
    by_unit = pick(chance, state.place) * target
    unit = indices(by_unit > 0)
    row, number = np.divmod(unit, by_unit.shape[1])
    ids = setting.roster.ids[number] ^ np.uint64(stable_id("weapon", weapon))
    uniform = setting.streams.uniform_at("bombs.unit", state.day, row, ids)
    losses = binomial(uniform, state.strength.reshape(-1)[unit], by_unit.reshape(-1)[unit])
    inflict(state, setting, unit, losses, 1.0 / (1.0 + wounded_per_killed[row, 0]), weapon)
