"""Scenarios as users name them: an object, a name or a folder; checked with their outcomes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def scenario_of(scenario: Scenario | str | os.PathLike[str]) -> Scenario:
    """Return a checked scenario for a scenario, a shipped scenario's name, or a folder.

    Raises
    ------
    ScenarioError
        If the scenario is not sound, its outcomes included.
    """
    if isinstance(scenario, str | os.PathLike):
        return load_checked(scenario)
    return scenario


def load_checked(
    name_or_folder: str | os.PathLike[str], values: Mapping[str, Any] | None = None
) -> Scenario:
    """Load a scenario, set values by dotted name, and check its outcomes too.

    Raises
    ------
    ScenarioError
        If anything is wrong with it.
    """
    from sim.outcomes.compute import check_scenario_outcomes
    from sim.scenario import Fault, ScenarioError, load

    scenario = load(name_or_folder)
    if values:
        scenario = scenario.with_values(dict(values))
    if faults := check_scenario_outcomes(scenario):
        message = "this cannot be measured"
        raise ScenarioError(
            Fault("outcomes.toml", None, each.field, each.found, each.allowed, message)
            for each in faults
        )
    return scenario
