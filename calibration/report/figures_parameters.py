"""Figures of the parameters: what the article tells about each, and what each target tells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from calibration.report.drawing import (
    LARGE,
    MUTED,
    POSTERIOR,
    POSTERIOR_LIGHT,
    PRIOR,
    PRIOR_DARK,
    REPORTED,
    RULE,
    SMALL,
    Sheet,
)
from calibration.report.words import number, shortened
from calibration.results import OutcomeValue, ParameterRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT = 3.62
_LOG_SPAN = 5.0  # a range whose ends are this many times apart is drawn on a logarithmic scale


def intervals_figure(rows: Sequence[ParameterRow]) -> Figure:
    """Draw the posterior of parameters within the range of their priors, and the contraction."""
    row_height, head = 0.34, 0.42
    sheet = Sheet(head + len(rows) * row_height + 0.32)
    sheet.text(0.05, 0.2, "Parameter", fontweight="bold")
    sheet.text(_LEFT + 0.62, 0.2, "Range of the prior; fitted 90% and median", fontweight="bold")
    sheet.text(9.05, 0.2, "Contraction", fontweight="bold")
    axes = sheet.rows(_LEFT + 0.62, head, 3.4, len(rows), row_height)
    axes.set(xlim=(-0.01, 1.01), xticks=[])
    axes.spines["bottom"].set_visible(False)
    bars = sheet.rows(9.05, head, 1.5, len(rows), row_height)
    _prepare_contraction(bars)
    for at, row in enumerate(rows):
        middle = head + (at + 0.5) * row_height
        low, fitted, high = (_place(row, value) for value in (row.p05, row.p50, row.p95))
        axes.barh(at, 1, height=0.52, color=PRIOR, lw=0)
        axes.barh(at, max(high - low, 0.006), left=low, height=0.52, color=POSTERIOR_LIGHT, lw=0)
        axes.plot([fitted, fitted], [at - 0.26, at + 0.26], color=POSTERIOR, lw=2)
        bars.barh(at, max(row.contraction, 0), height=0.52, color=POSTERIOR, lw=0)
        sheet.text(0.05, middle, shortened(f"{row.id}, {row.unit}", 62), fontsize=SMALL)
        sheet.text(_LEFT + 0.54, middle, number(row.low), ha="right", fontsize=SMALL, color=MUTED)
        sheet.text(_LEFT + 4.1, middle, number(row.high), fontsize=SMALL, color=MUTED)
        sheet.text(10.62, middle, f"{row.contraction:.2f}", fontsize=SMALL)
    return sheet.figure


def _place(row: ParameterRow, value: float) -> float:
    """Return where a value stands in the range of the prior, 0 to 1."""
    if row.high <= row.low:
        return 0.5
    if row.low > 0 and row.high / row.low >= _LOG_SPAN:
        low, high, value = math.log(row.low), math.log(row.high), math.log(max(value, row.low))
    else:
        low, high = row.low, row.high
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _prepare_contraction(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.grid(axis="x", color=RULE, lw=0.6)
    axes.set_axisbelow(True)


def contraction_figure(rows: Sequence[ParameterRow]) -> Figure:
    """Draw the contraction of each parameter, in columns, the identified ones dark."""
    ordered = sorted(rows, key=lambda row: (-row.contraction, row.id))
    columns = 1 if len(ordered) <= 12 else 2
    length = math.ceil(len(ordered) / columns)
    row_height, head = 0.2, 0.34
    sheet = Sheet(head + length * row_height + 0.3)
    _draw_key(sheet, (("identified", POSTERIOR), ("not identified", PRIOR_DARK)))
    for column in range(columns):
        members = ordered[column * length : (column + 1) * length]
        left = 5.6 * column
        axes = sheet.rows(left + 3.15, head, 1.75, len(members), row_height)
        _prepare_contraction(axes)
        for at, row in enumerate(members):
            colour = POSTERIOR if row.identified else PRIOR_DARK
            axes.barh(at, max(row.contraction, 0), height=0.62, color=colour, lw=0)
            middle = head + (at + 0.5) * row_height
            words = shortened(row.id, 46)
            sheet.text(left + 3.07, middle, words, ha="right", fontsize=7.4)
            sheet.text(left + 4.97, middle, f"{row.contraction:.2f}", fontsize=7.4, color=MUTED)
    return sheet.figure


def _draw_key(sheet: Sheet, entries: Sequence[tuple[str, str]]) -> None:
    axes = sheet.axes(0, 0, sheet.width, 0.3)
    axes.set(xlim=(0, sheet.width), ylim=(1, -1))
    axes.axis("off")
    left = 0.05
    for words, colour in entries:
        axes.barh(0, 0.22, left=left, height=0.8, color=colour)
        axes.text(left + 0.3, 0, words, va="center")
        left += 0.55 + 0.085 * len(words)


def values_figure(rows: Sequence[OutcomeValue], labels: dict[str, str]) -> Figure:
    """Draw what contraction is lost without each target."""
    row_height = 0.3
    sheet = Sheet(0.36 + len(rows) * row_height + 0.5)
    sheet.text(_LEFT, 0.17, "Contraction lost without it", fontweight="bold")
    sheet.text(8.1, 0.17, "Loses most", fontweight="bold")
    axes = sheet.rows(_LEFT, 0.36, 3.7, len(rows), row_height)
    found = [row.contraction_lost for row in rows]
    most = max(0.02, *found)
    axes.set_xlim(1.05 * min(0.0, *found), 1.05 * most)
    axes.grid(axis="x", color=RULE, lw=0.6)
    axes.set_axisbelow(True)
    axes.axvline(0, color=MUTED, lw=0.8)
    axes.set_xlabel("mean over the identified parameters")
    for at, row in enumerate(rows):
        middle = 0.36 + (at + 0.5) * row_height
        colour = POSTERIOR if row.contraction_lost > 0 else PRIOR_DARK
        axes.barh(at, row.contraction_lost, height=0.58, color=colour, lw=0)
        words = shortened(labels.get(row.target, row.target), 52)
        sheet.text(_LEFT - 0.12, middle, words, ha="right")
        sheet.text(7.45, middle, number(row.contraction_lost, 2), fontsize=SMALL, color=MUTED)
        most_for = shortened(f"{number(row.most_lost, 2)} of {row.most_for}", 54)
        sheet.text(8.1, middle, most_for, fontsize=SMALL)
    return sheet.figure


def ratios_figure(rows: Sequence[tuple[str, float, float, float]]) -> Figure:
    """Draw ratios with their 95% intervals on a logarithmic scale about 1.

    Parameters
    ----------
    rows : sequence of (label, ratio, low, high)
    """
    row_height, least, most = 0.34, 1 / 32, 32.0
    sheet = Sheet(0.12 + len(rows) * row_height + 0.5)
    axes = sheet.rows(_LEFT, 0.12, 5.0, len(rows), row_height)
    axes.set(xscale="log", xlim=(least, most))
    marks = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32]
    axes.set_xticks(marks, [f"1/{round(1 / m)}" if m < 1 else f"{m:g}" for m in marks])
    axes.minorticks_off()
    axes.axvline(1, color=MUTED, lw=0.9)
    axes.grid(axis="x", color=RULE, lw=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("times as often as the full model (ends of the axis: as far or further)")
    for at, (label, ratio, low, high) in enumerate(rows):
        middle = 0.12 + (at + 0.5) * row_height
        ends = [min(max(value, least), most) for value in (low, ratio, high)]
        colour = REPORTED if high < 1 or low > 1 else POSTERIOR
        axes.plot([ends[0], ends[2]], [at, at], color=colour, lw=2.2, solid_capstyle="butt")
        axes.plot([ends[1]], [at], "o", ms=6, color=colour, mec="white", clip_on=False, zorder=4)
        sheet.text(_LEFT - 0.12, middle, shortened(label, 50), ha="right")
        words = f"{number(ratio, 2)} ({number(low, 2)} to {number(high, 2)})"
        sheet.text(_LEFT + 5.2, middle, words, fontsize=LARGE - 1)
    return sheet.figure
