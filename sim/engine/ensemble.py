"""Many replicates of a scenario at once, in chunks, for their outcomes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.engine.chunks import Chunk, ChunkResult, run_chunks
from sim.engine.posterior import PosteriorChoice, used_posterior
from sim.engine.simulation import commanders_of
from sim.engine.sources import scenario_of
from sim.forces import Commander
from sim.outcomes.values import OutcomeValues
from sim.state.ledger import COUNTS

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.scenario.schema import Scenario

MOST_CHUNK = 256  # replicates at once; the cost per replicate is flat from about 128 on
CHUNK_STEP = 16
# Of the daily record of a chunk, by far the largest of its arrays. Less than half of it is ever
# written to, and memory that is not takes no room; with the rest of the state, and what measures
# need for a while, a process stays below 1 GB.
MOST_HISTORY_BYTES = 680_000_000

Progress = Callable[[int, int], None]


class Ensemble:
    """Replicates ``first`` to ``first + replicates - 1`` of a seed.

    Parameters
    ----------
    scenario : Scenario, str or path
    replicates : int
    seed : int
    first : int
        Number of the first replicate.
    parameters : mapping of parameter id to float or float array ``[replicates]``, or a table
        with such columns (a pandas frame), optional
        Values that differ from the scenario's own; an array gives every replicate its own.
    prior : bool
        Draw each replicate's parameters from their priors; ``parameters`` and the posterior win
        over the draw.
    posterior : bool, str, path, mapping, pandas frame or Posterior, optional
        Give each replicate a row of a table of fitted parameters: True takes the one in the
        scenario's folder (or its base's), a text or path that of a scenario, folder or file.
        ``parameters``, and what the scenario says otherwise than the one that the table was made
        for, win over it. :mod:`sim.engine.posterior` has the rules.
    kinds : mapping of kind to class, optional
        Commanders that replace the scenario's own. With several workers they must be importable.
    until : date, optional
        Last day to simulate.
    chunk : int, optional
        Replicates simulated at once; :func:`usual_chunk` if not given. It changes speed and
        memory, never a result.
    workers : int
        Processes that share the chunks. It changes speed, never a result.

    Raises
    ------
    ScenarioError
        If the scenario is not sound, or the posterior.
    ValueError
        If a number of replicates, a parameter or a kind makes no sense.
    """

    def __init__(
        self,
        scenario: Scenario | str | os.PathLike[str],
        *,
        replicates: int,
        seed: int = 0,
        first: int = 0,
        parameters: Mapping[str, ArrayLike] | DataFrame | None = None,
        prior: bool = False,
        posterior: PosteriorChoice = None,
        kinds: Mapping[str, type[Commander]] | None = None,
        until: date | None = None,
        chunk: int | None = None,
        workers: int = 1,
    ) -> None:
        if replicates < 1 or (chunk is not None and chunk < 1) or workers < 1:
            raise ValueError("replicates, chunk and workers must be at least 1")
        self.scenario = scenario_of(scenario)
        self.seed = seed
        self.numbers = np.arange(first, first + replicates, dtype=np.int64)
        self.parameters = _columns(parameters, replicates)
        self.prior = prior
        self.posterior = used_posterior(self.scenario, posterior)
        self.kinds = dict(kinds or {})
        self.commanders = commanders_of(self.scenario, self.kinds)
        self.until = until
        self.chunk = usual_chunk(self.scenario) if chunk is None else chunk
        self.workers = workers

    def run(self, progress: Progress | None = None) -> EnsembleResult:
        """Simulate all replicates; ``progress`` is called with replicates done and in all."""
        parts = []
        done = 0
        for part in self.results(self.chunks()):
            parts.append(part)
            done += len(part.replicates)
            if progress is not None:
                progress(done, len(self.numbers))
        return EnsembleResult(self.scenario, self.seed, parts)

    def chunks(self) -> list[Chunk]:
        """Return the chunks that make up the ensemble, in order of replicate."""
        starts = range(0, len(self.numbers), self.chunk)
        return [self._chunk(slice(start, start + self.chunk)) for start in starts]

    def results(self, chunks: list[Chunk]) -> Iterator[ChunkResult]:
        """Run some chunks and give their results as they are finished."""
        return run_chunks(chunks, self.workers)

    def _chunk(self, rows: slice) -> Chunk:
        numbers = self.numbers[rows]
        fitted = (
            {}
            if self.posterior is None
            else self.posterior.draw(seed=self.seed, replicates=numbers)
        )
        given = {name: values[rows] for name, values in self.parameters.items()}
        return Chunk(
            scenario=self.scenario,
            seed=self.seed,
            replicates=numbers,
            parameters={**fitted, **given},
            prior=self.prior,
            kinds=self.kinds,
            until=self.until,
        )


def usual_chunk(scenario: Scenario) -> int:
    """Return how many replicates are simulated at once: fewer of a large scenario.

    So many that calls cost little, and so few that the daily record of a chunk stays below
    :data:`MOST_HISTORY_BYTES`. It hangs on the scenario alone, so that the same command finds its
    parts again.
    """
    days = (scenario.end - scenario.start).days + 1
    cells = days * len(scenario.places) * len(scenario.factions)
    bytes_of_replicate = cells * (len(COUNTS) + 1) * np.dtype(np.int32).itemsize
    fitting = MOST_HISTORY_BYTES // max(1, bytes_of_replicate)
    return min(MOST_CHUNK, max(1, fitting // CHUNK_STEP) * CHUNK_STEP)


class EnsembleResult:
    """Outcomes and parameters of every replicate, in order of replicate number.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    replicates : int64 array, shape ``[R]``
        Replicate numbers.
    outcomes : dict of outcome id to OutcomeValues
    parameters : dict of parameter id to float64 array, shape ``[R]``
    """

    def __init__(self, scenario: Scenario, seed: int, parts: list[ChunkResult]) -> None:
        parts = sorted(parts, key=lambda part: int(part.replicates[0]))
        self.scenario = scenario
        self.seed = seed
        self.replicates = np.concatenate([part.replicates for part in parts])
        self.outcomes = {
            name: OutcomeValues.joined([part.outcomes[name] for part in parts])
            for name in parts[0].outcomes
        }
        self.parameters: dict[str, NDArray[np.float64]] = {
            name: np.concatenate([part.parameters[name] for part in parts])
            for name in parts[0].parameters
        }

    def summary(self) -> dict[str, Any]:
        """Return the spread of each outcome beside what was reported, as ``--json`` prints it."""
        from sim.outcomes.compute import outcomes_json

        return outcomes_json(self.scenario, self.outcomes, start=self.scenario.start)


def _columns(
    parameters: Mapping[str, ArrayLike] | DataFrame | None, replicates: int
) -> dict[str, NDArray[np.float64]]:
    if parameters is None:
        return {}
    columns = {}
    for name, column in parameters.items():
        values = np.asarray(column, dtype=np.float64)
        if values.ndim > 1 or (values.ndim == 1 and len(values) != replicates):
            raise ValueError(
                f"parameter {name!r} has shape {values.shape}; "
                f"a number or {replicates} numbers are allowed"
            )
        columns[str(name)] = np.broadcast_to(values, (replicates,))
    return columns
