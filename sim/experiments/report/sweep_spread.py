"""How the outcomes of a sweep are spread, by scenario and in all."""

from __future__ import annotations

import numpy as np

from sim.experiments.report import scales
from sim.experiments.report.blocks import Block, Figure, Folded, Table
from sim.experiments.report.strips import Words, legend, strip, strips
from sim.experiments.report.svg import NOTHING, Markup, dot, drawing, segment
from sim.experiments.report.sweep_data import Float64, SweepData
from sim.experiments.report.words import DASH, amount, counted, share
from sim.experiments.sensitivity.numbers import Quantity

MOST_ROWS = 60  # outcomes of a figure or a table


def scenario_legend(data: SweepData) -> Markup:
    """Return the colours of the scenarios; nothing if there is one."""
    if len(data.scenarios) == 1:
        return NOTHING
    return legend(
        (dot(50, 7, 5, f"c{min(place, 4)}"), name) for place, name in enumerate(data.scenarios)
    )


def by_scenario(data: SweepData) -> Figure:
    """Draw the spread of every outcome, a line a scenario."""
    rows = [scenario_legend(data)]
    rows += [_spread_row(data, place) for place in range(min(len(data.quantities), MOST_ROWS))]
    caption = (
        "Medians and 90% of the runs by scenario; of what is true or false the share. What is not "
        "there by the end counts as one day later than any other."
    )
    return Figure(strips(rows), caption)


def _spread_row(data: SweepData, column: int) -> Markup:
    quantity, values = data.quantities[column], data.values[:, column]
    if quantity.kind == "probability":
        scale = scales.linear(0.0, 1.0, unit="share")
    else:
        scale = scales.linear(float(values.min()), float(values.max()), unit=quantity.unit)
    tall = max(13.0 * len(data.scenarios), 16.0)
    parts = scale.grid(tall)
    lines: list[Words | str] = []
    for place in range(len(data.scenarios)):
        found = values[data.scenario == place]
        if not len(found):
            continue
        middle = tall * (place + 0.5) / len(data.scenarios)
        low, at, high = _three(found, quantity)
        css = f"c{min(place, 4)}"
        parts += [
            segment(scale.at(low), middle, scale.at(high), middle, f"reach {css}"),
            dot(scale.at(at), middle, 5, css),
        ]
        lines.append(Words(_three_words((low, at, high), quantity), f"line s{min(place, 4)}"))
    parts += scale.labels(tall + 12)
    drawn = drawing(parts, tall + 16, quantity.label)
    return strip(quantity.label, _unit(quantity), drawn, lines)


def _three(found: Float64, quantity: Quantity) -> tuple[float, float, float]:
    if quantity.kind == "probability":
        return (float(found.mean()),) * 3
    low, at, high = (float(x) for x in np.quantile(found, [0.05, 0.5, 0.95]))
    return low, at, high


def _three_words(three: tuple[float, float, float], quantity: Quantity) -> str:
    low, at, high = three
    if quantity.kind == "probability":
        return share(at)
    words = [amount(value, quantity.unit) for value in (at, low, high)]
    return f"{words[0]} ({words[1]} to {words[2]})"


def _unit(quantity: Quantity) -> str:
    return "" if quantity.unit in ("1", "probability", "share") else quantity.unit


def spread(data: SweepData) -> list[Block]:
    """Return the spread of every outcome in numbers, and why others were left out."""
    heads = ("Outcome", "Unit", "#Mean", "#5%", "#Median", "#95%")
    rows: list[tuple[str, ...]] = []
    for column, quantity in enumerate(data.quantities):
        values = data.values[:, column]
        mean = float(values.mean())
        if quantity.kind == "probability":
            rows.append((quantity.label, quantity.unit, share(mean), DASH, DASH, DASH))
            continue
        found = [float(x) for x in np.quantile(values, [0.05, 0.5, 0.95])]
        unit = quantity.unit
        rows.append((quantity.label, unit, *(amount(x, unit) for x in (mean, *found))))
    blocks: list[Block] = [Table(heads, rows)] if rows else []
    if data.left_out:
        left = Table(("Outcome", "Why"), [(name, why) for name, why in data.left_out.items()])
        blocks.append(Folded(f"{counted(len(data.left_out), 'outcome')} left out", [left]))
    return blocks
