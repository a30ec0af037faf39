"""Who holds a place: clearing, capture, and the void that a withdrawal leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import pick
from sim.state.presence import enemies_by_place, held_by_enemy, strength_by_place, sum_by_place
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
    captor, fighters = _captors(state, setting, strength)
    same = (captor == state.captor) & (captor >= 0)
    work = _clearing_m2(state, setting, captor)
    state.cleared_m2 = np.where(same, state.cleared_m2, 0) + np.where(fighters > 0, work, 0)
    state.captor = captor
    taken = (captor >= 0) & (state.cleared_m2 >= setting.theatre.area_m2)
    _change_hands(state, taken, captor)
    _fill_voids(state, setting, strength)


def note_withdrawals(state: State, setting: Setting, morning_place: Int64) -> None:
    """Remember places that their holder's fighters left by order and that stand empty since.

    ``morning_place[R, U]`` is where each unit stood before it marched.
    """
    now = _of_holder(strength_by_place(state, setting), state)
    gone = (state.place != morning_place) | (state.next_place >= 0)
    gone &= state.active & (state.posture == WITHDRAW)
    left = sum_by_place(state, setting, state.strength, gone, morning_place)
    emptied = (_of_holder(left, state) > 0) & (now == 0)
    state.empty_since = np.where(now > 0, NEVER, np.where(emptied, state.day, state.empty_since))


def _of_holder(values: Float64, state: State) -> Float64:
    """Read ``[R, F, P]`` for the faction that holds each place, ``[R, P]``; 0 where none does."""
    holder = np.maximum(state.controller, 0)
    picked = np.take_along_axis(values, holder[:, None, :], axis=1)[:, 0]
    return np.where(state.controller >= 0, picked, 0.0)


def _captors(state: State, setting: Setting, strength: Float64) -> tuple[Int64, Float64]:
    """Return who could clear each place (-1 none) and with how many fighters, ``[R, P]``."""
    factions = strength.shape[1]
    alone = (strength > 0) & (enemies_by_place(strength, state) == 0)
    claimant = alone & (held_by_enemy(state) | (state.controller < 0)[:, None])
    claim = np.where(claimant, strength, -1.0)
    strongest = claimant & (claim == claim.max(axis=1, keepdims=True))
    if (strongest.sum(axis=1) > 1).any():
        # A keyed fraction of a fighter settles ties, whatever the factions' order in the table.
        claim += np.where(claimant, _tie_break(state, setting, factions), 0.0)
    best = claim.argmax(axis=1)
    top = np.take_along_axis(claim, best[:, None, :], axis=1)[:, 0]
    fighters = np.take_along_axis(strength, best[:, None, :], axis=1)[:, 0]
    found = top > 0
    return np.where(found, best, -1), np.where(found, fighters, 0.0)


def _tie_break(state: State, setting: Setting, factions: int) -> Float64:
    """Draw a number below 1 for each faction and place, keyed by the units that stand there."""
    uniform = setting.streams.uniform("control.tie", state.day, setting.roster.ids)
    drawn = np.rint(uniform * 1e6).astype(np.int64)
    total = sum_by_place(state, setting, drawn, state.standing)
    return np.mod(total, 1e6) / 1e6


def _clearing_m2(state: State, setting: Setting, captor: Int64) -> Int64:
    rate = setting.parameters.by_kind("clearing_km2_per_fighter_day")[:, setting.roster.kind]
    work = np.rint(1e6 * rate * state.strength)
    by_faction = sum_by_place(state, setting, work, state.standing)
    picked = np.take_along_axis(by_faction, np.maximum(captor, 0)[:, None, :], axis=1)[:, 0]
    return np.where(captor >= 0, picked, 0).astype(np.int64)


def _change_hands(state: State, taken: Bool, new_holder: Int64) -> None:
    state.controller = np.where(taken, new_holder, state.controller)
    state.changed_day = np.where(taken, state.day, state.changed_day)
    state.captor = np.where(taken, -1, state.captor)
    state.cleared_m2 = np.where(taken, 0, state.cleared_m2)
    state.empty_since = np.where(taken, NEVER, state.empty_since)


def _fill_voids(state: State, setting: Setting, strength: Float64) -> None:
    """Let a neighbour who is no enemy of the holder take over a place left empty by order.

    It needs a kind with ``fills_void`` of at least one half, fighters of its faction in a
    place within contact reach, nobody left inside, and ``control.void_days`` since the withdrawal.
    """
    days = np.rint(setting.parameters.column("control.void_days")).astype(np.int64)
    empty = (state.empty_since != NEVER) & (state.day - state.empty_since >= days)
    empty &= (strength.sum(axis=1) == 0) & (state.controller >= 0)
    if not empty.any():
        return
    fills = _factions_that_fill(setting)
    holder = np.maximum(state.controller, 0)
    tie = _tie_break(state, setting, strength.shape[1])
    beside, ties = np.zeros_like(strength), np.zeros_like(strength)
    for slot in range(setting.theatre.neighbour.shape[1]):
        near = setting.near[:, slot]
        there = setting.theatre.neighbour[near, slot]
        beside[:, :, near] += strength[:, :, there]
        ties[:, :, near] += tie[:, :, there]
    # Less than a fighter, so that it settles nothing but a tie.
    claimed = np.where(beside > 0, beside + np.mod(ties, 1.0), 0.0)
    claim = np.zeros_like(strength)
    for faction in range(strength.shape[1]):
        stance = pick(state.stance[:, faction], holder)
        willing = (stance >= 0) & (holder != faction) & fills[:, faction, None]
        claim[:, faction] = np.where(willing & empty, claimed[:, faction], 0)
    _change_hands(state, claim.max(axis=1) > 0, claim.argmax(axis=1))


def _factions_that_fill(setting: Setting) -> Bool:
    by_kind = setting.parameters.by_kind("fills_void") >= 0.5
    fills = np.zeros((by_kind.shape[0], len(setting.factions)), dtype=np.bool_)
    for kind, faction in enumerate(setting.kind_faction):
        fills[:, faction] |= by_kind[:, kind]
    return fills
