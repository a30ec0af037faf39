"""The stages of a calibration that simulate more than the pool."""

from __future__ import annotations

from calibration.analysis import Analysis
from calibration.checks.alternative_models import (
    alternative_pool,
    alternative_seed,
    load_alternatives,
)
from calibration.checks.alternatives import alternative_reports, compared
from calibration.fresh import FreshRuns, drawn, run_fresh
from calibration.record.scores import RECORDED, record_scores
from calibration.results import AlternativeRow, ScoreRow
from calibration.settings import RECORD_SEED_APART, Work
from sim.scenario import load


def fresh_runs(analysis: Analysis, work: Work) -> FreshRuns:
    """Run draws from the posterior anew."""
    with work.watch("fresh runs", "runs") as progress:
        return run_fresh(
            analysis,
            work.settings.fresh,
            work.folder / "fresh",
            workers=work.settings.workers,
            progress=progress,
        )


def record_rows(analysis: Analysis, work: Work) -> list[ScoreRow]:
    """Score the fitted model on what was not fitted; empty where there is no record."""
    name = analysis.pool.scenario.name
    # The record is of the scenario that ships; one's own of the same name may be something else.
    if (
        not work.settings.record_replicates
        or name not in RECORDED
        or load(name).hash != analysis.pool.scenario.hash
    ):
        return []
    _, _, columns = drawn(analysis, work.settings.record_replicates)
    with work.watch("runs beside the record", "runs") as progress:
        return record_scores(
            name,
            columns,
            replicates=work.settings.record_replicates,
            seed=work.settings.seed + RECORD_SEED_APART,
            workers=work.settings.workers,
            folder=work.folder / "record",
            progress=progress,
        )


def alternative_rows(analysis: Analysis, work: Work) -> list[AlternativeRow]:
    """Compare with models that have a mechanism switched off; empty where there are none."""
    if not work.settings.alternative_vectors:
        return []
    scenario = analysis.pool.scenario
    rows = []
    for place, alternative in enumerate(load_alternatives(scenario)):
        with work.watch(alternative.label, "vectors") as progress:
            pool = alternative_pool(
                scenario,
                alternative,
                work.folder / "alternatives" / alternative.id,
                seed=alternative_seed(work.settings.seed, place),
                vectors=work.settings.alternative_vectors,
                workers=work.settings.workers,
                progress=progress,
            )
        reports = alternative_reports(
            pool,
            {name: analysis.models[name] for name in analysis.fit.targets},
            analysis.targets.completeness,
            fit_seed=work.settings.seed,
        )
        rows.append(compared(analysis.fit, analysis.reported, alternative, reports))
    return rows
