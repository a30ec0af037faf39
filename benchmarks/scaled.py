"""Scaled copies of a scenario, built in code: more units, more places, more days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sim.scenario.amounts import parameter_of
from sim.scenario.schema import Scenario

MOST_IN_A_ROW = 1000  # units of a formation, or slots of a stream


def with_days(scenario: Scenario, days: int) -> Scenario:
    """Return the scenario with another number of days."""
    end = scenario.start + timedelta(days=days - 1)
    return scenario.with_values({"scenario.end": end.isoformat()})


def with_units(scenario: Scenario, factor: int) -> Scenario:
    """Return the scenario with ``factor`` times the units, each as strong as before."""
    content = scenario.resolved()
    content["units"] = [
        row
        for formation in content["units"]
        for row in _multiplied(scenario, formation, "units", ("fighters",), factor)
    ]
    amounts = ("fighters_per_day", "limit_fighters")
    content["reinforcements"] = [
        row
        for stream in content["reinforcements"]
        for row in _multiplied(scenario, stream, "slots", amounts, factor)
    ]
    return Scenario.from_resolved(content)


def _multiplied(
    scenario: Scenario, row: dict[str, Any], count: str, amounts: tuple[str, ...], factor: int
) -> list[dict[str, Any]]:
    """Multiply a count and some amounts of a row, in as many rows as it takes."""
    left = row[count] * factor
    rows = []
    while left > 0:
        number = min(left, MOST_IN_A_ROW)
        new = {**row, "id": f"{row['id']} {len(rows)}", count: number}
        for name in amounts:
            if name in row:
                share, parameter = parameter_of(row[name])
                value = share if parameter is None else share * scenario.parameters[parameter].value
                new[name] = value * number / row[count]
        rows.append(new)
        left -= number
    return rows


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
