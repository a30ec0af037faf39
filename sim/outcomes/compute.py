"""The outcomes of a scenario, measured over a recorded run or ensemble."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sim.outcomes import (
    measures_campaign,
    measures_change,
    measures_context,
    measures_control,
    measures_counts,
    measures_lines,
    measures_people,
    measures_siege,
)
from sim.outcomes.history import History
from sim.outcomes.registry import (
    MEASURES,
    Measure,
    Names,
    OutcomeError,
    OutcomeFault,
    check_outcomes,
    lacks,
)
from sim.outcomes.values import OutcomeValues, ensemble_json, replicate_json

__all__ = [
    "MEASURES",
    "Measure",
    "Names",
    "OutcomeError",
    "OutcomeFault",
    "check_outcomes",
    "check_scenario_outcomes",
    "compute_outcomes",
    "outcomes_json",
]

# Importing these files enters their functions in MEASURES.
MEASURE_FILES = (
    measures_campaign,
    measures_change,
    measures_context,
    measures_control,
    measures_counts,
    measures_lines,
    measures_people,
    measures_siege,
)


class HasOutcomes(Protocol):
    """A scenario, as far as its outcomes go."""

    @property
    def outcomes(self) -> Iterable[Any]:
        """Rows of outcomes.toml."""


def compute_outcomes(scenario: HasOutcomes, history: History) -> dict[str, OutcomeValues]:
    """Measure every outcome of a scenario over a history.

    Parameters
    ----------
    scenario : Scenario
        Its ``outcomes`` are rows with ``id``, ``measure`` and ``arguments``.
    history : History
        Record of R replicates.

    Returns
    -------
    dict of str to OutcomeValues
        By outcome id, in the scenario's order.

    Raises
    ------
    OutcomeError
        If a row names an unknown measure, argument, place, faction or city; nothing is measured.
    """
    rows = list(scenario.outcomes)
    if lacks(history, "lines_open"):
        rows = [_with_places_of_line(row, scenario, history) for row in rows]
    if faults := check_outcomes(rows, history):
        raise OutcomeError(faults)
    return {row.id: MEASURES[row.measure].function(history, **row.arguments) for row in rows}


@dataclass(frozen=True)
class _Row:
    """A row of outcomes with other arguments than the scenario's."""

    id: str
    measure: str
    arguments: Mapping[str, Any]
    reported_value: Any


def _with_places_of_line(row: Any, scenario: Any, history: History) -> Any:
    """Return a row that names a supply line with the line's places, faction and allies instead."""
    lines = {line.id: line for line in getattr(scenario, "supply_lines", ())}
    line = lines.get(row.arguments.get("line"))
    if line is None:
        return row
    sides = [name for name in history.factions if name != line.faction]
    given = {
        "places": list(line.places),
        "faction": line.faction,
        "allies": [name for name in sides if scenario.stance(line.faction, name) == "allied"],
    }
    rest = {name: value for name, value in row.arguments.items() if name != "line"}
    return _Row(row.id, row.measure, {**given, **rest}, getattr(row, "reported_value", None))


def check_scenario_outcomes(scenario: Any) -> list[OutcomeFault]:
    """Return every fault of a scenario's outcomes, before anything is run.

    Parameters
    ----------
    scenario : Scenario
        With ``outcomes``, ``places`` (rows with ``name``), ``factions`` and ``cities``.
    """
    names = Names(
        places=tuple(place.name for place in scenario.places),
        factions=tuple(scenario.factions),
        cities=tuple(scenario.cities),
        lines=tuple(line.id for line in getattr(scenario, "supply_lines", ())),
    )
    return check_outcomes(scenario.outcomes, names)


def outcomes_json(
    scenario: HasOutcomes,
    outcomes: Mapping[str, OutcomeValues],
    *,
    start: date,
    replicate: int | None = None,
) -> dict[str, dict[str, Any]]:
    """Return all outcomes by id, ready for JSON.

    Parameters
    ----------
    scenario : Scenario
        Its rows give ``unit`` and ``reported``.
    outcomes : mapping
        As :func:`compute_outcomes` returns them.
    start : date
        Date of day 0.
    replicate : int, optional
        Index on the replicate axis for the form of one run; the spread over all replicates if
        not given.
    """
    found = {}
    for row in scenario.outcomes:
        values, words = outcomes[row.id], {"unit": row.unit, "reported": row.reported or None}
        if replicate is None:
            found[row.id] = ensemble_json(values, start=start, **words)
        else:
            found[row.id] = replicate_json(values, replicate, start=start, **words)
    return found
