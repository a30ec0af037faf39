"""How much work a design is, before it is done: runs, time, disk.

Time and disk come from a trial: two small chunks of each scenario are run, and a line through
them gives what a chunk of any size costs. Scenarios of the same size share a trial.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from time import process_time
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from sim.engine.chunks import Chunk, ChunkResult, run_chunk
from sim.engine.ensemble import usual_chunk
from sim.engine.results import json_bytes
from sim.experiments.design_model import Design
from sim.experiments.design_rows import DesignRows
from sim.outcomes.values import outcome_columns

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

TRIAL_RUNS: Final = (8, 32)
"""Runs of the two chunks of a trial."""

SHARE_OF_WORKER: Final = 0.89
"""What each of several workers does of the work of one alone: two did 1.78 times the work of one
(benchmarks/README.md). Workers on machines of their own may do better."""


@dataclass(frozen=True)
class ChunkCost:
    """What a chunk costs: something for itself, and something for each run in it.

    Attributes
    ----------
    seconds, seconds_per_run : float
        Of one processor.
    bytes, bytes_per_run : float
        Of the chunk's part on disk.
    """

    seconds: float
    seconds_per_run: float
    bytes: float
    bytes_per_run: float

    def seconds_of(self, runs: int) -> float:
        """Return how long a chunk of so many runs takes."""
        return self.seconds + self.seconds_per_run * runs

    def bytes_of(self, runs: int) -> float:
        """Return how large the part of such a chunk is."""
        return self.bytes + self.bytes_per_run * runs


Trial: TypeAlias = Callable[[Design, "Scenario", DesignRows, int], ChunkCost]


@dataclass(frozen=True)
class DesignEstimate:
    """How much work a design is.

    Attributes
    ----------
    scenarios, points, rows, replicates, runs, chunks : int
        Rows are points times scenarios, runs rows times replicates; a chunk is what one worker
        does at a time.
    workers : int
    seconds : float
        By the clock, with nothing done before.
    bytes : float
        On disk.
    """

    scenarios: int
    points: int
    rows: int
    replicates: int
    runs: int
    chunks: int
    workers: int
    seconds: float
    bytes: float

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def to_text(self) -> str:
        """Return the estimate for people, on three lines."""
        workers = "one worker" if self.workers == 1 else f"{self.workers} workers"
        rows = f"{_counted(self.points, 'point')} x {_counted(self.scenarios, 'scenario')}"
        runs = f"{_counted(self.rows, 'row')} x {_counted(self.replicates, 'replicate')}"
        return (
            f"Rows: {rows} = {self.rows:,}\n"
            f"Runs: {runs} = {self.runs:,}, in {_counted(self.chunks, 'chunk')}\n"
            f"Cost: about {duration_text(self.seconds)} with {workers}, "
            f"about {size_text(self.bytes)} on disk"
        )


def estimate_design(
    design: Design,
    scenarios: Sequence[Scenario],
    rows: DesignRows,
    *,
    workers: int = 1,
    trial: Trial | None = None,
) -> DesignEstimate:
    """Estimate what a design costs. It runs a little of it, for seconds.

    Parameters
    ----------
    design : Design
    scenarios : sequence of Scenario
        As :func:`sim.experiments.design_rows.load_scenarios` gives them.
    rows : DesignRows
        As :func:`sim.experiments.design_rows.rows_of` gives them.
    workers : int
        Processes that will share the chunks.
    trial : callable, optional
        Tells what a chunk costs; :func:`measured_cost` if not given.

    Raises
    ------
    ValueError
        If there is no worker.
    """
    if workers < 1:
        raise ValueError(f"workers must be at least 1, found {workers}")
    runs_of_scenario = len(rows) // len(scenarios) * design.replicates
    by_size: dict[tuple[int, ...], ChunkCost] = {}
    seconds = longest = size = 0.0
    chunks = 0
    for number, scenario in enumerate(scenarios):
        key = _size(scenario)
        if key not in by_size:
            by_size[key] = (trial or measured_cost)(design, scenario, rows, number)
        cost, chunk = by_size[key], min(usual_chunk(scenario), runs_of_scenario)
        of_scenario = math.ceil(runs_of_scenario / chunk)
        chunks += of_scenario
        seconds += cost.seconds * of_scenario + cost.seconds_per_run * runs_of_scenario
        size += cost.bytes * of_scenario + cost.bytes_per_run * runs_of_scenario
        size += len(json_bytes(scenario.resolved()))
        longest = max(longest, cost.seconds_of(chunk))
    busy = min(workers, chunks)
    share = 1.0 if busy == 1 else SHARE_OF_WORKER
    return DesignEstimate(
        scenarios=len(scenarios),
        points=len(rows) // len(scenarios),
        rows=len(rows),
        replicates=design.replicates,
        runs=runs_of_scenario * len(scenarios),
        chunks=chunks,
        workers=workers,
        seconds=max(seconds / busy, longest) / share,
        bytes=size,
    )


def measured_cost(design: Design, scenario: Scenario, rows: DesignRows, number: int) -> ChunkCost:
    """Run two small chunks of a scenario of a design and return what a chunk costs.

    Parameters
    ----------
    design, scenario, rows
        As for :func:`estimate_design`.
    number : int
        Index of the scenario in the design.
    """
    pairs = int(np.count_nonzero(rows.scenario == number)) * design.replicates
    most = min(pairs, usual_chunk(scenario))
    # What only the first run of a process does is no part of a chunk's cost.
    run_chunk(_chunk(design, scenario, rows, number, runs=1, until=scenario.start))
    sizes = sorted({min(runs, most) for runs in TRIAL_RUNS})
    measured = [_measured(_chunk(design, scenario, rows, number, runs), rows) for runs in sizes]
    seconds, seconds_per_run = _line(sizes, [each[0] for each in measured])
    of_part, bytes_per_run = _line(sizes, [each[1] for each in measured])
    return ChunkCost(seconds, seconds_per_run, of_part, bytes_per_run)


def _chunk(
    design: Design,
    scenario: Scenario,
    rows: DesignRows,
    number: int,
    runs: int,
    until: date | None = None,
) -> Chunk:
    """Return a chunk of some runs, taken at even distances from all of a scenario."""
    own = np.flatnonzero(rows.scenario == number)
    pairs = np.linspace(0, len(own) * design.replicates - 1, runs).astype(np.int64)
    replicates = design.first_replicate + pairs % design.replicates
    posterior = rows.posteriors[number]
    drawn = {} if posterior is None else posterior.draw(seed=design.seed, replicates=replicates)
    return Chunk(
        scenario=scenario,
        seed=design.seed,
        replicates=replicates,
        parameters={**drawn, **rows.parameters(own[pairs // design.replicates])},
        prior=design.prior,
        kinds={},
        until=until or design.until,
    )


def _measured(chunk: Chunk, rows: DesignRows) -> tuple[float, float]:
    """Return the seconds that a chunk takes, and the bytes that its part has."""
    start = process_time()
    result = run_chunk(chunk)
    return process_time() - start, float(_bytes_of(chunk, result, rows))


def _bytes_of(chunk: Chunk, result: ChunkResult, rows: DesignRows) -> int:
    """Return the size of a Parquet file with the columns of a sweep's part."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    runs = len(chunk.replicates)
    columns: dict[str, Any] = {
        "row_id": pa.array([rows.ids[run % len(rows)] for run in range(runs)]),
        "scenario": pa.array([chunk.scenario.name] * runs),
        "seed": pa.array(np.full(runs, chunk.seed)),
        "replicate": pa.array(chunk.replicates),
    }
    columns |= {name: pa.array(result.parameters[name]) for name in rows.names}
    columns |= outcome_columns(result.outcomes, start=chunk.scenario.start)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    return int(sink.tell())


def _line(sizes: Sequence[int], costs: Sequence[float]) -> tuple[float, float]:
    """Return the cost of a chunk and of each run in it, neither below zero."""
    if len(sizes) == 1:
        return costs[0], 0.0  # chunks are no larger than this one
    per_run = max(0.0, (costs[1] - costs[0]) / (sizes[1] - sizes[0]))
    return max(0.0, costs[1] - per_run * sizes[1]), per_run


def _size(scenario: Scenario) -> tuple[int, ...]:
    """Return what the cost of a run hangs on; scenarios alike in it share a trial."""
    tables: tuple[Sequence[Any], ...] = (
        scenario.places,
        scenario.units,
        scenario.reinforcements,
        scenario.outcomes,
        tuple(scenario.factions),
    )
    return (scenario.days, int(scenario.civilians.simulate), *map(len, tables))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def duration_text(seconds: float) -> str:
    """Return a time as people say it: ``40 seconds``, ``25 minutes``, ``3.5 hours``."""
    number, unit = seconds, "second"
    for most, next_unit, factor in ((90, "minute", 60), (90, "hour", 60), (48, "day", 24)):
        if number < most:
            break
        number, unit = number / factor, next_unit
    if number < 10 and unit != "second":
        return f"{number:.1f} {unit}s"
    whole = max(1, round(number))
    return _counted(whole, unit)


def size_text(size: float) -> str:
    """Return a size as people say it: ``300 kB``, ``2.4 GB``; a kB is 1000 bytes."""
    number, unit = size / 1e3, "kB"
    for larger in ("MB", "GB", "TB"):
        if number >= 1000:
            number, unit = number / 1000, larger
    return f"{number:.1f} {unit}" if number < 10 else f"{number:,.0f} {unit}"
