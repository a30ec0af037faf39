"""A sensitivity analysis of a scenario, from the design to the folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.folders import ResultsError, check_target, write_folder, write_whole
from sim.engine.loading import read_json
from sim.engine.results import json_bytes, versions
from sim.engine.sources import scenario_of
from sim.experiments.executors import ExecutorFactory, inline, local_processes
from sim.experiments.sensitivity.analysis import analyse
from sim.experiments.sensitivity.evaluation import Points, Progress, evaluate
from sim.experiments.sensitivity.faults import SensitivityError
from sim.experiments.sensitivity.morris import MorrisDesign, morris_design
from sim.experiments.sensitivity.noise import LEAST_REPLICATES
from sim.experiments.sensitivity.numbers import quantities_of
from sim.experiments.sensitivity.result import (
    RESULT_FILE,
    RESULT_FORMAT,
    Method,
    ParameterRange,
    SensitivityResult,
)
from sim.experiments.sensitivity.sobol import SobolDesign, sobol_design

if TYPE_CHECKING:
    from sim.outcomes.values import OutcomeValues
    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]

DESIGN_FILE = "design.json"
TABLE_FILE, PICTURES = "table.csv", ("heat_map.svg", "heat_map.png")


@dataclass(frozen=True)
class Analysis:
    """A sensitivity analysis that can be run.

    Attributes
    ----------
    method : str
    design : MorrisDesign or SobolDesign
    points : Points
        Its runs.
    numbers : dict of str to int
        Those that made the design.
    outcomes : tuple of str
        Ids of the outcomes to analyse.
    resamples : int
        Of the bootstrap.
    """

    method: Method
    design: MorrisDesign | SobolDesign
    points: Points
    numbers: dict[str, int]
    outcomes: tuple[str, ...]
    resamples: int


def plan(
    scenario: Scenario | str | os.PathLike[str],
    *,
    method: Method = "morris",
    parameters: Sequence[str] | None = None,
    outcomes: Sequence[str] | None = None,
    trajectories: int = 20,
    levels: int = 4,
    points: int = 128,
    replicates: int = 4,
    seed: int = 0,
    until: date | None = None,
    resamples: int = 500,
) -> Analysis:
    """Check what was asked for and make the design; nothing is run.

    Parameters as for :func:`sensitivity`. ``plan(...).points.runs`` is the number of runs.
    """
    found = scenario_of(scenario)
    if method not in ("morris", "sobol"):
        raise SensitivityError(f"method: found {method!r}; allowed: 'morris', 'sobol'")
    if replicates < LEAST_REPLICATES:
        raise SensitivityError(
            f"replicates: found {replicates}; allowed: {LEAST_REPLICATES} or more, "
            "or luck cannot be told from effect"
        )
    if resamples < 100:
        raise SensitivityError(f"resamples: found {resamples}; allowed: 100 or more")
    if until is not None and not found.start <= until <= found.end:
        raise SensitivityError(f"until: found {until}; allowed: {found.start} to {found.end}")
    names = _parameters(found, parameters)
    wanted = _outcomes(found, outcomes)
    design: MorrisDesign | SobolDesign
    try:
        if method == "morris":
            numbers = {"trajectories": trajectories, "levels": levels}
            design = morris_design(len(names), seed=seed, **numbers)
        else:
            numbers = {"points": points}
            design = sobol_design(len(names), seed=seed, **numbers)
    except SensitivityError:
        raise
    except ValueError as fault:
        raise SensitivityError(str(fault)) from None
    runs = Points(found, seed, names, design.points, replicates, until)
    return Analysis(method, design, runs, numbers, wanted, resamples)


def sensitivity(
    scenario: Scenario | str | os.PathLike[str],
    *,
    method: Method = "morris",
    parameters: Sequence[str] | None = None,
    outcomes: Sequence[str] | None = None,
    trajectories: int = 20,
    levels: int = 4,
    points: int = 128,
    replicates: int = 4,
    seed: int = 0,
    until: date | None = None,
    resamples: int = 500,
    folder: str | os.PathLike[str] | None = None,
    workers: int = 1,
    executors: ExecutorFactory | None = None,
    progress: Progress | None = None,
) -> SensitivityResult:
    """Find which parameters of a scenario matter for which of its outcomes.

    Parameters
    ----------
    scenario : Scenario, str or path
    method : str
        ``morris``: screening, ``trajectories (k + 1) replicates`` runs for k parameters.
        ``sobol``: shares of variance, ``points (k + 2) replicates`` runs.
    parameters : sequence of str, optional
        Ids of those to vary over their priors; all that have a prior if not given. The others
        keep the scenario's values.
    outcomes : sequence of str, optional
        Ids of those to analyse; all if not given.
    trajectories, levels : int
        Of Morris's design; levels an even number.
    points : int
        Of each of Sobol's samples; a power of two.
    replicates : int
        Of each point, at least 2.
    seed : int
    until : date, optional
        Last day to simulate.
    resamples : int
        Of the bootstrap that gives intervals.
    folder : path, optional
        Gets ``result.json``, ``table.csv``, ``heat_map.svg``, ``heat_map.png``, and parts as they
        are finished: the same call again runs only what is missing.
    workers : int
        Processes that share the work. It changes speed, never a result.
    executors : callable, optional
        Where parts run, in place of ``workers``: :mod:`sim.experiments.executors`.
    progress : callable, optional
        Called with runs done and in all.

    Raises
    ------
    SensitivityError
        If what was asked for makes no sense, SALib is missing, a part failed, or no outcome
        varied.
    ScenarioError
        If the scenario is not sound.
    ResultsError
        If the folder holds something else or cannot be written.
    """
    planned = plan(
        scenario,
        method=method,
        parameters=parameters,
        outcomes=outcomes,
        trajectories=trajectories,
        levels=levels,
        points=points,
        replicates=replicates,
        seed=seed,
        until=until,
        resamples=resamples,
    )
    if workers < 1:
        raise SensitivityError(f"workers: found {workers}; allowed: 1 or more")
    if executors is None:
        executors = inline() if workers == 1 else local_processes(workers)
    return carry_out(planned, executors=executors, folder=folder, progress=progress)


def carry_out(
    analysis: Analysis,
    *,
    executors: ExecutorFactory,
    folder: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> SensitivityResult:
    """Run an analysis that :func:`plan` made; see :func:`sensitivity`."""
    target = None if folder is None else _open_folder(analysis, Path(folder))
    found = evaluate(analysis.points, executors=executors, folder=target, progress=progress)
    result = result_of(analysis, found)
    if target is not None:
        save(result, target)
    return result


def result_of(analysis: Analysis, outcomes: dict[str, OutcomeValues]) -> SensitivityResult:
    """Analyse the outcomes of all runs.

    Raises
    ------
    SensitivityError
        If no outcome varied.
    """
    points = analysis.points
    scenario = points.scenario
    wanted = {name: outcomes[name] for name in analysis.outcomes}
    quantities = quantities_of(scenario, wanted, points.days)
    if not quantities.quantities:
        raise SensitivityError(
            f"No outcome of {scenario.name!r} varied over {points.runs:,} runs; "
            "there is nothing to explain."
        )
    shape = (*points.points.shape[:2], points.replicates)
    analysed = [
        analyse(
            analysis.design,
            quantity,
            quantities.values[:, column].reshape(shape),
            points.names,
            seed=points.seed,
            resamples=analysis.resamples,
        )
        for column, quantity in enumerate(quantities.quantities)
    ]
    return SensitivityResult(
        method=analysis.method,
        scenario=scenario.name,
        scenario_hash=scenario.hash,
        seed=points.seed,
        replicates=points.replicates,
        runs=points.runs,
        design=analysis.numbers,
        until=(points.until or scenario.end).isoformat(),
        parameters=tuple(_range(scenario, name) for name in points.names),
        spreads=tuple(one.spread for one in analysed),
        effects=tuple(effect for one in analysed for effect in one.effects),
        left_out=quantities.left_out,
    )


def save(result: SensitivityResult, folder: Path) -> None:
    """Write ``result.json``, the table and the pictures into a folder.

    Raises
    ------
    ResultsError
        If it cannot be written.
    """
    from sim.experiments.sensitivity.heat_map import figure_bytes

    figure = result.heat_map()
    for name in PICTURES:
        write_whole(folder / name, figure_bytes(figure, name.rpartition(".")[2]))
    write_whole(folder / TABLE_FILE, result.table().to_csv(index=False).encode())
    write_whole(folder / RESULT_FILE, json_bytes(result.to_json()))


def _open_folder(analysis: Analysis, folder: Path) -> Path:
    about = _about(analysis)
    if (folder / DESIGN_FILE).exists():
        if read_json(folder / DESIGN_FILE).get("key") != about["key"]:
            raise ResultsError(
                f"The folder {str(folder)!r} holds another analysis; name another folder."
            )
        return folder.resolve()
    target = check_target(folder)
    files = {"design": about, "scenario": analysis.points.scenario.resolved()}
    write_folder(target, {f"{name}.json": json_bytes(value) for name, value in files.items()})
    return target


def _about(analysis: Analysis) -> dict[str, Any]:
    points = analysis.points
    return {
        "format": f"{RESULT_FORMAT} design",
        "key": points.key(),
        "method": analysis.method,
        "scenario": points.scenario.name,
        "scenario_hash": points.scenario.hash,
        "seed": points.seed,
        "replicates": points.replicates,
        "runs": points.runs,
        "design": analysis.numbers,
        "parameters": points.names,
        "until": (points.until or points.scenario.end).isoformat(),
        "versions": versions(),
    }


def _parameters(scenario: Scenario, wanted: Sequence[str] | None) -> tuple[str, ...]:
    uncertain = tuple(name for name, row in scenario.parameters.items() if row.prior != "fixed")
    if wanted is None:
        if not uncertain:
            raise SensitivityError(f"No parameter of {scenario.name!r} has a prior to vary.")
        return uncertain
    return _chosen("parameters", wanted, uncertain, "parameters with a prior")


def _outcomes(scenario: Scenario, wanted: Sequence[str] | None) -> tuple[str, ...]:
    known = tuple(row.id for row in scenario.outcomes)
    if not known:
        raise SensitivityError(f"{scenario.name!r} has no outcomes to analyse.")
    return known if wanted is None else _chosen("outcomes", wanted, known, "the scenario's own")


def _chosen(
    field: str, wanted: Sequence[str], known: tuple[str, ...], allowed: str
) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(wanted))
    if not chosen:
        raise SensitivityError(f"{field}: found none; allowed: {allowed}, one or more")
    for name in chosen:
        if name not in known:
            nearest = get_close_matches(name, known, 1)
            hint = f", for instance {nearest[0]!r}" if nearest else ""
            raise SensitivityError(f"{field}: found {name[:80]!r}; allowed: {allowed}{hint}")
    return chosen


def _range(scenario: Scenario, name: str) -> ParameterRange:
    row = scenario.parameters[name]
    return ParameterRange(name, row.unit, row.prior, float(row.low or 0), float(row.high or 0))
