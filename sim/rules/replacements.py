"""Recruits who wait fill up units that have had losses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.rules.reinforcement import child_share
from sim.state.binomial import binomial
from sim.state.picking import indices, pick
from sim.state.setting import Setting
from sim.state.state import NEVER, State
from sim.theatre.roads import INFINITE_M

Int64 = NDArray[np.int64]


def replace_losses(state: State, setting: Setting) -> None:
    """Let fighters who wait in the streams of a kind join its units at rest.

    A unit that stands where there is no fight, and that an open road joins to the stream's place
    while its faction holds that, asks for a share ``replacements_per_day`` of the fighters whom it
    has lost for good since it was raised. Streams give in the order of the table; where more is
    asked than wait there, all get the same share. What waits forms new units first.
    """
    share = setting.by_unit("replacements_per_day")
    if not share.any() or not state.pool.any():
        return
    lost = state.peak - state.strength - state.wounded
    quiet = pick(state.engaged_since, state.place) == NEVER
    unit = indices(state.standing & quiet & (lost > 0) & (share > 0))
    wanted = np.ceil(lost.take(unit) * share.take(unit)).astype(np.int64)
    for stream in range(len(setting.arrivals.ids)):
        asking = indices((wanted > 0) & _can_join(state, setting, unit, stream))
        given = _shared_out(state, setting, stream, unit[asking], wanted[asking])
        wanted[asking] -= given
        sent = indices(given)
        _enlist(state, setting, stream, unit[asking[sent]], given[sent])


def _can_join(
    state: State, setting: Setting, unit: NDArray[np.intp], stream: int
) -> NDArray[np.bool_]:
    """Return which units those who wait in a stream can reach, ``[n]``."""
    arrivals, places = setting.arrivals, setting.theatre.P
    row, number = np.divmod(unit, setting.roster.kind.size)
    start = int(arrivals.place[stream])
    way = (setting.first_cell_of_unit.take(unit) + start) * places + state.place.take(unit)
    joined: NDArray[np.bool_] = state.road_m.reshape(-1).take(way) < INFINITE_M
    joined &= setting.roster.kind[number] == arrivals.kind[stream]
    joined &= state.controller[row, start] == arrivals.faction[stream]
    return joined


def _shared_out(
    state: State, setting: Setting, stream: int, unit: NDArray[np.intp], wanted: Int64
) -> Int64:
    """Return how many of a stream join each unit, ``[n]``, and take them out of the pool."""
    row, replicates = unit // setting.roster.kind.size, len(state.pool)
    in_all = np.bincount(row, weights=wanted, minlength=replicates).astype(np.int64)
    pool, asked = state.pool[row, stream], in_all.take(row)
    given = np.where(asked > pool, wanted * pool // np.maximum(asked, 1), wanted)
    taken = np.bincount(row, weights=given, minlength=replicates)
    state.pool[:, stream] -= taken.astype(np.int64)
    return given


def _enlist(
    state: State, setting: Setting, stream: int, unit: NDArray[np.intp], fighters: Int64
) -> None:
    if len(unit) == 0:
        return
    roster, factions = setting.roster, len(setting.factions)
    row, number = np.divmod(unit, roster.kind.size)
    share = child_share(state, setting, row, roster.kind[number], np.full_like(number, stream))
    ids = roster.ids[number] ^ setting.arrivals.ids[stream]
    uniform = setting.streams.uniform_at("reinforcement.replacements", state.day, row, ids)
    state.strength.reshape(-1)[unit] += fighters
    state.children.reshape(-1)[unit] += binomial(uniform, fighters, share)
    faction = setting.arrivals.faction[stream]
    total = np.bincount(
        row * factions + faction, weights=fighters, minlength=state.ledger["arrived"].size
    )
    state.ledger["arrived"] += total.reshape(-1, factions).astype(np.int64)
