"""The folder of a sweep: parts as they are finished, and what is missing.

=========================== ==================================================================
``manifest.json``           what is swept, hashes, versions, times (:mod:`.manifest`)
``scenarios/<name>.json``   each scenario as it was resolved
``rows-<hash>.parquet``     the design: one row a point, ``row_id``, ``scenario``, parameters
``parts/<key>.parquet``     the runs of a job; ``merged-<hash>.parquet`` those of many jobs
``failures/<key>.json``     why a job has no part
``ro-crate-metadata.json``  the same for machines (:mod:`.ro_crate`)
=========================== ==================================================================

Every file appears whole or not at all. A part is there if and only if its job is done; so a
sweep that was stopped, however it was, goes on where it was.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.folders import ResultsError, check_target, reason, write_folder
from sim.engine.results import json_bytes
from sim.experiments.held import not_held
from sim.experiments.jobs import Job, Jobs, joined
from sim.experiments.manifest import MANIFEST, manifest_of, now, read_manifest, why_other
from sim.experiments.parts import PARTS, Parts, merge_parts, part_path, remove, write
from sim.experiments.ro_crate import CRATE, ro_crate
from sim.experiments.rows_table import is_rows_table, read_row_ids, rows_table

if TYPE_CHECKING:
    from sim.experiments.design import Design
    from sim.experiments.failures import Failure

FAILURES = "failures"
SCENARIOS = "scenarios"
MERGE_AFTER = 256  # parts of jobs; merging so many takes a second or two


class Store:
    """The folder of a sweep that is being run; made by :func:`open_store`.

    Attributes
    ----------
    folder : Path
    manifest : dict
        As the file has it.
    missing : Jobs
        What no part held when the store was opened.
    runs_left : int
        Runs that no part holds now.
    """

    def __init__(
        self, folder: Path, manifest: dict[str, Any], missing: Jobs, *, merge_after: int
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.missing = missing
        self.runs_left = missing.runs
        self._merge_after = merge_after
        self._kept: set[str] = set()
        self._unmerged = Parts.of(folder).unmerged

    def keep(self, job: Job, content: bytes) -> None:
        """Keep the part of a missing job.

        Raises
        ------
        ResultsError
            If it cannot be written; then nothing of it is there.
        """
        path = part_path(self.folder, job.key)
        if not path.is_file():
            write(path, content)
            self._unmerged.append(path)
        if job.key not in self._kept:
            self._kept.add(job.key)
            self.runs_left -= len(job)
        remove([self._failure_path(job)])
        if len(self._unmerged) >= self._merge_after:
            merge_parts(self.folder, self._unmerged)
            self._unmerged = []

    def keep_failure(self, job: Job, failure: Failure) -> None:
        """Keep why a job has no part, until it has one.

        Raises
        ------
        ResultsError
            If it cannot be written.
        """
        path = self._failure_path(job)
        _make(path.parent)
        write(path, failure.to_json())

    def failures(self) -> list[Path]:
        """Return the records of failed jobs, sorted by name."""
        return sorted((self.folder / FAILURES).glob("*.json"))

    def _failure_path(self, job: Job) -> Path:
        return self.folder / FAILURES / f"{job.key}.json"

    def close(self) -> dict[str, Any]:
        """Write in the manifest how far the sweep has come, and return the manifest.

        Raises
        ------
        ResultsError
            If it cannot be written.
        """
        complete = self.runs_left == 0
        if complete:
            remove(self.failures())
        was = self.manifest
        self.manifest = {
            **was,
            "runs_done": was["runs"] - self.runs_left,
            "complete": complete,
            "finished": (was["finished"] or now()) if complete else None,
            "jobs_failed": len(self.failures()),
        }
        write(self.folder / MANIFEST, json_bytes(self.manifest))
        write(self.folder / CRATE, json_bytes(ro_crate(self.manifest)))
        return self.manifest


def open_store(
    folder: str | os.PathLike[str],
    design: Design,
    jobs: Jobs,
    *,
    command: str = "",
    merge_after: int = MERGE_AFTER,
) -> Store:
    """Make the folder of a sweep, or open it to go on.

    Parameters
    ----------
    folder : path
        New or empty; or with the same design, perhaps with other rows, replicates or scenarios:
        what both have is not done again.
    design : Design
    jobs : Jobs
        All of the design's, as :func:`sim.experiments.jobs.jobs_of` gives them.
    command : str
        How the sweep was begun, for a reader.
    merge_after : int
        Parts of jobs that are put together when there are so many.

    Raises
    ------
    ResultsError
        If the folder holds something else, in which case it is left as it is, or cannot be
        written.
    """
    rows_file, rows = rows_table(jobs)
    manifest = manifest_of(design, jobs, command=command, rows_file=rows_file, started=now())
    target = _opened(folder, manifest)
    if target is None:
        target = check_target(folder)
        write_folder(target, {MANIFEST: json_bytes(manifest), rows_file: rows})
    else:
        there = read_manifest(target)
        if not _shares_rows(target / there["rows_file"], jobs):
            raise _other(folder, "it has no row in common with this design")
        manifest |= {"started": there["started"], "finished": there.get("finished")}
        if not (target / rows_file).is_file():
            write(target / rows_file, rows)
    _tidy(target, jobs)
    store = Store(target, manifest, missing_jobs(target, jobs), merge_after=merge_after)
    store.close()
    remove(path for path in target.iterdir() if is_rows_table(path) and path.name != rows_file)
    return store


def missing_jobs(folder: Path, jobs: Jobs) -> Jobs:
    """Return the jobs that are left to do: what no part in a folder holds.

    A design that has grown gets new jobs for new rows and replicates alone.

    Raises
    ------
    ResultsError
        If a part is damaged.
    """
    holder = Parts.of(folder).by_key()
    left: list[int] = []
    for index, job in enumerate(jobs):
        if holder.pop(job.key, None) is None:
            left.append(index)
    others = sorted(set(holder.values()))  # they hold something else than jobs of this design
    if not (left and others):
        return jobs.chosen(left)
    candidates = [jobs[index] for index in left]
    whole: list[int] = []
    rests: list[Job] = []
    new = not_held(candidates, others, {of.basis for of in jobs.of})
    for index, job, lacks in zip(left, candidates, new, strict=True):
        if lacks.all():
            whole.append(index)
        elif lacks.any():
            rests.append(job.only(lacks))
    return jobs.chosen(whole, joined(rests))


def _opened(folder: str | os.PathLike[str], manifest: dict[str, Any]) -> Path | None:
    """Return the folder, absolute, if it holds a sweep that may go on; None if it holds none."""
    try:
        if not (Path(folder) / MANIFEST).is_file():
            return None
        target = Path(folder).resolve()
    except (OSError, ValueError, RuntimeError):
        return None  # check_target says why
    if why := why_other(read_manifest(target), manifest):
        raise _other(folder, why)
    return target


def _other(folder: str | os.PathLike[str], why: str) -> ResultsError:
    shown = repr(os.fspath(folder))
    return ResultsError(f"The folder {shown} holds another sweep: {why}; name another folder.")


def _shares_rows(path: Path, jobs: Jobs) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(jobs.rows.ids, pa.string())
    return bool(pc.any(pc.is_in(read_row_ids(path), value_set=known)).as_py())


def _tidy(folder: Path, jobs: Jobs) -> None:
    """Make what a stop may have left undone, and remove what it left half done."""
    for name in (PARTS, SCENARIOS):
        _make(folder / name)
    for of in jobs.of:
        path = folder / SCENARIOS / f"{of.scenario.name}.json"
        if not path.is_file():
            write(path, json_bytes(of.scenario.resolved()))
    for below in (folder, folder / PARTS, folder / SCENARIOS, folder / FAILURES):
        remove(_left_behind(below))
    remove(Parts.of(folder).twice())


def _left_behind(folder: Path) -> list[Path]:
    """Return files that a process that is gone was writing: ``.name.<its number>``."""
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        number = re.fullmatch(r"\..+\.(?:parquet|json)\.(\d{1,9})", path.name)
        if number and not _lives(int(number[1])):
            found.append(path)
    return found


def _lives(process: int) -> bool:
    if os.name != "posix":  # there is no harmless signal to ask with
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as fault:
        raise ResultsError(f"{str(folder)!r} cannot be written: {reason(fault)}.") from None
