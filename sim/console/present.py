"""Printing what a command found, for people or as one JSON object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.engine.results import Run
    from sim.experiments.compare import Comparison


def print_json(value: Any) -> None:
    """Print one object."""
    print(json.dumps(value, indent=2, allow_nan=False))


def present(loaded: Run, as_json: bool) -> None:
    """Print a run that was read from its folder."""
    if not as_json:
        from sim.console.run_report import show_run

        show_run(loaded)
        return
    info = loaded.info
    keys = ("scenario", "seed", "replicate", "days", "outcomes")
    found = {**{key: info[key] for key in keys}, **_posterior(info)}
    print_json({**found, "replicates": 1, "folder": str(loaded.folder)})


def present_ensemble(info: dict[str, Any], folder: Path, as_json: bool) -> None:
    """Print an ensemble by what its run.json says."""
    if as_json:
        keys = ("scenario", "seed", "replicates", "days", "outcomes")
        found = {**{key: info[key] for key in keys}, **_posterior(info)}
        print_json({**found, "folder": str(folder)})
        return
    from sim.console.ensemble_report import show_ensemble
    from sim.console.words import outcome_labels
    from sim.engine.loading import read_json

    show_ensemble(info, outcome_labels(read_json(folder / "scenario.json")), folder)


def present_comparison(comparison: Comparison, as_json: bool, quiet: bool) -> None:
    """Print a comparison, or its folder alone."""
    if as_json:
        print_json({**comparison.to_json(), "folder": str(comparison.folder)})
    elif quiet:
        print(comparison.folder)
    else:
        from sim.console.compare_report import show_comparison

        show_comparison(comparison)


def _posterior(info: dict[str, Any]) -> dict[str, Any]:
    """Return what run.json says of a posterior, if one was used."""
    found = info.get("posterior")
    return {} if found is None else {"posterior": found}
