"""Targets, truths and luck to try the kinds with, and all the reports that a target can make."""

from __future__ import annotations

from datetime import date

import numpy as np

from calibration.kinds import ReportModel, report_model
from calibration.reports import ReportLuck
from calibration.structures import COUNT_KINDS, ReportColumn, Target
from sim.observers.wording import about
from sim.outcomes.values import OutcomeValues, outcome_values

START = date(2015, 6, 20)
LAST_DAY = 40
DISTRICTS = ("Zuhur", "Ghwayran", "Nashwa", "none")

REPORTED = {
    "exact": 0,
    "at_least": 0,
    "about": 0,
    "word": "several",
    "date": START,
    "duration": 0,
    "category": "Zuhur",
    "true_or_false": True,
    "order": True,
}
KINDS = tuple(REPORTED)
OUTCOME_KIND = {"date": "date", "duration": "duration", "category": "category"} | dict.fromkeys(
    ("true_or_false", "order"), "truth"
)


def model_of(kind: str, **fields) -> ReportModel:
    """The model of a target of a kind, free of noise and contamination unless told."""
    given = {"reported": REPORTED[kind], "contamination": 0.0, "why": "a toy"} | fields
    target = Target(id=f"toy_{kind}", outcome="toy", kind=kind, role="fit", **given)
    return report_model(target, start=START, last_day=LAST_DAY, labels=DISTRICTS)


def truth(kind: str, values, by_end=True) -> OutcomeValues:
    """What happened, of the form that a kind reports."""
    of = OUTCOME_KIND.get(kind, "number")
    numbers = np.atleast_1d(np.asarray(values, np.bool_ if of == "truth" else None))
    reached = np.broadcast_to(by_end, numbers.shape)
    return outcome_values(of, numbers, reached, DISTRICTS if of == "category" else ())


def luck(rows: int, seed: int = 1) -> ReportLuck:
    return ReportLuck(seed, np.full(rows, 3), np.arange(rows))


def drawn(model: ReportModel, what: OutcomeValues, completeness: float, rows: int) -> ReportColumn:
    """Many reports of one truth."""
    many = OutcomeValues(
        what.kind, np.repeat(what.values, rows), np.repeat(what.by_end, rows), what.labels
    )
    return model.draw(many, np.full(rows, completeness), luck(rows).of(model.target.id))


def all_reports(model: ReportModel, highest: int = 2000) -> ReportColumn:
    """Every report that a target can make; of counts, those up to ``highest``."""
    kind = model.target.kind
    numbers = list(range(len(model.labels) or LAST_DAY + 1))
    if kind == "duration":
        numbers = list(range(highest))
    elif kind == "about":
        numbers = sorted({int(about(each).split()[1]) for each in range(highest)})
    elif kind in COUNT_KINDS and kind != "word":
        numbers = list(range(highest))
    elif kind == "category":
        numbers = [i for i, label in enumerate(model.labels) if label in DISTRICTS]
    late = [] if kind == "true_or_false" else [0]
    values = np.array([*numbers, *late], np.float64)
    return ReportColumn(values, np.arange(len(values)) < len(numbers))


def probabilities(
    model: ReportModel, reports: ReportColumn, what: OutcomeValues, completeness: float
):
    """Probability of each report of one truth."""
    return np.exp(model.log_probability(reports, what, np.array([completeness])))
