"""Targets together: ids that stand twice, and what would be fitted twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from calibration.possible import outcome_of
from calibration.structures import Target
from sim.scenario.faults import Faults
from sim.scenario.raw import RawRow

if TYPE_CHECKING:
    from sim.scenario.rows import Outcome
    from sim.scenario.schema import Scenario

FOLLOW = (
    ("siege_days", "siege_first_day", "siege_last_day"),
    ("deaths", "children_killed", "child_share_of_dead"),
)
"""Measures of which two tell the third, where their arguments are the same."""

_NOT_FITTED = "check or context"


def check_together(
    rows: Sequence[tuple[Target, RawRow]], scenario: Scenario, faults: Faults
) -> None:
    """Note ids that stand twice, and what would be fitted twice.

    Fitted twice is what two fitted targets say of one outcome (also where one is of what was
    reported and the other of what is true), the third of three outcomes of which two tell it, and
    the order of two dates that are fitted themselves.

    Parameters
    ----------
    rows : sequence of (Target, RawRow)
        The targets of a file and where they stand.
    scenario : Scenario
    faults : Faults
        Takes what is wrong.
    """
    ids: set[str] = set()
    for target, row in rows:
        if target.id in ids:
            row.fault(faults, "id", "stands twice", "an id of its own", found=target.id)
        ids.add(target.id)
    fitted = [(target, row) for target, row in rows if target.role == "fit"]
    dates = {target.outcome for target, _ in fitted if target.kind == "date"}
    said: dict[tuple[str, str], str] = {}
    for target, row in fitted:
        if target.kind == "order" and {target.before, target.after} <= dates:
            row.fault(faults, "role", "follows from the two dates, which are fitted", _NOT_FITTED)
        outcome = outcome_of(target.outcome, scenario)
        if outcome is not None:
            _check_twice(outcome, target, row, said, faults)


def _check_twice(
    outcome: Outcome,
    target: Target,
    row: RawRow,
    said: dict[tuple[str, str], str],
    faults: Faults,
) -> None:
    """Note a target that says what others said; add what it says to ``said``."""
    same = _same(outcome)
    key = (outcome.measure, same)
    if key in said:
        message = f"is fitted twice: the target {said[key]} says the same"
        row.fault(faults, "role", message, _NOT_FITTED)
    said.setdefault(key, target.id)
    for group in FOLLOW:
        if outcome.measure in group and all((measure, same) in said for measure in group):
            others = [said[measure, same] for measure in group if measure != outcome.measure]
            message = f"follows from {' and '.join(others)}, which are fitted"
            row.fault(faults, "role", message, _NOT_FITTED)


def _same(outcome: Outcome) -> str:
    """Return what outcomes have in common that count the same, true or as reported."""
    arguments = {name: value for name, value in outcome.arguments.items() if name != "reported"}
    return json.dumps(arguments, sort_keys=True, default=str)
