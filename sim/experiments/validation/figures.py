"""Figures of docs/validation.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments.validation import ensembles
from sim.experiments.validation.counts import AREAS, MONTHS, recorded_by_month
from sim.experiments.validation.ensembles import Arrays
from sim.experiments.validation.record import (
    FIRST_DAY,
    LAST_DAY,
    recorded_dead,
    recorded_strikes,
    side_names,
)
from sim.experiments.validation.tables_control import Control
from sim.experiments.validation.tables_dates import date_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.scenario.schema import Scenario

BLUE, RED, GREY = "#2b6ca3", "#b5442e", "#777777"


def draw_figures(kept: Mapping[str, Arrays], folder: Path) -> None:
    """Draw all figures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    campaign = Control.of(ensembles.campaign(), kept["campaign"])
    for name, figure in {
        "validation-occurrence": occurrence_figure(campaign),
        "validation-dates": dates_figure(campaign),
        "validation-strikes": strikes_figure(kept["campaign"]["strikes"]),
        "validation-kobane": kobane_figure(ensembles.kobane(), kept["kobane"]),
    }.items():
        # Without the version of the library in it, the same figure is the same file.
        figure.savefig(folder / f"{name}.png", dpi=110, metadata={"Software": None})


def occurrence_figure(found: Control) -> Figure:
    """Draw the chance that each place changes hands, by what the record says."""
    share = found.changed.mean(axis=0)
    order = np.argsort(share, kind="stable")
    figure, (axis,) = _panels(1, width=6.5, height=0.155 * len(order) + 0.8)
    for recorded, colour, label in (
        (True, RED, "changed hands in the record"),
        (False, GREY, "did not"),
    ):
        here = [row for row, place in enumerate(order) if found.recorded[place] == recorded]
        axis.plot(share[order][here], here, "o", ms=4, color=colour, label=label)
    axis.set(
        xlabel="share of draws in which it changed hands by 29 July",
        xlim=(-0.02, 1.02),
        ylim=(-1, len(order)),
    )
    axis.set_yticks(range(len(order)), [found.places[place].name for place in order], fontsize=6.5)
    for tick, place in zip(axis.get_yticklabels(), order, strict=True):
        tick.set_color(RED if found.recorded[place] else "#333333")
    axis.grid(axis="y", lw=0.3, alpha=0.5)
    axis.legend(frameon=False, loc="lower right")
    return figure


def dates_figure(found: Control) -> Figure:
    """Draw the recorded dates beside the spread of dates in the draws."""
    rows = date_rows(found)[::-1]
    figure, (axis,) = _panels(1, width=7.2, height=0.2 * len(rows) + 0.9)
    start = found.scenario.start
    names = []
    for line, row in enumerate(rows):
        again = " again" if row.change.nth > 1 else ""
        names.append(
            f"{row.change.place} to {side_names(row.change.taker)}{again} ({row.by_end:.0%})"
        )
        days = [(day - start).days for day in (row.change.earliest, row.change.latest)]
        if not isnan(row.low):
            axis.hlines(line, row.low, row.high, color=BLUE, lw=2, alpha=0.5)
            axis.plot(row.middle, line, "|", ms=8, color=BLUE)
        axis.hlines(line, days[0], days[1], color=RED, lw=4)
        axis.plot(np.mean(days), line, "o", ms=4, color=RED)
    axis.plot([], [], "o", color=RED, label="record")
    axis.plot([], [], color=BLUE, lw=2, alpha=0.5, label="5th to 95th percentile, median")
    firsts = [date(2015, month, 1) for month in range(1, 11)]
    axis.set_xticks([(day - start).days for day in firsts], [f"{day:%b}" for day in firsts])
    axis.axvline((LAST_DAY - start).days, color=GREY, lw=0.8, ls=":")
    axis.set_yticks(range(len(rows)), names, fontsize=7)
    axis.set(xlim=((FIRST_DAY - start).days - 3, 276), ylim=(-1, len(rows)))
    axis.set_title("share of draws in which it came, in brackets", fontsize=8, loc="left")
    axis.grid(axis="x", lw=0.3, alpha=0.5)
    axis.legend(frameon=False, loc="upper left", fontsize=7, bbox_to_anchor=(0.0, -0.04), ncols=2)
    return figure


def strikes_figure(simulated: NDArray[np.int64]) -> Figure:
    """Draw the shares of strikes by month and place, recorded and in the mean draw."""
    reported = recorded_by_month(recorded_strikes()).astype(np.float64)
    # In some draws nobody called for a strike in some month: those have no shares.
    flown = simulated.sum(axis=2, keepdims=True)
    drawn = np.sum(simulated / np.maximum(flown, 1), axis=0) / np.maximum(
        (flown > 0).sum(axis=0), 1
    )
    real = reported / reported.sum(axis=1, keepdims=True)
    figure, axes = _panels(2, width=4.0, height=3.4)
    colours = [BLUE, RED, "#d98c5f", "#d9a400", "#3b3b3b", "#7a7a7a", "#bdbdbd", "#7a5aa6"]
    for axis, share, title in zip(axes, (real, drawn), ("record", "mean of draws"), strict=True):
        below = np.zeros(len(MONTHS))
        for area, name in enumerate(AREAS):
            axis.bar(
                range(len(MONTHS)), share[:, area], 0.75, below, color=colours[area], label=name
            )
            below = below + share[:, area]
        axis.set_xticks(range(len(MONTHS)), [f"{month:%b}" for month in MONTHS])
        axis.set_title(title, fontsize=9, loc="left")
        axis.set(ylim=(0, 1))
    axes[0].set_ylabel("share of strikes in Syria")
    axes[1].legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def kobane_figure(scenario: Scenario, kept: Arrays) -> Figure:
    """Draw the cumulative dead of Kobane: draws as a fan, the record as points."""
    figure, axes = _panels(2, width=4.0, height=3.2)
    days = np.arange(kept["is_reported"].shape[1])
    for axis, name, field, title in (
        (axes[0], "is_reported", "islamic_state", "Islamic State, reported dead"),
        (axes[1], "allies_reported", "allies", "YPG and allies, reported dead"),
    ):
        low, middle, high = np.quantile(kept[name], [0.05, 0.5, 0.95], axis=0)
        axis.fill_between(days, low, high, color=BLUE, alpha=0.2, lw=0, label="5th to 95th")
        axis.plot(days, middle, color=BLUE, lw=1.4, label="median")
        recorded = [(row.day - scenario.start).days for row in recorded_dead()]
        dead = [getattr(row, field) for row in recorded_dead()]
        axis.plot(recorded, dead, "o", ms=4, color=RED, label="record")
        firsts = [date(2014, month, 1) for month in (10, 11, 12)] + [date(2015, 1, 1)]
        ticks = [(day - scenario.start).days for day in firsts]
        axis.set_xticks(ticks, [f"{day:%b}" for day in firsts])
        axis.set_title(title, fontsize=9, loc="left")
        axis.set(ylim=(0, None), xlim=(0, (scenario.end - scenario.start + timedelta(1)).days))
    axes[0].legend(frameon=False, fontsize=7)
    return figure


def _panels(number: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width * number, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = [figure.add_subplot(1, number, i + 1) for i in range(number)]
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    return figure, axes
