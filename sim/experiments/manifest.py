"""The manifest of a sweep's folder: what is swept, with what, and when it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.folders import ResultsError
from sim.engine.loading import read_json
from sim.engine.results import versions

if TYPE_CHECKING:
    from sim.experiments.design import Design
    from sim.experiments.jobs import Jobs, SweptScenario

MANIFEST = "manifest.json"
FORMAT = "khabur sweep"
# It goes up when a column, a file or a key changes its meaning.
FORMAT_VERSION = 1

# What two sweeps that share a folder must agree on: in words, or what is said where they do not.
_AGREE = {"khabur": "version of Khabur", "seed": "seed", "until": "last day"}
_OTHERWISE = {
    "scenario_hash": "another version of the scenario {}",
    "parameters": "other parameters",
    "prior": "parameters that are drawn from their priors otherwise",
    "posterior": "another posterior of {}, or none",
    "outcomes": "other outcomes",
    "kinds": "other agents in {}",
}


def manifest_of(
    design: Design, jobs: Jobs, *, command: str, rows_file: str, started: str
) -> dict[str, Any]:
    """Return the manifest of a sweep that begins.

    Parameters
    ----------
    design : Design
    jobs : Jobs
        All of the design's.
    command : str
        How the sweep was begun, for a reader.
    rows_file : str
        Name of the table of the design's rows.
    started : str
        When the first sweep in the folder was begun.
    """
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "title": design.title,
        "command": command,
        "design": design.to_json(),
        "design_hash": design.hash,
        "seed": design.seed,
        "first_replicate": design.first_replicate,
        "replicates": design.replicates,
        "scenarios": {of.scenario.name: _scenario(of) for of in jobs.of},
        "parameters": _parameters(jobs),
        "outcomes": _outcomes(jobs.of),
        "rows": len(jobs.rows),
        "rows_file": rows_file,
        "runs": jobs.runs,
        "jobs": len(jobs),
        "versions": versions(),
        "started": started,
        "finished": None,
        "complete": False,
        "runs_done": 0,
        "jobs_failed": 0,
    }


def _scenario(of: SweptScenario) -> dict[str, Any]:
    """Return what the manifest says of a scenario: what its numbers depend on, and more."""
    used = of.posterior
    return {
        **of.about,
        "basis": of.basis,
        "title": of.scenario.title,
        "file": f"scenarios/{of.scenario.name}.json",
        "posterior_used": None if used is None else used.to_json(),
    }


def _parameters(jobs: Jobs) -> dict[str, dict[str, Any]]:
    """Return the unit of each of the design's parameters, and the values that it takes."""
    known = jobs.of[0].scenario.parameters
    found = {}
    for column, name in enumerate(jobs.rows.names):
        values = jobs.rows.values[:, column]
        found[name] = {
            "unit": known[name].unit,
            "lowest": float(values.min()),
            "highest": float(values.max()),
            "different": len(np.unique(values)),
        }
    return found


def _outcomes(of: Sequence[SweptScenario]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in of:
        for row in each.scenario.outcomes:
            if row.id in each.outcomes:
                found.setdefault(row.id, {"unit": row.unit, "measure": row.measure})
    return found


def now() -> str:
    """Return the time, to the second, as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


# What a reader relies on; the rest may be anything.
_NEEDED: dict[str, type] = {
    "design": dict,
    "seed": int,
    "first_replicate": int,
    "replicates": int,
    "scenarios": dict,
    "parameters": dict,
    "rows_file": str,
    "started": str,
}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read and check the manifest of a sweep's folder.

    Raises
    ------
    ResultsError
        If there is none, or it is damaged, of another format or of another version.
    """
    path = folder / MANIFEST
    found = read_json(path)
    if found.get("format") != FORMAT:
        raise ResultsError(f"{str(path)!r} does not describe a sweep of Khabur.")
    if found.get("format_version") != FORMAT_VERSION:
        raise ResultsError(
            f"{str(path)!r} has format version {found.get('format_version')!r:.40}, "
            f"but this Khabur reads version {FORMAT_VERSION}."
        )
    for key, kind in _NEEDED.items():
        if not isinstance(found.get(key), kind):
            raise ResultsError(f"{str(path)!r} is damaged: {key!r} must be a {kind.__name__}.")
    for name, each in found["scenarios"].items():
        if not (isinstance(each, dict) and isinstance(each.get("basis"), str)):
            raise ResultsError(f"{str(path)!r} is damaged: scenario {name!r:.80} is incomplete.")
    if Path(found["rows_file"]).name != found["rows_file"]:
        raise ResultsError(f"{str(path)!r} is damaged: 'rows_file' must be a name.")
    return found


def why_other(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> str | None:
    """Say in a few words why two manifests cannot share a folder; None if they can.

    They can if they speak of the same numbers: rows, replicates and scenarios may be added or
    left out, and what both have is the same in both.
    """
    both = [name for name in wanted["scenarios"] if name in there["scenarios"]]
    if not both:
        return f"its scenarios are {_list(there['scenarios'])}"
    for name in both:
        old, new = there["scenarios"][name], wanted["scenarios"][name]
        for key, words in _AGREE.items():
            if old.get(key) != new[key]:
                return f"its {words} is {old.get(key)!s:.80}, not {new[key]}"
        for key, words in _OTHERWISE.items():
            if old.get(key) != new[key]:
                return f"it has {words.format(name)}"
        if old["basis"] != new["basis"]:
            return "its parts were made otherwise"
    return None


def _list(names: Any) -> str:
    shown = [f"{name!s:.60}" for name in names]
    rest = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return ", ".join(shown[:5]) + rest
