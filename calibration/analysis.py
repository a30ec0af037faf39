"""A pool, a set of targets, and the fit of one to the other: all that needs no simulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fit.features import Encoding
from calibration.fit.fit import Fit
from calibration.fit.posterior import Posterior
from calibration.kinds import WORD_BINS
from calibration.reports import (
    ReportModel,
    draw_completeness,
    draw_reports,
    report_models,
    reported_of,
    truths_of,
)
from calibration.structures import (
    COMPLETENESS,
    COUNT_KINDS,
    Float64,
    Kind,
    Pool,
    ReportColumn,
    Targets,
)
from sim.outcomes.values import OutcomeValues

OBSERVER_PARAMETERS = "monitor."
"""Parameters of the simulated monitor are not fitted: the targets are of what happened, and the
share of it that the article counts is the completeness."""

# The word without an upper end stands for three times its lowest number, as the others nearly do.
_OPEN_END = 3.0


@dataclass(frozen=True)
class Analysis:
    """A fit of a set of targets to a pool.

    Attributes
    ----------
    pool : Pool
    targets : Targets
    seed : int
        Of the reports that are drawn from the pool's truths.
    ids : tuple of str, length Q
        What is fitted: the pool's parameters but the simulated monitor's, and the completeness.
    unit : float64 array, shape ``[N, Q]``
        Quantiles of their priors.
    completeness : float64 array, shape ``[N]``
        Share of what happened that the article's counts hold.
    models : dict of target id to ReportModel
        Of all targets, whatever their role.
    truths : dict of target id to OutcomeValues, length N each
    reports : dict of target id to ReportColumn, length N each
    reported : dict of target id to ReportColumn, length 1 each
    fit : Fit
        To the targets whose role is ``fit``.
    posterior : Posterior
        Of what was reported.
    """

    pool: Pool
    targets: Targets
    seed: int
    ids: tuple[str, ...]
    unit: Float64
    completeness: Float64
    models: dict[str, ReportModel]
    truths: dict[str, OutcomeValues]
    reports: dict[str, ReportColumn]
    reported: dict[str, ReportColumn]
    fit: Fit
    posterior: Posterior

    @property
    def last_day(self) -> int:
        """Index of the scenario's last day."""
        return self.pool.scenario.days - 1

    def log_probability(self) -> Float64:
        """Return how likely what was reported is given each vector's own truths.

        Returns
        -------
        float64 array, shape ``[N, T]``
            Logarithms; one column a fitted target, in the order of the targets.
        """
        columns = [
            self.models[name].log_probability(
                self.reported[name], self.truths[name], self.completeness
            )
            for name in self.fit.targets
        ]
        return np.stack(columns, axis=1)


def analyse(pool: Pool, targets: Targets, *, seed: int, neighbours: int | None = None) -> Analysis:
    """Draw what would have been reported of a pool, and fit what was.

    Parameters
    ----------
    pool : Pool
    targets : Targets
    seed : int
        Of the reports.
    neighbours : int, optional
        Vectors that a posterior rests on; see :class:`calibration.fit.Fit`.
    """
    models = report_models(targets, pool.scenario, pool.outcomes)
    truths = truths_of(models, pool.outcomes)
    unit_of_completeness, completeness = draw_completeness(
        targets.completeness, fit_seed=seed, seed=pool.seed, replicate=pool.replicate
    )
    reports = draw_reports(
        models,
        truths,
        fit_seed=seed,
        seed=pool.seed,
        replicate=pool.replicate,
        completeness=completeness,
    )
    reported = reported_of(models)
    kept = [i for i, name in enumerate(pool.ids) if not name.startswith(OBSERVER_PARAMETERS)]
    ids = (*(pool.ids[i] for i in kept), COMPLETENESS)
    unit = np.column_stack([pool.unit[:, kept], unit_of_completeness])
    encodings = {row.id: encoding_of(row.kind) for row in targets.fitted}
    fit = Fit.of(unit, ids, reports, encodings, reported=reported, neighbours=neighbours)
    return Analysis(
        pool=pool,
        targets=targets,
        seed=seed,
        ids=ids,
        unit=unit,
        completeness=completeness,
        models=models,
        truths=truths,
        reports=reports,
        reported=reported,
        fit=fit,
        posterior=fit.posterior(reported),
    )


def encoding_of(kind: Kind) -> Encoding:
    """Return how reports of a kind become columns of the regression."""
    if kind == "word":
        return Encoding("ordinal", tuple(word_middles().tolist()))
    if kind in COUNT_KINDS:
        return Encoding("count")
    if kind in ("date", "duration"):
        return Encoding("days")
    return Encoding("labels" if kind == "category" else "truth")


def word_middles() -> Float64:
    """Return the number that stands for each word: the geometric middle of log(1 + number)."""
    ends = [(low, _OPEN_END * low if np.isinf(high) else high) for low, high in WORD_BINS.values()]
    return np.expm1(np.log1p(np.array(ends, dtype=np.float64)).mean(axis=1))
