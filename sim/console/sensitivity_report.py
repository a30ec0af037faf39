"""Which parameters matter for which outcome, printed outcome by outcome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.console.screen import Screen, cell

if TYPE_CHECKING:
    from sim.experiments.sensitivity.result import Effect, SensitivityResult

MOST = 4  # parameters of each outcome
TOP = 12  # parameters over all outcomes
NONE = "none beyond luck"


def show_sensitivity(result: SensitivityResult, folder: Path) -> None:
    """Print the parameters that matter most, and for each outcome those behind it."""
    screen = Screen()
    screen.show(f"{cell(result.scenario)}: which parameters matter", style="bold")
    screen.show(
        f"{result.method}, {result.runs:,} runs up to {result.until}, seed {result.seed}, "
        f"{result.replicates} replicates of each point, parameters varied: {len(result.parameters)}"
    )
    screen.heading("Over all outcomes")
    importance = result.importance()
    for name in result.most_important(TOP):
        screen.show(f"  {importance[name]:5.2f}  {cell(name)}")
    if not any(importance.values()):
        screen.show(f"  {NONE}")
    screen.heading("Outcome by outcome")
    _show_outcomes(screen, result)
    screen.show()
    for line in _legend(result.method):
        screen.show(line)
    if result.left_out:
        named = ", ".join(result.left_out)
        screen.show(f"Left out, for they hardly vary or say the same as another: {cell(named)}")
    screen.show(f"Heat map: {cell(folder / 'heat_map.svg')}; table: {cell(folder / 'table.csv')}")


def _show_outcomes(screen: Screen, result: SensitivityResult) -> None:
    table = screen.table()
    table.add_column("outcome")
    table.add_column("luck", justify="right", no_wrap=True)
    table.add_column("parameters, the strongest first")
    for spread in result.spreads:
        own = [found for found in result.effects if found.quantity == spread.quantity.id]
        strong = sorted(
            (found for found in own if not found.within_noise),
            key=lambda found: -found.importance,
        )
        named = ", ".join(_effect(found) for found in strong[:MOST]) or NONE
        luck = f"{100 * spread.luck_share.value:.0f}%"
        table.add_row(cell(spread.quantity.label), luck, cell(named))
    screen.show(table)


def _effect(found: Effect) -> str:
    mu = getattr(found, "mu", None)
    sign = "" if mu is None else "+" if mu > 0 else "-"
    return f"{found.parameter} {sign}{found.importance:.2f}"


def _legend(method: str) -> tuple[str, ...]:
    if method == "morris":
        return (
            "A number is the mean size of the effect over the parameter's range, in standard",
            "deviations of a single run; its sign says which way. Luck is the share of a single",
            "run's variance that is there between replicates of one point.",
        )
    return (
        "A number is the total share of the variance of the expected outcome. Luck is the share",
        "of a single run's variance that is there between replicates of one point.",
    )
