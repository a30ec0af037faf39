"""Kinds of targets: how a report of each comes from what happened, and how likely it is.

Each kind draws reports and gives their probability, for many truths at once, and the two agree.
"""

from __future__ import annotations

from datetime import date

from calibration.kinds.base import Luck, ReportModel
from calibration.kinds.counts import ExactCount, LowerBound, RoundNumber
from calibration.kinds.days import Date, Duration
from calibration.kinds.labels import Label, Order, TrueOrFalse
from calibration.kinds.words import WORD_BINS, WordForCount
from calibration.structures import Target

__all__ = ["WORD_BINS", "Luck", "ReportModel", "report_model"]

_MODELS: dict[str, type[ReportModel]] = {
    "exact": ExactCount,
    "at_least": LowerBound,
    "about": RoundNumber,
    "word": WordForCount,
    "date": Date,
    "duration": Duration,
    "true_or_false": TrueOrFalse,
    "order": Order,
}


def report_model(
    target: Target, *, start: date, last_day: int, labels: tuple[str, ...] = ()
) -> ReportModel:
    """Return the model of the reports of a target.

    Parameters
    ----------
    target : Target
    start : date
        The scenario's first day, day 0.
    last_day : int
        Index of its last day.
    labels : tuple of str
        Labels that the truth of a category can have; of no use to the other kinds.

    Raises
    ------
    ValueError
        If what was reported is nothing that a target of this kind can report.
    """
    if target.kind == "category":
        model: ReportModel = Label(target, start, last_day, labels)
    else:
        model = _MODELS[target.kind](target, start, last_day)
    model.reported  # noqa: B018  (refuses what cannot be reported before anything is simulated)
    return model
