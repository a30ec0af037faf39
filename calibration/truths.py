"""What happened, as a target asks for it: the truth from which its reports are drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.structures import COUNT_KINDS, Target
from sim.outcomes.values import OutcomeValues, outcome_values


def truth_of(target: Target, outcomes: Mapping[str, OutcomeValues]) -> OutcomeValues:
    """Return what the model says happened, in the form that a target's kind reports.

    Parameters
    ----------
    target : Target
    outcomes : mapping of outcome id to OutcomeValues
        Of R replicates, or of a pool's N vectors.

    Returns
    -------
    OutcomeValues
        For counts a number of 0 or more: where fewer than none are counted (people gone from a
        place that more people came to) it is 0. For ``date``, ``duration`` and ``category`` the
        outcome itself. For ``true_or_false`` a truth value that is always there: what is not there
        by the end is false. For ``order`` a truth value that is "not by the end", undecided, where
        neither of the two dates came.

    Raises
    ------
    KeyError
        If an outcome of the target is not among ``outcomes``.
    """
    if target.kind == "order":
        return _order(outcomes[target.before], outcomes[target.after])
    outcome = outcomes[target.outcome]
    if target.kind == "true_or_false":
        return _truth(target, outcome)
    if target.kind in COUNT_KINDS:
        return outcome_values(outcome.kind, np.maximum(outcome.values, 0), outcome.by_end)
    return outcome


def _truth(target: Target, outcome: OutcomeValues) -> OutcomeValues:
    """Return whether a number passes the target's threshold, or a date or spell came by the end."""
    if target.above is not None:
        holds = outcome.values > target.above
    elif target.at_most is not None:
        holds = outcome.values <= target.at_most
    elif outcome.kind == "truth":
        holds = outcome.values
    else:
        holds = outcome.by_end
    return outcome_values("truth", holds & outcome.by_end)


def _order(before: OutcomeValues, after: OutcomeValues) -> OutcomeValues:
    """Return whether the first date came, and the second later or not at all.

    On the same day neither came before the other: false.
    """
    earlier = ~after.by_end | (before.values < after.values)
    return outcome_values("truth", before.by_end & earlier, before.by_end | after.by_end)
