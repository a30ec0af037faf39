"""Small posteriors for tests: a copy of two-towns with a table of its own, and an overlay."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from sim.engine.posterior_files import save_posterior
from sim.scenario import find_scenarios, load

DRAWS = 7


def copy_of_two_towns(home: Path, name: str = "two-towns") -> Path:
    """Copy the tutorial into a folder, without a posterior, and return the copy."""
    return Path(shutil.copytree(find_scenarios()["two-towns"], home / name))


def columns_of(folder: Path) -> list[str]:
    """Return three parameters of a scenario that have a prior."""
    rows = load(folder).parameters.items()
    return [name for name, row in rows if row.prior != "fixed" and name.startswith("combat.")][:3]


def table_of(folder: Path, draws: int = DRAWS) -> tuple[list[str], np.ndarray]:
    """Return ids and values that differ in every row and lie within the priors."""
    scenario = load(folder)
    names = columns_of(folder)
    shares = (np.arange(draws)[:, None] + np.array([0.25, 0.5, 0.75])) / draws
    low = np.array([scenario.parameters[name].low for name in names])
    high = np.array([scenario.parameters[name].high for name in names])
    return names, low + shares * (high - low)


def about(folder: Path, **other: object) -> dict[str, object]:
    """Return what is said of the posterior of a scenario."""
    scenario = load(folder)
    return {
        "command": f"khabur calibrate {scenario.name} --out there --ship",
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "verdict": "Made up for a test.",
        "calibrated": True,
        **other,
    }


def with_posterior(folder: Path, **other: object) -> Path:
    """Give a scenario a posterior and return its folder."""
    save_posterior(folder, *table_of(folder), about(folder, **other))
    return folder


def overlay_of(folder: Path, text: str = "", parameters: str = "") -> Path:
    """Write an overlay beside a scenario and return its folder."""
    made = folder.parent / "overlay"
    made.mkdir()
    head = f'base = "{folder.name}"\ntitle = "Overlay"\nquestion = "What if?"\n'
    (made / "scenario.toml").write_text(head + text)
    if parameters:
        header = "edit,id,value,unit,prior,low,high,source\n"
        (made / "parameters.csv").write_text(header + parameters)
    return made
