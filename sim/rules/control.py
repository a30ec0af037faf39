"""Who holds a place: clearing, capture, and the void that a withdrawal leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import indices, rows_of
from sim.state.presence import enemy_fighters, strength_by_place, sum_by_place
from sim.state.setting import Setting
from sim.state.state import NEVER, WITHDRAW, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def clear_and_capture(state: State, setting: Setting) -> None:
    """Let fighters who stand alone in an enemy's place clear it, and take it when it is cleared.

    A faction clears a place that is not its own while no enemy of it stands there and the holder
    is hostile to it or nobody. Each of its fighters clears ``clearing_km2_per_fighter_day``. Of
    several such factions the strongest is the captor. Work done is lost when the captor changes
    or leaves; a place is captured when its whole area is cleared.
    """
    strength = strength_by_place(state, setting)
    captor = _captors(state, setting, strength)
    same = (captor == state.captor) & (captor >= 0)
    state.cleared_m2 = state.cleared_m2 * same + _clearing_m2(state, setting, captor)
    state.captor = captor
    taken = indices((captor >= 0) & (state.cleared_m2 >= setting.theatre.area_m2))
    _change_hands(state, taken, captor.take(taken))
    _fill_voids(state, setting, strength)


def note_withdrawals(state: State, setting: Setting, morning_place: Int64) -> None:
    """Remember places that their holder's fighters left by order and that stand empty since.

    ``morning_place[R, U]`` is where each unit stood before it marched.
    """
    places, units = setting.theatre.P, setting.roster.kind.size
    unit = indices(state.posture == WITHDRAW)
    before = morning_place.take(unit)
    gone = (state.place.take(unit) != before) | (state.next_place.take(unit) >= 0)
    gone &= state.active.take(unit) & (state.strength.take(unit) > 0)
    left = unit // units * places + before
    gone &= state.controller.take(left) == setting.roster.faction[unit % units]
    left = left[gone]
    known = indices(state.empty_since != NEVER)
    if len(left) == 0 and len(known) == 0:
        return
    strength = strength_by_place(state, setting)
    state.empty_since = state.empty_since.copy()
    empty_since = state.empty_since.reshape(-1)
    empty_since[left] = state.day
    concerned = np.concatenate([known, left])
    empty_since[concerned[_of_holder(strength, state, concerned) > 0]] = NEVER


def _of_holder(values: Float64, state: State, at: Int64) -> Float64:
    """Read ``values[R, F, P]`` for the faction that holds each place ``at[n]``, a flat index.

    0 where nobody holds it.
    """
    factions, places = values.shape[1:]
    row, place = np.divmod(at, places)
    holder = state.controller.take(at)
    return values.take((row * factions + holder) * places + place) * (holder >= 0)


def _captors(state: State, setting: Setting, strength: Float64) -> Int64:
    """Return who could clear each place, -1 for none, int64 ``[R, P]``."""
    factions, places = strength.shape[1:]
    captor = np.full_like(state.captor, -1)
    alone = indices((strength > 0) & (enemy_fighters(strength, state) == 0))
    row, faction = alone // (factions * places), alone // places % factions
    at = row * places + alone % places
    holder = state.controller.take(at)
    against = (holder < 0) | (state.stance[row, faction, holder] < 0)
    alone, faction, at = alone[against], faction[against], at[against]
    if len(at) == 0:
        return captor
    claim = strength.take(alone)
    order = np.lexsort((faction, -claim, at))
    if ((np.diff(at[order]) == 0) & (np.diff(claim[order]) == 0)).any():
        # A keyed fraction of a fighter settles ties, whatever the factions' order in the table.
        claim += _tie_break(state, setting).take(alone)
        order = np.lexsort((faction, -claim, at))
    best = order[np.diff(at[order], prepend=-1) > 0]
    captor.reshape(-1)[at[best]] = faction[best]
    return captor


def _tie_break(state: State, setting: Setting) -> Float64:
    """Draw a number below 1 for each faction and place, keyed by the units that stand there."""
    uniform = setting.streams.uniform("control.tie", state.day, setting.roster.ids)
    drawn = np.rint(uniform * 1e6).astype(np.int64)
    total = sum_by_place(state, setting, drawn, state.standing)
    return np.mod(total, 1e6) / 1e6


def _clearing_m2(state: State, setting: Setting, captor: Int64) -> Int64:
    """Return what the captor's fighters clear in each place today, int64 ``[R, P]``."""
    here = rows_of(len(captor)) * captor.shape[1] + state.place
    unit = indices((captor.take(here) == setting.roster.faction) & state.standing)
    work = np.rint(setting.derived(_clearing_m2_per_fighter).take(unit) * state.strength.take(unit))
    total = np.bincount(here.take(unit), weights=work, minlength=captor.size)
    return total.reshape(captor.shape).astype(np.int64)


def _clearing_m2_per_fighter(setting: Setting) -> Float64:
    rate = setting.parameters.by_kind("clearing_km2_per_fighter_day")
    return 1e6 * rate[:, setting.roster.kind]


def _change_hands(state: State, taken: Int64, new_holder: Int64) -> None:
    """Give the places ``taken[n]``, flat indices, to their new holders."""
    if len(taken) == 0:
        return
    for name, value in {
        "controller": new_holder,
        "changed_day": state.day,
        "captor": -1,
        "cleared_m2": 0,
        "empty_since": NEVER,
    }.items():
        changed = getattr(state, name).copy()
        changed.reshape(-1)[taken] = value
        setattr(state, name, changed)


def _fill_voids(state: State, setting: Setting, strength: Float64) -> None:
    """Let a neighbour who is no enemy of the holder take over a place left empty by order.

    It needs a kind with ``fills_void`` of at least one half, fighters of its faction in a
    place within contact reach, nobody left inside, and ``control.void_days`` since the withdrawal.
    """
    factions, places = strength.shape[1:]
    empty = indices((state.empty_since != NEVER) & (state.controller >= 0))
    row, place = np.divmod(empty, places)
    days = np.rint(setting.parameters.column("control.void_days")[row, 0])
    due = state.day - state.empty_since.take(empty) >= days
    due &= strength[row, :, place].sum(axis=1) == 0
    empty, row, place = empty[due], row[due], place[due]
    if len(empty) == 0:
        return
    holder = state.controller.take(empty)[:, None]
    faction = np.arange(factions)
    willing = (state.stance[row[:, None], faction, holder] >= 0) & (holder != faction)
    willing &= setting.derived(_factions_that_fill)[row]
    claim = _beside(setting, strength, row, place) * willing
    if (np.count_nonzero(claim, axis=1) > 1).any():
        # Less than a fighter, so that it settles nothing but a tie.
        ties = _beside(setting, _tie_break(state, setting), row, place)
        claim = np.where(claim > 0, claim + np.mod(ties, 1.0), 0.0)
    filled = indices(claim.max(axis=1) > 0)
    _change_hands(state, empty[filled], claim.argmax(axis=1)[filled])


def _beside(setting: Setting, values: Float64, row: Int64, place: Int64) -> Float64:
    """Sum ``values[R, F, P]`` over the places within contact reach of some, float64 ``[n, F]``."""
    total = np.zeros((len(row), values.shape[1]))
    for slot in range(setting.theatre.neighbour.shape[1]):
        near = indices(setting.near[place, slot])
        total[near] += values[row[near], :, setting.theatre.neighbour[place[near], slot]]
    return total


def _factions_that_fill(setting: Setting) -> Bool:
    by_kind = setting.parameters.by_kind("fills_void") >= 0.5
    fills = np.zeros((by_kind.shape[0], len(setting.factions)), dtype=np.bool_)
    for kind, faction in enumerate(setting.kind_faction):
        fills[:, faction] |= by_kind[:, kind]
    return fills
