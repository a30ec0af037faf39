"""What every commander reads of the morning's situation, worked out once a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.state.presence import (
    any_beside,
    enemies_by_place,
    friends_by_place,
    held_by_enemy,
    held_by_friend,
    strength_by_place,
)
from sim.state.setting import Setting
from sim.state.state import State

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Picture:
    """Arrays of shape ``[R, F, P]``.

    Attributes
    ----------
    strength, friends, enemies : float64
        Fighters of the faction, of it and its allies, and of its enemies, who stand in a place.
    friendly, hostile : bool
        Whether the place is held by the faction or an ally, or by an enemy.
    visible : bool
        Whether the faction sees who stands there: it or an ally holds the place or stands in it
        or beside it.
    frontline : bool
        Whether a place that the faction or an ally holds touches one that an enemy holds or
        stands in.
    """

    strength: Float64
    friends: Float64
    enemies: Float64
    friendly: Bool
    hostile: Bool
    visible: Bool
    frontline: Bool


def take_picture(state: State, setting: Setting) -> Picture:
    """Work out the morning's picture."""
    strength = strength_by_place(state, setting)
    enemies = enemies_by_place(strength, state)
    friends = friends_by_place(strength, state)
    friendly, hostile = held_by_friend(state), held_by_enemy(state)
    ours = friendly | (friends > 0)
    threat = hostile | (enemies > 0)
    return Picture(
        strength=strength,
        friends=friends,
        enemies=enemies,
        friendly=friendly,
        hostile=hostile,
        visible=ours | any_beside(ours, setting.beside),
        frontline=friendly & (threat & (enemies > 0) | any_beside(threat, setting.beside)),
    )
