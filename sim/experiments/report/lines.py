"""Lines over days, and bands of who holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from sim.experiments.report import scales
from sim.experiments.report.scales import AXIS_HEIGHT, Scale
from sim.experiments.report.strips import axis, band, legend, strips
from sim.experiments.report.svg import (
    NOTHING,
    Markup,
    curve,
    drawing,
    rectangle,
    segment,
    words_at,
)

T = TypeVar("T")

_HEIGHT = 230.0  # pixels of a plot
_BAND = 15.0


@dataclass(frozen=True)
class Line:
    """A line: its name, its colour ``#rrggbb``, a value a day, and whether it is dashed."""

    name: str
    colour: str
    values: Sequence[float]
    dashed: bool = False


def lines_figure(lines: Sequence[Line], days: Scale, description: str) -> Markup:
    """Draw lines over days, each with the value of day 0, 1, ...

    Parameters
    ----------
    lines : sequence of Line
    days : Scale
    description : str
        For those who cannot see it.
    """
    most = max((max(line.values, default=0.0) for line in lines), default=0.0)
    values = scales.linear(0.0, most or 1.0)
    height = _HEIGHT
    parts = days.grid(height)
    for value, words in values.ticks:
        y = _height_of(value, values.high, height)
        parts += [segment(0, y, 100, y, "grid"), words_at(0, y - 3, words, "tick", "start")]
    for line in lines:
        points = [
            (days.at(day), _height_of(value, values.high, height))
            for day, value in enumerate(line.values)
        ]
        css = "curve dashed" if line.dashed else "curve"
        parts.append(curve(points, height, css, colour=line.colour))
    parts += days.labels(height + 13)
    drawn = drawing(parts, height + AXIS_HEIGHT, description)
    return Markup('<div class="light">{}{}</div>').format(_lines_legend(lines), drawn)


def _height_of(value: float, most: float, height: float) -> float:
    return height - (height - 16) * value / most


def _lines_legend(lines: Sequence[Line]) -> Markup:
    return legend(
        (
            curve(
                [(0, 7), (100, 7)],
                14,
                "curve dashed" if line.dashed else "curve",
                colour=line.colour,
            ),
            line.name,
        )
        for line in lines
    )


@dataclass(frozen=True)
class Held:
    """A place over the days: who holds it (None for nobody), and whether there is fighting.

    ``city`` is that of a district, empty for other places.
    """

    place: str
    city: str
    holders: Sequence[str | None]
    engaged: Sequence[bool]


def holders_figure(
    places: Sequence[Held], days: Scale, colours: Mapping[str, str], labels: Mapping[str, str]
) -> Markup:
    """Draw who holds each place from day to day, a band a place."""
    names = [name for name in colours if any(name in held.holders for held in places)]
    entries = [(rectangle(0, 1, 100, 12, fill=colours[name]), labels[name]) for name in names]
    if any(None in held.holders for held in places):
        entries.append((rectangle(0, 1, 100, 12, "grey"), "nobody"))
    entries.append((rectangle(0, 10, 100, 3, "engaged"), "fighting"))
    rows = [legend(entries)]
    for city, members in groupby(places, key=lambda held: held.city):
        rows.append(band(city or "Other places", NOTHING, "group"))
        rows += [_band(held, days, colours, labels) for held in members]
    rows.append(axis(days, narrow=True))
    return Markup('<div class="light">{}</div>').format(strips(rows))


def _band(held: Held, days: Scale, colours: Mapping[str, str], labels: Mapping[str, str]) -> Markup:
    parts = []
    for first, last, holder in _spells(held.holders):
        left, right = days.at(first), days.at(last + 1)
        label = labels.get(holder, holder) if holder is not None else "nobody"
        fill = colours.get(holder, "") if holder is not None else ""
        css = "" if fill else "grey"
        parts.append(rectangle(left, 1, right - left, _BAND - 5, css, fill=fill, title=label))
    for first, last, fighting in _spells(held.engaged):
        if fighting:
            left, right = days.at(first), days.at(last + 1)
            parts.append(rectangle(left, _BAND - 3, right - left, 2.5, "engaged"))
    return band(held.place, drawing(parts, _BAND, ""))


def _spells(values: Sequence[T]) -> list[tuple[int, int, T]]:
    """Return first day, last day and value of each run of equal values."""
    found = []
    day = 0
    for value, same in groupby(values):
        length = len(list(same))
        found.append((day, day + length - 1, value))
        day += length
    return found
