"""The rows of a calibration's tables: one a target, one a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from calibration.analysis import Analysis, word_middles
from calibration.checks.identification import Identification
from calibration.checks.leave_one_out import LeftOut
from calibration.checks.luck import luck_share
from calibration.checks.pools import TwoPools
from calibration.checks.prediction import (
    DAY_KINDS,
    inside,
    shares_of,
    spread_of,
    width_ratio,
)
from calibration.checks.simulation_based import SyntheticData
from calibration.fresh import FreshRuns
from calibration.gate import calibrated_parameter
from calibration.results import ParameterRow, Spread, TargetRow
from calibration.structures import COMPLETENESS, Float64, ReportColumn, Target
from sim.outcomes.values import OutcomeValues
from sim.state.parameters import prior_quantile

NUMBER_KINDS = ("exact", "at_least", "about", *DAY_KINDS)


def target_rows(
    analysis: Analysis, left_out: Mapping[str, LeftOut], fresh: FreshRuns | None
) -> list[TargetRow]:
    """Return a row for every target, in the order of their file.

    Parameters
    ----------
    analysis : Analysis
    left_out : mapping of target id to LeftOut
        Of the fitted targets.
    fresh : FreshRuns or None
        Without fresh runs the neighbours' own reports stand for the posterior's.
    """
    return [
        _target_row(analysis, target, left_out.get(target.id), fresh)
        for target in analysis.targets.rows
    ]


def _target_row(
    analysis: Analysis, target: Target, left_out: LeftOut | None, fresh: FreshRuns | None
) -> TargetRow:
    model, reported = analysis.models[target.id], analysis.reported[target.id]
    prior = analysis.reports[target.id]
    weights: Float64 | None = None
    if fresh is None:
        posterior, weights = prior.at(analysis.posterior.rows), analysis.posterior.weights
    else:
        posterior = fresh.reports[target.id]
    spreads = [
        _spread(analysis, target, column, weight)
        for column, weight in (
            (prior, None),
            (posterior, weights),
            (None, None) if left_out is None else (left_out.column, left_out.weights),
        )
    ]
    shares = [
        shares_of(column, model.labels, weight) if model.labels and column is not None else {}
        for column, weight in (
            (prior, None),
            (posterior, weights),
            (None, None) if left_out is None else (left_out.column, left_out.weights),
        )
    ]
    by_end = bool(reported.by_end[0])
    value = float(reported.values[0])

    def within(column: ReportColumn, weight: Float64 | None, share: float) -> bool:
        last_day = analysis.last_day if target.kind in DAY_KINDS else None
        return inside(column, weight, reported, share, kind=target.kind, last_day=last_day)

    return TargetRow(
        id=target.id,
        label=target.label,
        kind=target.kind,
        role=target.role,
        unit=_unit(analysis, target),
        reported=model.in_words(value, by_end),
        reported_number=value if target.kind in NUMBER_KINDS and by_end else None,
        reported_label=model.in_words(value, by_end) if model.labels else None,
        prior_spread=spreads[0],
        posterior_spread=spreads[1],
        truth_spread=None if fresh is None else _truth_spread(analysis, target, fresh),
        left_out_spread=spreads[2],
        prior_shares=shares[0],
        posterior_shares=shares[1],
        left_out_shares=shares[2],
        inside_prior_90=within(prior, None, 0.9),
        inside_posterior_90=within(posterior, weights, 0.9),
        inside_posterior_50=within(posterior, weights, 0.5),
        inside_left_out_90=(
            None if left_out is None else within(left_out.column, left_out.weights, 0.9)
        ),
        width_ratio=width_ratio(spreads[1], spreads[0], target.kind),
        luck_share=None if fresh is None else _luck(analysis, target, fresh),
        why=target.why,
        model_limit=target.model_limit,
    )


def _unit(analysis: Analysis, target: Target) -> str:
    if target.kind in ("true_or_false", "order"):
        return "true or false"
    units = {row.id: row.unit for row in analysis.pool.scenario.outcomes}
    return units[target.outcome]


def _spread(
    analysis: Analysis, target: Target, column: ReportColumn | None, weights: Float64 | None
) -> Spread | None:
    if column is None or (target.kind not in NUMBER_KINDS and target.kind != "word"):
        return None
    return spread_of(
        column,
        weights,
        analysis.last_day if target.kind in DAY_KINDS else None,
        word_middles() if target.kind == "word" else None,
    )


def _truth_spread(analysis: Analysis, target: Target, fresh: FreshRuns) -> Spread | None:
    truth: OutcomeValues = fresh.truths[target.id]
    if target.kind not in NUMBER_KINDS and target.kind != "word":
        return None
    last_day = analysis.last_day if target.kind in DAY_KINDS else None
    column = ReportColumn(truth.values.astype(np.float64), truth.by_end)
    return spread_of(column, None, last_day)


def _luck(analysis: Analysis, target: Target, fresh: FreshRuns) -> float | None:
    first, again = fresh.truths[target.id], fresh.truths_again[target.id]
    return luck_share(first, again, analysis.last_day)


def parameter_rows(
    analysis: Analysis,
    found: Identification,
    synthetic: SyntheticData | None,
    pools: TwoPools | None,
) -> list[ParameterRow]:
    """Return a row for every fitted parameter, the completeness among them."""
    quantiles = analysis.posterior.quantiles((0.05, 0.5, 0.95))
    rows = [
        _parameter_row(analysis, index, quantiles[:, index], found)
        for index in range(len(analysis.ids))
    ]
    if synthetic is not None:
        rows = [_with_synthetic(row, index, synthetic) for index, row in enumerate(rows)]
    if pools is not None:
        rows = [replace(row, pool_difference=pools.difference[row.id]) for row in rows]
    return rows


def _parameter_row(
    analysis: Analysis, index: int, quantiles: Float64, found: Identification
) -> ParameterRow:
    name = analysis.ids[index]
    ends, unit, source = _values(analysis, name, np.array([0.0, 1.0])), "1", ""
    if name == COMPLETENESS:
        source = analysis.targets.completeness.source
    else:
        parameter = analysis.pool.scenario.parameters[name]
        unit, source = parameter.unit, parameter.source
    p05, p50, p95 = (float(each) for each in _values(analysis, name, quantiles))
    return ParameterRow(
        id=name,
        unit=unit,
        low=float(ends[0]),
        high=float(ends[1]),
        p05=p05,
        p50=p50,
        p95=p95,
        contraction=float(found.contraction[index]),
        identified=bool(found.identified[index]),
        coverage_50=None,
        coverage_90=None,
        rank_p_value=None,
        rank_histogram=[],
        recovery_correlation=None,
        calibrated=None,
        pool_difference=None,
        source=source,
    )


def _values(analysis: Analysis, name: str, unit: Float64) -> Float64:
    """Return quantiles of a parameter's prior in its own unit."""
    if name == COMPLETENESS:
        from calibration.kinds.detection import share_at

        return share_at(analysis.targets.completeness, unit)
    return np.asarray(prior_quantile(analysis.pool.scenario.parameters[name], unit))


def _with_synthetic(row: ParameterRow, index: int, synthetic: SyntheticData) -> ParameterRow:
    coverage = float(synthetic.coverage(0.9)[index])
    return replace(
        row,
        coverage_50=float(synthetic.coverage(0.5)[index]),
        coverage_90=coverage,
        rank_p_value=float(synthetic.p_value[index]),
        rank_histogram=[int(count) for count in synthetic.histogram[index]],
        recovery_correlation=float(synthetic.recovery[index]),
        calibrated=calibrated_parameter(coverage),
    )
