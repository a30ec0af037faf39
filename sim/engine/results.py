"""Run folders: run.json, scenario.json and tidy Parquet tables.

A folder is written beside its place under another name and renamed when it is whole, so that
there is never half a run. The same run gives the same bytes: nothing in it tells when or where
it was written. Nothing is read by unpickling, so a folder from a stranger is safe to open.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.engine.folders import ResultsError, check_target, write_folder
from sim.engine.loading import FORMAT, FORMAT_VERSION, Run, load_run
from sim.engine.parquet import parquet_bytes
from sim.engine.record import RunRecord
from sim.engine.tables import run_tables
from sim.outcomes.compute import compute_outcomes, outcomes_json

__all__ = [
    "ResultsError",
    "Run",
    "RunRecord",
    "check_target",
    "default_folder",
    "load_run",
    "run_info",
    "write_run",
]

_VERSIONS_OF = ("khabur", "numpy", "scipy", "mesa", "pyarrow")


def default_folder(scenario: str, seed: int, replicate: int) -> Path:
    """Return the folder of a run when the user names none."""
    return Path("runs") / f"{scenario}-seed{seed}-replicate{replicate}"


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a run's numbers depend on."""
    found = {"python": platform.python_version()}
    for name in _VERSIONS_OF:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # run from a checkout that is not installed
            found[name] = "not installed"
    return found


def run_info(record: RunRecord) -> dict[str, Any]:
    """Return what run.json says of a run, but for the list of its tables.

    Parameters
    ----------
    record : RunRecord

    Raises
    ------
    OutcomeError
        If the scenario asks for an outcome that cannot be measured.
    """
    scenario, history = record.scenario, record.history
    outcomes = compute_outcomes(scenario, history)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "scenario": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "scenario_hash": scenario.hash,
        "seed": record.seed,
        "replicate": record.replicate,
        "start": history.start.isoformat(),
        "end": history.date(history.days - 1).isoformat() if history.days else None,
        "days": history.days,
        "parameters": {name: float(value) for name, value in sorted(record.parameters.items())},
        "posterior": None if record.posterior is None else dict(record.posterior),
        "kinds": dict(record.kinds),
        "factions": list(history.factions),
        "versions": {**versions(), **record.versions},
        "outcomes": outcomes_json(scenario, outcomes, start=history.start, replicate=0),
    }


def write_run(folder: str | os.PathLike[str], run: RunRecord, *, overwrite: bool = False) -> Path:
    """Write a run as a folder, whole or not at all.

    Parameters
    ----------
    folder : path
        Where the run goes; missing parents are made.
    run : RunRecord
    overwrite : bool
        Whether a run folder that is there may be replaced. It stays until the new one is whole.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ResultsError
        If the folder cannot be written, or something is there that must not be replaced.
        Nothing is left behind.
    OutcomeError
        If the scenario asks for an outcome that cannot be measured.
    """
    target = check_target(folder, overwrite=overwrite)
    return write_folder(target, run_files(run), overwrite=overwrite)


def run_files(run: RunRecord) -> dict[str, bytes]:
    """Return the files of a run folder by name."""
    tables = run_tables(run)
    files = {f"{name}.parquet": parquet_bytes(name, table) for name, table in tables.items()}
    listed = {
        name: {
            "rows": len(table["day"]),
            "sha256": hashlib.sha256(files[f"{name}.parquet"]).hexdigest(),
        }
        for name, table in tables.items()
    }
    return {
        "run.json": json_bytes({**run_info(run), "tables": listed}),
        "scenario.json": json_bytes(run.scenario.resolved()),
        **files,
    }


def json_bytes(value: Any) -> bytes:
    """Return a value as indented JSON, without NaN or infinity."""
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
