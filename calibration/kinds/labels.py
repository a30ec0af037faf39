"""Labels: categories, truth values and which of two things came first.

A table gives the probability of each label reported for each label that is true.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from calibration.kinds.base import Luck, ReportModel, column, one
from calibration.kinds.contamination import stray_of
from calibration.streams import ERROR_STREAM
from calibration.structures import Float64, Int64, ReportColumn, Target
from sim.outcomes.values import NOT_BY_THE_END, OutcomeValues


class Label(ReportModel):
    """A category; "not by the end" is one of its labels, and may be mistaken like any other.

    Values are indices in ``labels``, which are sorted; for "not by the end" ``by_end`` is false
    and the value 0.
    """

    _may_be_late = True

    def __init__(
        self, target: Target, start: date, last_day: int, labels: tuple[str, ...] = ()
    ) -> None:
        super().__init__(target, start, last_day)
        self.labels = self._labels(labels)
        self.table = self._table()
        self._steps: Float64 = np.cumsum(self.table, axis=1)[:, :-1]

    def _labels(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({*labels, str(self.target.reported), NOT_BY_THE_END}))

    def _table(self) -> Float64:
        """Return the probability of each report (column) for each truth (row)."""
        number, error = len(self.labels), self.target.error_rate
        if number == 1:
            return np.ones((1, 1))
        table: Float64 = np.full((number, number), error / (number - 1))
        np.fill_diagonal(table, 1.0 - error)
        return table

    @property
    def _late(self) -> int:
        """Row of the table that stands for "not by the end"."""
        return self.labels.index(NOT_BY_THE_END)

    def _true_label(self, truth: OutcomeValues) -> Int64:
        unknown = [label for label in truth.labels if label not in self.labels]
        if unknown:
            raise ValueError(
                f"target {self.target.id!r}: {unknown[0]!r} is none of {', '.join(self.labels)}"
            )
        index = np.array([self.labels.index(label) for label in truth.labels], np.int64)
        return np.where(truth.by_end, index[truth.values.astype(np.int64)], self._late)

    def _label_reported(self, report: ReportColumn) -> Int64:
        return np.where(report.by_end, report.values.astype(np.int64), self._late)

    def _column(self, label: Float64) -> ReportColumn:
        return column(label, label != self._late)

    def _draw_of_truth(
        self, truth: OutcomeValues, completeness: Float64, luck: Luck
    ) -> ReportColumn:
        true = self._true_label(truth)
        if self.target.error_rate == 0:
            return self._column(true.astype(np.float64))
        steps = self._steps[true]
        drawn = np.count_nonzero(steps <= luck(ERROR_STREAM)[:, None], axis=1)
        return self._column(drawn.astype(np.float64))

    def _log_of_truth(
        self, report: ReportColumn, truth: OutcomeValues, completeness: Float64
    ) -> Float64:
        with np.errstate(divide="ignore"):
            logarithms: Float64 = np.log(self.table)
        return logarithms[self._true_label(truth), self._label_reported(report)]

    def _draw_stray(self, uniform: Float64) -> ReportColumn:
        return self._column(stray_of(uniform, len(self.table)))

    def _log_stray(self, report: ReportColumn) -> Float64:
        return np.full(report.values.shape, -np.log(float(len(self.table))))

    def _encoded(self, reported: object) -> ReportColumn:
        if not isinstance(reported, str):
            raise self._refuse("a label")
        return one(self.labels.index(reported))

    def _worded(self, value: float) -> str:
        return self.labels[round(value)]


class TrueOrFalse(Label):
    """A truth value; what did not come about by the end is false."""

    _may_be_late = False

    def _labels(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        return ("false", "true")

    @property
    def _late(self) -> int:
        return len(self.labels)  # no row of the table: it is never reported

    def _true_label(self, truth: OutcomeValues) -> Int64:
        return (truth.values.astype(np.bool_) & truth.by_end).astype(np.int64)

    def _label_reported(self, report: ReportColumn) -> Int64:
        return (report.values.astype(np.bool_) & report.by_end).astype(np.int64)

    def _encoded(self, reported: object) -> ReportColumn:
        if not isinstance(reported, bool):
            raise self._refuse("true or false")
        return one(reported)


class Order(TrueOrFalse):
    """Whether one thing came before another; "not by the end" where neither came: undecided.

    Undecided is never mistaken for an order, nor an order for undecided, but by a stray report.
    """

    _may_be_late = True

    def _table(self) -> Float64:
        table: Float64 = np.eye(3)
        table[:2, :2] = super()._table()
        return table

    def _true_label(self, truth: OutcomeValues) -> Int64:
        return np.where(truth.by_end, super()._true_label(truth), self._late)

    def _label_reported(self, report: ReportColumn) -> Int64:
        return np.where(report.by_end, super()._label_reported(report), self._late)
