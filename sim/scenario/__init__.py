"""Scenarios: reading a folder of tables, checking it, laying overlays over it.

`load` gives a `Scenario` or raises `ScenarioError` with everything that is wrong. The schema
library is imported when the first scenario is loaded, not before.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.find import find_scenarios
from sim.scenario.kinds import KIND_CLASSES

if TYPE_CHECKING:
    from sim.scenario.rows import (
        Air,
        City,
        Civilians,
        Claim,
        Control,
        Event,
        Faction,
        Kind,
        Outcome,
        Parameter,
        Place,
        Reinforcement,
        Relation,
        Route,
        Sortie,
        Supply,
        SupplyLine,
        Unit,
        Workshop,
    )
    from sim.scenario.schema import Scenario

__all__ = [
    "KIND_CLASSES",
    "Air",
    "City",
    "Civilians",
    "Claim",
    "Control",
    "Event",
    "Faction",
    "Fault",
    "Kind",
    "Outcome",
    "Parameter",
    "Place",
    "Reinforcement",
    "Relation",
    "Route",
    "Scenario",
    "ScenarioError",
    "Sortie",
    "Supply",
    "SupplyLine",
    "Unit",
    "Workshop",
    "find_scenarios",
    "json_schema",
    "load",
]


def load(name_or_folder: str | os.PathLike[str]) -> Scenario:
    """Return a scenario, checked.

    Parameters
    ----------
    name_or_folder
        Name of a scenario that ships with the package, or a folder. A text that is both means
        the scenario; write `./name` for the folder.

    Raises
    ------
    ScenarioError
        If anything is wrong with it; lists everything that is. Nothing is ever written.
    """
    from sim.scenario import loading

    return loading.load(name_or_folder)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a resolved scenario."""
    from sim.scenario import schema

    return schema.json_schema()


def __getattr__(name: str) -> Any:
    if name == "Scenario":
        from sim.scenario import schema

        return schema.Scenario
    if name in __all__:
        from sim.scenario import rows

        return getattr(rows, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
