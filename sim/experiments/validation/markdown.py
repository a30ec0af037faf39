"""Tables in Markdown, and how numbers and dates are written in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import isnan

import numpy as np
from numpy.typing import ArrayLike

from sim.experiments.validation.scores import spread


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, a line break after every line."""
    lines = [list(heads), ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def number(value: float, places: int = 2) -> str:
    """Return a number with thousands separated, a dash for none."""
    return "-" if isnan(value) else f"{value:,.{places}f}"


def percent(share: float) -> str:
    """Return a share in percent, a dash for none."""
    return "-" if isnan(share) else f"{100 * share:.0f}%"


def day_text(first: date, last: date | None = None) -> str:
    """Return a date such as 5 May, or a span of days."""
    if last is None or last == first:
        return f"{first.day} {first:%b}"
    if last.month == first.month:
        return f"{first.day}-{last.day} {first:%b}"
    return f"{first.day} {first:%b} - {last.day} {last:%b}"


def signed(value: float, unit: str = "") -> str:
    """Return an error as a whole number with its sign, 0 without; a dash for none."""
    if isnan(value):
        return "-"
    return f"{round(value):+,d}{unit}" if round(value) else f"0{unit}"


def three(values: ArrayLike, unit: str = "", places: int = 0) -> str:
    """Return the median and, in brackets, the 5th and 95th percentile; a dash for no values."""
    low, middle, high = spread(np.asarray(values, np.float64))
    if isnan(middle):
        return "-"
    return f"{middle:.{places}f}{unit} ({low:.{places}f} to {high:.{places}f})"
