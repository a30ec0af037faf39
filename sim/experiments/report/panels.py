"""Small drawings of an outcome over one parameter or two, and tables shaded like a heat map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.experiments.report import scales
from sim.experiments.report.factors import Factor
from sim.experiments.report.scales import AXIS_HEIGHT, Scale
from sim.experiments.report.svg import (
    NOTHING,
    Markup,
    curve,
    dot,
    drawing,
    rectangle,
    segment,
    words_at,
)
from sim.experiments.report.words import amount, number, shortened

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

_HEIGHT = 120.0  # pixels
_MOST_POINTS = 250
_FEWEST = 3  # runs at a level; the middle of fewer is not drawn as part of a band
_CELL = 22.0
_BLUE, _GREY = "11,92,158", "113,133,154"  # red, green, blue
_MOST_SHADE = 0.6  # so that words on it can be read, light or dark


def panels(drawn: Iterable[Markup]) -> Markup:
    """Return small drawings side by side, as many as there is room for."""
    return Markup('<div class="panels">{}</div>').format(NOTHING.join(drawn))


def _panel(title: str, below: str, drawn: Markup) -> Markup:
    small = Markup("<small>{}</small>").format(below) if below else NOTHING
    return Markup("<div><h4>{}{}</h4>{}</div>").format(title, small, drawn)


def factor_scale(factor: Factor) -> Scale:
    """Return the axis of a parameter."""
    low, high = float(factor.values.min()), float(factor.values.max())
    return scales.logarithmic(low, high) if factor.log else scales.linear(low, high)


def over_factor(
    factor: Factor,
    values: Float64,
    groups: Int64,
    *,
    label: str,
    unit: str,
    probability: bool,
    below: str = "",
) -> Markup:
    """Draw an outcome over a parameter: runs as dots, and their middle at each level.

    Parameters
    ----------
    factor : Factor
    values : float64 array, shape ``[N]``
    groups : int64 array, shape ``[N]``
        Of scenarios; each has a line, and dots are drawn if there is one alone.
    label, unit : str
    probability : bool
        Draw means, of what is 1 or 0, and no dots.
    below : str
        Written below the label.
    """
    across = factor_scale(factor)
    along = _value_scale(values, unit, probability)
    parts = across.grid(_HEIGHT)
    for value, _ in along.ticks:
        y = _height_of(along, value)
        parts.append(segment(0, y, 100, y, "grid"))
    alone = len(np.unique(groups)) == 1
    if alone and not probability:
        parts += _points(factor, values, across, along)
    for group in np.unique(groups).tolist():
        chosen = groups == group
        parts += _middles(factor, values, chosen, across, along, probability, group, alone)
    for value, words in along.ticks:
        parts.append(words_at(0, _height_of(along, value) - 2, words, "tick", "start"))
    parts += across.labels(_HEIGHT + 13)
    drawn = drawing(parts, _HEIGHT + AXIS_HEIGHT, f"{label} over {factor.name}")
    return _panel(label + _unit_words(unit), below, drawn)


def _unit_words(unit: str) -> str:
    return "" if unit in ("1", "", "probability", "share") else f" ({unit})"


def _value_scale(values: Float64, unit: str, probability: bool) -> Scale:
    if probability:
        return scales.linear(0.0, 1.0, unit="share")
    low, high = float(values.min()), float(values.max())
    return scales.linear(min(low, 0.0) if low < 0.5 * high else low, high, unit=unit)


def _height_of(along: Scale, value: float) -> float:
    share = (along.at(value) - scales.LEFT) / (along.right - scales.LEFT)
    return _HEIGHT - 4 - (_HEIGHT - 16) * share


def _points(factor: Factor, values: Float64, across: Scale, along: Scale) -> list[Markup]:
    """Return runs as dots, evenly chosen if there are too many."""
    chosen = np.unique(
        np.linspace(0, len(values) - 1, min(len(values), _MOST_POINTS)).astype(np.int64)
    )
    return [
        dot(across.at(x), _height_of(along, y), 2.4, "point")
        for x, y in zip(factor.values[chosen].tolist(), values[chosen].tolist(), strict=True)
    ]


def _middles(
    factor: Factor,
    values: Float64,
    chosen: NDArray[np.bool_],
    across: Scale,
    along: Scale,
    probability: bool,
    group: int,
    alone: bool,
) -> list[Markup]:
    """Return the line of medians (of probabilities: means), and the band of 90 percent."""
    middle: list[tuple[float, float]] = []
    lower: list[tuple[float, float]] = []
    upper: list[tuple[float, float]] = []
    for level, position in enumerate(factor.positions.tolist()):
        found = values[chosen & (factor.levels == level)]
        if not len(found):
            continue
        x = across.at(position)
        at = float(found.mean() if probability else np.median(found))
        middle.append((x, _height_of(along, at)))
        if alone and not probability and len(found) >= _FEWEST:
            low, high = np.quantile(found, [0.05, 0.95])
            lower.append((x, _height_of(along, float(low))))
            upper.append((x, _height_of(along, float(high))))
    css = f"g{min(group, 4)}"
    height = _HEIGHT + AXIS_HEIGHT
    parts = [curve([*lower, *reversed(upper)], height, "area", closed=True)]
    parts.append(curve(middle, height, f"curve {css}"))
    return parts + [dot(x, y, 3, f"c{min(group, 4)}") for x, y in middle]


def over_two(first: Factor, second: Factor, values: Float64, *, label: str, unit: str) -> Markup:
    """Draw the mean of an outcome over two parameters, the second upwards, as a heat map."""
    across, along = len(first.positions), len(second.positions)
    cell = second.levels * across + first.levels
    counts = np.bincount(cell, minlength=across * along)
    sums = np.bincount(cell, values, minlength=across * along)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).reshape(along, across)
    low, high = float(np.nanmin(means)), float(np.nanmax(means))
    left = 15.0
    width = (100 - left) / across
    parts = []
    for row in range(along):
        y = (along - 1 - row) * _CELL
        parts.append(words_at(left - 1.5, y + 15, number(second.positions[row], 2), "tick", "end"))
        for column in range(across):
            mean = float(means[row, column])
            if np.isnan(mean):
                continue
            shade = (mean - low) / (high - low) if high > low else 0.0
            parts.append(_cell(left + column * width, y, width, mean, shade, unit, across))
    for column in range(across):
        if across <= 8 or column % 2 == 0:
            words = number(first.positions[column], 2)
            x = left + (column + 0.5) * width
            parts.append(words_at(x, along * _CELL + 13, words, "tick"))
    drawn = drawing(parts, along * _CELL + AXIS_HEIGHT, f"{label} over two parameters")
    return _panel(label + _unit_words(unit), "", drawn)


def _cell(
    x: float, y: float, width: float, mean: float, shade: float, unit: str, across: int
) -> Markup:
    words = amount(mean, "share" if unit == "probability" else unit)
    box = rectangle(x, y, width, _CELL, "cell", opacity=0.06 + 0.54 * shade, title=words)
    return box + words_at(x + width / 2, y + 15, words) if across <= 8 else box


def shaded_table(
    corner: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[tuple[float, str]]]],
    *,
    apart: int = 0,
) -> Markup:
    """Return a table whose cells are darker the larger their share between 0 and 1.

    Parameters
    ----------
    corner : str
        Head of the column of names.
    columns : sequence of str
        Written upright above the cells.
    rows : sequence of (str, sequence of (float, str))
        Name, and for each column how dark it is and what is written there.
    apart : int
        Number of last columns that are grey, being of another kind.
    """
    heads = NOTHING.join(
        Markup('<th class="upright" title="{}"><span>{}</span></th>').format(
            name, shortened(name, 44)
        )
        for name in columns
    )
    body = NOTHING.join(
        Markup("<tr><th>{}</th>{}</tr>").format(name, _cells(cells, apart)) for name, cells in rows
    )
    return Markup(
        '<div class="box fitted"><table class="heat"><thead><tr><th>{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(corner, heads, body)


def _cells(cells: Sequence[tuple[float, str]], apart: int) -> Markup:
    colours = [_BLUE] * (len(cells) - apart) + [_GREY] * apart
    return NOTHING.join(
        Markup('<td style="background:rgba({},{:.2f})">{}</td>').format(
            colour, _MOST_SHADE * min(max(shade, 0.0), 1.0), words
        )
        for (shade, words), colour in zip(cells, colours, strict=True)
    )
