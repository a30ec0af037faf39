"""Civilians whom air strikes kill in places where people live."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.rules.air_tasks import Struck
from sim.state.binomial import poisson
from sim.state.picking import indices
from sim.state.setting import Setting
from sim.state.state import FULL, State

Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Collateral:
    """What the strikes of a day would kill in towns whose people are all there.

    ``permille`` is thousandths of a civilian, int64 ``[R, P]``, or None where the scenario does
    not simulate civilians.
    """

    permille: Int64 | None

    @classmethod
    def none(cls, state: State) -> Collateral:
        """Return that of no strikes."""
        killed = state.civilians_killed
        return cls(None if killed is None else np.zeros_like(killed))

    def add(self, strikes: Struck, permille: int) -> None:
        """Add strikes, each of which kills so many thousandths."""
        if self.permille is not None and permille > 0:
            np.add.at(self.permille, (strikes.row, strikes.place), permille)

    def kill(self, state: State, setting: Setting) -> None:
        """Draw the dead: Poisson by place, fewer where people have fled, at most those there."""
        if self.permille is None or state.people is None:
            return
        assert state.civilians_killed is not None
        cell = indices(self.permille * (setting.theatre.population > 0))
        if len(cell) == 0:
            return
        row, place = np.divmod(cell, setting.theatre.P)
        there = state.people.residents.take(cell) + state.people.displaced.take(cell)
        crowd = np.minimum(there / setting.theatre.population[place], 1.0)
        mean = self.permille.take(cell) / FULL * crowd
        ids = setting.place_ids[place]
        uniform = setting.streams.uniform_at("air.civilians", state.day, row, ids)
        dead = np.minimum(poisson(uniform, mean), there)
        state.civilians_killed.reshape(-1)[cell] += dead
