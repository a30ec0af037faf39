"""Where a number stands along an axis, in percent of the width of a drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from sim.experiments.report.svg import Markup, drawing, segment, words_at
from sim.experiments.report.words import change, day_words, number

LEFT, RIGHT = 2.0, 98.0  # percent; marks at the ends of an axis stay inside
AXIS_HEIGHT = 18.0  # pixels
_MOST_TICKS = 5


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high``, both of which are shown.

    Attributes
    ----------
    low, high : float
    ticks : tuple of (float, str)
        Values to mark, with what is written there.
    right : float
        Where ``high`` stands, in percent.
    log : bool
        Whether the axis is logarithmic; ``low`` is then above zero.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    right: float = RIGHT
    log: bool = False

    def at(self, value: float) -> float:
        """Return where a value stands; what lies outside stands at the edge."""
        low, high, found = (self._bent(x) for x in (self.low, self.high, value))
        place = 0.5 if high == low else (found - low) / (high - low)
        return LEFT + (self.right - LEFT) * min(max(place, 0.0), 1.0)

    def _bent(self, value: float) -> float:
        return math.log10(max(value, 1e-300)) if self.log else value

    def grid(self, height: float) -> list[Markup]:
        """Return a line from top to bottom at each tick."""
        return [
            segment(self.at(value), 0, self.at(value), height, "grid") for value, _ in self.ticks
        ]

    def labels(self, y: float) -> list[Markup]:
        """Return what is written at the ticks, on a base line."""
        found = []
        for number_of, (value, words) in enumerate(self.ticks):
            at = self.at(value)
            anchor = "start" if at < 6 else "end" if at > 94 else "middle"
            # On a narrow page every second one is left out.
            css = "tick alternate" if number_of % 2 and len(self.ticks) > 4 else "tick"
            found.append(words_at(at, y, words, css, anchor))
        return found

    def axis(self) -> Markup:
        """Return the ticks as a drawing of their own."""
        return drawing(self.labels(12), AXIS_HEIGHT, "", "axis")


def linear(
    low: float, high: float, *, unit: str = "", signed: bool = False, right: float = RIGHT
) -> Scale:
    """Return a linear axis that holds both ends; of shares with ticks in percent."""
    from matplotlib.ticker import MaxNLocator

    if not high > low:
        room = abs(low) * 0.1 or 1.0
        low, high = low - room, high + room
    found = MaxNLocator(nbins=_MOST_TICKS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    room = 1e-9 * (high - low)
    shown = [float(value) for value in found if low - room <= value <= high + room]
    return Scale(low, high, tuple((x, _tick(x, unit, signed)) for x in shown), right)


def _tick(value: float, unit: str, signed: bool) -> str:
    value = round(value, 12) + 0.0
    if signed:
        return change(value, unit)
    if unit == "share":
        return f"{100 * value:.4g}%"
    return number(value, 4)


def logarithmic(low: float, high: float) -> Scale:
    """Return a logarithmic axis of positive numbers."""
    from matplotlib.ticker import LogLocator

    if not high > low:
        low, high = low / 2, high * 2
    inner = (1.0, 3.0) if high / low < 1000 else (1.0,)
    found = LogLocator(base=10, subs=inner, numticks=12).tick_values(low, high)
    shown = [float(value) for value in found if low <= value * 1.0001 and value <= high * 1.0001]
    return Scale(low, high, tuple((value, number(value)) for value in shown), log=True)


def calendar(start: date, last: float, *, first: float = 0.0, right: float = RIGHT) -> Scale:
    """Return an axis of days counted from ``start``, from day ``first`` to day ``last``."""
    span = max(last - first, 1.0)
    days = range(math.ceil(first), math.floor(max(last, first + 1)) + 1)
    dates = [(day, start + timedelta(days=day)) for day in days]
    if span <= 24:
        step = 2 if span <= 8 else 5
        marked = [day for day, _ in dates if (day - days[0]) % step == 0]
    elif span <= 130:
        marked = [day for day, found in dates if found.day in (1, 15)]
    else:
        months = max(1, round(span / 200))
        marked = [day for day, found in dates if found.day == 1 and (found.month - 1) % months == 0]
    ticks = tuple((float(day), day_words(start, day)) for day in marked)
    return Scale(first, max(last, first + 1), ticks, right)
