"""What commands ask and say of a posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.console.guard import complain
from sim.console.screen import cell

if TYPE_CHECKING:
    from sim.engine.posterior import ScenarioPosterior
    from sim.scenario import Scenario


def chosen_posteriors(
    scenarios: list[Scenario], own: bool, named: str | None
) -> list[ScenarioPosterior | None]:
    """Return what ``--posterior`` and ``--posterior-from`` mean for each scenario.

    What should be known of a table is said on standard error, once.
    """
    if not own and named is None:
        return [None] * len(scenarios)
    from sim.engine.posterior import posterior_of

    choice = True if named is None else named
    found = [posterior_of(scenario, choice) for scenario in scenarios]
    complain(*dict.fromkeys(note for each in found if each is not None for note in each.notes))
    return found


def check_own_posterior(scenario: Scenario) -> None:
    """Check the posterior of a scenario, if it or its base has one.

    Raises
    ------
    ScenarioError
        If there is one that is damaged or does not fit.
    """
    from sim.engine.posterior import posterior_of
    from sim.scenario.posterior import NoPosteriorError

    try:
        found = posterior_of(scenario, True)
    except NoPosteriorError:
        return
    complain(*(() if found is None else found.notes))


def as_choice(posteriors: list[ScenarioPosterior | None]) -> dict[str, list[str]]:
    """Return what tells the folders of runs with a posterior apart; nothing without one."""
    used = [each.posterior.sha256 for each in posteriors if each is not None]
    return {"posterior": used} if used else {}


def parameters_text(prior: bool, posterior: object, otherwise: str) -> str:
    """Return where a run's parameters come from, for people.

    Parameters
    ----------
    prior
        Whether they were drawn from their priors.
    posterior
        What run.json says of a posterior; None for none.
    otherwise
        What to say if neither.
    """
    if posterior is None:
        return "drawn from their priors" if prior else otherwise
    about = posterior if isinstance(posterior, dict) else {}
    text = "a posterior"
    if isinstance(about.get("scenario"), str):
        text = f"the posterior of {cell(about['scenario'])}"
    row = about.get("row")
    text = f"row {row} of {text}" if isinstance(row, int) else f"drawn from {text}"
    if about.get("calibrated") is False:
        text += " (NOT CALIBRATED)"
    return text + (", the rest drawn from their priors" if prior else "")
