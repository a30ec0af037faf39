"""Air wings fly sorties, shared out over the requests of those whom they support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.rules.air_tasks import Struck, TaskedStrikes, hit_units, strike_by_task
from sim.rules.casualties import inflict
from sim.rules.collateral import Collateral
from sim.rules.sorties import Sorties, left_by_claims, sorties_of_day
from sim.state.air import air_tasks
from sim.state.binomial import binomial
from sim.state.elementary import exp, normal_quantile
from sim.state.picking import indices, rows_of
from sim.state.presence import enemy_fighters, hostile, strength_by_place, sum_of_units
from sim.state.setting import Setting
from sim.state.state import FULL, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


def strike(state: State, setting: Setting) -> None:
    """Fly the day's sorties.

    How many a wing flies says :mod:`sim.rules.sorties`. Those on deep and dynamic targets
    (:mod:`sim.rules.air_tasks`) need no request. Of the others claims beyond the map take a part;
    the rest are contact strikes. Each picks one of the requests of the factions that the wing
    supports, in proportion to their weight; without any request against an enemy of the wing none
    flies. It hits the fighters hostile to the wing who stand in the place, or in a place within
    contact reach if none do.
    """
    tasks = setting.derived(air_tasks)
    requests = _requests(state, setting)
    if requests is None and not tasks.tasked.any():
        return
    targets = enemy_fighters(strength_by_place(state, setting), state)
    weight = np.zeros(targets.shape, dtype=np.int64)
    tasked, collateral = TaskedStrikes.none(state), Collateral.none(state)
    for wing, faction in enumerate(setting.air_wings.faction):
        if not setting.air_wings.first_day[wing] <= state.day <= setting.air_wings.last_day[wing]:
            continue
        wanted = _Wanted.of(setting, wing, requests, targets)
        sorties = sorties_of_day(state, setting, wing, wanted.total)
        sorties, struck = strike_by_task(state, setting, wing, sorties, tasked)
        sorties = left_by_claims(state, setting, wing, sorties, wanted.total)
        contact = wanted.picked(state, setting, sorties)
        for strikes in (struck, contact):
            _count(state, setting, wing, strikes)
            collateral.add(strikes, int(tasks.collateral_permille[wing]))
        cell = (contact.row * len(setting.factions) + faction) * setting.theatre.P + contact.place
        np.add.at(weight.reshape(-1), cell, setting.air_wings.effect_permille[wing])
    _hit(state, setting, weight, targets)
    hit_units(state, setting, tasked)
    collateral.kill(state, setting)


def fade_memory_of_strikes(state: State, setting: Setting) -> None:
    """Let the memory of where strikes fell fade, by a share a day."""
    kept = 1.0 - 1.0 / setting.parameters.column("air.memory_days")
    state.struck = np.floor(state.struck * kept).astype(np.int64)


def _requests(state: State, setting: Setting) -> Float64 | None:
    """Return what is asked for by faction and place, ``[R, F, P]``; None where nobody asks."""
    unit = indices(state.orders["air_request"])
    unit = unit[state.active.take(unit) & (state.next_place.take(unit) < 0)]
    unit = unit[state.strength.take(unit) > 0]
    if len(unit) == 0:
        return None
    return sum_of_units(state, setting, unit, state.orders["air_request"].take(unit))


@dataclass(frozen=True)
class _Wanted:
    """Requests that a wing can serve, by the place where its enemy stands.

    ``edges[R * P]`` is the sum of their weights up to each place, row after row; ``upto[R + 1]``
    that up to the end of each row. Weights are whole numbers, so that the sums are exact.
    """

    edges: Float64
    upto: Float64

    @classmethod
    def of(cls, setting: Setting, wing: int, requests: Float64 | None, targets: Float64) -> _Wanted:
        replicates, _, places = targets.shape
        weight = np.zeros((replicates, places))
        if requests is not None:
            weight = requests[:, setting.air_wings.supports[wing]].sum(axis=1)
        if weight.any():
            weight = _onto_targets(setting, weight, targets[:, setting.air_wings.faction[wing]])
        edges = np.cumsum(weight)
        return cls(edges, np.concatenate([[0.0], edges[places - 1 :: places]]))

    @property
    def total(self) -> Float64:
        """Weight of all requests in each row, ``[R]``."""
        return np.diff(self.upto)

    def picked(self, state: State, setting: Setting, sorties: Sorties) -> Struck:
        """Return where sorties fall that serve these requests; those without any do not fly."""
        sorties = sorties.where(self.total[sorties.row] > 0)
        row, upto = sorties.row, self.upto
        uniform = setting.streams.uniform_at("air.share", state.day, row, sorties.ids)
        picked = np.floor(uniform * (upto[row + 1] - upto[row]))
        places = len(self.edges) // (len(upto) - 1)
        place = np.searchsorted(self.edges, upto[row] + picked, side="right") - row * places
        return Struck(row, np.minimum(place, places - 1))


def _onto_targets(setting: Setting, weight: Float64, targets: Float64) -> Float64:
    """Move each request to where the enemy is: the place itself, or else places beside it.

    Beside it are the places within contact reach, or within ``air.target_reach_km`` by road.
    """
    theatre, places = setting.theatre, weight.shape[1]
    moved = np.where(targets > 0, weight, 0.0)
    cell = indices((weight > 0) & (targets == 0))
    asked = weight.take(cell)
    row, place = np.divmod(cell, places)
    for slot in range(theatre.neighbour.shape[1]):
        beside = row * places + theatre.neighbour[place, slot]
        there = indices(setting.air_reach[place, slot] & (targets.take(beside) > 0))
        np.add.at(moved.reshape(-1), beside[there], asked[there])
    return moved


def _count(state: State, setting: Setting, wing: int, struck: Struck) -> None:
    """Count strikes by place, and remember them."""
    if len(struck.row) == 0:
        return
    places = setting.theatre.P
    faction = setting.air_wings.faction[wing]
    cell = (struck.row * len(setting.factions) + faction) * places + struck.place
    np.add.at(state.tally["air_strikes"].reshape(-1), cell, 1)
    np.add.at(state.struck.reshape(-1), struck.row * places + struck.place, FULL)


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
