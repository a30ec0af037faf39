"""Air wings fly sorties, shared out over the requests of those whom they support."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import inflict
from sim.state.binomial import binomial, poisson
from sim.state.elementary import exp, normal_quantile
from sim.state.picking import indices
from sim.state.presence import enemies_by_place, hostile, strength_by_place, sum_by_place
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
    requests = _requests(state, setting)
    targets = enemies_by_place(strength_by_place(state, setting), state)
    weight = np.zeros(state.tally["air_strikes"].shape, dtype=np.int64)
    for wing in range(len(setting.air_wings.ids)):
        strikes = _strikes_by_place(state, setting, wing, requests, targets)
        faction = setting.air_wings.faction[wing]
        state.tally["air_strikes"][:, faction] += strikes
        weight[:, faction] += strikes * setting.air_wings.effect_permille[wing]
        state.struck += strikes * FULL
    _hit(state, setting, weight)


def fade_memory_of_strikes(state: State, setting: Setting) -> None:
    """Let the memory of where strikes fell fade, by a share a day."""
    kept = 1.0 - 1.0 / setting.parameters.column("air.memory_days")
    state.struck = np.floor(state.struck * kept).astype(np.int64)


def _requests(state: State, setting: Setting) -> Float64:
    wanted = state.orders["air_request"]
    return sum_by_place(state, setting, wanted, state.standing & (wanted > 0))


def _strikes_by_place(
    state: State, setting: Setting, wing: int, requests: Float64, targets: Float64
) -> Int64:
    wings = setting.air_wings
    places = requests.shape[2]
    weight = np.zeros((requests.shape[0], places))
    for faction in indices(wings.supports[wing]):
        weight += requests[:, faction]
    strikes = np.zeros((len(weight), places), dtype=np.int64)
    if not weight.any():
        return strikes
    weight = _onto_targets(setting, weight, targets[:, wings.faction[wing]])
    flying = wings.first_day[wing] <= state.day <= wings.last_day[wing]
    number = _sorties(state, setting, wing) * (flying & (weight.sum(axis=1) > 0))
    most = int(number.max(initial=0))
    ids = wings.ids[wing] ^ np.arange(most, dtype=np.uint64)
    uniform = setting.streams.uniform("air.share", state.day, ids)
    edges = np.cumsum(weight, axis=1)
    picked = uniform * edges[:, -1:]
    for sortie in range(most):
        place = (picked[:, sortie, None] >= edges).sum(axis=1)
        flown = indices(sortie < number)
        strikes[flown, np.minimum(place[flown], places - 1)] += 1
    return strikes


def _onto_targets(setting: Setting, weight: Float64, targets: Float64) -> Float64:
    """Move each request to where the enemy is: the place itself, or else the places beside it."""
    moved = np.where(targets > 0, weight, 0.0)
    elsewhere = np.where(targets > 0, 0.0, weight)
    theatre = setting.theatre
    # Roads run both ways: what a place receives is what its neighbours ask for.
    for slot in range(theatre.neighbour.shape[1]):
        near = setting.near[:, slot]
        moved[:, near] += elsewhere[:, theatre.neighbour[near, slot]] * (targets[:, near] > 0)
    return moved


def _sorties(state: State, setting: Setting, wing: int) -> Int64:
    ids = setting.air_wings.ids[wing : wing + 1]
    uniform = setting.streams.uniform("air.sorties", state.day, ids)[:, 0]
    flown = poisson(uniform, setting.air_wings.strikes_per_day[:, wing])
    return np.minimum(flown, MOST_SORTIES)


def _hit(state: State, setting: Setting, weight: Int64) -> None:
    """Inflict the losses of the day's strikes: each fighter in the place at an equal chance.

    The expected dead are ``air.killed_per_strike`` times the strikes and the wing's effect, times
    lognormal noise with mean one, and never more than the fighters present. ``weight[R, F, P]`` is
    strikes times effect by the faction that flew them, in thousandths.
    """
    if not weight.any():
        return
    standing = strength_by_place(state, setting)
    targets = np.maximum(enemies_by_place(standing, state), 1.0)
    against = hostile(state)
    per_fighter: Float64 = np.zeros(weight.shape)
    for faction in range(weight.shape[1]):
        # Strikes are shared out over all who are hostile to those who fly them.
        fell = weight[:, None, faction] / FULL / targets[:, None, faction]
        per_fighter += fell * against[:, :, faction, None]
    value = setting.parameters
    killed_share = value.column("combat.killed_share")
    uniform = setting.streams.uniform("air.noise", state.day, setting.place_ids)
    sigma = value.column("air.sigma")
    noise = exp(normal_quantile(uniform) * sigma - 0.5 * sigma * sigma)
    lost = value.column("air.killed_per_strike") / killed_share * noise
    mean = per_fighter * lost[:, None, :]
    chance = (1.0 - exp(-mean)) * (standing > 0)
    row = np.arange(chance.shape[0])[:, None]
    by_unit = chance[row, setting.roster.faction[None, :], state.place] * state.standing
    unit = indices(by_unit > 0)
    replicate, number = np.divmod(unit, by_unit.shape[1])
    draw = setting.streams.uniform_at(
        "air.killed", state.day, replicate, setting.roster.ids[number]
    )
    losses = binomial(draw, state.strength.reshape(-1)[unit], by_unit.reshape(-1)[unit])
    inflict(state, setting, unit, losses, killed_share[replicate, 0], "air")
