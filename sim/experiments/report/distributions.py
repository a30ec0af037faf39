"""How outcomes are spread over an ensemble, one row each, beside what was reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.report import scales
from sim.experiments.report.scales import Scale
from sim.experiments.report.strips import Words, axis, legend, strip, strips, title
from sim.experiments.report.svg import (
    Markup,
    diamond,
    drawing,
    rectangle,
    segment,
    words_at,
)
from sim.experiments.report.words import amount, share, shortened
from sim.outcomes.registry import as_date
from sim.outcomes.values import NOT_BY_THE_END, OutcomeValues

Float64 = NDArray[np.float64]

_HEIGHT, _BAR = 40.0, 17.0  # pixels: of a histogram, and of the bar of a label
_BINS = 40
_MOST_LABELS = 5
_WITH_LATE = 88.0  # percent of the width at which the last day stands where some are later
_LATE = (90.5, 98.0)  # the slot of what is not there by the end
_TAIL = 0.05  # what was reported lies outside if fewer replicates reach as far as it does
GROUPS = {
    "dates": "Dates",
    "days": "Durations, days",
    "numbers": "Numbers, each on a scale of its own",
    "shares": "Shares",
    "labels": "What happened: share of the replicates",
}


@dataclass(frozen=True)
class Spread:
    """One outcome of an ensemble, ready to be drawn.

    Attributes
    ----------
    id, label, unit, reported : str
    values : OutcomeValues
    start : date
        Of day 0.
    reported_value : float, str or None
        A number, a day index, or a label (``true`` and ``false`` too).
    """

    id: str
    label: str
    unit: str
    reported: str
    values: OutcomeValues
    start: date
    reported_value: float | str | None

    @classmethod
    def of(cls, row: Any, values: OutcomeValues, start: date) -> Spread:
        """Return the spread of a row of a scenario's outcomes."""
        value = _reported(row.reported_value, values.kind, start)
        label = row.label or row.id
        return cls(row.id, label, row.unit, row.reported or "", values, start, value)

    @property
    def group(self) -> str:
        """Where it is shown: a key of ``GROUPS``."""
        if self.values.kind in ("category", "truth"):
            return "labels"
        if self.values.kind == "date":
            return "dates"
        return {"days": "days", "share": "shares"}.get(self.unit, "numbers")

    @property
    def reached(self) -> Float64:
        """Values of the replicates that have one by the end."""
        found: Float64 = self.values.values[self.values.by_end].astype(np.float64)
        return found

    @property
    def not_by_end(self) -> float:
        """Share of the replicates without a value by the end."""
        return float(np.mean(~self.values.by_end))

    def shares(self) -> dict[str, float]:
        """Return the share of each label, ``not by the end`` among them, the likeliest first."""
        labels = ("false", "true") if self.values.kind == "truth" else self.values.labels
        codes = self.values.values[self.values.by_end].astype(np.int64)
        counts = np.bincount(codes, minlength=len(labels)) / self.values.replicates
        found = {**dict(zip(labels, counts.tolist(), strict=True)), NOT_BY_THE_END: self.not_by_end}
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def inside(self) -> bool | None:
        """Whether a number as reported lies in the middle 90 percent; None if none was reported.

        What is not there by the end counts as later than any day.
        """
        if not isinstance(self.reported_value, float) or not self.values.replicates:
            return None
        late = self.not_by_end if self.group in ("dates", "days") else 0.0
        there = 1.0 if late else (1 - self.not_by_end)
        below = np.count_nonzero(self.reached <= self.reported_value) / self.values.replicates
        above = np.count_nonzero(self.reached >= self.reported_value) / self.values.replicates
        return bool(below >= _TAIL * there and above + late >= _TAIL * there)


def _reported(value: Any, kind: str, start: date) -> float | str | None:
    if kind == "truth":
        return str(value).lower() if isinstance(value, bool) else None
    if kind == "category":
        return value if isinstance(value, str) else None
    if kind == "date":
        found = as_date(value)
        return None if found is None else float((found - start).days)
    return float(value) if isinstance(value, int | float) else None


def distributions(spreads: Sequence[Spread], last_day: int) -> Markup:
    """Draw every outcome, group by group.

    Parameters
    ----------
    spreads : sequence of Spread
    last_day : int
        Index of the last day that was simulated.
    """
    rows = [_legend()]
    for group, words in GROUPS.items():
        members = [spread for spread in spreads if spread.group == group]
        if not members:
            continue
        rows.append(title(words, "median (5% to 95%)" if group != "labels" else ""))
        if group == "labels":
            rows += [_label_row(spread) for spread in members]
            continue
        shared = None if group == "numbers" else _shared_scale(group, members, last_day)
        rows += [_number_row(spread, shared) for spread in members]
        if shared is not None:
            rows.append(axis(shared))
    return strips(rows)


def _shared_scale(group: str, members: Sequence[Spread], last_day: int) -> Scale:
    right = _WITH_LATE if any(spread.not_by_end for spread in members) else scales.RIGHT
    found = np.concatenate([_shown(spread) for spread in members])
    if group == "shares":
        return scales.linear(min(0.0, *found), max(1.0, *found), unit="share", right=right)
    if group == "days":
        return scales.linear(0.0, max(found, default=1.0), right=right)
    first = min(0.0, min(found, default=0.0))
    last = max(float(last_day), max(found, default=0.0))
    return scales.calendar(members[0].start, last, first=first, right=right)


def _shown(spread: Spread) -> Float64:
    """Return what an axis has to hold."""
    value = spread.reported_value
    return np.append(spread.reached, [value] if isinstance(value, float) else [])


def _number_row(spread: Spread, shared: Scale | None) -> Markup:
    scale = shared
    if scale is None:
        shown = _shown(spread)
        low, high = (float(shown.min()), float(shown.max())) if len(shown) else (0.0, 1.0)
        scale = scales.linear(0.0 if 0 < low < 0.5 * high else low, high, unit=spread.unit)
    height = _HEIGHT if shared is not None else _HEIGHT + scales.AXIS_HEIGHT - 2
    parts = [*scale.grid(_HEIGHT), *_histogram(spread, scale)]
    if shared is None:
        nothing = [words_at(2, _HEIGHT / 2 + 4, NOT_BY_THE_END, "tick", "start")]
        parts = [*parts, *scale.labels(height - 3)] if len(_shown(spread)) else nothing
    start = spread.start if spread.group == "dates" else None
    lines: list[Words | str] = [_quantiles_words(spread, start)]
    if isinstance(spread.reported_value, float):
        words = amount(spread.reported_value, spread.unit, start)
        css = "reported" if spread.inside else "reported outside"
        parts.append(
            diamond(scale.at(spread.reported_value), _HEIGHT / 2, 6.5, css, f"reported: {words}")
        )
        if not spread.inside:
            lines.append(Words("reported lies outside the 90%", "outside"))
    if spread.not_by_end:
        lines.append(f"{NOT_BY_THE_END}: {share(spread.not_by_end)}")
    description = f"{spread.label}: {_quantiles_words(spread, start)}"
    return strip(spread.label, _reported_words(spread), drawing(parts, height, description), lines)


def _reported_words(spread: Spread) -> str:
    return f"reported: {shortened(spread.reported, 110)}" if spread.reported else ""


def _quantiles_words(spread: Spread, start: date | None) -> str:
    found = spread.reached
    if not len(found):
        return NOT_BY_THE_END
    low, middle, high = (
        amount(float(x), spread.unit, start) for x in np.quantile(found, [0.05, 0.5, 0.95])
    )
    return middle if low == high else f"{middle} ({low} to {high})"


def _histogram(spread: Spread, scale: Scale) -> list[Markup]:
    """Return bars of shares of the replicates, the median, and the slot of those without."""
    found = spread.reached
    parts: list[Markup] = []
    counts, edges = np.zeros(0), np.zeros(1)
    if len(found):
        counts, edges = np.histogram(found, _edges(found, scale))
    late = spread.not_by_end * spread.values.replicates
    most = max([1.0, late, *counts.tolist()])
    if scale.right < scales.RIGHT:
        parts.append(rectangle(_LATE[0], 0, _LATE[1] - _LATE[0], _HEIGHT, "late"))
        tall = _HEIGHT * late / most
        words = f"{NOT_BY_THE_END}: {share(spread.not_by_end)}"
        width = _LATE[1] - _LATE[0]
        parts.append(rectangle(_LATE[0], _HEIGHT - tall, width, tall, "grey-dark", title=words))
    for number, count in enumerate(counts.tolist()):
        if count:
            left, right = scale.at(edges[number]), scale.at(edges[number + 1])
            tall = _HEIGHT * count / most
            width = max(right - left, 0.4)
            parts.append(rectangle(left, _HEIGHT - tall, width, tall, "histogram"))
    if len(found):
        low, middle, high = (scale.at(float(x)) for x in np.quantile(found, [0.05, 0.5, 0.95]))
        parts.append(segment(low, _HEIGHT, high, _HEIGHT, "interval"))
        parts.append(segment(middle, 0, middle, _HEIGHT, "median"))
    return parts


def _edges(found: Float64, scale: Scale) -> Float64:
    """Return edges of bins over the axis, between whole numbers where all values are whole."""
    low, high = scale.low, scale.high
    if not np.all(found == np.round(found)):
        return np.linspace(low, high, _BINS + 1)
    step = max(1.0, float(np.ceil((high - low) / _BINS)))
    return np.arange(np.floor(low) - 0.5, high + step + 0.5, step)


def _label_row(spread: Spread) -> Markup:
    """Return bars of the likeliest labels, the reported one marked."""
    shares = spread.shares()
    reported = spread.reported_value if isinstance(spread.reported_value, str) else None
    if spread.values.kind == "truth":
        asked = reported or "true"
        shown = [asked, *([NOT_BY_THE_END] if shares[NOT_BY_THE_END] else [])]
    else:
        shown = [label for label, found in shares.items() if found][:_MOST_LABELS]
        shown += [reported] if reported is not None and reported not in shown else []
    parts = []
    for number, label in enumerate(shown):
        parts += _bar(number * (_BAR + 3), label, shares.get(label, 0.0), label == reported)
    rest = sum(found for label, found in shares.items() if label not in shown)
    lines: list[Words | str] = []
    if reported is not None:
        lines.append(f"{share(shares.get(reported, 0.0))} as reported")
    if spread.values.kind == "category" and rest > 1e-9:
        lines.append(f"others: {share(rest)}")
    words = ", ".join(f"{label} {share(shares.get(label, 0.0))}" for label in shown)
    drawn = drawing(parts, len(shown) * (_BAR + 3), f"{spread.label}: {words}")
    return strip(spread.label, _reported_words(spread), drawn, lines)


def _bar(top: float, label: str, found: float, marked: bool) -> list[Markup]:
    parts = [
        rectangle(0, top, 100, _BAR, "back"),
        rectangle(0, top, 100 * found, _BAR, "histogram"),
        words_at(4, top + 12.5, f"{label} {share(found)}", "", "start"),
    ]
    if marked:
        parts.append(diamond(2, top + _BAR / 2, 6.0, "reported", "as reported"))
    return parts


def _legend() -> Markup:
    return legend(
        [
            (rectangle(0, 3, 100, 11, "histogram"), "replicates"),
            (segment(50, 0, 50, 14, "median"), "median"),
            (segment(0, 12, 100, 12, "interval"), "90% of them"),
            (diamond(50, 7, 6, "reported"), "reported"),
            (diamond(50, 7, 5.5, "reported outside"), "reported, outside the 90%"),
            (rectangle(0, 1, 100, 13, "grey-dark"), NOT_BY_THE_END),
        ]
    )
