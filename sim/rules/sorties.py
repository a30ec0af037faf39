"""How many strikes a wing flies on a day, and what claims beyond the map take of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.state.air import AirTasks, air_tasks
from sim.state.binomial import poisson
from sim.state.picking import indices
from sim.state.setting import Setting
from sim.state.state import State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

MOST_SORTIES = 64  # a wing's drawn day above this many is cut to it; the data's busiest has 31
MOST_GIVEN = 1000  # of a date for which the scenario gives the number, whatever the factor


@dataclass(frozen=True)
class Sorties:
    """Strikes that fly, one element each: replicate row, and an id for all that it draws."""

    row: Int64
    ids: NDArray[np.uint64]

    def where(self, chosen: Bool | Int64) -> Sorties:
        """Return those that are chosen, by truths or by indices."""
        return Sorties(self.row[chosen], self.ids[chosen])


def sorties_of_day(state: State, setting: Setting, wing: int, asked: Float64) -> Sorties:
    """Return the strikes that a wing flies today, those for fronts beyond the map included.

    The number is that of ``sorties.csv`` for the date, or else Poisson with the mean
    ``strikes_per_day``; each times the factor of the latest event. A wing that flies for requests
    alone stays on the ground where ``asked[R]``, the weight of the theatre's requests, is 0.
    """
    tasks = setting.derived(air_tasks)
    row = np.arange(len(asked)) if tasks.tasked[wing] else indices(asked > 0)
    number = _number(state, setting, tasks, wing, row)
    first = np.cumsum(number) - number
    sortie = np.arange(number.sum()) - np.repeat(first, number)
    return Sorties(np.repeat(row, number), setting.air_wings.ids[wing] ^ sortie.astype(np.uint64))


def left_by_claims(
    state: State, setting: Setting, wing: int, sorties: Sorties, asked: Float64
) -> Sorties:
    """Return the sorties that claims beyond the map leave to the requests of the theatre.

    Each of the two takes a part in proportion to its weight; ``asked[R]`` is that of the theatre.
    """
    claimed = setting.derived(air_tasks).claims(wing, state.day)
    if not claimed.any():
        return sorties
    total = asked + claimed
    share = np.where(claimed > 0, asked / np.where(total > 0, total, 1.0), 1.0)
    uniform = setting.streams.uniform_at("air.claims", state.day, sorties.row, sorties.ids)
    return sorties.where(uniform < share[sorties.row])


def _number(state: State, setting: Setting, tasks: AirTasks, wing: int, row: Int64) -> Int64:
    """Return the strikes of a wing today, ``[n]``."""
    ids = setting.air_wings.ids[wing : wing + 1]
    uniform = setting.streams.uniform_at("air.sorties", state.day, row, ids)
    given, factor = tasks.sorties[state.day, wing], tasks.factor[state.day, wing]
    if given < 0:
        mean = setting.air_wings.strikes_per_day[row, wing] * factor
        return np.minimum(poisson(uniform, mean), MOST_SORTIES)
    # A fraction is rounded up or down with the right mean.
    return np.minimum(np.floor(given * factor + uniform).astype(np.int64), MOST_GIVEN)
