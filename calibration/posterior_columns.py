"""Draws of a posterior as columns of parameters that a simulation can be run with."""

from __future__ import annotations

import numpy as np

from calibration.kinds.detection import share_at
from calibration.structures import COMPLETENESS, BetaPrior, Float64
from sim.scenario.schema import Scenario
from sim.state.parameters import prior_quantile

SEEN = ("monitor.seen_share", "monitor.seen_share_of_children")
"""Take the fitted completeness: what a run then reports is what the fit means by a report."""

AT_ONCE = {"monitor.delay_days": 1.0}
"""What comes too late for the article is within the completeness, and must not be lost twice."""

OUTSIDE_PRIOR = {
    **dict.fromkeys(SEEN, "the fitted completeness of the article's counts"),
    **dict.fromkeys(AT_ONCE, "what comes late is within the completeness"),
}


def columns_of(
    scenario: Scenario, ids: tuple[str, ...], unit: Float64, completeness: BetaPrior
) -> dict[str, Float64]:
    """Return a column a parameter, in the parameters' units.

    Parameters
    ----------
    scenario : Scenario
    ids : tuple of str, length Q
        As the fit has them, the completeness among them.
    unit : float64 array, shape ``[n, Q]``
        Draws on the scale of the priors' quantiles.
    completeness : BetaPrior

    Returns
    -------
    dict of parameter id to float64 array, shape ``[n]``
        Of the scenario's parameters, with the monitor's set to the fitted completeness. What the
        scenario fixes of its monitor has no column: it stays as the scenario has it.
    """
    columns = {
        name: np.asarray(prior_quantile(scenario.parameters[name], unit[:, i]))
        for i, name in enumerate(ids)
        if name != COMPLETENESS
    }
    share = completeness_of(ids, unit, completeness)
    monitor = dict.fromkeys(SEEN, share)
    monitor |= {name: np.full(len(unit), value) for name, value in AT_ONCE.items()}
    open_ones = {name for name, row in scenario.parameters.items() if row.prior != "fixed"}
    return columns | {name: column for name, column in monitor.items() if name in open_ones}


def completeness_of(ids: tuple[str, ...], unit: Float64, prior: BetaPrior) -> Float64:
    """Return the completeness of each draw, shape ``[n]``."""
    return share_at(prior, unit[:, ids.index(COMPLETENESS)])
