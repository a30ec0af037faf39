"""Prior predictive check: whether the model can report what was reported, before any fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from calibration.kinds import ReportModel, report_model
from calibration.results import PriorCheck
from calibration.structures import Float64, ReportColumn, Reports
from sim.outcomes.values import NOT_BY_THE_END

LEAST_SHARE = 0.001
"""Of the pool's reports, at least this share must be as extreme as, or the same label as, what was
reported. In a pool of 51,200 it is some fifty vectors: fewer are too few to fit anything to."""

_SIDES = {"date": ("earlier", "later"), "duration": ("shorter", "longer")}
_LABEL_KINDS = ("category", "true_or_false", "order")


class PriorPredictiveError(ValueError):
    """The prior cannot produce some of what was reported; the message says which and how far off.

    Attributes
    ----------
    checks : list of PriorCheck
        Those that failed.
    """

    def __init__(self, checks: Sequence[PriorCheck]) -> None:
        self.checks = list(checks)
        super().__init__(" ".join(check.sentence for check in self.checks))


def without_contamination(models: Mapping[str, ReportModel]) -> dict[str, ReportModel]:
    """Return the same models of reports without stray ones, which can be anything."""
    return {
        name: report_model(
            model.target.model_copy(update={"contamination": 0.0}),
            start=model.start,
            last_day=model.last_day,
            labels=model.labels,
        )
        for name, model in models.items()
    }


def prior_checks(models: Mapping[str, ReportModel], reports: Reports) -> list[PriorCheck]:
    """Check of every fitted target that what was reported lies inside what the prior can produce.

    What is reported in numbers, dates, lengths of time or words must not be lower, and not be
    higher, than all but a thousandth of the pool's reports; "not by the end" is later than every
    day. A label, truth value or order must be that of a thousandth of the reports.

    Parameters
    ----------
    models : mapping of target id to ReportModel
        Those that are not fitted are not looked at.
    reports : mapping of target id to ReportColumn
        Of the pool, drawn from models that :func:`without_contamination` gives: among stray
        reports there is everything.

    Returns
    -------
    list of PriorCheck
        In the order of ``models``.
    """
    return [
        _check_label(model, reports[name])
        if model.target.kind in _LABEL_KINDS
        else _check_number(model, reports[name])
        for name, model in models.items()
        if model.target.role == "fit"
    ]


def stop_if_outside(checks: Sequence[PriorCheck]) -> None:
    """Stop a calibration that cannot succeed.

    Raises
    ------
    PriorPredictiveError
        If one of the checks failed.
    """
    if outside := [check for check in checks if not check.inside]:
        raise PriorPredictiveError(outside)


def _check_label(model: ReportModel, reports: ReportColumn) -> PriorCheck:
    reported = model.reported
    same = reports.by_end == reported.by_end[0]
    if reported.by_end[0]:
        same &= reports.values == reported.values[0]
    share = float(np.mean(same))
    told = _in_words(model, reported)
    inside = share >= LEAST_SHARE
    sentence = (
        f"{model.target.id}: {told} was reported, as in {_percent(share)} of the prior's reports"
    )
    if not inside:
        sentence += f", less than {_percent(LEAST_SHARE)}"
    return PriorCheck(model.target.id, inside, share, sentence + ".")


def _check_number(model: ReportModel, reports: ReportColumn) -> PriorCheck:
    drawn, reported = _ordered(reports), float(_ordered(model.reported)[0])
    below, above = float(np.mean(drawn <= reported)), float(np.mean(drawn >= reported))
    share = min(below, above)
    low, high = _ends(drawn)
    told, span = _in_words(model, model.reported), f"{_say(model, low)} to {_say(model, high)}"
    inside = share >= LEAST_SHARE
    sentence = f"{model.target.id}: {told} was reported, within the prior's {span}."
    if not inside:
        lower, higher = _SIDES.get(model.target.kind, ("lower", "higher"))
        side, end = (lower, low) if below < above else (higher, high)
        sentence = (
            f"{model.target.id}: {told} was reported, {side} than all but {_percent(share)} of "
            f"the prior's reports ({span}){_gap(model, reported, end)}."
        )
    return PriorCheck(model.target.id, inside, share, sentence)


def _ends(drawn: Float64) -> tuple[float, float]:
    """Return the lowest and the highest number that are inside.

    Each is one of the reports, with nothing between two of them: "not by the end" is infinite.
    """
    ordered = np.sort(drawn)
    extreme = max(1, int(np.ceil(LEAST_SHARE * len(ordered))))
    return float(ordered[extreme - 1]), float(ordered[-extreme])


def _ordered(reports: ReportColumn) -> Float64:
    """Return reports as numbers in order, "not by the end" later than all others."""
    return np.where(reports.by_end, reports.values, np.inf)


def _gap(model: ReportModel, reported: float, end: float) -> str:
    """Say how far what was reported lies outside, where that is a number."""
    if model.target.kind == "word" or not np.isfinite([reported, end]).all():
        return ""
    difference = abs(reported - end)
    if model.target.kind in ("date", "duration"):
        return f", {difference:.0f} days outside"
    size = f", {difference:,.0f} outside"
    return f"{size} ({difference / end:.0%} of {end:,.0f})" if end > 0 else size


def _say(model: ReportModel, value: float) -> str:
    return model.in_words(value, True) if np.isfinite(value) else NOT_BY_THE_END


def _in_words(model: ReportModel, report: ReportColumn) -> str:
    return model.in_words(float(report.values[0]), bool(report.by_end[0]))


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
