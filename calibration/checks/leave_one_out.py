"""Prediction of each target by a fit to all the others.

The prediction is of the one campaign that was reported on, not of a fresh run with the same
parameters: it takes the neighbours of a fit without the target and *their own* reports of it. A
neighbour is a replicate as well as a vector, and its luck is in all of its outcomes. Where the
other reports tell that the luck of this campaign was of one sort (the assault came early, say),
the neighbours had luck of that sort too, and what follows from it counts. A fresh run would have
luck of its own and be too wide where outcomes share their luck.

Numbers are also moved along the local-linear regression that moves the parameters (logarithms of
counts, days as days) to where they would be if the other reports were those of the data set, then
rounded and held within what the pool reports. Labels and "not by the end" keep the weights of the
neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fit.features import FeatureKind
from calibration.fit.fit import Fit
from calibration.fit.neighbours import locally_adjusted
from calibration.fit.posterior import Posterior
from calibration.structures import Float64, ReportColumn, Reports

FEWEST_PER_COMPONENT = 10
"""Neighbours (in equal weight) for each slope of the regression; with fewer nothing is moved."""


@dataclass(frozen=True)
class LeftOut:
    """What all other targets say of one.

    Attributes
    ----------
    column : ReportColumn, length k
        Predicted reports of the target.
    weights : float64 array, shape ``[k]``
        Of the predictions, summing to 1.
    posterior : Posterior
        Of the fit without the target.
    """

    column: ReportColumn
    weights: Float64
    posterior: Posterior


def leave_one_out(fit: Fit, reports: Reports, reported: Reports) -> dict[str, LeftOut]:
    """Predict every fitted target from the others.

    Parameters
    ----------
    fit : Fit
        To all fitted targets.
    reports : mapping of target id to ReportColumn, length N each
        Of the pool, as the fit had them.
    reported : mapping of target id to ReportColumn, length 1 each
        What was reported in the world.

    Returns
    -------
    dict of target id to LeftOut
        In the order of the fit's targets. The posteriors serve
        :func:`calibration.checks.outcome_value.outcome_values` too.
    """
    found = {}
    for target in fit.targets:
        others = fit.without([target])
        posterior = others.posterior(reported)
        kind = fit.features.encodings[target].kind
        point = components_of(others, reported)
        column = predicted(others, posterior, point, reports[target], kind)
        found[target] = LeftOut(column, posterior.weights, posterior)
    return found


def components_of(fit: Fit, reports: Reports, row: int = 0) -> Float64:
    """Return the components of one data set, float64 ``[q]``."""
    columns = fit.features.columns_of(reports, np.array([row]))
    summary = (fit.features.expanded(columns) - fit.moments.mean) @ fit.ridge.coefficients
    point: Float64 = (summary @ fit.directions)[0]
    return point


def predicted(
    fit: Fit, posterior: Posterior, point: Float64, reports: ReportColumn, kind: FeatureKind
) -> ReportColumn:
    """Return the neighbours' reports of a target, numbers moved to where the data set is.

    Parameters
    ----------
    fit : Fit
    posterior : Posterior
        Of that fit: its neighbours are taken.
    point : float64 array, shape ``[q]``
        Components of the data set.
    reports : ReportColumn, length N
        The pool's reports of the target.
    kind : str
        How the fit encodes the target; ``count`` and ``days`` are moved.
    """
    own = reports.at(posterior.rows)
    chosen = np.flatnonzero(own.by_end)
    if kind not in ("count", "days") or not _enough(posterior.weights[chosen], len(point)):
        return own
    weights = posterior.weights[chosen] / posterior.weights[chosen].sum()
    offset = fit.components[posterior.rows[chosen]] - point
    numbers = own.values[chosen]
    scaled = np.log1p(numbers) if kind == "count" else numbers
    moved = locally_adjusted(offset, scaled[:, None], weights)[:, 0]
    # Nothing beyond what the pool reports: a count may not run away with a logarithm.
    possible = reports.values[reports.by_end]
    low, high = float(possible.min()), float(possible.max())
    ends = np.log1p([low, high]) if kind == "count" else np.array([low, high])
    moved = np.clip(moved, ends[0], ends[1])
    values = own.values.copy()
    values[chosen] = np.clip(np.rint(np.expm1(moved) if kind == "count" else moved), low, high)
    return ReportColumn(values, own.by_end)


def _enough(weights: Float64, components: int) -> bool:
    """Whether these neighbours can carry a regression on the components."""
    if not len(weights):
        return False
    effective = weights.sum() ** 2 / (weights**2).sum()
    return bool(effective >= FEWEST_PER_COMPONENT * (components + 1))
