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
    from sim.experiments.precision import ReplicatesNeeded
    from sim.scenario.schema import Scenario

LONGEST_NAME = 17  # letters of a scenario's name at the head of a column


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
        asks = "" if other.question == base.question else f": {cell(other.question or other.title)}"
        screen.heading(f"{cell(other.name)}{asks}")
        if (other.start, other.end) != (base.start, base.end):
            screen.show(
                f"It runs from {other.start} to {other.end}, the base from {base.start} to "
                f"{base.end}: counts are of different spans."
            )
        _show_other(screen, base, other.name, comparison.outcomes[other.name])
        if needed := comparison.needed.get(other.name):
            _show_needed(screen, needed, comparison.replicates)
    screen.show()
    screen.show("Differences are means over pairs of replicates, with 95% intervals; * marks those")
    screen.show(
        "whose interval leaves out zero. Dates are compared in days. higher/lower: the share of"
    )
    screen.show(
        "pairs in which the other scenario has more or less (later or earlier); the rest are"
    )
    screen.show("alike. corr.: correlation over the pairs, what the same luck achieves.")
    screen.show(f"Folder: {cell(comparison.folder)}")


def _show_other(
    screen: Screen, base: Scenario, other: str, compared: list[OutcomeComparison]
) -> None:
    table = screen.table()
    table.add_column("outcome")
    names = (base.name, other)
    if max(map(len, names)) > LONGEST_NAME:
        names = ("base", "other")
    for name in (*names, "difference", "95% interval", "higher/lower", "corr."):
        table.add_column(cell(name), justify="right", no_wrap=True)
    for outcome in compared:
        if outcome.number is not None and outcome.number.pairs:
            start = base.start if outcome.kind == "date" else None
            some = outcome.number.pairs < outcome.replicates
            label = f"{outcome.label} ({outcome.number.pairs:,} pairs)" if some else outcome.label
            _add(table, label, outcome.number, outcome.unit, start)
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
        interval + (" *" if pair.clear else "  "),
        f"{_percent(pair.higher)} / {_percent(pair.lower)}",
        "-" if pair.correlation is None else f"{pair.correlation:.2f}",
    )


def _show_needed(screen: Screen, needed: list[ReplicatesNeeded], replicates: int) -> None:
    """Print what the wanted precision takes, with common luck and without."""
    screen.heading(
        f"Replicates needed of each scenario for the wanted half-width (there are {replicates:,})"
    )
    table = screen.table()
    table.add_column("difference of")
    for name in ("wanted", "now", "same luck", "luck of their own"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in needed:
        label = row.label if row.part in (None, "true") else f"{row.label}: {row.part}"
        widths = (f"±{_plain(width, row.unit)}" for width in (row.half_width, row.achieved))
        table.add_row(cell(label), *widths, f"{row.common:,}", f"{row.independent:,}")
    screen.show(table)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}%"


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
