"""Air wings fly sorties, shared out over the requests of those whom they support."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import inflict
from sim.state.binomial import binomial, poisson
from sim.state.elementary import exp, normal_quantile
from sim.state.picking import indices, rows_of
from sim.state.presence import enemy_fighters, hostile, strength_by_place, sum_of_units
from sim.state.setting import Setting
from sim.state.state import FULL, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

MOST_SORTIES = 64  # a wing's day above this many is cut to it; the data's busiest day has 20


def strike(state: State, setting: Setting) -> None:
    """Fly the day's sorties.

    A wing flies a Poisson number of strikes, mean ``strikes_per_day``. Each picks one of the
    requests of the factions that the wing supports, in proportion to their weight; without any
    request against an enemy of the wing nothing flies. A strike hits the fighters hostile to the
    wing who stand in the place, or in a place within contact reach if none stand there.
    """
    unit = indices(state.orders["air_request"])
    unit = unit[state.active.take(unit) & (state.next_place.take(unit) < 0)]
    unit = unit[state.strength.take(unit) > 0]
    if len(unit) == 0:
        return
    asked = state.orders["air_request"].take(unit)
    requests = sum_of_units(state, setting, unit, asked)
    targets = enemy_fighters(strength_by_place(state, setting), state)
    weight = np.zeros(requests.shape, dtype=np.int64)
    places = setting.theatre.P
    for wing, faction in enumerate(setting.air_wings.faction):
        row, place = _strikes(state, setting, wing, requests, targets)
        cell = (row * len(setting.factions) + faction) * places + place
        np.add.at(state.tally["air_strikes"].reshape(-1), cell, 1)
        np.add.at(weight.reshape(-1), cell, setting.air_wings.effect_permille[wing])
        np.add.at(state.struck.reshape(-1), row * places + place, FULL)
    _hit(state, setting, weight, targets)


def fade_memory_of_strikes(state: State, setting: Setting) -> None:
    """Let the memory of where strikes fell fade, by a share a day."""
    kept = 1.0 - 1.0 / setting.parameters.column("air.memory_days")
    state.struck = np.floor(state.struck * kept).astype(np.int64)


def _strikes(
    state: State, setting: Setting, wing: int, requests: Float64, targets: Float64
) -> tuple[Int64, Int64]:
    """Return the replicate row and the place of every strike that a wing flies today."""
    wings, places = setting.air_wings, requests.shape[2]
    none = np.zeros(0, dtype=np.int64)
    if not wings.first_day[wing] <= state.day <= wings.last_day[wing]:
        return none, none
    weight = requests[:, wings.supports[wing]].sum(axis=1)
    if not weight.any():
        return none, none
    weight = _onto_targets(setting, weight, targets[:, wings.faction[wing]])
    # Weights are whole numbers: the sum up to each place is exact, row after row.
    edges = np.cumsum(weight)
    upto = np.concatenate([[0.0], edges[places - 1 :: places]])
    row = indices(upto[1:] > upto[:-1])
    number = _sorties(state, setting, wing, row)
    first = np.cumsum(number) - number
    sortie = np.arange(number.sum()) - np.repeat(first, number)
    row = np.repeat(row, number)
    ids = wings.ids[wing] ^ sortie.astype(np.uint64)
    uniform = setting.streams.uniform_at("air.share", state.day, row, ids)
    picked = np.floor(uniform * (upto[row + 1] - upto[row]))
    place = np.searchsorted(edges, upto[row] + picked, side="right") - row * places
    return row, np.minimum(place, places - 1)


def _onto_targets(setting: Setting, weight: Float64, targets: Float64) -> Float64:
    """Move each request to where the enemy is: the place itself, or else the places beside it."""
    theatre, places = setting.theatre, weight.shape[1]
    moved = np.where(targets > 0, weight, 0.0)
    cell = indices((weight > 0) & (targets == 0))
    asked = weight.take(cell)
    row, place = np.divmod(cell, places)
    for slot in range(theatre.neighbour.shape[1]):
        beside = row * places + theatre.neighbour[place, slot]
        there = indices(setting.near[place, slot] & (targets.take(beside) > 0))
        np.add.at(moved.reshape(-1), beside[there], asked[there])
    return moved


def _sorties(state: State, setting: Setting, wing: int, row: Int64) -> Int64:
    ids = setting.air_wings.ids[wing : wing + 1]
    uniform = setting.streams.uniform_at("air.sorties", state.day, row, ids)
    flown = poisson(uniform, setting.air_wings.strikes_per_day[row, wing])
    return np.minimum(flown, MOST_SORTIES)


def _hit(state: State, setting: Setting, weight: Int64, targets: Float64) -> None:
    """Inflict the losses of the day's strikes: each fighter in the place at an equal chance.

    The expected dead are ``air.killed_per_strike`` times the strikes and the wing's effect, times
    lognormal noise with mean one, and never more than the fighters present. ``weight[R, F, P]`` is
    strikes times effect by the faction that flew them, in thousandths; ``targets[R, F, P]`` are
    the fighters hostile to it.
    """
    replicates, factions, places = weight.shape
    hit = indices(weight.sum(axis=1))
    if len(hit) == 0:
        return
    row, place = np.divmod(hit, places)
    against = hostile(state)[row]
    per_fighter: Float64 = np.zeros((len(hit), factions))
    for faction in range(factions):
        # Strikes are shared out over all who are hostile to those who fly them.
        present = np.maximum(targets[row, faction, place], 1.0)
        fell = weight[row, faction, place] / FULL / present
        per_fighter += fell[:, None] * against[:, :, faction]
    value = setting.parameters
    killed_share = value.column("combat.killed_share")[:, 0]
    ids = setting.place_ids[place]
    uniform = setting.streams.uniform_at("air.noise", state.day, row, ids)
    sigma = value.column("air.sigma")[row, 0]
    noise = exp(normal_quantile(uniform) * sigma - 0.5 * sigma * sigma)
    lost = value.column("air.killed_per_strike")[row, 0] / killed_share[row] * noise
    chance = 1.0 - exp(-(per_fighter * lost[:, None]))

    number_of_hit = np.full(replicates * places, -1, dtype=np.int64)
    number_of_hit[hit] = np.arange(len(hit))
    hit_of_unit = number_of_hit.take(rows_of(replicates) * places + state.place)
    unit = indices((hit_of_unit >= 0) & state.standing)
    replicate, number = np.divmod(unit, setting.roster.kind.size)
    by_unit = chance[hit_of_unit.take(unit), setting.roster.faction[number]]
    draw = setting.streams.uniform_at(
        "air.killed", state.day, replicate, setting.roster.ids[number]
    )
    losses = binomial(draw, state.strength.take(unit), by_unit)
    inflict(state, setting, unit, losses, killed_share[replicate], "air")
