"""Fear of those who are known for terror."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.faction_bits import sum_of
from sim.state.presence import hostile, sum_by_place
from sim.state.setting import Setting
from sim.state.state import FULL, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


def feared_by_place(state: State, setting: Setting) -> Float64 | None:
    """Return the fighters of each faction in each place times their terror, ``[R, F, P]``.

    In thousandths, whole numbers; None where no kind is feared.
    """
    feared = setting.derived(_terror_of_units)
    if feared is None:
        return None
    return sum_by_place(state, setting, state.strength * feared, state.standing)


def fear_of_enemies(
    state: State, feared: Float64, row: Int64, faction: Int64, place: Int64, enemies: Float64
) -> Float64:
    """Return the mean terror of the enemies whom units share their place with, ``[n]``.

    It is ``any_kind.terror`` averaged over the enemy's fighters.

    Parameters
    ----------
    feared : float64 array, shape ``[R, F, P]``
        As :func:`feared_by_place` gives it.
    row, faction, place : int64 arrays, shape ``[n]``
        Of each unit.
    enemies : float64 array, shape ``[n]``
        Fighters hostile to it there.
    """
    total = sum_of(feared, hostile(state), row, faction, place)
    return total / (FULL * np.maximum(enemies, 1.0))


def terror_of_factions(setting: Setting) -> Float64 | None:
    """Return how feared each faction is, ``[R, F]``: that of its most feared kind.

    None where nobody is feared. Ask by ``setting.derived(terror_of_factions)``.
    """
    by_kind = setting.parameters.by_kind("terror")
    if not by_kind.any():
        return None
    terror = np.zeros((len(by_kind), len(setting.factions)))
    for kind, faction in enumerate(setting.kind_faction):
        terror[:, faction] = np.maximum(terror[:, faction], by_kind[:, kind])
    return terror


def _terror_of_units(setting: Setting) -> Int64 | None:
    """Return the terror of each unit in thousandths, ``[R, U]``, or None for nobody's."""
    terror = np.rint(FULL * setting.by_unit("terror")).astype(np.int64)
    return terror if terror.any() else None
