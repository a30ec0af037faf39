"""What each target tells: how much less is known of the parameters without it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from calibration.checks.leave_one_out import LeftOut
from calibration.checks.simulation_based import PRIOR_VARIANCE
from calibration.fit.posterior import Posterior
from calibration.results import OutcomeValue
from calibration.structures import Float64


def contraction(posterior: Posterior) -> Float64:
    """Return 1 - variance of the posterior over that of the prior, on the unit scale; ``[P]``.

    1 is a parameter that is known, 0 one that is known as well as before; below 0 lies one of which
    the fit is less sure than the prior was.
    """
    return 1.0 - posterior.variance() / PRIOR_VARIANCE


def outcome_values(
    posterior: Posterior, left_out: Mapping[str, LeftOut], identified: Collection[str]
) -> list[OutcomeValue]:
    """Return how much contraction is lost without each target.

    Parameters
    ----------
    posterior : Posterior
        Of the fit to all targets.
    left_out : mapping of target id to LeftOut
        From :func:`calibration.checks.leave_one_out.leave_one_out`.
    identified : collection of str
        Parameters over which the loss is averaged: of the others nothing can be lost, and their
        noise would hide it.

    Returns
    -------
    list of OutcomeValue
        The most valuable target first; empty if no parameter is identified.
    """
    places = [i for i, name in enumerate(posterior.ids) if name in identified]
    if not places:
        return []
    names = [posterior.ids[i] for i in places]
    known = contraction(posterior)[places]
    found = []
    for target, without in left_out.items():
        lost = known - contraction(without.posterior)[places]
        most = int(np.argmax(lost))
        found.append(OutcomeValue(target, float(lost.mean()), names[most], float(lost[most])))
    return sorted(found, key=lambda value: -value.contraction_lost)
