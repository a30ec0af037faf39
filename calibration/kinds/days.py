"""Dates and lengths of time, in whole days, with "not by the end" as something reported."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from calibration.kinds.base import Luck, ReportModel, column, half_up, late_or, nearest, one
from calibration.kinds.contamination import stray_of
from calibration.kinds.intervals import log_spread_between
from calibration.streams import NOISE_STREAM
from calibration.structures import Float64, ReportColumn
from sim.outcomes.values import OutcomeValues


class Duration(ReportModel):
    """A number of days: the whole number nearest to what is heard, at least 0."""

    _may_be_late = True

    def _heard(self, truth: OutcomeValues, luck: Luck) -> Float64:
        """Return the days heard, whole and from 0 on."""
        days = truth.values.astype(np.float64)
        if self.target.sigma > 0:
            from scipy.special import ndtri

            days = days + self.target.sigma * ndtri(luck(NOISE_STREAM))
        return np.maximum(half_up(days), 0.0)

    def _draw_of_truth(
        self, truth: OutcomeValues, completeness: Float64, luck: Luck
    ) -> ReportColumn:
        return column(self._heard(truth, luck), truth.by_end)

    def _log_days(self, report: ReportColumn, truth: OutcomeValues) -> Float64:
        """Return the log probability of the days reported, where there are such."""
        lower = np.where(report.values <= 0, -np.inf, report.values - 0.5)
        upper = report.values + 0.5
        return log_spread_between(lower, upper, truth.values, self.target.sigma)

    def _log_of_truth(
        self, report: ReportColumn, truth: OutcomeValues, completeness: Float64
    ) -> Float64:
        return late_or(report, truth, self._log_days(report, truth))

    def _draw_stray(self, uniform: Float64) -> ReportColumn:
        # Every day of the run, and one more for "not by the end".
        day = stray_of(uniform, self.last_day + 2)
        return column(day, day <= self.last_day)

    def _log_stray(self, report: ReportColumn) -> Float64:
        possible = ~report.by_end | (report.values <= self.last_day)
        return np.where(possible, -np.log(self.last_day + 2.0), -np.inf)

    def _encoded(self, reported: object) -> ReportColumn:
        if isinstance(reported, bool) or not isinstance(reported, int | float):
            raise self._refuse("a whole number of days")
        if not 0 <= reported <= self.last_day or reported != int(reported):
            raise self._refuse(f"a whole number of days from 0 to {self.last_day}")
        return one(reported)

    def _worded(self, value: float) -> str:
        days = nearest(value)
        return f"{days} day" if days == 1 else f"{days} days"


class Date(Duration):
    """A date: before the first day it is the first, after the last it is "not by the end"."""

    def _draw_of_truth(
        self, truth: OutcomeValues, completeness: Float64, luck: Luck
    ) -> ReportColumn:
        day = self._heard(truth, luck)
        return column(day, truth.by_end & (day <= self.last_day))

    def _log_of_truth(
        self, report: ReportColumn, truth: OutcomeValues, completeness: Float64
    ) -> Float64:
        after_last = log_spread_between(
            self.last_day + 0.5, np.inf, truth.values, self.target.sigma
        )
        inside = np.where(report.values <= self.last_day, self._log_days(report, truth), -np.inf)
        told = np.where(report.by_end, inside, after_last)
        return np.where(truth.by_end, told, np.where(report.by_end, -np.inf, 0.0))

    def _encoded(self, reported: object) -> ReportColumn:
        if not isinstance(reported, date):
            raise self._refuse("a date")
        day = (reported - self.start).days
        if not 0 <= day <= self.last_day:
            last = self.start + timedelta(days=self.last_day)
            raise self._refuse(f"a date from {self.start} to {last} or 'not by the end'")
        return one(day)

    def _worded(self, value: float) -> str:
        on = self.start + timedelta(days=nearest(value))
        return f"{on.day} {on:%B} {on.year}"
