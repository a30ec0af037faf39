"""Workshops build car bombs, as far as they are held, whole and supplied."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.binomial import poisson
from sim.state.setting import Setting
from sim.state.state import FULL, State
from sim.state.stores import side_holds, workshops_of

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def build_car_bombs(state: State, setting: Setting) -> None:
    """Let workshops finish a Poisson number of car bombs, up to what can be hidden.

    A kind builds ``car_bombs_built_per_day`` while no enemy holds some source of its faction's
    goods. Where the scenario says in which workshops it builds, only those count that its side
    holds and that no strike has put out of action; where it says how many goods come in, building
    follows the supply index.
    """
    kind_faction = setting.kind_faction
    held_sources: Bool = state.supplied & setting.sources[None]
    held = np.any(held_sources, axis=2)[:, kind_faction]
    uniform = setting.streams.uniform("bombs.built", state.day, setting.kind_ids)
    built = poisson(uniform, _rate_per_day(state, setting))
    most = np.rint(setting.parameters.by_kind("car_bombs_most")).astype(np.int64)
    room = np.maximum(most - state.car_bombs, 0)
    state.car_bombs += np.minimum(built * held, room)


def _rate_per_day(state: State, setting: Setting) -> Float64:
    """Return the mean number of car bombs that each kind finishes today, ``[R, K]``."""
    rate = setting.parameters.by_kind("car_bombs_built_per_day")
    if state.workshop_out_until is not None:
        rate = rate * (_working_share(state, setting, state.workshop_out_until) / FULL)
    if state.supply_index is not None:
        rate = rate * (state.supply_index[:, setting.kind_faction] / FULL)
    return rate


def _working_share(state: State, setting: Setting, out_until: Int64) -> Int64:
    """Return the share of each kind's building that goes on, thousandths, ``[R, K]``."""
    workshops = setting.derived(workshops_of)
    working = side_holds(state.controller, state.stance, workshops.faction, workshops.place)
    working &= out_until < state.day
    of_kind = workshops.kind[:, None] == np.arange(len(setting.kinds))
    share: Int64 = (working * workshops.share_permille) @ of_kind.astype(np.int64)
    return np.where(workshops.kind_has_some, share, FULL)
