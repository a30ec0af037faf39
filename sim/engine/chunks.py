"""One chunk of an ensemble: some replicates simulated together, in this process or another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import Simulation
from sim.forces import Commander
from sim.outcomes.compute import compute_outcomes
from sim.outcomes.values import OutcomeValues
from sim.state.parameters import draw_from_priors

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Chunk:
    """What one chunk is to run; can be sent to another process.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    replicates : int64 array, shape ``[R]``
        Replicate numbers.
    parameters : dict of parameter id to float64 array, shape ``[R]``
        Values that differ from the scenario's own, those of a posterior among them.
    prior : bool
        Whether other parameters are drawn from their priors.
    kinds : dict of kind to class
        Commanders that replace the scenario's own.
    until : date or None
        Last day to simulate.
    """

    scenario: Scenario
    seed: int
    replicates: NDArray[np.int64]
    parameters: Mapping[str, NDArray[np.float64]]
    prior: bool
    kinds: Mapping[str, type[Commander]]
    until: date | None


@dataclass(frozen=True)
class ChunkResult:
    """Outcomes and parameter values of the replicates of a chunk."""

    replicates: NDArray[np.int64]
    outcomes: dict[str, OutcomeValues]
    parameters: dict[str, NDArray[np.float64]]


def run_chunk(chunk: Chunk) -> ChunkResult:
    """Simulate a chunk and measure its outcomes."""
    drawn = (
        draw_from_priors(chunk.scenario, seed=chunk.seed, replicates=chunk.replicates)
        if chunk.prior
        else {}
    )
    simulation = Simulation(
        chunk.scenario,
        seed=chunk.seed,
        replicates=chunk.replicates,
        parameters={**drawn, **chunk.parameters},
        kinds=chunk.kinds,
        until=chunk.until,
    )
    outcomes = compute_outcomes(chunk.scenario, simulation.run())
    return ChunkResult(chunk.replicates, outcomes, simulation.setting.parameters.table())


def run_chunks(chunks: list[Chunk], workers: int = 1) -> Iterator[ChunkResult]:
    """Run chunks and give their results as they are finished.

    Parameters
    ----------
    chunks : list of Chunk
    workers : int
        Processes to use; with one the work is done here. Which process runs a chunk changes no
        result, only the order in which results come.
    """
    if workers == 1 or len(chunks) < 2:
        yield from map(run_chunk, chunks)
        return
    with worker_pool(min(workers, len(chunks))) as pool:
        yield from _as_finished(pool, run_chunk, chunks, waiting=2 * workers)


def one_thread_each() -> None:
    """Have the processes that are started from now on use one thread for linear algebra."""
    # Spawned children read their environment when they start: small sums must not wake threads.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def worker_pool(workers: int) -> Executor:
    """Return a pool of fresh processes, each using one thread for linear algebra.

    They end with this process, even when it is killed.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from sim.engine.parent_watch import end_with_parent

    one_thread_each()
    context = get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent)


def _as_finished(
    pool: Executor, work: Callable[[Chunk], ChunkResult], chunks: list[Chunk], waiting: int
) -> Iterator[ChunkResult]:
    """Keep a few chunks waiting, so that results of all do not pile up in memory."""
    from concurrent.futures import FIRST_COMPLETED, wait

    left = iter(chunks)
    running: set[Future[ChunkResult]] = set()
    try:
        while True:
            while len(running) < waiting and (chunk := next(left, None)) is not None:
                running.add(pool.submit(work, chunk))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in running:
            future.cancel()
