"""A sweep: a design's jobs, run wherever an executor has them run, kept in a store as they end."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.engine.folders import ResultsError
from sim.experiments.design import Design
from sim.experiments.design_rows import DesignRows, load_scenarios, rows_of
from sim.experiments.executors import ExecutorFactory, inline, local_processes
from sim.experiments.failures import Failure
from sim.experiments.jobs import Job, Jobs, jobs_of
from sim.experiments.replay import TOGETHER, run_or_blame, with_replay
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
    return jobs_of(design, scenarios, rows, kinds=kinds), notes_of(rows)


def notes_of(rows: DesignRows) -> tuple[str, ...]:
    """Return what whoever runs a design should know of its posteriors, a sentence each."""
    return tuple(
        dict.fromkeys(note for used in rows.posteriors if used is not None for note in used.notes)
    )


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
        Of the design and the kinds, if they are at hand.
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
        store.keep_failure(job, with_replay(job, failure))

    try:
        tell()
        run_jobs(
            store.missing,
            run_or_blame,
            executors=executors or inline(),
            done=done,
            failed=failed,
            replay=lambda _: TOGETHER,
        )
    except BaseException:
        with suppress(ResultsError):  # why it stopped says more, if the disk is full
            store.close()
        raise
    manifest = store.close()
    return Sweep(store.folder, manifest, before, tuple(store.failures()))
