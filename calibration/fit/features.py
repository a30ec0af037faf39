"""Reports as columns of numbers: a fixed layout, made once from the reports of the pool.

Numbers, words and days have one column each, with a second one for "not by the end" where that
occurs; labels have a column each. Columns are standardised. Features are the columns, their squares
and the products of columns of different targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from calibration.structures import Float64, Int64, ReportColumn, Reports

FeatureKind = Literal["count", "days", "ordinal", "labels", "truth"]

RARE_LABEL = 0.01
"""Labels rarer than this share of the pool's reports have one column together."""

FARTHEST = 4.0
"""Columns are held within so many standard deviations of the pool's mean: the square of one stray
report (a contaminated count, say) must not outweigh all others."""

_CONSTANT = 1e-9


@dataclass(frozen=True)
class Encoding:
    """How the reports of one target become columns.

    Attributes
    ----------
    kind : str
        ``count`` (log(1 + count)), ``days`` (a date or a duration), ``ordinal`` (the index of a
        word's bin), ``labels`` (the index of a label) or ``truth`` (0 or 1).
    middles : tuple of float
        For ``ordinal``: the middle of each bin; log(1 + middle) is the column. The index itself is
        the column where none are given.
    """

    kind: FeatureKind
    middles: tuple[float, ...] = ()


@dataclass(frozen=True)
class Column:
    """One standardised column.

    Attributes
    ----------
    target : str
    part : str
        ``number``, ``not_by_end`` or ``label``.
    labels : tuple of int
        The label, or the rare labels together, that a ``label`` column stands for; -1 is "not by
        the end".
    squared : bool
        Whether the square of the column is a feature; that of a column of two values says nothing.
    fill : float
        Put in place of a number that was not there by the end: the mean of those that were.
    centre, scale : float
        Mean and standard deviation in the pool.
    """

    target: str
    part: Literal["number", "not_by_end", "label"]
    labels: tuple[int, ...] = ()
    squared: bool = False
    fill: float = 0.0
    centre: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class Features:
    """The layout of columns and features.

    Attributes
    ----------
    encodings : mapping of target id to Encoding
    columns : tuple of Column, length C
        Ordered by target as in ``encodings``. Columns that are constant in the pool are left out.
    pairs : int64 array, shape ``[M, 2]``
        Columns whose products are features; features are the C columns and the M products.
    """

    encodings: Mapping[str, Encoding]
    columns: tuple[Column, ...]
    pairs: Int64

    @classmethod
    def of(
        cls,
        reports: Reports,
        encodings: Mapping[str, Encoding],
        reported: Reports | None = None,
    ) -> Features:
        """Fix the layout from the reports of a pool.

        Parameters
        ----------
        reports : mapping of target id to ReportColumn, each of length N
        encodings : mapping of target id to Encoding
            Targets to be used, in the order of their columns.
        reported : mapping of target id to ReportColumn, optional
            What was reported in the world (its first row): a label that was reported has a column
            of its own however rare it is.

        Raises
        ------
        ValueError
            If a target has no reports.
        """
        missing = [target for target in encodings if target not in reports]
        if missing:
            raise ValueError(f"no reports of target {missing[0]!r}")
        columns: list[Column] = []
        for target, encoding in encodings.items():
            seen = None if reported is None or target not in reported else reported[target]
            for column in _columns(target, encoding, reports[target], seen):
                values = _raw(column, encoding, reports[target])
                scale = float(values.std())
                if scale > _CONSTANT:
                    columns.append(replace(column, centre=float(values.mean()), scale=scale))
        return cls(dict(encodings), tuple(columns), _pairs(columns))

    @property
    def size(self) -> int:
        """Number of features: columns and products."""
        return len(self.columns) + len(self.pairs)

    def columns_of(self, reports: Reports, rows: Int64 | slice | None = None) -> Float64:
        """Return the standardised columns of some rows of reports, float64 ``[n, C]``."""
        chosen = slice(None) if rows is None else rows
        targets = list(dict.fromkeys(column.target for column in self.columns))
        parts = {target: reports[target].at(chosen) for target in targets}
        length = len(next(iter(parts.values())).values) if parts else _rows_of(reports, chosen)
        table = np.empty((length, len(self.columns)))
        for index, column in enumerate(self.columns):
            raw = _raw(column, self.encodings[column.target], parts[column.target])
            table[:, index] = (raw - column.centre) / column.scale
        return np.clip(table, -FARTHEST, FARTHEST, out=table)

    def expanded(self, columns: Float64) -> Float64:
        """Return the features of standardised columns: ``[n, C]`` to ``[n, C + M]``."""
        count = len(self.columns)
        features = np.empty((len(columns), self.size))
        features[:, :count] = columns
        np.multiply(
            columns[:, self.pairs[:, 0]], columns[:, self.pairs[:, 1]], out=features[:, count:]
        )
        return features

    def without(self, targets: tuple[str, ...]) -> tuple[Features, Int64, Int64]:
        """Return the layout without some targets, and which columns and features remain.

        Raises
        ------
        ValueError
            If a target is not in the layout.
        """
        unknown = [target for target in targets if target not in self.encodings]
        if unknown:
            raise ValueError(f"target {unknown[0]!r} is not fitted")
        stays = np.array([c.target not in targets for c in self.columns], dtype=bool)
        pair_stays = stays[self.pairs].all(axis=1)
        kept = np.flatnonzero(stays)
        number = np.cumsum(stays) - 1
        features = Features(
            {target: e for target, e in self.encodings.items() if target not in targets},
            tuple(self.columns[index] for index in kept),
            number[self.pairs[pair_stays]],
        )
        return features, kept, np.flatnonzero(np.concatenate([stays, pair_stays]))


def _rows_of(reports: Reports, rows: Int64 | slice) -> int:
    return len(next(iter(reports.values())).values[rows]) if reports else 1


def _columns(
    target: str, encoding: Encoding, report: ReportColumn, reported: ReportColumn | None
) -> list[Column]:
    if encoding.kind == "labels":
        groups = _label_groups(report, reported)
        return [Column(target, "label", labels) for labels in groups]
    there = _number(encoding, report.values[report.by_end])
    fill = float(there.mean()) if there.size else 0.0
    number = Column(target, "number", squared=encoding.kind != "truth", fill=fill)
    return [number, Column(target, "not_by_end")]


def _label_groups(report: ReportColumn, reported: ReportColumn | None) -> list[tuple[int, ...]]:
    """Return the labels of each column; the commonest has none, as the others imply it."""
    labels, counts = np.unique(_labels(report), return_counts=True)
    seen = None if reported is None else int(_labels(reported)[0])
    rare = (counts < RARE_LABEL * counts.sum()) & (labels != seen)
    groups: list[tuple[int, ...]] = [(int(label),) for label in labels[~rare]]
    if rare.any():
        groups.append(tuple(int(label) for label in labels[rare]))
    size = dict(zip(labels.tolist(), counts.tolist(), strict=True))
    others = [group for group in groups if group != (seen,)]
    if others:
        groups.remove(max(others, key=lambda group: sum(size[label] for label in group)))
    return groups


def _labels(report: ReportColumn) -> Int64:
    return np.where(report.by_end, report.values, -1).astype(np.int64)


def _number(encoding: Encoding, values: Float64) -> Float64:
    if encoding.kind == "count":
        return np.log1p(np.maximum(values, 0.0))
    if encoding.kind == "ordinal" and encoding.middles:
        return np.log1p(np.array(encoding.middles))[values.astype(np.int64)]
    return values.astype(np.float64)


def _raw(column: Column, encoding: Encoding, report: ReportColumn) -> Float64:
    if column.part == "not_by_end":
        return (~report.by_end).astype(np.float64)
    if column.part == "label":
        return np.isin(_labels(report), column.labels).astype(np.float64)
    return np.where(report.by_end, _number(encoding, report.values), column.fill)


def _pairs(columns: list[Column]) -> Int64:
    """Return squares of numbers and products across targets; within a target nothing is new."""
    pairs = [
        (first, second)
        for first in range(len(columns))
        for second in range(first, len(columns))
        if (
            columns[first].squared
            if first == second
            else columns[first].target != columns[second].target
        )
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
