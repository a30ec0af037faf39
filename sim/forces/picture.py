"""What commanders read of the morning's situation, worked out once a day."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.state.presence import any_beside, strength_by_place
from sim.state.setting import Setting
from sim.state.state import State

Int8 = NDArray[np.int8]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


class FactionPicture:
    """What one faction reads of the morning; arrays of shape ``[R, P]``.

    Attributes
    ----------
    strength, friends, enemies : float64
        Fighters of the faction, of it and its allies, and of its enemies, who stand in a place.
    held, friendly, hostile : bool
        Whether the place is held by the faction, by it or an ally, or by an enemy.
    at_truce : bool, or None
        Whether it is held by somebody with whom there is a truce; None where no event begins one.
    """

    def __init__(self, state: State, setting: Setting, faction: int, strength: Float64) -> None:
        stance = state.stance[:, faction]
        self._setting = setting
        self.strength = strength[faction]
        self.friends = _sum_where(stance > 0, strength)
        self.enemies = _sum_where(stance < 0, strength)
        self.held = state.controller == faction
        stance_of_holder = _stance_of_holder(state, stance)
        self.friendly = stance_of_holder > 0
        self.hostile = stance_of_holder < 0
        truce = state.policies.get("truce")
        for values in (self.strength, self.friends, self.enemies, self.held):
            values.setflags(write=False)
        self.friendly.setflags(write=False)
        self.hostile.setflags(write=False)
        self.at_truce = None if truce is None else _stance_of_holder(state, truce[:, faction]) > 0

    @cached_property
    def visible(self) -> Bool:
        """Whether the faction sees who stands there.

        It does where it or an ally holds the place or stands in it or beside it.
        """
        ours = self.friendly | (self.friends > 0)
        return ours | any_beside(ours, self._setting.joined)

    @cached_property
    def frontline(self) -> Bool:
        """Whether a place of the faction or an ally touches one that an enemy holds or stands in.

        An enemy in the place itself counts too.
        """
        present = self.enemies > 0
        threat = self.hostile | present
        if self.at_truce is not None:  # who may be an enemy again is watched
            threat |= self.at_truce
        return self.friendly & (present | any_beside(threat, self._setting.joined))

    @cached_property
    def safe(self) -> Bool:
        """Whether the faction or an ally holds the place and no enemy stands in it."""
        return self.friendly & (self.enemies == 0)


class Picture:
    """The morning as the factions see it, each worked out when it is first asked for."""

    def __init__(self, state: State, setting: Setting) -> None:
        self._state, self._setting = state, setting
        self._strength = np.ascontiguousarray(strength_by_place(state, setting).swapaxes(0, 1))
        self._of: dict[int, FactionPicture] = {}

    def of(self, faction: int) -> FactionPicture:
        """Return what a faction reads of the morning."""
        if faction not in self._of:
            self._of[faction] = FactionPicture(self._state, self._setting, faction, self._strength)
        return self._of[faction]


def take_picture(state: State, setting: Setting) -> Picture:
    """Count who stands where this morning."""
    return Picture(state, setting)


def _sum_where(counts: Bool, strength: Float64) -> Float64:
    """Sum ``strength[F, R, P]`` over the factions that count, ``counts[R, F]``."""
    total = np.zeros(strength.shape[1:])
    for faction in range(len(strength)):
        counted = counts[:, faction, None]
        if counted.all():
            total += strength[faction]
        elif counted.any():
            total += counted * strength[faction]
    return total


def _stance_of_holder(state: State, stance: NDArray[np.int64]) -> Int8:
    """Return the stance, of those ``[R, F]``, towards the holder of each place; int8 ``[R, P]``."""
    replicates, factions = stance.shape
    padded = np.zeros((replicates, factions + 1), dtype=np.int8)
    padded[:, 1:] = np.sign(stance)  # a place that nobody holds, -1, counts as neutral
    first = np.arange(1, padded.size + 1, factions + 1)
    return padded.reshape(-1).take(state.controller + first[:, None])
