"""The list of scenarios, and what the check of one says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.console.screen import Screen, cell
from sim.console.words import long_date

if TYPE_CHECKING:
    from sim.scenario import Fault, Scenario


def listed_scenarios() -> list[dict[str, Any]]:
    """Return name, title, question and dates of each scenario; ``faults`` counts what is wrong."""
    from sim.scenario import ScenarioError, find_scenarios, load

    listed: list[dict[str, Any]] = []
    for name, folder in find_scenarios().items():
        row: dict[str, Any] = {"name": name, "folder": str(folder)}
        try:
            scenario = load(name)
        except ScenarioError as error:
            listed.append({**row, "faults": len(error.faults)})
            continue
        row |= {"title": scenario.title, "question": scenario.question}
        row |= {"start": scenario.start.isoformat(), "end": scenario.end.isoformat()}
        listed.append({**row, "faults": 0})
    return listed


def show_scenarios(listed: Iterable[dict[str, Any]]) -> None:
    """Print the scenarios."""
    screen = Screen()
    rows = list(listed)
    if not rows:
        screen.show("There are no scenarios here; name a scenario folder instead.")
    for row in rows:
        screen.show(row["name"], style="bold")
        if row["faults"]:
            screen.show(f"  cannot be used; see: khabur validate {row['name']}")
            continue
        screen.show(f"  {cell(row['title'])}, {row['start']} to {row['end']}")
        screen.show(f"  {cell(row['question'])}")


def show_valid(scenario: Scenario) -> None:
    """Say that a scenario is in order, and how large it is."""
    counts = {
        "places": scenario.places,
        "routes": scenario.routes,
        "formations": scenario.units,
        "parameters": scenario.parameters,
        "outcomes": scenario.outcomes,
    }
    sizes = ", ".join(f"{len(rows)} {name}" for name, rows in counts.items())
    span = f"{long_date(scenario.start)} to {long_date(scenario.end)}"
    Screen().show(f"{cell(scenario.name)} is in order: {span}, {sizes}.")


def faults_json(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Return faults ready for JSON."""
    names = ("file", "row", "field", "found", "allowed", "message")
    return [{name: getattr(fault, name) for name in names} for fault in faults]
