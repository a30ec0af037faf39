"""Tables of when places changed hands: in which order, and on which dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan

import numpy as np
from numpy.typing import NDArray

from sim.experiments.validation import control
from sim.experiments.validation.markdown import day_text, number, percent, signed, table, three
from sim.experiments.validation.record import LAST_DAY, Change, side_names
from sim.experiments.validation.scores import (
    concordance,
    crps,
    distance_to_span,
    percentile_of,
    rank_correlation,
    spread,
)
from sim.experiments.validation.tables_control import Control

Float64 = NDArray[np.float64]

FEWEST_DRAWS = 5
"""Draws in which something must have happened before dates of it are shown."""


def order(found: Control, city: str) -> str:
    """Return how often events came in the order of the record."""
    here = dict(zip((place.name for place in found.places), found.around(city), strict=True))
    inside = np.array([here[change.place] for change in found.changes], np.bool_)
    chosen = [("all changes", np.ones(len(inside), np.bool_))]
    if inside.any() and not inside.all():
        chosen += [(f"not of {city} and around", ~inside), (f"{city} and around", inside)]
    rows = []
    for name, kept in chosen:
        changes = [change for change, keep in zip(found.changes, kept, strict=True) if keep]
        if len(changes) >= 3:
            rows.append([name, *_order_of(changes, found.days[:, kept])])
    heads = ["changes", "n", "pairs in the right order", "of those with the same loser"]
    heads += ["places", "rank correlation in a draw", "of medians"]
    return table(heads, rows)


def _order_of(changes: Sequence[Change], days: Float64) -> list[str]:
    recorded = np.array([change.middle for change in changes])
    pairs = control.pairs_to_order(changes)
    loser = np.array([change.loser for change in changes])
    alike = pairs & (loser[:, None] == loser[None, :])
    # A place is lost before it is taken back: of each place the first change alone.
    place = [change.place for change in changes]
    first = np.array([place.index(name) == row for row, name in enumerate(place)], np.bool_)
    ranked = np.array([_ranked(row, recorded[first]) for row in days[:, first]])
    return [
        str(len(changes)),
        *(
            f"{three(100 * concordance(days, recorded, these), '%')}, n = {these.sum() // 2}"
            for these in (pairs, alike)
        ),
        str(int(first.sum())),
        three(ranked[~np.isnan(ranked)], places=2),
        number(_ranked(_medians(days[:, first]), recorded[first])),
    ]


def _medians(days: Float64) -> Float64:
    """Return median days among the draws in which each came, infinity for too few of them."""
    return np.array(
        [
            np.median(column[np.isfinite(column)])
            if np.isfinite(column).sum() >= FEWEST_DRAWS
            else np.inf
            for column in days.T
        ]
    )


def _ranked(days: Float64, recorded: Float64) -> float:
    came = np.isfinite(days)
    return rank_correlation(days[came], recorded[came])


@dataclass(frozen=True)
class DateRow:
    """When a recorded change came in the draws in which it came.

    Attributes
    ----------
    change : Change
    by_record_end, by_end : float
        Shares of draws in which it came by the end of the record, and by the end of the run.
    low, middle, high : float
        Day index: 5th, 50th and 95th percentile; NaN in too few draws.
    error_days : float
        Of the median; below 0 where it is too early, 0 between the first and last day possible.
    percentile : float
        Percentile of the record among the draws.
    score, any_day_score : float
        Continuous ranked probability score in days: of the draws in which it came, and of a date
        that may be any day of the run alike.
    """

    change: Change
    by_record_end: float
    by_end: float
    low: float
    middle: float
    high: float
    error_days: float
    percentile: float
    score: float
    any_day_score: float

    @property
    def inside(self) -> bool | None:
        """Whether the recorded date lies within the 5th to 95th percentile; None if not known."""
        return None if isnan(self.low) else 5 <= self.percentile <= 95


def date_rows(found: Control) -> list[DateRow]:
    """Return one row for each recorded change."""
    start = found.scenario.start
    last = (LAST_DAY - start).days
    rows = []
    for column, change in enumerate(found.changes):
        days = found.days[:, column]
        came = days[np.isfinite(days)]
        earliest, latest = ((day - start).days for day in (change.earliest, change.latest))
        middle = (earliest + latest) / 2
        few = len(came) < FEWEST_DRAWS
        low, median, high = spread([] if few else came)
        nothing = float("nan")
        rows.append(
            DateRow(
                change=change,
                by_record_end=float(np.mean(days <= last)),
                by_end=float(np.mean(np.isfinite(days))),
                low=float(low),
                middle=float(median),
                high=float(high),
                error_days=nothing if few else distance_to_span(float(median), earliest, latest),
                percentile=nothing if few else percentile_of(came, middle),
                score=nothing if few else crps(came, middle),
                any_day_score=crps(np.arange(found.held.shape[1] - 1), middle),
            )
        )
    return rows


def dates(found: Control) -> str:
    """Return when the recorded changes came, with errors."""
    start = found.scenario.start
    rows = []
    for row in date_rows(found):
        inside = {None: "-", True: "yes", False: "no"}[row.inside]
        rows.append(
            [
                row.change.place,
                f"{side_names(row.change.loser)} to {side_names(row.change.taker)}",
                day_text(row.change.earliest, row.change.latest),
                percent(row.by_record_end),
                percent(row.by_end),
                *(_day(start, day) for day in (row.low, row.middle, row.high)),
                signed(row.error_days),
                inside,
            ]
        )
    heads = ["place", "from, to", "record", "by 29 July", "by the end", "5th", "50th", "95th"]
    return table([*heads, "error, days", "within"], rows)


def dates_summary(found: Control) -> str:
    """Return how far off the dates are, all together."""
    known = [row for row in date_rows(found) if row.inside is not None]
    if not known:
        return "No recorded change came in enough draws.\n"
    error = np.array([row.error_days for row in known])
    width = np.array([row.high - row.low for row in known])
    score = float(np.mean([row.score for row in known]))
    any_day = float(np.mean([row.any_day_score for row in known]))
    rows = [
        ["recorded changes", str(len(found.changes))],
        [f"that came in {FEWEST_DRAWS} draws or more", str(len(known))],
        ["expected number that come by 29 July in a draw", number(_expected(found), 1)],
        ["median error of the medians, days", signed(float(np.median(error)))],
        ["mean absolute error of the medians, days", number(np.abs(error).mean(), 0)],
        ["width of the 5th to 95th percentile, median, days", number(np.median(width), 0)],
        ["records within it", f"{sum(bool(row.inside) for row in known)} of {len(known)}"],
        ["ranked probability score, days", number(score, 1)],
        ["the same if any day were as likely", number(any_day, 1)],
    ]
    return table(["all dates", ""], rows)


def _expected(found: Control) -> float:
    last = (LAST_DAY - found.scenario.start).days
    return float(np.mean(np.sum(found.days <= last, axis=1)))


def _day(start: date, day: float) -> str:
    return "-" if isnan(day) else day_text(start + timedelta(days=round(day)))
