"""Formations arrive on their day; reinforcement streams raise new units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.binomial import binomial, poisson
from sim.state.picking import indices
from sim.state.setting import Setting
from sim.state.state import FULL, HOLD, NEVER, State
from sim.state.stores import side_holds

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

MOST_CHILDREN = 0.9
"""Most children that a rising share brings: estimate, 0.5 to 1."""


def arrive(state: State, setting: Setting) -> None:
    """Bring in the formations whose day has come, and what reinforcement streams have raised.

    A formation waits while a hostile faction holds the place where it would arrive. A stream
    brings a Poisson number of fighters a day while its own faction holds its place and its side
    the place that it comes through, between its dates, up to its limit, and once its kind has
    joined the fight where it says so; whoever left the theatre comes back into it. It forms a
    unit whenever enough have gathered and a slot is free.
    """
    bring_formations(state, setting)
    if len(setting.arrivals.ids):
        _gather(state, setting)
        _bring_back(state, setting)
        _form_units(state, setting)


def bring_formations(state: State, setting: Setting) -> None:
    """Bring in the formations whose day has come and that have not entered yet."""
    roster = setting.roster
    due = (roster.arrival < 0) & (roster.arrives_day <= state.day)
    unit = indices((state.peak == 0) & due)
    unit = unit[roster.strength.take(unit) > 0]
    if len(unit) == 0:
        return
    row, number = np.divmod(unit, roster.kind.size)
    holder = state.controller[row, roster.place[number]]
    stance = state.stance[row, roster.faction[number], holder]
    # On day 0 a declared contested place may hold both sides.
    open_ = (holder < 0) | (stance >= 0) | (roster.arrives_day[number] <= 0)
    unit = unit[open_]
    _raise(state, setting, unit, roster.strength.take(unit))


def _gather(state: State, setting: Setting) -> None:
    arrivals = setting.arrivals
    uniform = setting.streams.uniform("reinforcement.arrivals", state.day, arrivals.ids)
    coming = poisson(uniform, arrivals.rate_per_day)
    flowing = _open(state, setting) & _running(state, setting)
    limit = np.rint(arrivals.limit_fighters).astype(np.int64)
    coming = np.minimum(coming, np.maximum(limit - state.raised, 0)) * flowing
    state.pool += coming
    state.raised += coming


def _open(state: State, setting: Setting) -> Bool:
    """Return which streams can flow: place and crossing are held, ``[R, S]``."""
    arrivals = setting.arrivals
    open_: Bool = state.controller[:, arrivals.place] == arrivals.faction
    gated = np.flatnonzero(arrivals.through >= 0)
    if len(gated):
        faction, gate = arrivals.faction[gated], arrivals.through[gated]
        open_[:, gated] &= side_holds(state.controller, state.stance, faction, gate)
    return open_


def _running(state: State, setting: Setting) -> Bool:
    """Return which streams are to flow by their dates and their kind's choice, ``[R, S]``."""
    arrivals = setting.arrivals
    in_time = (arrivals.first_day <= state.day) & (state.day <= arrivals.last_day)
    joined = state.plan.joined[:, arrivals.kind] | ~arrivals.after_joining
    return in_time & joined


def inflow_index(state: State, setting: Setting) -> Int64:
    """Return how much of each kind's inflow is open, thousandths, int64 ``[R, K]``.

    Fighters a day of its running streams that can flow, over those of all that are running; full
    where none is.
    """
    arrivals = setting.arrivals
    rate = np.rint(FULL * arrivals.rate_per_day).astype(np.int64) * _running(state, setting)
    of_kind = (arrivals.kind[:, None] == np.arange(len(setting.kinds))).astype(np.int64)
    everything = rate @ of_kind
    flowing = (rate * _open(state, setting)) @ of_kind
    return np.where(everything > 0, FULL * flowing // np.maximum(everything, 1), FULL)


def _bring_back(state: State, setting: Setting) -> None:
    """Let fighters who left the theatre join the first stream of their kind."""
    kinds = len(setting.kinds)
    uniform = setting.streams.uniform("reinforcement.returned", state.day, setting.kind_ids)
    chance = setting.parameters.by_kind("return_per_day")
    back = binomial(uniform, state.away, chance)
    for kind in range(kinds):
        streams = indices(setting.arrivals.kind == kind)
        if len(streams) == 0:
            continue
        state.pool[:, streams[0]] += back[:, kind]
        state.away[:, kind] -= back[:, kind]
        state.ledger["returned"][:, setting.kind_faction[kind]] += back[:, kind]


def _form_units(state: State, setting: Setting) -> None:
    """Raise at most one unit a stream a day, in the first free slot."""
    roster, arrivals = setting.roster, setting.arrivals
    ready = state.pool >= arrivals.unit_fighters
    ready &= state.controller[:, arrivals.place] == arrivals.faction
    for stream in range(len(arrivals.ids)):
        row = indices(ready[:, stream])
        slots = indices(roster.arrival == stream)
        if len(row) == 0 or len(slots) == 0:
            continue
        unit = row[:, None] * roster.kind.size + slots
        free = ~state.active.take(unit) & (state.wounded.take(unit) == 0)
        found = indices(free.any(axis=1))
        unit = unit[found, free.argmax(axis=1)[found]]
        fighters = np.full(len(unit), arrivals.unit_fighters[stream])
        state.pool[row[found], stream] -= fighters
        _raise(state, setting, unit, fighters)


def child_share(state: State, setting: Setting, row: Int64, kind: Int64, stream: Int64) -> Float64:
    """Return the share of children among those of a kind who arrive now, ``[n]``.

    Among those of a stream (-1 for none) it rises by ``child_share_rise`` as the kind's inflow
    dries up.
    """
    share: Float64 = setting.parameters.by_kind("child_share_of_recruits")[row, kind]
    if len(setting.arrivals.ids) == 0:
        return share
    own = np.where(stream >= 0, setting.arrivals.children_permille[stream], -1)
    share = np.where(own >= 0, own / FULL, share)
    rise = setting.parameters.by_kind("child_share_rise")
    if not rise.any():
        return share
    shut = (FULL - inflow_index(state, setting)[row, kind]) / FULL
    more = np.minimum(share * (1.0 + rise[row, kind] * shut), MOST_CHILDREN)
    return np.where(stream >= 0, np.maximum(more, share), share)


def _raise(state: State, setting: Setting, unit: Int64, strength: Int64) -> None:
    """Put units, by flat index, into the theatre at their starting place, fresh and supplied."""
    if len(unit) == 0:
        return
    roster = setting.roster
    row, number = np.divmod(unit, roster.kind.size)
    kind, stream = roster.kind[number], roster.arrival[number]
    share = child_share(state, setting, row, kind, stream)
    uniform = setting.streams.uniform_at(
        "reinforcement.children", state.day, row, roster.ids[number]
    )
    start = roster.place[number]
    for name, value in {
        "active": True,
        "strength": strength,
        "peak": strength,
        "children": binomial(uniform, strength, share),
        "leaders": np.minimum(roster.leaders[number], strength),
        "place": start,
        "destination": start,
        "next_place": -1,
        "road_left_m": 0,
        "operation": -1,
        "posture": HOLD,
        "readiness": FULL,
        "supply": FULL,
        "broken_until": NEVER,
    }.items():
        getattr(state, name).reshape(-1)[unit] = value
    factions = len(setting.factions)
    total = np.bincount(
        row * factions + roster.faction[number],
        weights=strength,
        minlength=state.ledger["arrived"].size,
    )
    state.ledger["arrived"] += total.reshape(-1, factions).astype(np.int64)
