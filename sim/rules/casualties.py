"""Losses split into dead and wounded, children and leaders among the dead; the wounded recover."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.state.binomial import binomial
from sim.state.picking import indices, row_and_column
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
    if len(hit) == 0:
        return
    unit, losses, killed_share = unit.take(hit), losses.take(hit), killed_share.take(hit)
    uniform = _draw(setting, state.day, unit, "casualties.killed", cause)
    dead = binomial(uniform, losses, killed_share)
    kill(state, setting, unit, dead, cause)
    wounded = losses - dead
    strength = state.strength.reshape(-1).take(unit) - wounded
    state.strength.reshape(-1)[unit] = strength
    state.wounded.reshape(-1)[unit] += wounded
    # Children are wounded in proportion too, and are no more numerous than those fit to fight.
    children = state.children.reshape(-1).take(unit)
    state.children.reshape(-1)[unit] = np.minimum(children, strength)
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
    if len(hit) == 0:
        return
    unit, dead = unit.take(hit), dead.take(hit)
    strength = state.strength.reshape(-1).take(unit)
    young = state.children.reshape(-1).take(unit)
    if children is None:
        children = _children_among(state, setting, unit, dead, strength, young, cause)
    else:
        children = np.maximum(children.take(hit), dead - strength + young)
    state.strength.reshape(-1)[unit] = strength - dead
    state.children.reshape(-1)[unit] = young - children
    leaders = _leaders_among(state, setting, unit, dead, strength, cause)
    _enter(state, setting, unit, dead, "killed")
    _tally(state, setting, unit, dead, "killed")
    _tally(state, setting, unit, children, "children_killed")
    _tally(state, setting, unit, leaders, "leaders_killed")
    lost = indices(leaders)
    head = setting.roster.headquarters[unit.take(lost) % setting.roster.headquarters.size]
    _tally(state, setting, unit.take(lost), leaders.take(lost) * head, "headquarters_killed")


def kill_leaders(state: State, setting: Setting, unit: Int64) -> None:
    """Kill one leader of each unit that has any; ``unit[n]`` are flat indices, each once."""
    unit = unit[(state.leaders.take(unit) > 0) & (state.strength.take(unit) > 0)]
    if len(unit) == 0:
        return
    one = np.ones_like(unit)
    strength = state.strength.take(unit) - 1
    state.strength.reshape(-1)[unit] = strength
    # A leader is no child: only a unit of nothing but children has one less.
    state.children.reshape(-1)[unit] = np.minimum(state.children.take(unit), strength)
    state.leaders.reshape(-1)[unit] -= 1
    state.leader_lost.reshape(-1)[unit] = True
    head = setting.roster.headquarters[unit % setting.roster.headquarters.size]
    _enter(state, setting, unit, one, "killed")
    for name, number in {
        "killed": one,
        "leaders_killed": one,
        "headquarters_killed": one * head,
    }.items():
        _tally(state, setting, unit, number, name)


def _children_among(
    state: State,
    setting: Setting,
    unit: Int64,
    dead: Int64,
    strength: Int64,
    children: Int64,
    cause: str,
) -> Int64:
    lost = np.zeros_like(dead)
    some = indices(children)
    if len(some) == 0:
        return lost
    dead, strength, children = dead.take(some), strength.take(some), children.take(some)
    uniform = _draw(setting, state.day, unit.take(some), "casualties.children", cause)
    among = binomial(uniform, dead, children / np.maximum(strength, 1))
    lost[some] = np.clip(among, dead - (strength - children), np.minimum(children, dead))
    return lost


def _leaders_among(
    state: State, setting: Setting, unit: Int64, dead: Int64, strength: Int64, cause: str
) -> Int64:
    leaders = state.leaders.reshape(-1).take(unit)
    exposure = _by_unit(setting, unit, "leader_exposure")
    chance = np.minimum(1.0, exposure * dead / np.maximum(strength, 1))
    uniform = _draw(setting, state.day, unit, "casualties.leaders", cause)
    lost = np.minimum(binomial(uniform, leaders, chance), dead)
    fell = indices(lost)
    state.leaders.reshape(-1)[unit.take(fell)] -= lost.take(fell)
    state.leader_lost.reshape(-1)[unit.take(fell)] = True
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
    wounded = state.wounded.reshape(-1).take(unit)
    days = _by_unit(setting, unit, "recovery_days")
    uniform = _draw(setting, state.day, unit, "casualties.recovered", "")
    leaving = binomial(uniform, wounded, 1.0 / days)
    gone = ~state.active.reshape(-1).take(unit)
    leaving = np.where(gone, wounded, leaving)
    some = indices(leaving)
    unit, leaving, gone = unit.take(some), leaving.take(some), gone.take(some)
    share = _by_unit(setting, unit, "recovered_share")
    uniform = _draw(setting, state.day, unit, "casualties.invalided", "")
    lost = np.where(gone, leaving, binomial(uniform, leaving, 1.0 - share))
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
    return setting.by_unit(name).reshape(-1).take(unit)


@lru_cache(maxsize=64)
def _id_of_cause(cause: str) -> np.uint64:
    return np.uint64(stable_id("cause", cause))


def _draw(setting: Setting, day: int, unit: Int64, stream: str, cause: str) -> Float64:
    row, number = row_and_column(unit, setting.roster.kind.size)
    ids = setting.roster.ids.take(number) ^ _id_of_cause(cause)
    return setting.streams.uniform_at(stream, day, row, ids)


def _enter(state: State, setting: Setting, unit: Int64, fighters: Int64, column: str) -> None:
    if len(unit) == 0:
        return
    # The first cell of a unit's row and faction, counted in lines of places.
    cell = setting.first_cell_of_unit.reshape(-1).take(unit) // setting.theatre.P
    ledger = state.ledger[column].reshape(-1)
    # Sums of whole numbers are exact in float64.
    ledger += np.bincount(cell, weights=fighters, minlength=ledger.size).astype(np.int64)


def _tally(state: State, setting: Setting, unit: Int64, number: Int64, name: str) -> None:
    some = indices(number)
    if len(some) == 0:
        return
    unit = unit.take(some)
    cell = setting.first_cell_of_unit.reshape(-1).take(unit) + state.place.reshape(-1).take(unit)
    np.add.at(state.tally[name].reshape(-1), cell, number.take(some))
