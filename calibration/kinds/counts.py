"""Counts: a number that is told exactly, as a lower bound, as a round number, or as a word.

What is heard of a count y is ``x = c y exp(sigma z)``: c is the completeness of the article, or a
share seen of this count alone, or 1. The kind says which number, or which word, is made of x;
each report stands for an interval of x, and its probability is that of the interval.
"""

from __future__ import annotations

import numpy as np

from calibration.kinds.base import (
    Luck,
    ReportModel,
    column,
    half_up,
    late_or,
    nearest,
    one,
)
from calibration.kinds.contamination import log_stray_count, stray_count
from calibration.kinds.detection import log_detected_between, share_at
from calibration.kinds.intervals import log_product_between
from calibration.streams import DETECTION_STREAM, NOISE_STREAM
from calibration.structures import Float64, ReportColumn
from sim.observers import wording
from sim.outcomes.values import OutcomeValues

LARGEST = 10**9
"""What is heard above it is taken for it; far above any count of a campaign."""

Interval = tuple[Float64, Float64]


class ExactCount(ReportModel):
    """The whole number nearest to what is heard."""

    prefix = ""

    def _named(self, heard: Float64) -> Float64:
        """Return the number that is made of what is heard."""
        return half_up(heard)

    def _meant(self, report: Float64) -> Interval:
        """Return the interval of what is heard that a report stands for, upper end left out."""
        return report - 0.5, report + 0.5

    def _draw_of_truth(
        self, truth: OutcomeValues, completeness: Float64, luck: Luck
    ) -> ReportColumn:
        heard = truth.values.astype(np.float64)
        if self.target.detection is not None:
            heard = heard * share_at(self.target.detection, luck(DETECTION_STREAM))
        elif self.target.completeness:
            heard = heard * completeness
        if self.target.sigma > 0:
            heard = heard * _noise(luck(NOISE_STREAM), self.target.sigma)
        return column(self._named(np.minimum(heard, LARGEST)), truth.by_end)

    def _log_of_truth(
        self, report: ReportColumn, truth: OutcomeValues, completeness: Float64
    ) -> Float64:
        count = truth.values.astype(np.float64)
        if self.target.detection is not None:
            return late_or(report, truth, self._log_detected(report.values, count))
        if self.target.completeness:
            count = count * completeness
        lower, upper = self._interval(report.values)
        return late_or(report, truth, log_product_between(lower, upper, count, self.target.sigma))

    def _log_detected(self, report: Float64, count: Float64) -> Float64:
        assert self.target.detection is not None
        # Each pair of report and count once: a pool has few, and an integral costs much.
        pairs = np.stack(np.broadcast_arrays(report, count))
        single, where = np.unique(pairs, axis=1, return_inverse=True)
        lower, upper = self._interval(single[0])
        found = log_detected_between(
            lower, upper, single[1], self.target.sigma, self.target.detection
        )
        return found[where.reshape(-1)]

    def _interval(self, report: Float64) -> Interval:
        lower, upper = self._meant(report)
        return lower, np.where(report >= LARGEST, np.inf, upper)

    def _draw_stray(self, uniform: Float64) -> ReportColumn:
        named = self._named(stray_count(uniform, self.target.most))
        return ReportColumn(named, np.ones(named.shape, np.bool_))

    def _log_stray(self, report: ReportColumn) -> Float64:
        log_share = log_stray_count(*self._interval(report.values), self.target.most)
        return np.where(report.by_end, log_share, -np.inf)

    def _encoded(self, reported: object) -> ReportColumn:
        if isinstance(reported, bool) or not isinstance(reported, int | float):
            raise self._refuse("a whole number from 0")
        if not 0 <= reported <= LARGEST or reported != int(reported):
            raise self._refuse(f"a whole number from 0 to {LARGEST}")
        if self.target.contamination > 0 and reported > self.target.most:
            raise self._refuse(
                f"at most {self.target.most} (`most`, the largest count that a stray report names)"
            )
        return one(reported)

    def _worded(self, value: float) -> str:
        return f"{self.prefix}{nearest(value):,}"


class LowerBound(ExactCount):
    """``at least N``: the whole number below what is heard. It has an upper side as any count."""

    prefix = "at least "

    def _named(self, heard: Float64) -> Float64:
        return np.floor(heard)

    def _meant(self, report: Float64) -> Interval:
        return report, report + 1.0


class RoundNumber(ExactCount):
    """``about N``: the round number that :func:`sim.observers.wording.about` makes."""

    prefix = "about "

    def _named(self, heard: Float64) -> Float64:
        numbers, where = np.unique(half_up(heard), return_inverse=True)
        words = [wording.about(number) for number in numbers.astype(np.int64).tolist()]
        return np.array([float(each.removeprefix(self.prefix)) for each in words])[where]

    def _meant(self, report: Float64) -> Interval:
        numbers, where = np.unique(report, return_inverse=True)
        words = [f"{self.prefix}{number:.0f}" for number in numbers.tolist()]
        ends = [wording.numbers_meant(each) for each in words]
        lowest = np.array([low for low, _ in ends], np.float64)[where] - 0.5
        highest = np.array([low if high is None else high for low, high in ends], np.float64)
        return lowest, highest[where] + 0.5

    def _encoded(self, reported: object) -> ReportColumn:
        report = super()._encoded(reported)
        if self._named(report.values) != report.values:
            raise self._refuse(f"a round number such as {self._named(report.values)[0]:.0f}")
        return report


def _noise(uniform: Float64, sigma: float) -> Float64:
    from scipy.special import ndtri

    # exp(700) is still a number, and far beyond LARGEST.
    factor: Float64 = np.exp(np.minimum(sigma * ndtri(uniform), 700.0))
    return factor
