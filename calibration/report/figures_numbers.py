"""The first figure: the article's numbers, one row each."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.report.drawing import (
    INK,
    LARGE,
    LEFT_OUT,
    LEFT_OUT_LIGHT,
    MIDDLE,
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
from calibration.report.strips import Group, Strip
from calibration.report.words import Calendar, shortened
from calibration.results import Spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT, _AXES, _RIGHT = 3.62, 4.9, 8.66  # inches: where the axes begin, their width, the results
_ROW, _TITLE, _AXIS, _LEGEND = 0.46, 0.38, 0.36, 0.42  # inches: heights
_CHARACTERS = 52  # of a label in a line
_COUNT_MARKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000)
_TITLES: dict[Group, str] = {
    "dates": "Dates",
    "durations": "Durations, days",
    "counts": "Counts (logarithmic scale)",
    "labels": "Labels: probability of a report as it was",
}


@dataclass(frozen=True)
class Names:
    """What the two spreads of a figure are called, and their colours."""

    back: str
    front: str
    result: str
    back_fill: str
    back_line: str
    front_fill: str
    front_line: str


FITTED = Names("prior", "fitted", "Fitted", PRIOR, PRIOR_DARK, POSTERIOR_LIGHT, POSTERIOR)
LEFT_OUT_NAMES = Names(
    "fitted to all",
    "fitted to the others",
    "From the others",
    PRIOR,
    PRIOR_DARK,
    LEFT_OUT_LIGHT,
    LEFT_OUT,
)


@dataclass(frozen=True)
class _Scale:
    """Where a value stands on the axis of its group.

    ``late`` is the width of the strip behind the last day for what is not by the end; 0 if none is.
    """

    group: Group
    most: float
    late: float = 0.0

    def __call__(self, value: float) -> float:
        if self.group == "counts":
            return math.log10(1 + max(value, 0.0))
        if self.late and value >= self.most - 0.5:
            return self.most + self.late / 2
        return min(max(value, 0.0), self.most)


def numbers_figure(strips: Sequence[Strip], calendar: Calendar, names: Names) -> Figure:
    """Draw rows of dates, durations, counts and labels, each group on a scale of its own."""
    groups = [
        (group, members)
        for group in _TITLES
        if (members := [strip for strip in strips if strip.group == group])
    ]
    height = _LEGEND + sum(_TITLE + _AXIS + _ROW * len(members) for _, members in groups)
    sheet = Sheet(height)
    _draw_legend(sheet, names)
    top = _LEGEND
    for group, members in groups:
        sheet.text(0.05, top + 0.2, _TITLES[group], fontsize=LARGE, fontweight="bold")
        axes = sheet.rows(_LEFT, top + _TITLE, _AXES, len(members), _ROW)
        scale = _scale_of(group, members, calendar)
        _prepare(axes, scale, calendar)
        for row, strip in enumerate(members):
            if group == "labels":
                _draw_shares(axes, row, strip, names)
            else:
                _draw_spreads(axes, row, strip, scale, names)
            _write(sheet, top + _TITLE + _ROW * (row + 0.5), strip)
        _rule_rows(sheet, top + _TITLE, len(members))
        top += _TITLE + _AXIS + _ROW * len(members)
    return sheet.figure


def _scale_of(group: Group, members: Sequence[Strip], calendar: Calendar) -> _Scale:
    """Return the scale of a group, wide enough for all that it shows."""
    found = [spread.p95 for strip in members for spread in (strip.back, strip.front) if spread]
    found += [strip.reported[1] for strip in members if strip.reported is not None]
    most = max([1.0, *found])
    if group in ("dates", "durations"):
        if most >= calendar.days - 0.5:
            return _Scale(group, float(calendar.days), late=0.1 * calendar.days)
        return _Scale(group, float(calendar.days) if group == "dates" else most)
    return _Scale(group, most)


def _prepare(axes: Axes, scale: _Scale, calendar: Calendar) -> None:
    """Set limits and ticks, and shade where there is no date."""
    most = scale.most
    if scale.group == "labels":
        axes.set_xlim(-0.005, 1.01)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    elif scale.group == "counts":
        top = scale(most)
        axes.set_xlim(-0.03 * top, 1.05 * top)
        shown = [mark for mark in _COUNT_MARKS if scale(mark) <= 1.03 * top]
        axes.set_xticks([scale(mark) for mark in shown], [f"{mark:,}" for mark in shown])
    else:
        axes.set_xlim(-0.02 * most, most + scale.late if scale.late else 1.03 * most)
        last = most * (0.95 if scale.late else 1.0)
        if scale.group == "dates":
            ticks = [tick for tick in calendar.ticks() if tick[0] <= last]
            axes.set_xticks([day for day, _ in ticks], [words for _, words in ticks])
        else:
            axes.set_xticks([mark for mark in axes.get_xticks() if 0 <= mark <= last])
        if scale.late:
            _shade_late(axes, scale)
    axes.grid(axis="x", color=RULE, lw=0.6)
    axes.set_axisbelow(True)


def _shade_late(axes: Axes, scale: _Scale) -> None:
    """Shade the strip of what is not by the end, and say so below it."""
    axes.axvspan(scale.most, scale.most + scale.late, color="#eceae6", lw=0, zorder=0)
    axes.annotate(
        "not by\nthe end",
        (scale.most + scale.late / 2, 0),
        xycoords=("data", "axes fraction"),
        xytext=(0, -3),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=6.8,
        color=MUTED,
        linespacing=1.0,
    )


def _bar(axes: Axes, ends: tuple[float, float], row: float, height: float, colour: str) -> None:
    """Draw a bar; one without width is drawn thin, so that it is seen."""
    low, high = ends
    left, right = axes.get_xlim()
    least = 0.006 * (right - left)
    middle, width = (low + high) / 2, max(high - low, least)
    axes.barh(row, width, left=middle - width / 2, height=height, color=colour, lw=0)


def _draw_spreads(axes: Axes, row: int, strip: Strip, scale: _Scale, names: Names) -> None:
    if strip.back is not None:
        _draw_spread(axes, row, strip.back, scale, (0.62, names.back_fill, ""))
        at = scale(strip.back.p50)
        axes.plot([at, at], [row - 0.31, row + 0.31], color=names.back_line, lw=1.5)
    if strip.front is not None:
        _draw_spread(axes, row, strip.front, scale, (0.3, names.front_fill, names.front_line))
        at = scale(strip.front.p50)
        axes.plot([at, at], [row - 0.15, row + 0.15], color="white", lw=1.6)
    if strip.reported is not None:
        low, high = (scale(value) for value in strip.reported)
        if high > low:
            axes.plot([low, high], [row, row], color=REPORTED, lw=1.6, solid_capstyle="butt")
        _draw_reported(axes, (low + high) / 2, row, strip.outside)


def _draw_spread(
    axes: Axes, row: int, spread: Spread, scale: _Scale, look: tuple[float, str, str]
) -> None:
    height, wide, narrow = look
    _bar(axes, (scale(spread.p05), scale(spread.p95)), row, height, wide)
    if narrow:
        _bar(axes, (scale(spread.p25), scale(spread.p75)), row, height, narrow)


def _draw_reported(axes: Axes, at: float, row: float, outside: bool) -> None:
    axes.plot(
        [at],
        [row],
        marker="D",
        ms=6.2,
        mfc="white" if outside else REPORTED,
        mec=REPORTED if outside else "white",
        mew=1.7 if outside else 0.9,
        clip_on=False,
        zorder=5,
    )


def _draw_shares(axes: Axes, row: int, strip: Strip, names: Names) -> None:
    axes.barh(row, 1, height=0.62, color="#f4f5f7", lw=0)
    axes.barh(row, strip.back_share, height=0.62, color=names.back_fill, lw=0)
    axes.barh(row, strip.front_share, height=0.3, color=names.front_line, lw=0)


def _write(sheet: Sheet, middle: float, strip: Strip) -> None:
    """Write what it is and what was reported at the left, what the model says at the right."""
    label = textwrap.wrap(strip.label, _CHARACTERS, max_lines=2, placeholder=" …")
    step = 0.14
    top = middle - step * len(label) / 2
    for line, words in enumerate(label):
        sheet.text(0.05, top + step * line, words, fontweight="bold", fontsize=8.4)
    words = f"reported: {shortened(strip.words, 60)}"
    sheet.text(0.05, top + step * len(label), words, fontsize=SMALL, color=MUTED)
    remarks = ["outside the 90%"] if strip.outside else []
    remarks += [strip.remark] if strip.remark else []
    top = middle - step * len(remarks) / 2
    sheet.text(_RIGHT, top, strip.result, fontsize=MIDDLE, color=INK)
    for line, words in enumerate(remarks):
        colour = REPORTED if strip.outside and line == 0 else MUTED
        sheet.text(_RIGHT, top + step * (line + 1), words, fontsize=SMALL, color=colour)


def _rule_rows(sheet: Sheet, top: float, count: int) -> None:
    from matplotlib.lines import Line2D

    for row in range(count + 1):
        at = 1 - (top + row * _ROW) / sheet.height
        line = Line2D([0.05 / sheet.width, 1], [at, at], color=RULE, lw=0.6, zorder=0)
        line.set_transform(sheet.figure.transFigure)
        sheet.figure.add_artist(line)


def _draw_legend(sheet: Sheet, names: Names) -> None:
    axes = sheet.axes(0, 0.0, sheet.width, _LEGEND)
    axes.set(xlim=(0, sheet.width), ylim=(1, -1))
    axes.axis("off")
    axes.barh(0, 0.5, left=0.05, height=0.62, color=names.back_fill)
    axes.plot([0.26, 0.26], [-0.31, 0.31], color=names.back_line, lw=1.5)
    axes.text(0.65, 0, f"{names.back}: 90%, median", va="center")
    axes.barh(0, 0.7, left=2.75, height=0.34, color=names.front_fill)
    axes.barh(0, 0.3, left=2.93, height=0.34, color=names.front_line)
    axes.plot([3.07, 3.07], [-0.17, 0.17], color="white", lw=1.6)
    axes.text(3.55, 0, f"{names.front}: 90%, 50%, median", va="center")
    _draw_reported(axes, 6.5, 0, False)
    axes.text(6.62, 0, "reported", va="center")
    _draw_reported(axes, 7.4, 0, True)
    axes.text(7.52, 0, "outside 90%", va="center")
    axes.text(_RIGHT, 0, names.result, va="center", fontweight="bold")
