"""What a difference between scenarios makes, printed outcome by outcome."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.console.fitted import parameters_text
from sim.console.screen import Screen, cell
from sim.console.words import number_text, short_date

if TYPE_CHECKING:
    from rich.table import Table

    from sim.experiments.compare import Comparison
    from sim.experiments.comparison import OutcomeComparison, PairedDifference
    from sim.scenario.schema import Scenario


def show_comparison(comparison: Comparison) -> None:
    """Print a table for each scenario that is compared with the base."""
    screen = Screen()
    base = comparison.base
    fitted = comparison.posteriors.get(base.name)
    values = parameters_text(
        comparison.prior, None if fitted is None else fitted.to_json(), "the scenarios' own"
    )
    screen.show(f"{cell(base.title)}: what a difference makes", style="bold")
    screen.show(
        f"base {cell(base.name)}, seed {comparison.seed}, {comparison.replicates:,} replicates of "
        f"each scenario with the same luck; parameters: {values}"
    )
    for other in comparison.others:
        screen.heading(f"{cell(other.name)}: {cell(other.question or other.title)}")
        _show_other(screen, base, other.name, comparison.outcomes[other.name])
    screen.show()
    screen.show("Differences are means over pairs of replicates, with 95% intervals; * marks those")
    screen.show("whose interval leaves out zero. Dates are compared in days.")
    screen.show(f"Folder: {cell(comparison.folder)}")


def _show_other(
    screen: Screen, base: Scenario, other: str, compared: list[OutcomeComparison]
) -> None:
    table = screen.table()
    table.add_column("outcome")
    for name in (base.name, other, "difference", "95% interval"):
        table.add_column(cell(name), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for outcome in compared:
        if outcome.number is not None and outcome.number.pairs:
            start = base.start if outcome.kind == "date" else None
            _add(table, outcome.label, outcome.number, outcome.unit, start)
        for name, share in outcome.shares.items():
            label = outcome.label if name == "true" else f"{outcome.label}: {name}"
            _add(table, label, share, "share", None)
    screen.show(table)


def _add(table: Table, label: str, pair: PairedDifference, unit: str, start: date | None) -> None:
    interval = "-"
    if pair.low is not None and pair.high is not None:
        interval = f"{_signed(pair.low, unit)} to {_signed(pair.high, unit)}"
    table.add_row(
        cell(label),
        _day(pair.base, start) if start else _plain(pair.base, unit),
        _day(pair.other, start) if start else _plain(pair.other, unit),
        _signed(pair.difference, unit) + (" days" if start else ""),
        interval,
        "*" if pair.clear else "",
    )


def _day(days: float | None, start: date) -> str:
    return "-" if days is None else short_date(start + timedelta(days=round(days)))


def _plain(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    if unit == "share":
        return f"{100 * value:.1f}%"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 3 else 2
    return number_text(round(value) if digits == 0 else round(value, digits))


def _signed(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    size = _plain(abs(value), unit)
    nothing = _plain(0.0, unit)
    return size if size == nothing else ("-" if value < 0 else "+") + size
