"""Runs with the posterior and with the priors, scored on what was not fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calibration.record.control_rows import control_rows
from calibration.record.count_rows import dead_rows, displaced_rows
from calibration.record.runs import Plan, kept_runs
from calibration.results import ScoreRow
from calibration.structures import COMPLETENESS
from sim.experiments.validation import ensembles
from sim.experiments.validation.ensembles import Arrays, Keep, Progress

if TYPE_CHECKING:
    from sim.scenario.rows import Parameter
    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]
Columns = Mapping[str, Float64]

RECORDED: dict[str, tuple[Callable[[], Scenario], Keep]] = {
    "campaign-2015": (ensembles.campaign, ensembles.keep_of_campaign),
    "hasakeh-2015": (ensembles.hasakeh, ensembles.keep_of_siege),
}
"""Scenarios of which there is a record, with what is kept of their runs."""

CARRIED_TO_KOBANE = ("campaign-2015",)
"""Scenarios whose posterior is also tried on ``kobane-2014``: the kinds there are theirs."""

POSTERIOR, PRIOR = "posterior", "prior"


def record_scores(
    scenario_name: str,
    posterior_columns: Columns,
    *,
    replicates: int,
    seed: int,
    workers: int,
    folder: Path,
    progress: Progress | None = None,
) -> list[ScoreRow]:
    """Score the fitted model, and draws from the priors, on what no target of the fit tells.

    Parameters
    ----------
    scenario_name : str
        One of ``RECORDED``.
    posterior_columns : mapping of parameter id to float64 array, shape ``[n]``
        Draws from the posterior, n at least ``replicates``: replicate r takes row r. Parameters
        without a column are drawn from their priors. ``report.completeness`` belongs to the fit
        and is set aside.
    replicates, seed : int
        Runs with the posterior and with the priors have the same seed and replicate numbers.
    workers : int
        Processes that share the work; they change no result.
    folder : Path
        Finished runs are kept here, and taken from here.
    progress : callable, optional
        Called with replicates done and in all.

    Returns
    -------
    list of ScoreRow

    Raises
    ------
    ValueError
        If there is no record of the scenario, or a column is not of one of its parameters, too
        short, or not finite.
    ResultsError
        If the folder cannot be written.

    Notes
    -----
    ``kobane-2014`` takes those columns whose parameters it defines alike
    (:func:`columns_shared`); the others it draws from its own priors, as without a posterior.
    """
    if scenario_name not in RECORDED:
        raise ValueError(
            f"there is no record of scenario {scenario_name!r}; of {', '.join(RECORDED)} there is"
        )
    load, keep = RECORDED[scenario_name]
    scenario = load()
    columns = _checked(scenario, posterior_columns, replicates)
    plans = {
        f"{scenario.name}-{POSTERIOR}": Plan(scenario, keep, columns),
        f"{scenario.name}-{PRIOR}": Plan(scenario, keep, {}),
    }
    kobane = ensembles.kobane() if scenario_name in CARRIED_TO_KOBANE else None
    if kobane is not None:
        shared = columns_shared(scenario, kobane, columns)
        kept_there = ensembles.keep_of_kobane
        plans[f"{kobane.name}-{POSTERIOR}"] = Plan(kobane, kept_there, shared)
        plans[f"{kobane.name}-{PRIOR}"] = Plan(kobane, kept_there, {})
    runs = kept_runs(
        plans, replicates=replicates, seed=seed, workers=workers, folder=folder, progress=progress
    )
    return rows_of_runs(scenario, kobane, runs)


def rows_of_runs(
    scenario: Scenario, kobane: Scenario | None, runs: Mapping[str, Arrays]
) -> list[ScoreRow]:
    """Return the rows of runs by name: ``<scenario>-posterior`` and ``<scenario>-prior``."""

    def pair(of: Scenario) -> tuple[Arrays, Arrays]:
        return runs[f"{of.name}-{POSTERIOR}"], runs[f"{of.name}-{PRIOR}"]

    rows = [*control_rows(scenario, *pair(scenario)), *displaced_rows(scenario, *pair(scenario))]
    if kobane is not None:
        rows += dead_rows(kobane, *pair(kobane))
    return rows


def columns_shared(scenario: Scenario, other: Scenario, columns: Columns) -> dict[str, Float64]:
    """Return the columns whose parameters both scenarios define alike.

    Alike are those of one id, unit and prior with the same bounds (the same value, if fixed): a
    posterior between other bounds says nothing of what the other scenario means by the id. They
    are taken row by row, so that what was fitted together stays together.
    """
    return {
        name: values
        for name, values in columns.items()
        if name in other.parameters
        and _definition(scenario.parameters[name]) == _definition(other.parameters[name])
    }


def _definition(parameter: Parameter) -> tuple[object, ...]:
    fixed = parameter.prior == "fixed"
    return (
        parameter.unit,
        parameter.prior,
        parameter.low,
        parameter.high,
        parameter.value if fixed else None,
    )


def _checked(scenario: Scenario, columns: Columns, replicates: int) -> dict[str, Float64]:
    """Return the columns of the scenario's parameters, one value a replicate."""
    checked = {}
    for name, column in columns.items():
        if name == COMPLETENESS:
            continue
        values = np.asarray(column, np.float64)
        if name not in scenario.parameters:
            raise ValueError(f"posterior: {name!r} is not a parameter of {scenario.name!r}")
        if values.ndim != 1 or len(values) < replicates:
            raise ValueError(
                f"posterior: {name!r} has shape {values.shape}; "
                f"one value for each of {replicates} replicates is needed"
            )
        if not np.isfinite(values[:replicates]).all():
            raise ValueError(f"posterior: {name!r} must be finite")
        checked[name] = values[:replicates]
    return checked
