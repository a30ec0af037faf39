"""Goods reach units along open roads; readiness falls in a fight and recovers at rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import pick
from sim.state.presence import any_beside, at_place_of_faction_unit, refresh_roads
from sim.state.setting import Setting
from sim.state.state import FULL, State

Bool = NDArray[np.bool_]


def supply_units(state: State, setting: Setting) -> None:
    """Refill the stocks of units that a road reaches, and let the others eat theirs.

    A unit is reached where an open road joins its place, or a neighbouring place, to a source of
    its faction. Its stock lasts ``supply_days`` without refill and ``combat_supply_factor`` times
    less in a fight; a reached unit gains ``supply_refill_per_day`` of a full stock.
    """
    refresh_roads(state, setting)
    kind = setting.roster.kind
    reached = _reached(state, setting)
    engaged = pick(state.engaged, state.place) & (state.next_place < 0)
    by_kind = setting.parameters.by_kind
    eaten = FULL / by_kind("supply_days")[:, kind]
    eaten = eaten * np.where(engaged, by_kind("combat_supply_factor")[:, kind], 1.0)
    gained = FULL * by_kind("supply_refill_per_day")[:, kind]
    change = np.where(reached, gained, -eaten)
    supply = state.supply + np.rint(change).astype(np.int64)
    state.supply = np.where(state.active, np.clip(supply, 0, FULL), state.supply)
    _rest(state, setting, engaged)


def _reached(state: State, setting: Setting) -> Bool:
    reached = state.supplied | any_beside(state.supplied, setting.beside)
    return at_place_of_faction_unit(reached, state, setting)


def _rest(state: State, setting: Setting, engaged: Bool) -> None:
    by_kind = setting.parameters.by_kind
    kind = setting.roster.kind
    worn = -FULL * by_kind("readiness_lost_per_day")[:, kind]
    rested = FULL * by_kind("readiness_gained_per_day")[:, kind]
    change = np.rint(np.where(engaged, worn, np.where(state.supply > 0, rested, 0.0)))
    least = np.rint(FULL * by_kind("readiness_floor")[:, kind]).astype(np.int64)
    readiness = np.clip(state.readiness + change.astype(np.int64), least, FULL)
    state.readiness = np.where(state.active, readiness, state.readiness)
