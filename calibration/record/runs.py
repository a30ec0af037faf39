"""Runs of which little is kept: finished ones stay in a folder, so that a stopped check goes on."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from sim.engine.ensemble_folder import write_whole
from sim.engine.folders import ResultsError, reason
from sim.engine.results import versions
from sim.experiments.validation.ensembles import (
    CHUNK,
    Arrays,
    Job,
    Keep,
    Progress,
    jobs_of,
    run_jobs,
)

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

FINGERPRINT = "fingerprint"


@dataclass(frozen=True)
class Plan:
    """What is to be run.

    Attributes
    ----------
    scenario : Scenario
    keep : callable
        What to keep of a history; a function of a module, so that it has a name.
    parameters : dict of parameter id to float64 array
        A value a replicate, or more; other parameters are drawn from their priors.
    """

    scenario: Scenario
    keep: Keep
    parameters: Mapping[str, NDArray[np.float64]]


def kept_runs(
    plans: Mapping[str, Plan],
    *,
    replicates: int,
    seed: int,
    workers: int,
    folder: Path,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> dict[str, Arrays]:
    """Run what is not yet in the folder, and return what was kept of all of it.

    Parameters
    ----------
    plans : mapping of name to Plan
        All of them have the same luck: seed and replicate numbers.
    replicates, seed, workers : int
    folder : Path
        Made if it is not there. A file of other parameters, another scenario or version is
        written anew, and so is a damaged one.
    progress : callable, optional
        Called with replicates done and in all plans together; first with those found.
    chunk : int
        Replicates a file.

    Raises
    ------
    ResultsError
        If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ResultsError(f"{str(folder)!r} cannot be written: {reason(fault)}.") from None
    jobs: dict[Path, Job] = {}
    of_plan: dict[str, list[Path]] = {}
    for name, plan in plans.items():
        shared = jobs_of(
            plan.scenario,
            plan.keep,
            replicates=replicates,
            seed=seed,
            chunk=chunk,
            parameters=plan.parameters,
        )
        paths = [_path(folder, name, job) for job in shared]
        of_plan[name] = paths
        jobs |= dict(zip(paths, shared, strict=True))
    found = _run_missing(jobs, workers, progress)
    return {name: _joined([found[path] for path in paths]) for name, paths in of_plan.items()}


def _run_missing(
    jobs: Mapping[Path, Job], workers: int, progress: Progress | None
) -> dict[Path, Arrays]:
    prints = {path: _fingerprint(job) for path, job in jobs.items()}
    found: dict[Path, Arrays] = {}
    for path, fingerprint in prints.items():
        arrays = _read(path, fingerprint)
        if arrays is not None:
            found[path] = arrays
    total = sum(len(job.replicates) for job in jobs.values())

    def tell() -> None:
        if progress is not None:
            progress(sum(len(jobs[path].replicates) for path in found), total)

    tell()
    missing = [path for path in jobs if path not in found]
    for number, arrays in run_jobs([jobs[path] for path in missing], workers):
        path = missing[number]
        write_whole(path, _bytes(arrays, prints[path]))
        found[path] = arrays
        tell()
    return found


def _path(folder: Path, name: str, job: Job) -> Path:
    first, last = int(job.replicates[0]), int(job.replicates[-1])
    return folder / f"{name}-{first:06d}-{last:06d}.npz"


def _fingerprint(job: Job) -> str:
    """Return the hash of all that the arrays of a job depend on."""
    digest = hashlib.sha256()
    kept = f"{job.keep.__module__}.{job.keep.__qualname__}"
    digest.update(repr([versions()["khabur"], job.scenario.hash, job.seed, kept]).encode())
    digest.update(job.replicates.astype("<i8").tobytes())
    for name in sorted(job.parameters):
        digest.update(name.encode() + b"\0" + job.parameters[name].astype("<f8").tobytes())
    return digest.hexdigest()


def _bytes(arrays: Arrays, fingerprint: str) -> bytes:
    sink = io.BytesIO()
    np.savez_compressed(sink, allow_pickle=False, **{FINGERPRINT: np.array(fingerprint)}, **arrays)
    return sink.getvalue()


def _read(path: Path, fingerprint: str) -> Arrays | None:
    """Return the arrays of a file, None where it is not there, damaged, or of something else."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, KeyError, BadZipFile):
        return None
    return arrays if str(arrays.pop(FINGERPRINT, "")) == fingerprint else None


def _joined(parts: Sequence[Arrays]) -> Arrays:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
