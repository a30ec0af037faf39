"""The run of a view, as a job of the pool; the page itself is not imported by its processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.app.recording import Recorded, record_run
from sim.app.worker_process import stop_if_unwanted

if TYPE_CHECKING:
    from sim.app.view import View
    from sim.engine.posterior import ScenarioPosterior
    from sim.scenario.schema import Scenario


def simulated(scenario: Scenario, view: View, fitted: ScenarioPosterior | None = None) -> Recorded:
    """Simulate the run of a view.

    Parameters
    ----------
    scenario : Scenario
        The one that the view names.
    view : View
        Its seed, replicate and parameters.
    fitted : ScenarioPosterior or None
        Where the other parameters are drawn from.

    Raises
    ------
    ValueError
        If a parameter is unknown or its value is not allowed.
    StoppedError
        If the worker hears meanwhile that nobody wants it.
    """
    return record_run(
        scenario,
        seed=view.seed,
        replicate=view.replicate,
        parameters=view.parameters,
        posterior=fitted,
        progress=lambda done, days: stop_if_unwanted(),
    )
