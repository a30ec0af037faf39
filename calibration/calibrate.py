"""A whole calibration: from the priors to a posterior, its checks and a report that judges it.

Each stage that simulates keeps what it has finished in the calibration's folder, so that a run
that was stopped, or asked for again with other targets, simulates only what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from calibration.analysis import Analysis, analyse
from calibration.checks.alternative_models import (
    alternative_pool,
    alternative_seed,
    load_alternatives,
)
from calibration.checks.alternatives import alternative_reports, compared
from calibration.checks.identification import Identification, identification
from calibration.checks.leave_one_out import leave_one_out
from calibration.checks.luck import luck_share
from calibration.checks.outcome_value import outcome_values
from calibration.checks.pools import two_pools
from calibration.checks.sensitivity import sensitivity
from calibration.checks.simulation_based import simulation_based
from calibration.examples import find_examples, write_examples
from calibration.findings_file import write_findings
from calibration.fresh import FreshRuns, drawn, run_fresh
from calibration.gate import asked_of, requirements, verdict
from calibration.history_matching import history_matching
from calibration.pool import VECTORS, make_pool
from calibration.prior_check import prior_checks, stop_if_outside, without_contamination
from calibration.record.scores import RECORDED, record_scores
from calibration.reports import draw_reports
from calibration.results import (
    AlternativeRow,
    Findings,
    PriorCheck,
    Requirement,
    ScoreRow,
    SensitivityRow,
)
from calibration.structures import Target, Targets
from calibration.tables import parameter_rows, target_rows
from sim.engine.folders import check_target
from sim.engine.results import versions

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

DATA_SETS = 500
FRESH = 1000
DRAWS = 1000
"""Rows of the posterior table."""

RECORD_REPLICATES = 200
RECORD_SEED_APART = 700

Watch = Callable[[str, str], AbstractContextManager[Callable[[int, int], None]]]
"""Given what is done and its unit, something to call with how many are done and in all."""


@dataclass(frozen=True)
class Settings:
    """How much work a calibration does.

    Attributes
    ----------
    vectors : int
        Of the pool.
    seed : int
        Of the pool, and of all luck that comes after it.
    workers : int
        Processes that simulate; they change no result.
    fresh : int
        Draws from the posterior that are run anew, twice each.
    data_sets : int
        Synthetic data sets.
    alternative_vectors : int
        Of each model with a mechanism switched off; 0 to leave them out.
    record_replicates : int
        Runs for the checks that are not fitted; 0 to leave them out.
    simulate : bool
        Whether anything but the pool is simulated. Without it a fit takes seconds, and the
        report says what was not looked at.
    """

    vectors: int = VECTORS
    seed: int = 1
    workers: int = 1
    fresh: int = FRESH
    data_sets: int = DATA_SETS
    alternative_vectors: int = VECTORS // 10
    record_replicates: int = RECORD_REPLICATES
    simulate: bool = True


@dataclass(frozen=True)
class Calibration:
    """What :func:`calibrate` leaves.

    Attributes
    ----------
    folder : Path
    findings : Findings
    analysis : Analysis
    """

    folder: Path
    findings: Findings
    analysis: Analysis


def calibrate(
    scenario: Scenario,
    targets: Targets,
    folder: Path,
    settings: Settings,
    *,
    command: str,
    watch: Watch,
) -> Calibration:
    """Calibrate a scenario and leave pool, posterior, findings and report in a folder.

    Parameters
    ----------
    scenario : Scenario
    targets : Targets
    folder : Path
        New, or of the same scenario: a pool that is there is used again.
    settings : Settings
    command : str
        The command that asked for it; it stands in the report and beside the posterior.
    watch : callable
        Makes the progress of each stage visible.

    Raises
    ------
    ResultsError
        If the folder holds something else or cannot be written.
    PriorPredictiveError
        If the prior cannot produce what was reported of a fitted target.
    """
    if not (folder / "pool").is_dir():
        check_target(folder)
    with watch(f"pool of {scenario.name}", "vectors") as progress:
        pool = make_pool(
            scenario,
            folder / "pool",
            vectors=settings.vectors,
            seed=settings.seed,
            workers=settings.workers,
            progress=progress,
        )
    analysis = analyse(pool, targets, seed=settings.seed)
    checks = _prior(analysis)
    stop_if_outside(checks)
    write_posterior(folder, analysis, command, verdict="not judged yet", calibrated=False)
    findings = _judged(analysis, checks, folder, settings, command, watch)
    write_posterior(
        folder,
        analysis,
        command,
        verdict=findings.verdict,
        calibrated=bool(findings.calibrated),
    )
    write_examples(pool, findings.examples, folder, command)
    write_findings(folder / "findings.json", findings)
    from calibration.report.page import write_report

    write_report(folder, findings)
    return Calibration(folder, findings, analysis)


def write_posterior(
    folder: Path, analysis: Analysis, command: str, *, verdict: str, calibrated: bool
) -> Path:
    """Write draws from the posterior as a plain table, and how it was made.

    Returns
    -------
    Path
        ``posterior.csv``, which ``--posterior-from`` reads; ``posterior.toml`` lies beside it.
    """
    from calibration.posterior_columns import OUTSIDE_PRIOR
    from sim.engine.posterior_files import save_posterior

    _, _, columns = drawn(analysis, DRAWS)
    scenario = analysis.pool.scenario
    about = {
        "command": command,
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "verdict": verdict,
        "calibrated": calibrated,
        "targets": analysis.targets.path.name,
        "vectors": analysis.pool.size,
        "seed": analysis.seed,
        "outside_prior": OUTSIDE_PRIOR,
    }
    names = tuple(columns)
    return save_posterior(folder, names, np.stack([columns[name] for name in names], 1), about)


def _prior(analysis: Analysis) -> list[PriorCheck]:
    """Check that the prior can produce what was reported."""
    plain = without_contamination(
        {row.id: analysis.models[row.id] for row in analysis.targets.fitted}
    )
    pool = analysis.pool
    reports = draw_reports(
        plain,
        analysis.truths,
        fit_seed=analysis.seed,
        seed=pool.seed,
        replicate=pool.replicate,
        completeness=analysis.completeness,
    )
    return prior_checks(plain, reports)


def _judged(
    analysis: Analysis,
    checks: list[PriorCheck],
    folder: Path,
    settings: Settings,
    command: str,
    watch: Watch,
) -> Findings:
    """Make every check and put together what was found."""
    with watch("checks of the fit", "checks") as progress:
        synthetic = simulation_based(
            analysis.fit, analysis.reports, settings.data_sets, settings.seed
        )
        progress(1, 4)
        found = identification(analysis.posterior, synthetic)
        left_out = leave_one_out(analysis.fit, analysis.reports, analysis.reported)
        progress(2, 4)
        pools = two_pools(analysis.fit, analysis.pool.block, analysis.reported)
        log_probability = analysis.log_probability()
        history = history_matching(
            analysis.pool,
            analysis.models,
            analysis.truths,
            analysis.targets.completeness,
            log_probability,
        )
        progress(3, 4)
        changed = _sensitivity(analysis, found)
        progress(4, 4)
    fresh, scores, alternatives = None, [], []
    if settings.simulate:
        fresh = _fresh(analysis, folder, settings, watch)
        scores = _scores(analysis, folder, settings, watch)
        alternatives = _alternatives(analysis, folder, settings, watch)
    targets = target_rows(analysis, left_out, fresh)
    parameters = parameter_rows(analysis, found, synthetic, pools)
    asked = _asked(analysis, fresh)
    must = requirements(targets, parameters, asked, scores, fresh_runs=fresh is not None)
    identified = {name for name in analysis.ids if name not in found.not_identified}
    scenario = analysis.pool.scenario
    return Findings(
        scenario=scenario.name,
        title=scenario.title,
        scenario_hash=scenario.hash,
        targets_file=analysis.targets.path.name,
        source=analysis.targets.source,
        start=scenario.start.isoformat(),
        end=scenario.end.isoformat(),
        command=command,
        versions=versions(),
        seeds=[int(seed) for seed in np.unique(analysis.pool.seed)],
        vectors=analysis.pool.size,
        neighbours=len(analysis.posterior.rows),
        predictive_replicates=0 if fresh is None else len(fresh.rows),
        siege_ends=_share_that_ends(analysis, fresh),
        calibrated=must[0].holds,
        verdict=verdict(
            must, len(found.not_identified), len(analysis.ids), fresh_runs=fresh is not None
        ),
        requirements=must,
        targets=targets,
        parameters=parameters,
        not_identified=found.not_identified,
        flat_directions=found.flat_directions,
        identified_directions=found.identified_directions,
        correlated=found.correlated,
        values=outcome_values(analysis.posterior, left_out, identified),
        prior_checks=checks,
        history=history,
        sensitivity=changed,
        alternatives=alternatives,
        scores=scores,
        examples=find_examples(
            analysis.pool, log_probability, [row.outcome for row in _told(analysis)], folder
        ),
        synthetic_data_sets=synthetic.number,
    )


def _sensitivity(analysis: Analysis, found: Identification) -> list[SensitivityRow]:
    identified = [name for name in analysis.ids if name not in found.not_identified]

    def refit(targets: Targets) -> Analysis:
        return analyse(analysis.pool, targets, seed=analysis.seed)

    return sensitivity(analysis.targets, refit, analysis.last_day, identified)


def _fresh(analysis: Analysis, folder: Path, settings: Settings, watch: Watch) -> FreshRuns:
    with watch("fresh runs", "runs") as progress:
        return run_fresh(
            analysis,
            settings.fresh,
            folder / "fresh",
            workers=settings.workers,
            progress=progress,
        )


def _scores(analysis: Analysis, folder: Path, settings: Settings, watch: Watch) -> list[ScoreRow]:
    name = analysis.pool.scenario.name
    if not settings.record_replicates or name not in RECORDED:
        return []
    _, _, columns = drawn(analysis, settings.record_replicates)
    with watch("runs beside the record", "runs") as progress:
        return record_scores(
            name,
            columns,
            replicates=settings.record_replicates,
            seed=settings.seed + RECORD_SEED_APART,
            workers=settings.workers,
            folder=folder / "record",
            progress=progress,
        )


def _alternatives(
    analysis: Analysis, folder: Path, settings: Settings, watch: Watch
) -> list[AlternativeRow]:
    if not settings.alternative_vectors:
        return []
    scenario = analysis.pool.scenario
    rows = []
    for place, alternative in enumerate(load_alternatives(scenario)):
        with watch(alternative.label, "vectors") as progress:
            pool = alternative_pool(
                scenario,
                alternative,
                folder / "alternatives" / alternative.id,
                seed=alternative_seed(settings.seed, place),
                vectors=settings.alternative_vectors,
                workers=settings.workers,
                progress=progress,
            )
        reports = alternative_reports(
            pool,
            {name: analysis.models[name] for name in analysis.fit.targets},
            analysis.targets.completeness,
            fit_seed=settings.seed,
        )
        rows.append(compared(analysis.fit, analysis.reported, alternative, reports))
    return rows


def _asked(analysis: Analysis, fresh: FreshRuns | None) -> list[Requirement]:
    if fresh is None:
        return []
    found: list[Requirement] = []
    for target in analysis.targets.rows:
        reports = fresh.reports[target.id]
        given = (
            fresh.outcomes[target.given].by_end
            if target.given
            else np.ones(len(reports.values), dtype=np.bool_)
        )
        luck = luck_share(fresh.truths[target.id], fresh.truths_again[target.id], analysis.last_day)
        found += asked_of(target, analysis.models[target.id], reports, given, luck)
    return found


def _share_that_ends(analysis: Analysis, fresh: FreshRuns | None) -> float | None:
    """Return how many fresh runs there are of those that a target's ``must`` counts."""
    given = [row.given for row in analysis.targets.rows if row.given]
    if fresh is None or not given:
        return None
    return float(fresh.outcomes[given[0]].by_end.mean())


def _told(analysis: Analysis) -> list[Target]:
    return [row for row in analysis.targets.fitted if row.outcome]
