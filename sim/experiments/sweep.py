"""A sweep: a design's jobs, run wherever an executor has them run, kept in a store as they end."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments.design import Design
from sim.experiments.design_rows import load_scenarios, rows_of
from sim.experiments.executors import ExecutorFactory, inline, local_processes
from sim.experiments.failures import Failure
from sim.experiments.jobs import Job, Jobs, jobs_of, run_job
from sim.experiments.runner import run_jobs
from sim.experiments.store import open_store
from sim.forces import Commander

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sweep:
    """A sweep as far as it has come.

    Attributes
    ----------
    folder : Path
    manifest : dict
        What the folder's manifest.json says.
    done_before : int
        Runs that the folder held already.
    failures : tuple of Path
        Records of the jobs that failed; their runs are missing.
    """

    folder: Path
    manifest: dict[str, Any]
    done_before: int
    failures: tuple[Path, ...]

    @property
    def complete(self) -> bool:
        """Whether every run of the design is in the folder."""
        return bool(self.manifest["complete"])


def local(workers: int) -> ExecutorFactory:
    """Return executors of this machine: this process for one worker, else processes."""
    return inline() if workers == 1 else local_processes(workers)


def jobs_of_design(
    design: Design, kinds: Mapping[str, type[Commander]] | None = None
) -> tuple[Jobs, tuple[str, ...]]:
    """Return the jobs of a design, and sentences that whoever runs it should read.

    Raises
    ------
    DesignError, ScenarioError
        If the design does not fit its scenarios, or one of these is not sound.
    """
    scenarios = load_scenarios(design)
    rows = rows_of(design, scenarios)
    notes = dict.fromkeys(
        note for posterior in rows.posteriors if posterior is not None for note in posterior.notes
    )
    return jobs_of(design, scenarios, rows, kinds=kinds), tuple(notes)


def run_sweep(
    design: Design,
    folder: str | os.PathLike[str],
    *,
    executors: ExecutorFactory | None = None,
    jobs: Jobs | None = None,
    kinds: Mapping[str, type[Commander]] | None = None,
    command: str = "",
    progress: Progress | None = None,
) -> Sweep:
    """Run a design, or what is missing of it, into a folder.

    Parameters
    ----------
    design : Design
    folder : path
        New, or of the same design; what is finished there is not done again.
    executors : callable, optional
        Where jobs run: see :mod:`sim.experiments.executors`; this process if not given. It
        changes speed, never a result.
    jobs : Jobs, optional
        Of the design, if they are at hand.
    kinds : mapping of kind to class, optional
        Commanders that replace the scenarios' own.
    command : str
        How it was asked for, for the manifest.
    progress : callable, optional
        Called with runs done and in all.

    Raises
    ------
    DesignError, ScenarioError
        If the design is not sound.
    ResultsError
        If the folder holds something else or cannot be written; what was finished stays.
    ExecutorError
        If there is nowhere to run.
    KeyboardInterrupt
        After Ctrl-C; what was finished stays.
    """
    wanted = jobs_of_design(design, kinds)[0] if jobs is None else jobs
    store = open_store(folder, design, wanted, command=command)
    total = wanted.runs
    before = total - store.runs_left

    def tell() -> None:
        if progress is not None:
            progress(total - store.runs_left, total)

    def done(job: Job, content: bytes) -> None:
        store.keep(job, content)
        tell()

    def failed(job: Job, failure: Failure) -> None:
        store.keep_failure(job, failure)

    try:
        tell()
        run_jobs(
            store.missing,
            run_job,
            executors=executors or inline(),
            done=done,
            failed=failed,
            replay=replay_command,
        )
    finally:
        manifest = store.close()
    return Sweep(store.folder, manifest, before, tuple(store.failures()))


def replay_command(job: Job) -> str:
    """Return how to run the first run of a job alone."""
    words = ["khabur", "run", job.scenario.name]
    words += ["--seed", str(job.seed), "--replicate", str(int(job.replicates[0]))]
    for name, values in sorted(job.parameters.items()):
        words += ["--set", f"{name}={float(values[0])!r}"]
    if job.of.until < job.scenario.end:
        words += ["--until", job.of.until.isoformat()]
    words += ["--prior"] * job.of.prior + ["--posterior"] * (job.of.posterior is not None)
    return shlex.join(words)
