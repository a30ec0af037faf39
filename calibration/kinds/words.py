"""Words for counts: ``several``, ``dozens``; which whole numbers each stands for."""

from __future__ import annotations

import numpy as np

from calibration.kinds.base import one
from calibration.kinds.contamination import stray_of
from calibration.kinds.counts import ExactCount, Interval
from calibration.structures import Float64, ReportColumn
from sim.observers.wording import BINS

WORD_BINS: dict[str, tuple[float, float]] = {
    **{word: BINS[word] for word in ("none", "one", "two", "several")},
    "ten to two dozen": (BINS["several"][1] + 1, BINS["dozens"][0] - 1),
    "dozens": BINS["dozens"],
    "hundreds": (BINS["dozens"][1] + 1, 999),
    "thousands": (1000, np.inf),
}
"""Lowest and highest whole number of each word; together they hold every whole number once."""

_LOWEST: Float64 = np.array([low for low, _ in WORD_BINS.values()], np.float64)
_HIGHEST: Float64 = np.array([high for _, high in WORD_BINS.values()], np.float64)


class WordForCount(ExactCount):
    """The word of the whole number nearest to what is heard; values are indices of words."""

    labels = tuple(WORD_BINS)

    def _named(self, heard: Float64) -> Float64:
        number = super()._named(heard)
        return (np.searchsorted(_LOWEST, number, side="right") - 1).astype(np.float64)

    def _meant(self, report: Float64) -> Interval:
        index = report.astype(np.int64)
        return _LOWEST[index] - 0.5, _HIGHEST[index] + 0.5

    def _draw_stray(self, uniform: Float64) -> ReportColumn:
        return ReportColumn(stray_of(uniform, len(self.labels)), np.ones(uniform.shape, np.bool_))

    def _log_stray(self, report: ReportColumn) -> Float64:
        return np.where(report.by_end, -np.log(len(self.labels)), -np.inf)

    def _encoded(self, reported: object) -> ReportColumn:
        if reported not in self.labels:
            raise self._refuse(f"one of {', '.join(self.labels)}")
        return one(self.labels.index(str(reported)))

    def _worded(self, value: float) -> str:
        return self.labels[round(value)]
