"""Scaled copies of a scenario, built in code: more units, more places, more days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sim.scenario.amounts import parameter_of
from sim.scenario.schema import Scenario


def with_days(scenario: Scenario, days: int) -> Scenario:
    """Return the scenario with another number of days."""
    end = scenario.start + timedelta(days=days - 1)
    return scenario.with_values({"scenario.end": end.isoformat()})


def with_units(scenario: Scenario, factor: int) -> Scenario:
    """Return the scenario with ``factor`` times the units, each as strong as before.

    The copy is not checked: a sound scenario has at most 5,000 units, and this is to see beyond.
    """

    def times(cell: float | str) -> float:
        share, parameter = parameter_of(cell)
        value = 1.0 if parameter is None else scenario.parameters[parameter].value
        return factor * share * value

    units = [
        row.model_copy(update={"units": factor * row.units, "fighters": times(row.fighters)})
        for row in scenario.units
    ]
    streams = []
    for row in scenario.reinforcements:
        changed = {"slots": factor * row.slots, "fighters_per_day": times(row.fighters_per_day)}
        if row.limit_fighters is not None:
            changed["limit_fighters"] = times(row.limit_fighters)
        streams.append(row.model_copy(update=changed))
    return scenario.model_copy(update={"units": tuple(units), "reinforcements": tuple(streams)})


def with_places(scenario: Scenario, copies: int, *, joined: bool = True) -> Scenario:
    """Return ``copies`` of the map side by side; the units stay where they were, on the first.

    ``joined`` says whether a road leads from each copy to the next.
    """
    content = scenario.resolved()
    first = {name: content[name] for name in ("places", "routes", "control", "supply", "cities")}
    for copy in range(2, copies + 1):
        for name, rows in first.items():
            keys = {"places": ("name", "city"), "cities": ("name",), "routes": ("a", "b")}
            again = [_renamed(row, keys.get(name, ("place",)), copy) for row in rows]
            content[name] = [*content[name], *again]
        if joined:
            place = first["places"][-1]["name"]
            before = place if copy == 2 else f"{place} {copy - 1}"
            road = {"a": before, "b": f"{place} {copy}", "km": 60.0, "class": "primary"}
            content["routes"] = [*content["routes"], road]
    return Scenario.from_resolved(content)


def _renamed(row: dict[str, Any], keys: tuple[str, ...], copy: int) -> dict[str, Any]:
    new = {key: f"{row[key]} {copy}" for key in keys if row.get(key)}
    if "label" in row:
        new["label"] = f"{row['label']} {copy}"
    return {**row, **new}
