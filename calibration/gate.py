"""What must hold of a calibration, what does, and the paragraph that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calibration.checks.prediction import weighted_quantiles
from calibration.checks.simulation_based import LEAST_COVERAGE, MOST_COVERAGE
from calibration.kinds import ReportModel
from calibration.results import ParameterRow, Requirement, ScoreRow, TargetRow
from calibration.structures import Bool, ReportColumn, Target
from sim.outcomes.values import NOT_BY_THE_END

LEAST_INSIDE = 0.9  # of the fitted targets within the 90% interval of fresh runs
LEAST_LEFT_OUT = 0.8  # of them within the 90% interval of a fit to the others
MOST_WIDTH = 0.5  # of the prior's 90% interval, on average
LEAST_BETTER = 2 / 3  # of the checks that were not fitted, better than the naive forecast
NEAR_MEDIAN = 0.2
LIKELIEST = 3


def calibrated_parameter(coverage_90: float | None) -> bool | None:
    """Return whether a parameter's 90 percent intervals hold it as often as they should."""
    return None if coverage_90 is None else LEAST_COVERAGE <= coverage_90 <= MOST_COVERAGE


def requirements(
    targets: Sequence[TargetRow],
    parameters: Sequence[ParameterRow],
    asked: Sequence[Requirement],
    scores: Sequence[ScoreRow],
    *,
    fresh_runs: bool,
) -> list[Requirement]:
    """Return everything that must hold, whether it does, and what stands in the way.

    What was not looked at is among them: ``holds`` is None there.

    Parameters
    ----------
    targets : sequence of TargetRow
        All of them; only the fitted ones are judged.
    parameters : sequence of ParameterRow
    asked : sequence of Requirement
        What single targets ask for, by :func:`asked_of`.
    scores : sequence of ScoreRow
        Of the checks that were not fitted; empty if they were not made.
    fresh_runs : bool
        Whether the model was run anew with the posterior.
    """
    fitted = [row for row in targets if row.role == "fit"]
    anew = [inside_fresh_runs(fitted), sharper_than_prior(fitted)]
    asked = list(asked)
    if not fresh_runs:
        anew, asked = [_not_looked_at(row) for row in anew], [_not_looked_at(row) for row in asked]
    record = better_than_naive(scores)
    found = [coverage_of_synthetic(parameters), *anew, inside_left_out(fitted), *asked]
    return [*found, record if scores else _not_looked_at(record)]


def _not_looked_at(row: Requirement) -> Requirement:
    return replace(row, measured="not looked at", holds=None, in_the_way="")


def coverage_of_synthetic(parameters: Sequence[ParameterRow]) -> Requirement:
    """Return whether the fit's intervals are right over synthetic data sets."""
    looked_at = [row for row in parameters if row.coverage_90 is not None]
    outside = [row for row in looked_at if not row.calibrated]
    identified = [row for row in looked_at if row.identified]
    coverage = [row.coverage_90 for row in looked_at if row.coverage_90 is not None]
    measured = "not looked at"
    if coverage:
        measured = (
            f"{len(looked_at) - len(outside)} of {len(looked_at)} parameters, among them "
            f"{sum(bool(row.calibrated) for row in identified)} of {len(identified)} identified; "
            f"coverage from {min(coverage):.2f} to {max(coverage):.2f}"
        )
    named = ", ".join(f"{row.id} ({row.coverage_90:.2f})" for row in outside)
    return Requirement(
        id="coverage",
        sentence="90% intervals hold the true parameter in 85 to 95% of synthetic data sets",
        wanted="every parameter",
        measured=measured,
        holds=None if not coverage else not outside,
        in_the_way=f"outside: {named}" if outside else "",
    )


def inside_fresh_runs(fitted: Sequence[TargetRow]) -> Requirement:
    """Return whether fresh runs with the posterior say what was reported."""
    missed = [row for row in fitted if not row.inside_posterior_90]
    return Requirement(
        id="inside",
        sentence="90% intervals of fresh runs with the fit hold what was reported",
        wanted=f"{100 * LEAST_INSIDE:.0f}% of the fitted targets",
        measured=_counted(len(fitted) - len(missed), len(fitted)),
        holds=len(fitted) - len(missed) >= LEAST_INSIDE * len(fitted),
        in_the_way=_limits(missed),
    )


def sharper_than_prior(fitted: Sequence[TargetRow]) -> Requirement:
    """Return whether fresh runs are much narrower than draws from the priors."""
    rows = [row for row in fitted if row.width_ratio is not None]
    ratios = np.array([row.width_ratio for row in rows], dtype=np.float64)
    mean = float(ratios.mean()) if len(ratios) else 1.0
    wide = sorted(rows, key=lambda row: -(row.width_ratio or 0.0))[:4]
    holds = mean <= MOST_WIDTH
    return Requirement(
        id="width",
        sentence="these intervals are at most half as wide as the prior's, on average",
        wanted=f"{MOST_WIDTH:.2f}",
        measured=f"{mean:.2f} over {len(rows)} numbers and dates",
        holds=holds,
        in_the_way="" if holds else "luck of " + ", ".join(_luck_of(row) for row in wide),
    )


def _luck_of(row: TargetRow) -> str:
    if row.luck_share is None:
        return row.label
    return f"{row.label} ({100 * row.luck_share:.0f}% of the variance)"


def inside_left_out(fitted: Sequence[TargetRow]) -> Requirement:
    """Return whether each target is predicted by the others."""
    judged = [row for row in fitted if row.inside_left_out_90 is not None]
    missed = [row for row in judged if not row.inside_left_out_90]
    return Requirement(
        id="left_out",
        sentence="90% intervals of a fit to all other targets hold the one left out",
        wanted=f"{100 * LEAST_LEFT_OUT:.0f}% of the fitted targets",
        measured=_counted(len(judged) - len(missed), len(judged)),
        holds=len(judged) - len(missed) >= LEAST_LEFT_OUT * len(judged) if judged else None,
        in_the_way=_limits(missed),
    )


def better_than_naive(scores: Sequence[ScoreRow]) -> Requirement:
    """Return whether checks that were not fitted are forecast better than naively."""
    better = sum(row.better for row in scores)
    groups = dict.fromkeys(row.group for row in scores)
    lost = []
    for group in groups:
        rows = [row for row in scores if row.group == group]
        worse = [row for row in rows if not row.better]
        if worse:
            naive = " or ".join(dict.fromkeys(row.naive_name for row in worse))
            lost.append(f"{group} ({naive} is better in {len(worse)} of {len(rows)})")
    return Requirement(
        id="record",
        sentence="what was not fitted is forecast better than by a naive rule",
        wanted="two thirds of the rows",
        measured=_counted(better, len(scores)),
        holds=better >= LEAST_BETTER * len(scores),
        in_the_way="; ".join(lost),
    )


def asked_of(
    target: Target,
    model: ReportModel,
    reports: ReportColumn,
    given: Bool,
    luck: float | None = None,
) -> list[Requirement]:
    """Return what a target itself asks of fresh runs.

    Parameters
    ----------
    target : Target
    model : ReportModel
        Of the target.
    reports : ReportColumn, length n
        Of fresh runs with the posterior.
    given : bool array, shape ``[n]``
        The runs that count: those in which ``target.given`` is there by the end.
    luck : float, optional
        Share of the outcome's variance that luck alone makes.
    """
    counted = reports.at(np.flatnonzero(given))
    share = given.mean() if len(given) else 0.0
    among = f" in the {100 * share:.0f}% of runs that end" if target.given else ""
    work = {
        "inside_50": _inside_50,
        "median_within_20_percent": _median_near,
        "among_three_likeliest": _among_likeliest,
    }
    found = [work[must](target, model, counted, among) for must in target.must]
    return [row if row.holds else replace(row, in_the_way=_and_luck(target, luck)) for row in found]


def _and_luck(target: Target, luck: float | None) -> str:
    if luck is None:
        return target.model_limit
    of = f"{100 * luck:.0f}% of the variance of {target.label}"
    said = f"luck alone makes {of}, so that one report moves it little"
    return f"{target.model_limit}; {said}" if target.model_limit else said


def _inside_50(
    target: Target, model: ReportModel, reports: ReportColumn, among: str
) -> Requirement:
    # Not by the end counts as later than any day.
    days = np.where(reports.by_end, reports.values, np.inf)
    reported = model.reported
    wanted = float(np.where(reported.by_end, reported.values, np.inf)[0])
    holds, measured = False, "no run"
    if len(days):
        low, high = weighted_quantiles(days, None, (0.25, 0.75))
        holds = bool(low <= wanted <= high)
        measured = f"{_value(model, low)} to {_value(model, high)}{among}"
    return Requirement(
        id=f"{target.id}.inside_50",
        sentence=f"{target.label}: what was reported lies within the 50% interval of fresh runs",
        wanted=_value(model, wanted),
        measured=measured,
        holds=holds,
    )


def _median_near(
    target: Target, model: ReportModel, reports: ReportColumn, among: str
) -> Requirement:
    wanted = float(model.reported.values[0])
    values = reports.values[reports.by_end]
    median = float(np.median(values)) if len(values) else None
    holds = median is not None and abs(median - wanted) <= NEAR_MEDIAN * wanted
    return Requirement(
        id=f"{target.id}.median",
        sentence=f"{target.label}: the median of fresh runs lies within 20% of what was reported",
        wanted=f"{wanted:,.0f}",
        measured="no run" if median is None else f"{median:,.0f}{among}",
        holds=holds,
    )


def _among_likeliest(
    target: Target, model: ReportModel, reports: ReportColumn, among: str
) -> Requirement:
    late = model.labels.index(NOT_BY_THE_END)
    codes = np.where(reports.by_end, reports.values, late).astype(np.int64)
    counts = np.bincount(codes, minlength=len(model.labels))
    reported = model.reported
    wanted = int(reported.values[0]) if reported.by_end[0] else late
    # Labels as likely as each other have the same number: order decides nothing.
    rank = int((counts > counts[wanted]).sum()) + 1
    holds = bool(rank <= LIKELIEST and counts[wanted] > 0)
    shares = counts / max(1, counts.sum())
    order = [i for i in np.argsort(-counts, kind="stable")[:LIKELIEST] if counts[i]]
    likeliest = ", ".join(f"{model.labels[i]} {100 * shares[i]:.0f}%" for i in order) or "none"
    return Requirement(
        id=f"{target.id}.likeliest",
        sentence=f"{target.label}: what was reported is among the three likeliest",
        wanted=model.labels[wanted],
        measured=f"{100 * shares[wanted]:.0f}%, number {rank}{among}; likeliest: {likeliest}",
        holds=holds,
    )


def verdict(
    found: Sequence[Requirement], unidentified: int, parameters: int, *, fresh_runs: bool
) -> str:
    """Return the first paragraph of a report: what holds, what does not, and why."""
    gate = next(row for row in found if row.id == "coverage")
    failed = [row for row in found if row.holds is False]
    if gate.holds is False:
        begin = f"NOT CALIBRATED: {gate.measured}; {gate.in_the_way}."
    elif gate.holds is None:
        begin = "NOT CALIBRATED: the fit was not tried on synthetic data sets."
    else:
        begin = f"CALIBRATED: over synthetic data sets the intervals are right ({gate.measured})."
    others = [row for row in failed if row is not gate]
    looked_at = [row for row in found if row.holds is not None]
    if others:
        missed = "; ".join(f"{row.sentence}: {row.measured}, wanted {row.wanted}" for row in others)
        begin += f" {len(failed)} of {len(looked_at)} requirements do not hold. {_begun(missed)}."
        ways = dict.fromkeys(row.in_the_way for row in others if row.in_the_way)
        if ways:
            begin += f" In the way: {'; '.join(ways)}."
    elif gate.holds:
        begin += " All requirements hold that were looked at."
    if unseen := [row for row in found if row.holds is None and row is not gate]:
        begin += f" {len(unseen)} of {len(found)} were not looked at."
    if not fresh_runs:
        begin += " The model was not run anew with the fit, so what it then says was not judged."
    return f"{begin} The article does not identify {unidentified} of {parameters} parameters."


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _counted(number: int, of: int) -> str:
    return f"{number} of {of} ({100 * number / of:.0f}%)" if of else "none"


def _limits(rows: Sequence[TargetRow]) -> str:
    return "; ".join(
        f"{row.label}: {row.model_limit}" if row.model_limit else row.label for row in rows
    )


def _value(model: ReportModel, value: float) -> str:
    there = bool(np.isfinite(value))
    return model.in_words(value if there else 0.0, there)
