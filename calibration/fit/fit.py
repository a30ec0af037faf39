"""A fit of a pool: the regression is learnt once, then any data set is fitted in milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from calibration.fit.features import Encoding, Features
from calibration.fit.neighbours import locally_adjusted, nearest
from calibration.fit.posterior import Posterior
from calibration.fit.ridge import Moments, Ridge, expit, logit, principal_directions
from calibration.structures import Float64, Int64, Reports

FEWEST_NEIGHBOURS = 500
POOL_PER_NEIGHBOUR = 50
"""By default the nearest fiftieth of the pool are neighbours, and at least 500."""

_BLOCK = 4096


@dataclass(frozen=True)
class Fit:
    """Reports of a pool, and what they say of its parameters.

    Attributes
    ----------
    ids : tuple of str, length P
    unit : float64 array, shape ``[N, P]``
        Quantiles of the priors, strictly within (0, 1).
    features : Features
    columns : float64 array, shape ``[N, C]``
        Standardised columns of the pool's reports.
    moments : Moments
    ridge : Ridge
    summaries : float64 array, shape ``[N, P]``
        Logits of the unit scale that the regression predicts from the reports, less their mean.
    directions : float64 array, shape ``[P, q]``
        From summaries to components: the q directions on which the reports say most.
    components : float64 array, shape ``[N, q]``
        What the reports of each vector say along these.
    neighbours : int
        How many vectors a posterior rests on.
    """

    ids: tuple[str, ...]
    unit: Float64
    features: Features
    columns: Float64
    moments: Moments
    ridge: Ridge
    summaries: Float64
    directions: Float64
    components: Float64
    neighbours: int

    @classmethod
    def of(
        cls,
        unit: Float64,
        ids: tuple[str, ...],
        reports: Reports,
        encodings: Mapping[str, Encoding],
        *,
        reported: Reports | None = None,
        neighbours: int | None = None,
    ) -> Fit:
        """Learn from a pool.

        Parameters
        ----------
        unit : float64 array, shape ``[N, P]``
            Quantiles of the priors, strictly within (0, 1); the completeness is one of them.
        ids : tuple of str, length P
        reports : mapping of target id to ReportColumn, length N each
            One report of each target for each vector.
        encodings : mapping of target id to Encoding
            The targets to fit.
        reported : mapping of target id to ReportColumn, optional
            What was reported in the world: see :meth:`Features.of`.
        neighbours : int, optional
            Default ``max(500, N // 50)``.

        Raises
        ------
        ValueError
            If shapes do not agree, ``unit`` is not strictly within (0, 1), a target has no reports
            or there are no vectors.
        """
        _check(unit, ids, reports, encodings)
        features = Features.of(reports, encodings, reported)
        columns = features.columns_of(reports)
        number = max(FEWEST_NEIGHBOURS, len(unit) // POOL_PER_NEIGHBOUR)
        number = number if neighbours is None else neighbours
        moments = Moments.of(features, columns, unit)
        return cls._with(ids, unit, features, columns, moments, number)

    @classmethod
    def _with(
        cls,
        ids: tuple[str, ...],
        unit: Float64,
        features: Features,
        columns: Float64,
        moments: Moments,
        neighbours: int,
    ) -> Fit:
        ridge = Ridge.of(moments)
        summaries = _summaries(features, columns, moments, ridge)
        directions = principal_directions(ridge, moments)
        return cls(
            ids,
            unit,
            features,
            columns,
            moments,
            ridge,
            summaries,
            directions,
            summaries @ directions,
            neighbours,
        )

    @property
    def targets(self) -> tuple[str, ...]:
        """Ids of the targets fitted."""
        return tuple(self.features.encodings)

    def without(self, targets: Iterable[str]) -> Fit:
        """Return the fit without some targets, from the same Gram matrix.

        Raises
        ------
        ValueError
            If a target is not fitted.
        """
        features, columns, kept = self.features.without(tuple(targets))
        moments = self.moments.take(kept)
        table = np.ascontiguousarray(self.columns[:, columns])
        return self._with(self.ids, self.unit, features, table, moments, self.neighbours)

    def without_rows(self, rows: Int64) -> Fit:
        """Return the fit to all other vectors, with the same layout of columns.

        Rows of its posteriors count within the vectors that are left.
        """
        stays = np.ones(len(self.unit), dtype=bool)
        stays[rows] = False
        unit, columns = self.unit[stays], self.columns[stays]
        moments = Moments.of(self.features, columns, unit)
        return self._with(self.ids, unit, self.features, columns, moments, self.neighbours)

    def posterior(
        self, reports: Reports, row: int = 0, without_rows: Int64 | None = None
    ) -> Posterior:
        """Fit one data set.

        Neighbours are chosen by the components. Each is first moved by what the regression on the
        whole pool makes of the difference between its reports and those of the data set (which
        also uses what the reports say along directions that are no component), then by the
        local-linear regression, which corrects the first where the neighbours tell otherwise.

        Parameters
        ----------
        reports : mapping of target id to ReportColumn
            Of at least the targets fitted.
        row : int
            Which of the reports.
        without_rows : int64 array, optional
            Rows of the pool that must not be neighbours.

        Returns
        -------
        Posterior
            Where no report varies, all of the pool with equal weights: the prior.

        Raises
        ------
        ValueError
            If no vector of the pool is left.
        """
        columns = self.features.columns_of(reports, np.array([row]))
        summary = _summaries(self.features, columns, self.moments, self.ridge)
        offset = self.components - summary @ self.directions
        distance = np.sqrt((offset**2).sum(axis=1))
        if without_rows is not None:
            distance[without_rows] = np.inf
        rows, weights = nearest(distance, self.neighbours)
        moved = logit(self.unit[rows]) - (self.summaries[rows] - summary)
        adjusted = locally_adjusted(offset[rows], moved, weights)
        return Posterior(self.ids, rows, weights, expit(adjusted), distance[rows])


def _summaries(features: Features, columns: Float64, moments: Moments, ridge: Ridge) -> Float64:
    found = np.empty((len(columns), ridge.coefficients.shape[1]))
    for start in range(0, len(columns), _BLOCK):
        block = features.expanded(columns[start : start + _BLOCK]) - moments.mean
        found[start : start + _BLOCK] = block @ ridge.coefficients
    return found


def _check(
    unit: Float64, ids: tuple[str, ...], reports: Reports, encodings: Mapping[str, Encoding]
) -> None:
    if unit.ndim != 2 or unit.shape[1] != len(ids) or len(unit) == 0:
        raise ValueError(f"unit has shape {unit.shape}, but there are {len(ids)} parameters")
    if not ((unit > 0) & (unit < 1)).all():
        raise ValueError("the unit scale must lie strictly between 0 and 1")
    for target in encodings:
        if target in reports and len(reports[target].values) != len(unit):
            raise ValueError(
                f"target {target!r} has {len(reports[target].values)} reports, "
                f"but the pool has {len(unit)} vectors"
            )
