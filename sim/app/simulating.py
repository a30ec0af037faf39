"""The run of a view, as a job of the pool; the page itself is not imported by its processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.app.recording import Recorded, record_run

if TYPE_CHECKING:
    from sim.app.view import View
    from sim.scenario.schema import Scenario


def simulated(scenario: Scenario, view: View) -> Recorded:
    """Simulate the run of a view.

    Parameters
    ----------
    scenario : Scenario
        The one that the view names.
    view : View
        Its seed, replicate, parameters, and whether the others are drawn from the posterior.

    Raises
    ------
    ScenarioError
        If there are no fitted parameters, or they do not fit.
    """
    return record_run(
        scenario,
        seed=view.seed,
        replicate=view.replicate,
        parameters=view.parameters,
        posterior=view.posterior,
    )
