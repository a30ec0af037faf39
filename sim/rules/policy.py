"""Dated events: stances, truces, agreements, and decisions to leave."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import indices
from sim.state.presence import strength_by_place
from sim.state.setting import Setting
from sim.state.state import FULL, NEVER, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def apply_events(state: State, setting: Setting) -> None:
    """Let the events take effect whose day has come.

    Routes that are opened or closed change the setting itself, before the day begins.
    """
    for day, a, b, stance in setting.stance_events:
        if day == state.day:
            state.stance[:, a, b] = stance
            state.stance[:, b, a] = stance
    for day, a, b, begins in setting.truce_events:
        if day == state.day:
            state.policies["truce"][:, [a, b], [b, a]] = FULL * begins
    for day, factions, share in setting.access_events:
        if day == state.day:
            state.policies["access_agreement"][:, factions] = round(FULL * share)
    if state.given_up is not None:
        _give_up(state, setting, state.given_up)


def access_agreed(state: State) -> Float64 | None:
    """Return the share of access that each faction has agreed to, ``[R, F]``; None for none."""
    agreed = state.policies.get("access_agreement")
    return None if agreed is None else agreed / FULL


def _give_up(state: State, setting: Setting, given_up: Bool) -> None:
    """Let kinds give places up, and note those that stand empty.

    A place is left to others once all kinds of its holder have given it up and nobody of his is
    there, whether he has marched out today or had no garrison there.
    """
    for day, kinds, places in setting.withdrawals:
        if day == state.day:
            given_up[:, np.array(kinds)[:, None], np.array(places)] = True
    places_ = setting.theatre.P
    if not given_up.any():
        return
    known = (state.controller >= 0) & (state.empty_since == NEVER) & given_up.any(axis=1)
    cell = indices(known)
    row, place = cell // places_, cell % places_
    holder = state.controller.take(cell)
    # A kind of another faction has no say in it.
    others = setting.kind_faction != holder[:, None]
    own = given_up[row, :, place] & ~others
    left = own.any(axis=1) & (own | others).all(axis=1)
    left &= strength_by_place(state, setting)[row, holder, place] == 0
    state.empty_since = state.empty_since.copy()
    state.empty_since.reshape(-1)[cell[left]] = state.day
