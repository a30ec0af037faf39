"""Headquarters: they rest the units of their province, and miss a leader for a while."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import rows_of
from sim.state.posts import Posts, posts_of
from sim.state.setting import Setting
from sim.state.state import FULL, NEVER, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def hand_over_command(state: State, setting: Setting) -> None:
    """Let a gap begin where a headquarters lost a leader today, and a successor end it.

    The gap lasts ``command.gap_days`` from tomorrow on. Then each headquarters of the post that
    still has fighters has one leader at least. A headquarters that is destroyed is not replaced.
    """
    posts = setting.derived(posts_of)
    if posts is None:
        return
    until = state.command_gap_until
    assert until is not None
    row, number = np.nonzero(state.leader_lost[:, posts.unit])
    if len(row):
        days = np.rint(setting.parameters.of_rows("command.gap_days", row)).astype(np.int64)
        np.maximum.at(until, (row, posts.post[number]), state.day + days)
    over = (until > NEVER) & (until <= state.day)
    if not over.any():
        return
    fit = state.active[:, posts.unit] & (state.strength[:, posts.unit] > 0)
    row, number = np.nonzero(over[:, posts.post] & fit)
    unit = posts.unit[number]
    state.leaders[row, unit] = np.maximum(state.leaders[row, unit], 1)


def fire_kept(state: State, setting: Setting, row: Int64, number: Int64) -> Float64 | None:
    """Return the share of its fire that a unit keeps while its post lacks a leader.

    Parameters
    ----------
    row, number : int64 arrays, shape ``[n]``
        Replicate row and number of each unit.

    Returns
    -------
    float64 array, shape ``[n]``, 1 without a gap; None where the scenario has no posts.
    """
    posts = setting.derived(posts_of)
    if posts is None:
        return None
    post = posts.of_kind[setting.roster.kind.take(number), state.place[row, number]]
    lost = setting.parameters.of_rows("command.gap_loss", row)
    return 1.0 - lost * (_in_gap(state)[row, post] & (post >= 0))


def rested_under_command(state: State, setting: Setting, rested: Int64) -> Int64:
    """Return what rest gives units, ``[R, U]``: more where a headquarters commands them.

    ``rested`` is what it gives them otherwise. A headquarters commands the units of its kind in
    places of its province while it has fighters and a leader, and no gap.
    """
    posts = setting.derived(posts_of)
    if posts is None:
        return rested
    post = posts.of_kind[setting.roster.kind, state.place]
    commanded = _has_leader(state, posts)[rows_of(len(post)), post] & (post >= 0)
    return np.where(commanded, setting.derived(_rested_quickly), rested)


def _in_gap(state: State) -> Bool:
    assert state.command_gap_until is not None
    gap: Bool = state.command_gap_until >= state.day
    return gap


def _has_leader(state: State, posts: Posts) -> Bool:
    """Return the posts whose headquarters work today, ``[R, C]``."""
    lives = state.active[:, posts.unit] & (state.strength[:, posts.unit] > 0)
    lives &= state.leaders[:, posts.unit] > 0
    found = np.zeros((len(lives), posts.number), dtype=np.bool_)
    row, number = np.nonzero(lives)
    found[row, posts.post[number]] = True
    return found & ~_in_gap(state)


def _rested_quickly(setting: Setting) -> Int64:
    """Return what rest under command gives, in thousandths, ``[R, U]``."""
    kind = setting.roster.kind
    gained = FULL * setting.parameters.by_kind("readiness_gained_per_day")[:, kind]
    gained = gained * setting.parameters.column("command.readiness_gain_factor")
    return np.rint(gained).astype(np.int64)
