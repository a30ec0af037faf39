"""Reports of a pool: drawn from its truths, each with luck of its own.

The luck of a report is a pure function of the seed of the fit, the seed and the replicate of the
simulation, and the target. So it does not depend on which rows are drawn together, a new set of
targets leaves the reports of the old ones as they were, and the reports of one fit are paired
with those of another where they share seeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from calibration.kinds import Luck, ReportModel, report_model
from calibration.kinds.detection import share_at
from calibration.streams import COMPLETENESS_STREAM
from calibration.structures import (
    COMPLETENESS,
    BetaPrior,
    Float64,
    Int64,
    ReportColumn,
    Target,
    Targets,
)
from calibration.truths import truth_of
from sim.outcomes.values import NOT_BY_THE_END, OutcomeValues
from sim.state.stable_ids import stable_ids
from sim.state.streams import Streams

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


class ReportLuck:
    """The random numbers of reports, for rows that may come from simulations of several seeds.

    Parameters
    ----------
    fit_seed : int
        Seed of the fit: another one gives other reports of the same truths.
    seed, replicate : int64 arrays, shape ``[n]``
        Which simulation each row is.
    """

    def __init__(self, fit_seed: int, seed: Int64, replicate: Int64) -> None:
        self.prefix = f"fit {fit_seed}"
        self.rows = len(replicate)
        self._groups = [
            (rows, Streams(int(each), replicate[rows]))
            for each in np.unique(seed)
            for rows in [np.flatnonzero(seed == each)]
        ]

    def uniform(self, stream: str, name: str) -> Float64:
        """Return one number in (0, 1) for each row, from a stream, for what is named."""
        ids = stable_ids(self.prefix, [name])
        drawn: Float64 = np.empty(self.rows)
        for rows, streams in self._groups:
            drawn[rows] = streams.uniform(stream, 0, ids)[:, 0]
        return drawn

    def of(self, name: str) -> Luck:
        """Return the luck of one target."""
        return lambda stream: self.uniform(stream, name)


def report_models(
    targets: Targets | Iterable[Target],
    scenario: Scenario,
    outcomes: Mapping[str, OutcomeValues],
) -> dict[str, ReportModel]:
    """Return the model of the reports of each target, by its id, in the order of the targets.

    Parameters
    ----------
    targets : Targets or Target rows
    scenario : Scenario
        Gives the first and the last day.
    outcomes : mapping of outcome id to OutcomeValues
        Gives the labels of categories.

    Raises
    ------
    ValueError
        If what was reported is nothing that a target of its kind can report.
    """
    rows = targets.rows if isinstance(targets, Targets) else tuple(targets)
    return {
        target.id: report_model(
            target,
            start=scenario.start,
            last_day=scenario.days - 1,
            labels=outcomes[target.outcome].labels if target.kind == "category" else (),
        )
        for target in rows
    }


def truths_of(
    models: Mapping[str, ReportModel], outcomes: Mapping[str, OutcomeValues]
) -> dict[str, OutcomeValues]:
    """Return the truth that each target's report is of, by the target's id."""
    return {name: truth_of(model.target, outcomes) for name, model in models.items()}


def known_labels(truth: OutcomeValues, model: ReportModel) -> OutcomeValues:
    """Give labels that the pool never had the name of another one that was not reported.

    A fitted draw, or a model without a mechanism, may end as no vector of the pool did: in a
    district, say, that never came last. It is not what was reported, and that is all that counts.
    """
    if truth.kind != "category" or set(truth.labels) <= set(model.labels):
        return truth
    told = (str(model.target.reported), NOT_BY_THE_END)
    other = next((label for label in model.labels if label not in told), NOT_BY_THE_END)
    labels = tuple(label if label in model.labels else other for label in truth.labels)
    return OutcomeValues("category", truth.values, truth.by_end, labels)


def draw_reports(
    models: Mapping[str, ReportModel],
    truths: Mapping[str, OutcomeValues],
    *,
    fit_seed: int,
    seed: Int64,
    replicate: Int64,
    completeness: Float64,
) -> dict[str, ReportColumn]:
    """Draw a report of each target for each row.

    Parameters
    ----------
    models, truths : mappings by target id
        Truths of length n; only those of the models are looked at.
    fit_seed : int
        Seed of the fit.
    seed, replicate : int64 arrays, shape ``[n]``
        Which simulation each row is.
    completeness : float64 array, shape ``[n]`` or ``[1]``
        Share of what happened that the counts of the article hold.
    """
    luck = ReportLuck(fit_seed, seed, replicate)
    return {
        name: model.draw(truths[name], completeness, luck.of(name))
        for name, model in models.items()
    }


def draw_completeness(
    prior: BetaPrior, *, fit_seed: int, seed: Int64, replicate: Int64
) -> tuple[Float64, Float64]:
    """Draw the completeness of the article for each row.

    Returns
    -------
    tuple of float64 arrays, shape ``[n]``
        The quantile of the prior, strictly between 0 and 1, and the share there.
    """
    luck = ReportLuck(fit_seed, seed, replicate)
    unit = luck.uniform(COMPLETENESS_STREAM, COMPLETENESS)
    return unit, share_at(prior, unit)


def reported_of(models: Mapping[str, ReportModel]) -> dict[str, ReportColumn]:
    """Return what was reported in the world of each target, of length 1."""
    return {name: model.reported for name, model in models.items()}
