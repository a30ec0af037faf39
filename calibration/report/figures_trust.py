"""Figures that tell whether the fit and its forecasts can be trusted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from calibration.checks.simulation_based import LEAST_COVERAGE, MOST_COVERAGE
from calibration.report.drawing import (
    BAND,
    BAND_EDGE,
    MUTED,
    POSTERIOR,
    PRIOR_DARK,
    REPORTED,
    RULE,
    SMALL,
    WIDTH,
    Sheet,
)
from calibration.report.words import shortened
from calibration.results import ParameterRow, ScoreRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GATE = (LEAST_COVERAGE, MOST_COVERAGE)
RATIO_ENDS = (1 / 8, 8.0)  # scores further from the naive ones than this are drawn at the end
_LEFT = 3.5


def ranks_figure(rows: Sequence[ParameterRow]) -> Figure:
    """Draw the histogram of ranks of each parameter with the band that holds 99% of bars.

    The band is that of a single bar under uniform ranks, from the binomial distribution.
    """
    columns = 5
    lines = math.ceil(len(rows) / columns)
    wide, high = (WIDTH - 0.1) / columns, 1.42
    sheet = Sheet(lines * high + 0.05)
    for index, row in enumerate(rows):
        line, column = divmod(index, columns)
        left = 0.05 + column * wide
        words = row.id.rsplit(".", 1)
        sheet.text(left, line * high + 0.12, shortened(words[-1], 32), fontsize=7.4)
        group = words[0] if len(words) == 2 else ""
        sheet.text(left, line * high + 0.26, _under(group, row), fontsize=7.0, color=MUTED)
        axes = sheet.axes(left, line * high + 0.38, wide - 0.22, high - 0.55)
        _draw_ranks(axes, row)
    return sheet.figure


def _under(group: str, row: ParameterRow) -> str:
    found = ""
    if row.rank_p_value is not None:
        found = "p < 0.001" if row.rank_p_value < 0.001 else f"p = {row.rank_p_value:.3f}"
    return ", ".join(words for words in (shortened(group, 22), found) if words)


def _draw_ranks(axes: Axes, row: ParameterRow) -> None:
    from scipy.stats import binom

    bins = len(row.rank_histogram)
    total = sum(row.rank_histogram)
    low, high = (float(end) for end in binom.interval(0.99, total, 1 / bins))
    axes.axhspan(low, high, color=BAND, lw=0)
    axes.axhline(total / bins, color=BAND_EDGE, lw=0.9)
    colours = [POSTERIOR if low <= bar <= high else REPORTED for bar in row.rank_histogram]
    axes.bar(range(bins), row.rank_histogram, width=0.86, color=colours, lw=0)
    axes.set(xlim=(-0.6, bins - 0.4), ylim=(0, 1.1 * max(high, *row.rank_histogram)))
    axes.set(xticks=[], yticks=[])
    axes.spines["left"].set_visible(False)


def coverage_figure(rows: Sequence[ParameterRow]) -> Figure:
    """Draw coverage, recovery and the difference of two pools, a row each parameter."""
    row_height, head = 0.27, 0.66
    sheet = Sheet(head + len(rows) * row_height + 0.32)
    panels = (
        ("Coverage of 90% and 50% intervals", _LEFT, 3.0),
        ("Recovery (correlation)", 6.85, 1.75),
        ("Pools apart (sd)", 8.95, 1.75),
    )
    coverage, recovery, pools = (
        sheet.rows(left, head, width, len(rows), row_height) for _, left, width in panels
    )
    for title, left, _ in panels:
        sheet.text(left, 0.16, title, fontweight="bold")
    _draw_coverage_key(sheet)
    coverage.set_xlim(0.3, 1.0)
    coverage.axvspan(*GATE, color=BAND, lw=0)
    for end in GATE:
        coverage.axvline(end, color=BAND_EDGE, lw=0.8)
    coverage.axvline(0.5, color=PRIOR_DARK, lw=0.8, ls=(0, (3, 2)))
    recovery.set_xlim(0, 1)
    found = [abs(row.pool_difference) for row in rows if row.pool_difference is not None]
    pools.set_xlim(0, max(0.5, 1.1 * max(found, default=0.5)))
    for axes in (coverage, recovery, pools):
        axes.grid(color=RULE, lw=0.6)
        axes.set_yticks(range(len(rows)), [""] * len(rows))
        axes.tick_params(axis="y", length=0)
        axes.set_axisbelow(True)
    for at, row in enumerate(rows):
        words = shortened(row.id, 54)
        sheet.text(_LEFT - 0.12, head + (at + 0.5) * row_height, words, ha="right", fontsize=SMALL)
        _draw_coverage(coverage, at, row)
        _dot(recovery, row.recovery_correlation, at)
        apart = row.pool_difference
        _dot(pools, None if apart is None else abs(apart), at)
    return sheet.figure


def _draw_coverage(axes: Axes, at: int, row: ParameterRow) -> None:
    if row.coverage_50 is not None:
        _dot(axes, max(row.coverage_50, 0.3), at, "s", PRIOR_DARK)
    if row.coverage_90 is not None:
        inside = GATE[0] <= row.coverage_90 <= GATE[1]
        marker, colour = ("o", POSTERIOR) if inside else ("X", REPORTED)
        _dot(axes, max(row.coverage_90, 0.3), at, marker, colour)


def _dot(
    axes: Axes, value: float | None, at: float, marker: str = "o", colour: str = POSTERIOR
) -> None:
    if value is not None:
        size = 7.5 if marker == "X" else 5.6
        axes.plot([value], [at], marker, ms=size, color=colour, mec="white", mew=0.6, clip_on=False)


def _draw_coverage_key(sheet: Sheet) -> None:
    axes = sheet.axes(0, 0.28, sheet.width, 0.3)
    axes.set(xlim=(0, sheet.width), ylim=(1, -1))
    axes.axis("off")
    entries = (
        (_LEFT + 0.05, "o", POSTERIOR, "90%, in the gate"),
        (_LEFT + 1.3, "X", REPORTED, "90%, outside it"),
        (_LEFT + 2.5, "s", PRIOR_DARK, "50%"),
    )
    for left, marker, colour, words in entries:
        axes.plot([left], [0], marker, ms=6, color=colour, mec="white")
        axes.text(left + 0.11, 0, words, va="center", fontsize=SMALL)


def scores_figure(rows: Sequence[ScoreRow]) -> Figure:
    """Draw the model's score over the naive one, a line each group: left of 1 the model wins."""
    groups = list(dict.fromkeys(row.group for row in rows))
    row_height, head = 0.42, 0.38
    sheet = Sheet(head + len(groups) * row_height + 0.5)
    axes = sheet.rows(_LEFT, head, 5.6, len(groups), row_height)
    axes.set(xscale="log", xlim=RATIO_ENDS)
    marks = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]
    axes.set_xticks(marks, ["1/8", "1/4", "1/2", "1", "2", "4", "8"])
    axes.minorticks_off()
    axes.axvspan(RATIO_ENDS[0], 1, color=BAND, lw=0)
    axes.axvline(1, color=MUTED, lw=0.9)
    axes.grid(axis="x", color="white", lw=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("score over the naive forecast's (ends of the axis: as far or further)")
    sheet.text(_LEFT, 0.18, "← model better", fontsize=SMALL, color=MUTED)
    sheet.text(_LEFT + 5.6, 0.18, "naive better →", fontsize=SMALL, color=MUTED, ha="right")
    for at, group in enumerate(groups):
        members = [row for row in rows if row.group == group]
        wins = sum(row.better for row in members)
        middle = head + (at + 0.5) * row_height
        sheet.text(_LEFT - 0.12, middle, shortened(group, 48), ha="right")
        sheet.text(_LEFT + 5.8, middle, f"better in {wins} of {len(members)}")
        for index, row in enumerate(members):
            offset = 0.22 * ((index * 0.618 + 0.5) % 1 - 0.5) * min(1, len(members) - 1)
            marker, colour = ("o", POSTERIOR) if row.better else ("X", REPORTED)
            _dot(axes, _ratio(row), at + 2 * offset, marker, colour)
    return sheet.figure


def _ratio(row: ScoreRow) -> float:
    if row.posterior <= 0 and row.naive <= 0:
        return 1.0
    if row.naive <= 0:
        return RATIO_ENDS[1]
    return min(max(row.posterior / row.naive, RATIO_ENDS[0]), RATIO_ENDS[1])
