"""Fitted parameters as pages use them: read once, with all that they say of themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import solara

from sim.app.messages import sentence_of
from sim.engine.posterior import posterior_of
from sim.scenario import ScenarioError

if TYPE_CHECKING:
    from sim.engine.posterior import ScenarioPosterior
    from sim.scenario.schema import Scenario


def use_fitted(scenario: Scenario | None, wanted: bool) -> tuple[ScenarioPosterior | None, str]:
    """Return the fitted parameters of a scenario if they are wanted, and why there are none.

    They lie beside a scenario and are no part of its hash: a scenario that is read again has its
    own.
    """

    def read() -> tuple[ScenarioPosterior | None, str]:
        if scenario is None or not wanted:
            return None, ""
        try:
            return posterior_of(scenario, True), ""
        except (ScenarioError, OSError) as fault:
            return None, sentence_of(fault)

    about = None if scenario is None else (scenario.name, scenario.hash, scenario.folders)
    found: tuple[ScenarioPosterior | None, str] = solara.use_memo(read, [about, wanted])
    return found


def use_has_fit(scenario: Scenario) -> bool:
    """Return whether a scenario, or its base, comes with fitted parameters that can be used."""
    fitted, _ = use_fitted(scenario, True)
    return fitted is not None


def fitted_key(fitted: ScenarioPosterior | None) -> str:
    """Return a text that is the same for fitted parameters that say the same; empty for none.

    The table alone would not do: what is said beside it chooses columns, and is shown.
    """
    if fitted is None:
        return ""
    return json.dumps([fitted.to_json(), fitted.ids, fitted.notes], sort_keys=True)
