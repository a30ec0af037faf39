"""What a worker gives back of some replicates of an ensemble: small arrays, no daily record."""

from __future__ import annotations

from dataclasses import dataclass
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.app.worker_process import stop_if_unwanted
from sim.engine.simulation import Simulation
from sim.outcomes.compute import compute_outcomes
from sim.outcomes.history import History
from sim.outcomes.values import OutcomeValues

if TYPE_CHECKING:
    from sim.engine.chunks import Chunk
    from sim.theatre.territory import Territory

Series = NDArray[np.int32] | NDArray[np.float32]


@dataclass(frozen=True)
class FuturePart:
    """Some replicates of an ensemble, day by day, as far as pictures of it need them.

    Attributes
    ----------
    numbers : int64 array, shape ``[R]``
        Replicate numbers.
    series : dict of series id to int32 or float32 array, shape ``[R, F, D]``
        End-of-day values of each faction over the whole map: ``reported_killed`` and ``killed``
        (fighters, from the start), ``strength`` (fighters), ``districts_held``, ``places_held``
        (places) and ``territory_km2``.
    holders : int32 array, shape ``[D, P, F + 1]``
        Number of replicates in which the faction holds the place at the end of the day; in the
        last column, in which nobody does.
    outcomes : dict of outcome id to OutcomeValues
    seconds : float
        Processor time that it took.
    """

    numbers: NDArray[np.int64]
    series: dict[str, Series]
    holders: NDArray[np.int32]
    outcomes: dict[str, OutcomeValues]
    seconds: float


def run_part(chunk: Chunk) -> FuturePart:
    """Simulate some replicates of a scenario; to be run in a worker.

    A replicate comes out as it does alone, and in :class:`sim.Ensemble`.

    Raises
    ------
    StoppedError
        If the worker hears meanwhile that nobody wants it.
    """
    started = process_time()
    simulation = Simulation(
        chunk.scenario,
        seed=chunk.seed,
        replicates=chunk.replicates,
        parameters=chunk.parameters,
        kinds=chunk.kinds,
        until=chunk.until,
    )
    while not simulation.finished:
        stop_if_unwanted()
        simulation.step()
    history = simulation.history
    return FuturePart(
        numbers=chunk.replicates,
        series=series_of(history, simulation.setting.theatre.territory),
        holders=holder_counts(history.controller, len(history.factions)),
        outcomes=compute_outcomes(chunk.scenario, history),
        seconds=process_time() - started,
    )


def series_of(history: History, territory: Territory) -> dict[str, Series]:
    """Return the series of a :class:`FuturePart`."""
    places = np.ones(len(history.places), np.int64)
    districts = (history.city >= 0).astype(np.int64)
    area = territory.area_m2_of_place
    factions = len(history.factions)
    return {
        "reported_killed": _from_the_start(history.reported_killed),
        "killed": _from_the_start(history.killed),
        "strength": _by_replicate(_over_places(history.strength)).astype(np.int32),
        "districts_held": held(history.controller, factions, districts).astype(np.int32),
        "places_held": held(history.controller, factions, places).astype(np.int32),
        "territory_km2": (held(history.controller, factions, area) / 1e6).astype(np.float32),
    }


def _over_places(counts: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return counts ``[D, R, F, P]`` added up over the places, ``[D, R, F]``."""
    return counts.sum(axis=3, dtype=np.int64)


def _from_the_start(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return counts of a day ``[D, R, F, P]`` as totals so far, ``[R, F, D]``."""
    return _by_replicate(_over_places(counts).cumsum(axis=0)).astype(np.int32)


def _by_replicate(values: NDArray[Any]) -> NDArray[Any]:
    """Return ``[D, R, F]`` as ``[R, F, D]``, in order in memory."""
    return np.ascontiguousarray(values.transpose(1, 2, 0))


def held(
    controller: NDArray[np.int8], factions: int, worth: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return what each faction holds at the end of each day.

    Parameters
    ----------
    controller : int8 array, shape ``[D, R, P]``
    factions : int
        Number of factions, F.
    worth : int64 array, shape ``[P]``
        What a place counts for: whole numbers, whose sum is the same in any order.

    Returns
    -------
    int64 array, shape ``[R, F, D]``
    """
    sums = [(controller == faction) @ worth for faction in range(factions)]
    return _by_replicate(np.stack(sums, axis=2))


def holder_counts(controller: NDArray[np.int8], factions: int) -> NDArray[np.int32]:
    """Count the replicates in which each faction holds each place, and in which nobody does.

    Parameters
    ----------
    controller : int8 array, shape ``[D, R, P]``
    factions : int
        Number of factions, F.

    Returns
    -------
    int32 array, shape ``[D, P, F + 1]``
    """
    holders = [*range(factions), -1]
    counts = [np.count_nonzero(controller == holder, axis=1) for holder in holders]
    return np.stack(counts, axis=2).astype(np.int32)
