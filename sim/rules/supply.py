"""Goods reach units along open roads; readiness falls in a fight and recovers at rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.rules.command import rested_under_command
from sim.rules.depots import issue_goods, receive_goods
from sim.state.picking import bit_sets, indices, pick
from sim.state.presence import refresh_roads
from sim.state.setting import Setting
from sim.state.state import FULL, State

Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def supply_units(state: State, setting: Setting) -> None:
    """Refill the stocks of units that a road reaches, and let the others eat theirs.

    A unit is reached where an open road joins its place, or a neighbouring place, to a source of
    its faction. Its stock lasts ``supply_days`` without refill and ``combat_supply_factor`` times
    less in a fight; a reached unit gains ``supply_refill_per_day`` of a full stock.

    Where the scenario says how many goods a faction's depots give out, its units eat in any case,
    and are given what the depots have and the roads can carry: see :mod:`sim.rules.depots`.
    """
    refresh_roads(state, setting)
    engaged = pick(state.engaged, state.place) & (state.next_place < 0)
    eaten, eaten_in_fight, gained = setting.derived(_changes_of_supply)
    change = np.where(engaged, eaten_in_fight, eaten)
    if state.goods is not None:
        goods = receive_goods(state, setting, state.goods)
        unit, stock = issue_goods(state, setting, goods, change, gained)
        state.goods = goods
    np.copyto(change, gained, where=_reached(state, setting))
    state.supply = _changed(state, state.supply, change, 0)
    if state.goods is not None:
        state.supply.reshape(-1)[unit] = stock
    _rest(state, setting, engaged)


def _changes_of_supply(setting: Setting) -> tuple[Int64, Int64, Int64]:
    """Return what a day does to a stock, in thousandths, each ``[R, U]``."""
    kind, by_kind = setting.roster.kind, setting.parameters.by_kind
    eaten = FULL / by_kind("supply_days")[:, kind]
    in_fight = eaten * by_kind("combat_supply_factor")[:, kind]
    gained = FULL * by_kind("supply_refill_per_day")[:, kind]
    return _whole(-eaten), _whole(-in_fight), _whole(gained)


def _reached(state: State, setting: Setting) -> Bool:
    """Return which units goods reach, bool ``[R, U]``."""
    reached = state.supplied.reshape(-1).take(setting.first_cell_of_unit + state.place)
    unit = indices(~reached & state.active)
    # The others look beside their place: is one of its neighbours among those supplied?
    places = setting.theatre.P
    supplied = bit_sets(state.supplied.reshape(-1, places))
    row = setting.first_cell_of_unit.take(unit) // places
    beside = supplied[row] & setting.joined[state.place.take(unit)]
    reached.reshape(-1)[unit] = beside.any(axis=1)
    return reached


def _rest(state: State, setting: Setting, engaged: Bool) -> None:
    worn, rested, least = setting.derived(_changes_of_readiness)
    change = rested_under_command(state, setting, rested) * (state.supply > 0)
    np.copyto(change, worn, where=engaged)
    state.readiness = _changed(state, state.readiness, change, least)


def _changes_of_readiness(setting: Setting) -> tuple[Int64, Int64, Int64]:
    """Return what a day does to readiness, and its floor, in thousandths, each ``[R, U]``."""
    kind, by_kind = setting.roster.kind, setting.parameters.by_kind
    worn = -FULL * by_kind("readiness_lost_per_day")[:, kind]
    rested = FULL * by_kind("readiness_gained_per_day")[:, kind]
    return _whole(worn), _whole(rested), _whole(FULL * by_kind("readiness_floor")[:, kind])


def _changed(state: State, values: Int64, change: Int64, least: Int64 | int) -> Int64:
    """Return the values of units, changed between ``least`` and full for those in the theatre."""
    change += values
    np.clip(change, least, FULL, out=change)
    np.copyto(change, values, where=~state.active)
    return change


def _whole(values: NDArray[np.float64]) -> Int64:
    return np.rint(values).astype(np.int64)
