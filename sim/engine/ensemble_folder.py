"""The folder of an ensemble: one row a replicate, written in parts as chunks are finished.

A part is written under another name and renamed, so a part that is there is whole. The name of a
part holds the hash of all that its numbers depend on; a second start of the same ensemble does
only what is missing, and a folder of another ensemble is refused.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.chunks import Chunk, ChunkResult
from sim.engine.ensemble import Ensemble, Progress
from sim.engine.folders import ResultsError, check_target, reason, write_folder, write_whole
from sim.engine.loading import ENSEMBLE_FORMAT, FORMAT_VERSION, read_json
from sim.engine.results import json_bytes, versions
from sim.engine.run import provenance
from sim.outcomes.compute import MEASURES, outcomes_json
from sim.outcomes.values import OutcomeValues, outcome_columns, outcome_of_column

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.scenario.schema import Scenario

PARTS = "parts"


def run_into_folder(
    ensemble: Ensemble, folder: str | os.PathLike[str], progress: Progress | None = None
) -> Path:
    """Run an ensemble, keeping each chunk on disk as soon as it is finished.

    Parameters
    ----------
    ensemble : Ensemble
    folder : path
        New, or holding some or all of the same ensemble.
    progress : callable, optional
        Called with replicates done and in all.

    Returns
    -------
    Path
        The folder, whose ``run.json`` now holds the spread of each outcome.

    Raises
    ------
    ResultsError
        If the folder holds something else or cannot be written.
    """
    target = _open_folder(ensemble, Path(folder))
    missing = [chunk for chunk in ensemble.chunks() if not _part_path(target, chunk).is_file()]
    total = len(ensemble.numbers)
    done = total - sum(len(chunk.replicates) for chunk in missing)
    by_first = {int(chunk.replicates[0]): chunk for chunk in missing}
    for result in ensemble.results(missing):
        chunk = by_first[int(result.replicates[0])]
        write_whole(_part_path(target, chunk), _part_bytes(ensemble, result))
        done += len(result.replicates)
        if progress is not None:
            progress(done, total)
    write_whole(target / "run.json", json_bytes(_info(ensemble, _summary(ensemble, target))))
    return target


def load_results(folder: str | os.PathLike[str]) -> pd.DataFrame:
    """Read the rows of an ensemble's folder, finished or not, in order of replicate.

    Returns
    -------
    pandas.DataFrame
        Columns ``replicate``, the parameters by id, and for each outcome ``<id>`` (null where it
        is not there by the end) and ``<id>_state``.

    Raises
    ------
    ResultsError
        If there is no ensemble in the folder or a part is damaged.
    """
    frame: pd.DataFrame = read_parts(Path(folder)).to_pandas(date_as_object=False)
    return frame


def read_parts(folder: Path) -> pa.Table:
    """Read all parts of a folder as one Arrow table, in order of replicate."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    info = read_json(folder / "run.json")
    if info.get("format") != ENSEMBLE_FORMAT:
        raise ResultsError(f"{str(folder)!r} does not hold an ensemble of Khabur.")
    paths = sorted((folder / PARTS).glob("*.parquet"))
    if not paths:
        raise ResultsError(f"The ensemble in {str(folder)!r} has no finished part yet.")
    try:
        table = pa.concat_tables([pq.read_table(path) for path in paths])
        return table.sort_by("replicate")
    except (pa.ArrowException, OSError) as fault:
        raise ResultsError(f"A part of {str(folder)!r} is damaged: {fault}.") from None


def _open_folder(ensemble: Ensemble, folder: Path) -> Path:
    if (folder / "run.json").exists():
        info = read_json(folder / "run.json")
        if info.get("format") != ENSEMBLE_FORMAT or info.get("key") != _key(ensemble):
            raise ResultsError(
                f"The folder {str(folder)!r} holds other results; name another folder."
            )
        return folder.resolve()
    target = check_target(folder)
    files = {
        "run.json": json_bytes(_info(ensemble, None)),
        "scenario.json": json_bytes(ensemble.scenario.resolved()),
    }
    write_folder(target, files)
    try:
        (target / PARTS).mkdir()
    except OSError as fault:
        raise ResultsError(f"{str(target)!r} cannot be written: {reason(fault)}.") from None
    return target


def _info(ensemble: Ensemble, outcomes: dict[str, Any] | None) -> dict[str, Any]:
    """Return what run.json says; outcomes are None until all replicates are there."""
    scenario = ensemble.scenario
    last = ensemble.until or scenario.end
    return {
        "format": ENSEMBLE_FORMAT,
        "format_version": FORMAT_VERSION,
        "key": _key(ensemble),
        "scenario": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "scenario_hash": scenario.hash,
        "seed": ensemble.seed,
        "replicates": len(ensemble.numbers),
        "first_replicate": int(ensemble.numbers[0]),
        "chunk": ensemble.chunk,
        "prior": ensemble.prior,
        "posterior": None if ensemble.posterior is None else ensemble.posterior.to_json(),
        "start": scenario.start.isoformat(),
        "end": last.isoformat(),
        "days": (last - scenario.start).days + 1,
        "kinds": _kinds(ensemble),
        "versions": versions(),
        "complete": outcomes is not None,
        "outcomes": outcomes or {},
    }


def _kinds(ensemble: Ensemble) -> dict[str, dict[str, str]]:
    return {name: provenance(kind) for name, kind in ensemble.commanders.items()}


def _key(ensemble: Ensemble) -> str:
    """Return the hash of all that the numbers depend on but the number of replicates."""
    digest = hashlib.sha256()
    digest.update(ensemble.scenario.hash.encode())
    about = [ensemble.seed, ensemble.prior, ensemble.until, ensemble.chunk, _kinds(ensemble)]
    digest.update(repr(about).encode())
    digest.update(versions()["khabur"].encode())
    digest.update(repr([int(ensemble.numbers[0]), len(ensemble.numbers)]).encode())
    for name, values in sorted(ensemble.parameters.items()):
        digest.update(name.encode() + np.ascontiguousarray(values).tobytes())
    if ensemble.posterior is not None:
        used = [ensemble.posterior.posterior.sha256, ensemble.posterior.ids]
        digest.update(repr(used).encode())
    return digest.hexdigest()


def _part_path(folder: Path, chunk: Chunk) -> Path:
    first, last = int(chunk.replicates[0]), int(chunk.replicates[-1])
    return folder / PARTS / f"replicates-{first:07d}-{last:07d}.parquet"


def _part_bytes(ensemble: Ensemble, result: ChunkResult) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {"replicate": pa.array(result.replicates)}
    columns |= {name: pa.array(values) for name, values in sorted(result.parameters.items())}
    columns |= outcome_columns(result.outcomes, start=ensemble.scenario.start)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    written: bytes = sink.getvalue().to_pybytes()
    return written


def read_outcomes(folder: Path, scenario: Scenario) -> dict[str, OutcomeValues]:
    """Read the outcomes of an ensemble of a scenario back from its parts, in order of replicate."""
    table = read_parts(folder)
    start = scenario.start.toordinal()
    return {
        row.id: outcome_of_column(table[row.id], MEASURES[row.measure].kind, start)
        for row in scenario.outcomes
    }


def _summary(ensemble: Ensemble, folder: Path) -> dict[str, Any]:
    """Return the spread of each outcome, read back from the parts."""
    outcomes = read_outcomes(folder, ensemble.scenario)
    return outcomes_json(ensemble.scenario, outcomes, start=ensemble.scenario.start)
