"""A whole calibration: from the priors to a posterior, its checks and a report that judges it.

Each stage that simulates keeps what it has finished in the calibration's folder, so that a run
that was stopped, or asked for again with other targets, simulates only what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.analysis import Analysis, analyse
from calibration.checks.alternative_models import (
    load_alternatives,
)
from calibration.checks.identification import Identification, identification
from calibration.checks.leave_one_out import leave_one_out
from calibration.checks.luck import luck_share
from calibration.checks.outcome_value import outcome_values
from calibration.checks.pools import two_pools
from calibration.checks.sensitivity import sensitivity
from calibration.checks.simulation_based import simulation_based
from calibration.examples import find_examples, write_examples
from calibration.findings_file import write_findings
from calibration.fresh import FreshRuns, drawn
from calibration.gate import asked_of, requirements, verdict
from calibration.history_matching import history_matching
from calibration.judged import judged
from calibration.pool import make_pool
from calibration.predictive_table import write_predictive
from calibration.prior_check import prior_checks, stop_if_outside, without_contamination
from calibration.reports import draw_reports
from calibration.results import (
    Findings,
    PriorCheck,
    Requirement,
    SensitivityRow,
)
from calibration.second_opinion import check_sbi, second_opinion
from calibration.settings import DRAWS, Work
from calibration.stages import alternative_rows, fresh_runs, record_rows
from calibration.structures import ReportColumn, Target, Targets
from calibration.tables import parameter_rows, target_rows
from sim.engine.folders import check_target
from sim.engine.results import versions

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


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


def calibrate(scenario: Scenario, targets: Targets, work: Work) -> Calibration:
    """Calibrate a scenario and leave pool, posterior, findings and report in a folder.

    Parameters
    ----------
    scenario : Scenario
    targets : Targets
    work : Work
        Its folder is new, or of the same scenario: a pool that is there is used again.

    Raises
    ------
    ResultsError
        If the folder holds something else or cannot be written.
    PriorPredictiveError
        If the prior cannot produce what was reported of a fitted target.
    """
    folder, settings = work.folder, work.settings
    if not (folder / "pool").is_dir():
        check_target(folder)
    if settings.second_opinion:
        check_sbi()
    if settings.simulate and settings.alternative_vectors:
        load_alternatives(scenario)  # a fault in them must show before an hour of simulation
    with work.watch(f"pool of {scenario.name}", "vectors") as progress:
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
    write_posterior(folder, analysis, work.command, verdict="not judged yet", calibrated=False)
    findings = _judged(analysis, checks, work)
    write_posterior(
        folder,
        analysis,
        work.command,
        verdict=findings.verdict,
        calibrated=bool(findings.calibrated),
        judged=judged(findings),
    )
    write_predictive(folder, findings.targets)
    write_examples(pool, findings.examples, folder, work.command)
    write_findings(folder / "findings.json", findings)
    from calibration.report.page import write_report

    write_report(folder, findings)
    return Calibration(folder, findings, analysis)


def write_posterior(
    folder: Path,
    analysis: Analysis,
    command: str,
    *,
    verdict: str,
    calibrated: bool,
    judged: Mapping[str, Any] | None = None,
) -> Path:
    """Write draws from the posterior as a plain table, and how it was made.

    Parameters
    ----------
    folder, analysis
    command : str
        What makes it again.
    verdict, calibrated
        What is thought of it.
    judged : mapping, optional
        What :func:`calibration.judged.judged` says; there is none before it was looked at.

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
        "outside_prior": {name: why for name, why in OUTSIDE_PRIOR.items() if name in columns},
        **(judged or {}),
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


def _judged(analysis: Analysis, checks: list[PriorCheck], work: Work) -> Findings:
    """Make every check and put together what was found."""
    settings = work.settings
    with work.watch("checks of the fit", "checks") as progress:
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
        fresh = fresh_runs(analysis, work)
        scores = record_rows(analysis, work)
        alternatives = alternative_rows(analysis, work)
    targets = target_rows(analysis, left_out, fresh)
    parameters = parameter_rows(analysis, found, synthetic, pools)
    asked = _asked(analysis, fresh)
    must = requirements(targets, parameters, asked, scores, fresh_runs=fresh is not None)
    identified = [name for name in analysis.ids if name not in found.not_identified]
    opinion: list[dict[str, float | str]] = []
    if settings.second_opinion and identified:
        with work.watch("second opinion", "networks") as progress:
            opinion = second_opinion(
                analysis, identified=identified, seed=settings.seed, progress=progress
            )
    scenario = analysis.pool.scenario
    return Findings(
        scenario=scenario.name,
        title=scenario.title,
        scenario_hash=scenario.hash,
        targets_file=analysis.targets.path.name,
        source=analysis.targets.source,
        start=scenario.start.isoformat(),
        end=scenario.end.isoformat(),
        command=work.command,
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
            analysis.pool,
            log_probability,
            [row.outcome for row in _told(analysis)],
            work.folder,
            named=work.named,
        ),
        second_opinion=opinion,
        synthetic_data_sets=synthetic.number,
    )


def _sensitivity(analysis: Analysis, found: Identification) -> list[SensitivityRow]:
    identified = [name for name in analysis.ids if name not in found.not_identified]

    def refit(targets: Targets) -> Analysis:
        return analyse(analysis.pool, targets, seed=analysis.seed)

    return sensitivity(analysis.targets, refit, analysis.last_day, identified)


def _asked(analysis: Analysis, fresh: FreshRuns | None) -> list[Requirement]:
    found: list[Requirement] = []
    for target in analysis.targets.rows:
        if fresh is None:
            none = np.zeros(0, dtype=np.bool_)
            nothing = ReportColumn(np.zeros(0), none)
            found += asked_of(target, analysis.models[target.id], nothing, none)
            continue
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
