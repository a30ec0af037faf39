"""Small folders of every kind that a report is made of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sim.engine.ensemble import Ensemble
from sim.engine.ensemble_folder import run_into_folder
from sim.engine.folders import write_folder
from sim.engine.results import json_bytes, write_run
from sim.engine.run import run_campaign
from sim.engine.sources import load_checked
from sim.experiments.compare import compare_scenarios, scenarios_to_compare
from sim.experiments.sensitivity.numbers import Quantity
from sim.experiments.sensitivity.result import (
    Estimate,
    ParameterRange,
    SensitivityResult,
    SobolEffect,
    Spread,
)
from tests.experiments.sweeps import GRID, OTHER, SCENARIO, swept

UNTIL = date(2015, 6, 29)


def run_folder(folder: Path) -> Path:
    """Make a run: a week of the siege."""
    return write_run(folder, run_campaign(load_checked("hasakeh-2015"), seed=7, until=UNTIL))


def ensemble_folder(folder: Path) -> Path:
    """Make an ensemble: a week of the siege, six times."""
    many = Ensemble(load_checked("hasakeh-2015"), replicates=6, seed=1, until=UNTIL)
    return run_into_folder(many, folder)


def comparison_folder(folder: Path) -> Path:
    """Make a comparison of two towns with bolder and with warier commanders."""
    base, bold = scenarios_to_compare(
        "two-towns", ["two-towns"], other_values={"any_kind.caution": 0.8}
    )
    [_, wary] = scenarios_to_compare(
        "two-towns", ["two-towns"], other_values={"any_kind.caution": 1.6}
    )
    compare_scenarios(
        base, [bold, wary], replicates=12, seed=0, folder=folder, precision=["blue_killed=2"]
    )
    return folder


def sweep_folder(folder: Path, *, parameters: int = 2, scenarios: int = 1) -> Path:
    """Make a sweep of a random scenario or two over no, one or two parameters."""
    grid = dict(list(GRID.items())[:parameters])
    swept(folder, *(SCENARIO, OTHER)[:scenarios], parameters=grid, replicates=3)
    return folder


def sensitivity_folder(folder: Path) -> Path:
    """Make the result of a sensitivity analysis: one parameter matters, the other does not."""
    none, some = Estimate(0.01, -0.1, 0.1), Estimate(0.8, 0.7, 0.9)
    quantity = Quantity("dead", "dead", "Dead of both sides", "fighters", "mean")

    def effect(name: str, total: Estimate, noise: bool) -> SobolEffect:
        return SobolEffect("dead", name, total, total, total, total, noise, total.value)

    ranges = [
        ParameterRange(name, "1", "uniform", 0.5, 2.0) for name in ("army.nerve", "army.luck")
    ]
    result = SensitivityResult(
        method="sobol",
        scenario="two-towns",
        scenario_hash="0" * 64,
        seed=3,
        replicates=4,
        runs=256,
        design={"points": 16},
        until="2015-06-30",
        parameters=tuple(ranges),
        spreads=(Spread(quantity, 120.0, 30.0, Estimate(0.35, 0.3, 0.4)),),
        effects=(effect("army.nerve", some, False), effect("army.luck", none, True)),
        left_out={"calm": "the same in every run"},
    )
    return write_folder(folder, {"result.json": json_bytes(result.to_json())})
