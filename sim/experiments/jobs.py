"""Jobs of a sweep: some (row, replicate) pairs of one scenario, run together anywhere.

A job is named by the hash of all that its numbers depend on. So a part with that name is the
job's result, whichever sweep, process or machine made it.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from sim.engine.chunks import Chunk, ChunkResult, run_chunk
from sim.engine.ensemble import usual_chunk
from sim.experiments.parts import part_bytes
from sim.experiments.swept import SweptScenario, swept_scenarios
from sim.forces import Commander
from sim.outcomes.values import outcome_columns
from sim.scenario import find_scenarios

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.experiments.design import Design
    from sim.experiments.design_rows import DesignRows
    from sim.scenario.schema import Scenario

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Job:
    """Some (row, replicate) pairs of one scenario; can be sent to another process.

    Attributes
    ----------
    of : SweptScenario
        What it shares with the other jobs of the scenario.
    row_ids : tuple of str, length n
        The row of each pair.
    replicates : int64 array, shape ``[n]``
        Replicate number of each pair; rows that are run with the same one share its luck.
    values : float64 array, shape ``[n, Q]``
        The design's parameters of each pair, in the order of ``of.names``.
    """

    of: SweptScenario
    row_ids: tuple[str, ...]
    replicates: Int64
    values: Float64

    def __len__(self) -> int:
        return len(self.row_ids)

    def __repr__(self) -> str:
        return f"<Job of {self.of.scenario.name}: {len(self)} runs, key {self.key[:12]}>"

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.of.scenario

    @property
    def seed(self) -> int:
        """The seed."""
        return self.of.seed

    @property
    def parameters(self) -> dict[str, Float64]:
        """The design's parameters by id, each of shape ``[n]``."""
        return {name: self.values[:, column] for column, name in enumerate(self.of.names)}

    @cached_property
    def key(self) -> str:
        """Hash of all that the job's numbers depend on, in hex: the name of its part."""
        digest = hashlib.sha256(self.of.basis.encode())
        digest.update("\n".join(self.row_ids).encode())
        digest.update(np.ascontiguousarray(self.replicates, "<i8").tobytes())
        digest.update(np.ascontiguousarray(self.values, "<f8").tobytes())
        return digest.hexdigest()

    def only(self, kept: NDArray[np.bool_]) -> Job:
        """Return the job of some of the pairs; ``kept`` has shape ``[n]``."""
        ids = tuple(name for name, keep in zip(self.row_ids, kept.tolist(), strict=True) if keep)
        return Job(self.of, ids, self.replicates[kept], self.values[kept])


@dataclass(frozen=True)
class _Span:
    """Pairs ``start`` to ``stop - 1`` of a scenario, counted row by row."""

    index: int
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


class Jobs(Sequence[Job]):
    """The jobs of a design, each made when it is asked for: a million runs need no memory.

    Attributes
    ----------
    of : tuple of SweptScenario
        By index in the design's scenarios.
    rows : DesignRows
    numbers : int64 array
        Replicate numbers, the same for every row.
    """

    def __init__(
        self,
        of: Sequence[SweptScenario],
        rows: DesignRows,
        numbers: Int64,
        items: Sequence[_Span | Job],
    ) -> None:
        self.of = tuple(of)
        self.rows = rows
        self.numbers = numbers
        self._items = items
        self._own = [np.flatnonzero(rows.scenario == index) for index in range(len(self.of))]

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"<{len(self):,} jobs, {self.runs:,} runs>"

    @overload
    def __getitem__(self, index: int) -> Job: ...
    @overload
    def __getitem__(self, index: slice) -> list[Job]: ...
    def __getitem__(self, index: int | slice) -> Job | list[Job]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        item = self._items[index]
        return item if isinstance(item, Job) else self._job(item)

    def _job(self, span: _Span) -> Job:
        at, repeat = np.divmod(np.arange(span.start, span.stop), len(self.numbers))
        taken = self._own[span.index][at]
        of = self.of[span.index]
        order = [self.rows.names.index(name) for name in of.names]
        ids = tuple(self.rows.ids[row] for row in taken.tolist())
        return Job(of, ids, self.numbers[repeat], self.rows.values[taken][:, order])

    @property
    def runs(self) -> int:
        """Number of pairs in all."""
        return sum(map(len, self._items))

    def chosen(self, indices: Iterable[int], others: Sequence[Job] = ()) -> Jobs:
        """Return some of the jobs, and others after them."""
        items = [*(self._items[index] for index in indices), *others]
        return Jobs(self.of, self.rows, self.numbers, items)


def jobs_of(
    design: Design,
    scenarios: Sequence[Scenario],
    rows: DesignRows,
    *,
    kinds: Mapping[str, type[Commander]] | None = None,
    chunk: int | None = None,
) -> Jobs:
    """Return the jobs of a design: every row with every replicate, in order.

    Parameters
    ----------
    design : Design
    scenarios : sequence of Scenario
    rows : DesignRows
        Of that design and those scenarios.
    kinds : mapping of kind to class, optional
        Commanders that replace the scenarios' own, in those scenarios that have the kind.
    chunk : int, optional
        Most pairs of a job; :func:`sim.engine.ensemble.usual_chunk` of the scenario if not given.
        It changes the names of parts, never a result.

    Raises
    ------
    ValueError
        If a kind is in no scenario or no commander, or ``chunk`` is less than 1.
    """
    if chunk is not None and chunk < 1:
        raise ValueError(f"chunk is {chunk}; at least 1 is needed")
    numbers = np.arange(design.replicates, dtype=np.int64) + design.first_replicate
    of = swept_scenarios(design, scenarios, rows, kinds or {})
    spans: list[_Span] = []
    for index, each in enumerate(of):
        runs = int(np.count_nonzero(rows.scenario == index)) * len(numbers)
        size = usual_chunk(each.scenario) if chunk is None else chunk
        starts = range(0, runs, size)
        spans.extend(_Span(index, start, min(start + size, runs)) for start in starts)
    return Jobs(of, rows, numbers, spans)


def run_job(job: Job) -> bytes:
    """Run a job and return its part: a whole Parquet file.

    One row a pair, in the job's order: ``row_id``, ``scenario``, ``seed``, ``replicate``, the
    design's parameters by id, those that were drawn, and for each outcome ``<id>`` (null where it
    is not there by the end) and ``<id>_state``.
    """
    of = job.of
    fitted = (
        {} if of.posterior is None else of.posterior.draw(seed=of.seed, replicates=job.replicates)
    )
    chunk = Chunk(
        scenario=of.scenario,
        seed=of.seed,
        replicates=job.replicates,
        parameters={**fitted, **job.parameters},
        prior=of.prior,
        kinds=of.kinds,
        until=of.until,
    )
    return part_bytes(_table(job, run_chunk(chunk)), {"basis": of.basis})


def _table(job: Job, result: ChunkResult) -> pa.Table:
    import pyarrow as pa

    of = job.of
    columns: dict[str, Any] = {
        "row_id": pa.array(job.row_ids, pa.string()),
        "scenario": pa.array([of.scenario.name] * len(job), pa.string()),
        "seed": pa.array([of.seed] * len(job), pa.int64()),
        "replicate": pa.array(job.replicates, pa.int64()),
    }
    columns |= {name: pa.array(result.parameters[name]) for name in (*of.names, *of.drawn)}
    wanted = {name: result.outcomes[name] for name in of.outcomes}
    return pa.table(columns | outcome_columns(wanted, start=of.scenario.start))


def joined(jobs: Sequence[Job], most: int | None = None) -> list[Job]:
    """Return jobs that hold the same pairs in the same order, as few as fit.

    Parameters
    ----------
    jobs : sequence of Job
    most : int, optional
        Most pairs of a job; :func:`sim.engine.ensemble.usual_chunk` of its scenario if not given.
    """
    groups: list[list[Job]] = []
    room = 0
    for job in jobs:
        if not groups or groups[-1][0].of is not job.of or len(job) > room:
            groups.append([])
            room = usual_chunk(job.scenario) if most is None else most
        groups[-1].append(job)
        room -= len(job)
    return [group[0] if len(group) == 1 else _one(group) for group in groups]


def _one(jobs: Sequence[Job]) -> Job:
    return Job(
        jobs[0].of,
        tuple(name for job in jobs for name in job.row_ids),
        np.concatenate([job.replicates for job in jobs]),
        np.concatenate([job.values for job in jobs]),
    )


def replay_of(job: Job) -> str:
    """Say how to do a job's first run alone, for a failure record: a command."""
    of = job.of
    first = {name: float(values[0]) for name, values in job.parameters.items()}
    shipped = find_scenarios().get(of.scenario.name)
    folders = of.scenario.folders
    named = str(folders[0]) if folders and folders[0] != shipped else of.scenario.name
    words = ["khabur", "run", named, "--seed", str(of.seed), "--replicate", str(job.replicates[0])]
    words += ["--until", of.until.isoformat()] if of.until != of.scenario.end else []
    words += ["--prior"] if of.prior else []
    words += ["--posterior"] if of.posterior is not None else []
    for name, value in first.items():
        words += ["--set", f"{name}={value!r}"]
    return shlex.join(words)
