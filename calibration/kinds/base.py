"""What every kind of target can do: draw a report of a truth, and give its probability."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date

import numpy as np

from calibration.streams import CONTAMINATED_STREAM, CONTAMINATION_STREAM
from calibration.structures import Bool, Float64, ReportColumn, Target
from sim.outcomes.values import NOT_BY_THE_END, OutcomeValues

Luck = Callable[[str], Float64]
"""Uniform numbers in (0, 1), one a row, of the stream that is named; the same at every call."""


class ReportModel(ABC):
    """How a report of one target comes from what happened.

    With probability ``1 - contamination`` the report is of the truth, else it is a stray one.
    Both parts are drawn, and both are part of the probability.

    Parameters
    ----------
    target : Target
    start : date
        The scenario's first day, day 0.
    last_day : int
        Index of its last day.

    Attributes
    ----------
    labels : tuple of str
        Names of what values are indices of: labels of a category, bins of a word, ``false`` and
        ``true``. Empty for numbers, dates and durations.
    """

    labels: tuple[str, ...] = ()

    def __init__(self, target: Target, start: date, last_day: int) -> None:
        self.target = target
        self.start = start
        self.last_day = last_day

    def draw(self, truth: OutcomeValues, completeness: Float64, luck: Luck) -> ReportColumn:
        """Draw a report of each truth.

        Parameters
        ----------
        truth : OutcomeValues, length n
        completeness : float64 array, shape ``[n]`` or ``[1]``
            Share of what happened that the counts of the article hold.
        luck : callable
            Gives the uniform numbers of a stream, shape ``[n]``.
        """
        report = self._draw_of_truth(truth, completeness, luck)
        if self.target.contamination == 0:
            return report
        stray = self._draw_stray(luck(CONTAMINATED_STREAM))
        is_stray = luck(CONTAMINATION_STREAM) < self.target.contamination
        return ReportColumn(
            np.where(is_stray, stray.values, report.values),
            np.where(is_stray, stray.by_end, report.by_end),
        )

    def log_probability(
        self, report: ReportColumn, truth: OutcomeValues, completeness: Float64
    ) -> Float64:
        """Return the log probability of each report, given the truth and the completeness.

        Parameters
        ----------
        report : ReportColumn, length n or 1
        truth : OutcomeValues, length n or 1
        completeness : float64 array, shape ``[n]`` or ``[1]``

        Returns
        -------
        float64 array, shape ``[n]``
            -inf where such a report cannot be. With contamination that is only so for counts
            above the target's ``most`` of which the truth says nothing, for "not by the end" of a
            count that is there, and for a duration beyond the run.
        """
        of_truth = self._log_of_truth(report, truth, completeness)
        share = self.target.contamination
        if share == 0:
            return of_truth
        stray = np.log(share) + self._log_stray(report)
        mixed: Float64 = np.logaddexp(np.log1p(-share) + of_truth, stray)
        return mixed

    @property
    def reported(self) -> ReportColumn:
        """What was reported in the world, of length 1.

        Raises
        ------
        ValueError
            If it is nothing that a target of this kind can report.
        """
        if self.target.reported == NOT_BY_THE_END and self._may_be_late:
            return ReportColumn(np.zeros(1), np.zeros(1, np.bool_))
        return self._encoded(self.target.reported)

    def in_words(self, value: float, by_end: bool) -> str:
        """Return a report as a reader would say it; numbers between reports are rounded."""
        return self._worded(value) if by_end else NOT_BY_THE_END

    _may_be_late = False
    """Whether "not by the end" is something that can be reported of this kind."""

    @abstractmethod
    def _draw_of_truth(
        self, truth: OutcomeValues, completeness: Float64, luck: Luck
    ) -> ReportColumn: ...

    @abstractmethod
    def _draw_stray(self, uniform: Float64) -> ReportColumn: ...

    @abstractmethod
    def _log_of_truth(
        self, report: ReportColumn, truth: OutcomeValues, completeness: Float64
    ) -> Float64: ...

    @abstractmethod
    def _log_stray(self, report: ReportColumn) -> Float64: ...

    @abstractmethod
    def _encoded(self, reported: object) -> ReportColumn: ...

    @abstractmethod
    def _worded(self, value: float) -> str: ...

    def _refuse(self, allowed: str) -> ValueError:
        """Return the error of a reported value that this kind cannot report."""
        target = self.target
        return ValueError(
            f"target {target.id!r} of kind {target.kind}: reported is {target.reported!r}; "
            f"{allowed} is allowed"
        )


def column(values: Float64, by_end: Bool) -> ReportColumn:
    """Return reports with zeros where there is nothing by the end."""
    return ReportColumn(np.where(by_end, values, 0.0), by_end)


def one(value: float) -> ReportColumn:
    """Return a single report."""
    return ReportColumn(np.array([float(value)]), np.ones(1, np.bool_))


def late_or(report: ReportColumn, truth: OutcomeValues, both: Float64) -> Float64:
    """Return ``both`` where report and truth are there by the end, 0 where neither is, else -inf.

    So it is for all that is reported as "not by the end" exactly where it is so.
    """
    same = np.where(report.by_end == truth.by_end, 0.0, -np.inf)
    return np.where(report.by_end & truth.by_end, both, same)


def half_up(numbers: Float64) -> Float64:
    """Round to whole numbers, halves up, without the error of adding one half first."""
    whole = np.floor(numbers)
    return whole + (numbers - whole >= 0.5)


def nearest(number: float) -> int:
    """Round one number, halves up."""
    return int(half_up(np.array(number, np.float64)))
