"""Fresh runs with the posterior: what the fitted model says when it has not seen the answer.

Every draw from the posterior is run twice, with luck that neither shares with the other nor with
the pool. The first runs are the predictive distribution; the two together tell how much of its
spread luck alone makes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from calibration.analysis import Analysis
from calibration.block_table import outcomes_of
from calibration.posterior_columns import columns_of, completeness_of
from calibration.reports import draw_reports, known_labels, truths_of
from calibration.structures import Float64, Int64, ReportColumn
from sim.engine.ensemble import Ensemble
from sim.engine.ensemble_folder import read_parts, run_into_folder
from sim.outcomes.values import OutcomeValues

SEED_APART = 500
"""Between the first seed of the pool and that of the fresh runs; alternatives begin at 1,000."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FreshRuns:
    """Runs with draws from the posterior.

    Attributes
    ----------
    seed : int
    unit : float64 array, shape ``[n, Q]``
        The draws, on the scale of the priors' quantiles.
    rows : int64 array, shape ``[n]``
        Vectors of the pool that they come from.
    columns : dict of parameter id to float64 array, shape ``[n]``
    outcomes, again : dict of outcome id to OutcomeValues, length n each
        Of two runs of each draw.
    truths, truths_again : dict of target id to OutcomeValues, length n each
    reports : dict of target id to ReportColumn, length n each
        Of the first runs.
    """

    seed: int
    unit: Float64
    rows: Int64
    columns: dict[str, Float64]
    outcomes: dict[str, OutcomeValues]
    again: dict[str, OutcomeValues]
    truths: dict[str, OutcomeValues]
    truths_again: dict[str, OutcomeValues]
    reports: dict[str, ReportColumn]


def drawn(analysis: Analysis, number: int) -> tuple[Float64, Int64, dict[str, Float64]]:
    """Draw from the posterior.

    Returns
    -------
    unit : float64 array, shape ``[number, Q]``
    rows : int64 array, shape ``[number]``
    columns : dict of parameter id to float64 array, shape ``[number]``
    """
    unit, rows = analysis.posterior.resampled(number, analysis.seed)
    columns = columns_of(analysis.pool.scenario, analysis.ids, unit, analysis.targets.completeness)
    return unit, rows, columns


def run_fresh(
    analysis: Analysis,
    number: int,
    folder: Path,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> FreshRuns:
    """Run draws from the posterior, or what is missing of them.

    Parameters
    ----------
    analysis : Analysis
    number : int
        Draws.
    folder : Path
        Runs of other posteriors may lie beside these.
    workers : int
    progress : callable, optional
        Called with runs done and in all.

    Raises
    ------
    ResultsError
        If the folder cannot be written.
    """
    unit, rows, columns = drawn(analysis, number)
    scenario = analysis.pool.scenario
    seed = int(analysis.pool.seed.min()) + SEED_APART
    target = folder / _digest(columns)
    outcomes = []
    for turn in range(2):

        def tell(done: int, _total: int, before: int = turn * number) -> None:
            if progress is not None:
                progress(before + done, 2 * number)

        runs = Ensemble(
            scenario,
            replicates=number,
            seed=seed,
            first=turn * number,
            parameters=columns,
            workers=workers,
        )
        written = run_into_folder(runs, target / ("first", "again")[turn], tell)
        outcomes.append(outcomes_of(read_parts(written), scenario))
    first, again = outcomes
    truths = _truths(analysis, first)
    reports = draw_reports(
        analysis.models,
        truths,
        fit_seed=analysis.seed,
        seed=np.full(number, seed, dtype=np.int64),
        replicate=np.arange(number, dtype=np.int64),
        completeness=completeness_of(analysis.ids, unit, analysis.targets.completeness),
    )
    return FreshRuns(
        seed=seed,
        unit=unit,
        rows=rows,
        columns=columns,
        outcomes=first,
        again=again,
        truths=truths,
        truths_again=_truths(analysis, again),
        reports=reports,
    )


def _truths(analysis: Analysis, outcomes: Mapping[str, OutcomeValues]) -> dict[str, OutcomeValues]:
    truths = truths_of(analysis.models, outcomes)
    return {name: known_labels(truth, analysis.models[name]) for name, truth in truths.items()}


def _digest(columns: Mapping[str, Float64]) -> str:
    digest = hashlib.sha256()
    for name, column in sorted(columns.items()):
        digest.update(name.encode() + np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()[:12]
