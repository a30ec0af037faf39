"""Losses split into dead and wounded, children and leaders among the dead; the wounded recover."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.binomial import binomial
from sim.state.picking import indices
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


def inflict(
    state: State, setting: Setting, unit: Int64, losses: Int64, killed_share: Float64, cause: str
) -> None:
    """Take losses from units and enter them in the tallies of the day.

    Each loss is a death with probability ``killed_share``, else a wound. Children and leaders die
    in proportion to their number in the unit (leaders times ``leader_exposure``).

    Parameters
    ----------
    unit : int64 array, shape ``[n]``
        Flat index ``replicate * U + unit`` of the units hit, each at most once.
    losses : int64 array, shape ``[n]``
        Fighters lost, at most the unit's strength.
    killed_share : float64 array, shape ``[n]``
    cause : str
        Names the cause, so that two causes on one day do not share their luck.
    """
    hit = indices(losses > 0)
    unit, losses, killed_share = unit[hit], losses[hit], killed_share[hit]
    if len(unit) == 0:
        return
    uniform = _draw(setting, state.day, unit, "casualties.killed", cause)
    dead = binomial(uniform, losses, killed_share)
    kill(state, setting, unit, dead, cause)
    wounded = losses - dead
    state.strength.reshape(-1)[unit] -= wounded
    state.wounded.reshape(-1)[unit] += wounded
    # Children are wounded in proportion too, and are no more numerous than those fit to fight.
    np.minimum(state.children, state.strength, out=state.children)
    _enter(state, setting, unit, wounded, "wounded")


def kill(
    state: State,
    setting: Setting,
    unit: Int64,
    dead: Int64,
    cause: str,
    children: Int64 | None = None,
) -> None:
    """Kill fighters of units; as :func:`inflict`, with every loss a death.

    ``children`` says how many of the dead are children, where a rule chooses them.
    """
    hit = indices(dead > 0)
    unit, dead = unit[hit], dead[hit]
    if len(unit) == 0:
        return
    strength = state.strength.reshape(-1)[unit]
    if children is None:
        children = _children_among(state, setting, unit, dead, cause)
    else:
        children = np.maximum(children[hit], dead - strength + state.children.reshape(-1)[unit])
    state.strength.reshape(-1)[unit] = strength - dead
    state.children.reshape(-1)[unit] -= children
    leaders = _leaders_among(state, setting, unit, dead, strength, cause)
    _enter(state, setting, unit, dead, "killed")
    _tally(state, setting, unit, dead, "killed")
    _tally(state, setting, unit, children, "children_killed")
    _tally(state, setting, unit, leaders, "leaders_killed")
    head = setting.roster.headquarters[unit % setting.roster.headquarters.size]
    _tally(state, setting, unit, leaders * head, "headquarters_killed")


def _children_among(state: State, setting: Setting, unit: Int64, dead: Int64, cause: str) -> Int64:
    strength = state.strength.reshape(-1)[unit]
    children = state.children.reshape(-1)[unit]
    if not children.any():
        return children
    uniform = _draw(setting, state.day, unit, "casualties.children", cause)
    among = binomial(uniform, dead, children / np.maximum(strength, 1))
    return np.clip(among, dead - (strength - children), np.minimum(children, dead))


def _leaders_among(
    state: State, setting: Setting, unit: Int64, dead: Int64, strength: Int64, cause: str
) -> Int64:
    leaders = state.leaders.reshape(-1)[unit]
    exposure = _by_unit(setting, unit, "leader_exposure")
    chance = np.minimum(1.0, exposure * dead / np.maximum(strength, 1))
    uniform = _draw(setting, state.day, unit, "casualties.leaders", cause)
    lost = np.minimum(binomial(uniform, leaders, chance), dead)
    state.leaders.reshape(-1)[unit] -= lost
    state.leader_lost.reshape(-1)[unit] |= lost > 0
    return lost


def recover_wounded(state: State, setting: Setting) -> None:
    """Let treatment end for some of the wounded.

    Each of the wounded leaves treatment with a daily chance of one in ``recovery_days``; a share
    ``recovered_share`` of those goes back to the unit, the others are invalided. The wounded of
    a unit that is gone are invalided.
    """
    unit = indices(state.wounded > 0)
    if len(unit) == 0:
        return
    wounded = state.wounded.reshape(-1)[unit]
    days = _by_unit(setting, unit, "recovery_days")
    leaving = binomial(
        _draw(setting, state.day, unit, "casualties.recovered", ""), wounded, 1.0 / days
    )
    share = _by_unit(setting, unit, "recovered_share")
    lost = binomial(
        _draw(setting, state.day, unit, "casualties.invalided", ""), leaving, 1.0 - share
    )
    gone = ~state.active.reshape(-1)[unit]
    leaving = np.where(gone, wounded, leaving)
    lost = np.where(gone, wounded, lost)
    state.wounded.reshape(-1)[unit] -= leaving
    state.strength.reshape(-1)[unit] += leaving - lost
    _enter(state, setting, unit, leaving - lost, "recovered")
    _enter(state, setting, unit, lost, "invalided")


def remove_fighters(
    state: State, setting: Setting, unit: Int64, fighters: Int64, column: str
) -> None:
    """Take fighters out of units who are neither killed nor wounded (``captured``, ``departed``).

    Children leave in proportion, rounded down.
    """
    strength = state.strength.reshape(-1)[unit]
    children = state.children.reshape(-1)[unit]
    state.strength.reshape(-1)[unit] = strength - fighters
    state.children.reshape(-1)[unit] = children - children * fighters // np.maximum(strength, 1)
    _enter(state, setting, unit, fighters, column)


def capture_wounded(state: State, setting: Setting, unit: Int64) -> None:
    """Let the wounded of units fall into the enemy's hands (``captured``)."""
    wounded = state.wounded.reshape(-1)[unit]
    state.wounded.reshape(-1)[unit] = 0
    _enter(state, setting, unit, wounded, "captured")


def retire_destroyed(state: State) -> None:
    """Take units out of the theatre that have nobody left, fit or wounded."""
    gone = state.active & (state.strength + state.wounded <= 0)
    state.active &= ~gone
    state.leaders[gone] = 0
    state.children[gone] = 0
    state.operation[gone] = -1
    state.next_place[gone] = -1
    state.road_left_m[gone] = 0


def _by_unit(setting: Setting, unit: Int64, name: str) -> Float64:
    row, number = np.divmod(unit, setting.roster.kind.size)
    return setting.parameters.by_kind(name)[row, setting.roster.kind[number]]


def _draw(setting: Setting, day: int, unit: Int64, stream: str, cause: str) -> Float64:
    row, number = np.divmod(unit, setting.roster.kind.size)
    ids = setting.roster.ids[number] ^ np.uint64(stable_id("cause", cause))
    return setting.streams.uniform_at(stream, day, row, ids)


def _enter(state: State, setting: Setting, unit: Int64, fighters: Int64, column: str) -> None:
    row, number = np.divmod(unit, setting.roster.kind.size)
    cell = row * len(setting.factions) + setting.roster.faction[number]
    np.add.at(state.ledger[column].reshape(-1), cell, fighters)


def _tally(state: State, setting: Setting, unit: Int64, number: Int64, name: str) -> None:
    if not number.any():
        return
    cell = setting.first_cell_of_unit.reshape(-1)[unit] + state.place.reshape(-1)[unit]
    np.add.at(state.tally[name].reshape(-1), cell, number)
