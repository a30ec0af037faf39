"""Whether a target can be: against its kind, its outcome and the scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from calibration.possible import FRACTIONS, labels_of, largest_value, outcome_of, range_of
from calibration.structures import Target
from sim.outcomes.compute import MEASURES
from sim.outcomes.registry import NOT_COMPARED, shown
from sim.outcomes.values import NOT_BY_THE_END
from sim.scenario.faults import Faults, listed
from sim.scenario.raw import RawRow

if TYPE_CHECKING:
    from sim.scenario.rows import Outcome
    from sim.scenario.schema import Scenario

NUMBERS = ("exact", "at_least", "about")
COUNTS = (*NUMBERS, "word")
DAYS = ("date", "duration")

KINDS_OF: dict[str, tuple[str, ...]] = {
    "number": (*COUNTS, "true_or_false"),
    "duration": ("duration", "true_or_false"),
    "date": ("date", "true_or_false"),
    "category": ("category",),
    "truth": ("true_or_false",),
}
"""Kinds of targets that fit each kind of outcome; ``order`` takes two dates."""

_ALWAYS = frozenset(
    {"id", "kind", "role", "reported", "contamination", "label", "why", "model_limit"}
)
_COUNT_FIELDS = frozenset(
    {"outcome", "noise", "discrepancy", "most", "completeness", "detection", "must", "given"}
)
_DAY_FIELDS = frozenset({"outcome", "noise", "discrepancy", "must", "given"})

FIELDS_OF: dict[str, frozenset[str]] = {
    **dict.fromkeys(COUNTS, _ALWAYS | _COUNT_FIELDS),
    **dict.fromkeys(DAYS, _ALWAYS | _DAY_FIELDS),
    "category": _ALWAYS | {"outcome", "error_rate", "must", "given"},
    "true_or_false": _ALWAYS | {"outcome", "error_rate", "above", "at_most", "on_or_before"},
    "order": _ALWAYS | {"before", "after", "error_rate"},
}
"""Fields that mean something to each kind."""

MUST_OF: dict[str, tuple[str, ...]] = {
    "inside_50": (*NUMBERS, *DAYS),
    "median_within_20_percent": (*NUMBERS, "duration"),
    "among_three_likeliest": ("category",),
}
"""Kinds of targets of which each requirement can be asked."""


def label_of(target: Target, scenario: Scenario) -> str:
    """Return what people read of a target: the label of its outcome, or of both its dates."""

    def words(name: str) -> str:
        outcome = outcome_of(name, scenario)
        return (outcome.label if outcome else None) or name

    if target.kind == "order":
        return f"{words(target.before)} before {words(target.after)}"
    return words(target.outcome)


def check_target(target: Target, row: RawRow, scenario: Scenario, faults: Faults) -> None:
    """Note whatever cannot be of one target.

    Parameters
    ----------
    target : Target
        Its fields are of the right types.
    row : RawRow
        Where it stands; its cells are what the file says.
    scenario : Scenario
        Its outcomes can be measured.
    faults : Faults
        Takes what is wrong.
    """
    for name in row.cells:
        if name not in FIELDS_OF[target.kind]:
            allowed = f"for this kind {listed(sorted(FIELDS_OF[target.kind]), 99)}"
            row.fault(faults, name, f"means nothing to a target of kind {target.kind}", allowed)
    if target.kind == "order":
        known = [_outcome(row, name, scenario, faults) for name in ("before", "after")]
        _check_order(target, known, row, faults)
    else:
        outcome = _outcome(row, "outcome", scenario, faults)
        if outcome is not None and _fits(target, outcome, row, faults):
            _check_reported(target, outcome, row, scenario, faults)
            if target.kind == "true_or_false":
                _check_threshold(target, outcome, row, scenario, faults)
    _check_counting(target, row, faults)
    _check_must(target, row, scenario, faults)


def _outcome(row: RawRow, field: str, scenario: Scenario, faults: Faults) -> Outcome | None:
    if not row.cells.get(field):
        row.fault(faults, field, "is missing", "the id of an outcome of the scenario")
        return None
    known = [outcome.id for outcome in scenario.outcomes]
    outcome = outcome_of(row.cells[field], scenario)
    if outcome is None:
        near = faults.nearest(row.cells[field], known)
        row.fault(faults, field, f"unknown outcome{near}", listed(known))
    return outcome


def _fits(target: Target, outcome: Outcome, row: RawRow, faults: Faults) -> bool:
    if outcome.measure in NOT_COMPARED:
        message = "the outcome is not simulated, so that nothing can be compared"
        row.fault(faults, "outcome", message, "an outcome that is")
        return False
    kind = MEASURES[outcome.measure].kind
    allowed = KINDS_OF[kind]
    what = f"a {kind}"
    if outcome.measure in FRACTIONS:
        allowed, what = ("true_or_false",), "a fraction and no count"
    if target.kind not in allowed:
        message = f"does not fit the outcome {outcome.id}, which is {what}"
        row.fault(faults, "kind", message, " or ".join(allowed))
        return False
    return True


def _check_reported(
    target: Target, outcome: Outcome, row: RawRow, scenario: Scenario, faults: Faults
) -> None:
    may_be_late = target.kind in (*DAYS, "category")
    if may_be_late and target.reported == NOT_BY_THE_END:
        return
    allowed = _allowed_report(target, outcome, scenario)
    if allowed:
        late = f', or "{NOT_BY_THE_END}"' if may_be_late else ""
        row.fault(faults, "reported", f"impossible for kind {target.kind}", allowed + late)


def _allowed_report(target: Target, outcome: Outcome, scenario: Scenario) -> str:
    """Return what may be reported where what stands there may not; else nothing."""
    from calibration.kinds import WORD_BINS
    from sim.observers.wording import numbers_meant

    value, most = target.reported, largest_value(outcome, scenario)
    whole = isinstance(value, int) and not isinstance(value, bool)
    if target.kind == "true_or_false":
        return "" if isinstance(value, bool) else "true or false"
    if target.kind == "date":
        inside = isinstance(value, date) and scenario.start <= value <= scenario.end
        return "" if inside else f"a date from {scenario.start} to {scenario.end}"
    if target.kind == "category":
        labels = labels_of(outcome, scenario)
        return "" if value in labels else f"one of {listed(labels, 40)}"
    if target.kind == "word":
        bins = {word: low for word, (low, _) in WORD_BINS.items() if most is None or low <= most}
        return "" if value in bins else f"a word that some number can have: {listed(bins)}"
    if not whole or value < 0 or (most is not None and value > most):  # type: ignore[operator]
        return "a whole number from 0" + ("" if most is None else f" to {most}")
    if target.kind == "about":
        try:
            numbers_meant(f"about {value}")
        except ValueError:
            return "a round number, since no other is told of as about: no number is rounded to it"
    return ""


def _check_threshold(
    target: Target, outcome: Outcome, row: RawRow, scenario: Scenario, faults: Faults
) -> None:
    """Check what turns a number, a duration or a date into a truth value."""
    kind = MEASURES[outcome.measure].kind
    given = [name for name in ("above", "at_most", "on_or_before") if name in row.cells]
    of_kind = {"number": ("above", "at_most"), "duration": ("above", "at_most")}
    allowed = of_kind.get(kind, ("on_or_before",) if kind == "date" else ())
    for name in given:
        if name not in allowed:
            message = f"does not fit the outcome {outcome.id}, which is a {kind}"
            row.fault(faults, name, message, " or ".join(allowed) or "nothing of the sort")
    if len(given) > 1:
        row.fault(faults, given[1], f"stands together with {given[0]}", "one of them")
    if kind == "number" and not given:
        row.fault(faults, "above", "is missing", "above or at_most, since the outcome is a number")
    if target.on_or_before is not None and not (
        scenario.start <= target.on_or_before <= scenario.end
    ):
        allowed_days = f"a date from {scenario.start} to {scenario.end}"
        row.fault(faults, "on_or_before", "not a day of the scenario", allowed_days)
    low, high = range_of(outcome, scenario)
    for name in given:
        value = getattr(target, name)
        # A threshold at the upper end, or beyond one, gives every value the same truth value.
        if name in allowed and kind != "date" and not low <= value < high:
            limits = "a finite number" if math.isinf(low) else f"a number from {low:g}"
            ends = "" if math.isinf(high) else f" to below {high:g}"
            row.fault(faults, name, "passed by every value, or by none", limits + ends)


def _check_order(
    target: Target, known: Sequence[Outcome | None], row: RawRow, faults: Faults
) -> None:
    for name, outcome in zip(("before", "after"), known, strict=True):
        if outcome is not None and MEASURES[outcome.measure].kind != "date":
            message = "the outcome is no date, so that nothing comes before or after it"
            row.fault(faults, name, message, "the id of an outcome that is a date")
    if target.before and target.before == target.after:
        row.fault(faults, "after", "is the same as before", "another date")
    if not isinstance(target.reported, bool):
        row.fault(faults, "reported", "impossible for kind order", "true or false")


def _check_counting(target: Target, row: RawRow, faults: Faults) -> None:
    if target.completeness and target.detection is not None:
        message = "stands together with completeness, which would count what is missed twice"
        row.fault(faults, "detection", message, "one of them", found=target.detection.source)
    if target.kind not in NUMBERS:
        return
    if "most" not in row.cells:
        row.fault(faults, "most", "is missing", "the largest count that a stray report may name")
    elif isinstance(target.reported, int) and target.most < target.reported:
        allowed = f"at least what was reported, {shown(target.reported)}"
        row.fault(faults, "most", "less than what was reported", allowed)


def _check_must(target: Target, row: RawRow, scenario: Scenario, faults: Faults) -> None:
    for must in target.must:
        if target.kind not in MUST_OF[must]:
            allowed = f"of this kind {listed(m for m, of in MUST_OF.items() if target.kind in of)}"
            row.fault(faults, "must", f"not asked of kind {target.kind}", allowed, found=must)
        elif must == "median_within_20_percent" and target.reported == NOT_BY_THE_END:
            row.fault(faults, "must", "no number was reported", "a number as reported", found=must)
    if target.given:
        _outcome(row, "given", scenario, faults)
        if not target.must:
            row.fault(faults, "given", "means nothing without must", "a row with must")
