"""The page of a sensitivity analysis: which parameters matter for which outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.experiments.report.blocks import Block, Figure, Folded, Page, Paragraph, Section, Table
from sim.experiments.report.panels import shaded_table
from sim.experiments.report.strips import strip, strips
from sim.experiments.report.svg import drawing, rectangle
from sim.experiments.report.words import DASH, counted, number, share, some_of, two
from sim.experiments.sensitivity.result import (
    Effect,
    MorrisEffect,
    SensitivityResult,
    load_sensitivity,
)

_MOST_BARS = 20
_MOST_COLUMNS = 20
_MEANING = {
    "morris": "effect over a parameter's whole range (mu*), in standard deviations of a run",
    "sobol": "share of the variance of the expected outcome, interactions included (total order)",
}
_NOISE = "·"  # an effect that luck alone would give


def sensitivity_page(folder: Path) -> Page:
    """Return the page of a sensitivity analysis.

    Raises
    ------
    ResultsError
        If the result is missing or damaged.
    """
    result = load_sensitivity(folder)
    return Page(
        title=f"Sensitivity of {result.scenario}",
        question="Which parameters matter for which outcome, and how much is luck?",
        answer=_answer(result),
        facts=_facts(result),
        sections=[
            Section("matter", "What matters", [_bars(result), _map(result)]),
            Section("luck", "How much is luck", _luck(result)),
            Section("effects", "All effects in numbers", _effects(result)),
            Section("ranges", "Ranges of the parameters", _ranges(result)),
        ],
        made=_made(result),
    )


def _answer(result: SensitivityResult) -> list[str]:
    named = result.most_important(5)
    if not named:
        first = "No parameter matters more than luck would make it seem."
        return [first, "More replicates or points may tell more."]
    total = len(result.parameters)
    matter = len(result.most_important(total))
    found = [f"What matters most: {', '.join(named)}."]
    found.append(
        f"{matter} of {counted(total, 'parameter')} have an effect on some outcome that luck does "
        "not explain."
    )
    if lucky := [spread for spread in result.spreads if spread.luck_share.value >= 0.5]:
        labels = some_of([spread.quantity.label for spread in lucky])
        found.append(f"Luck decides more than the parameters: {labels}.")
    return found


def _facts(result: SensitivityResult) -> list[tuple[str, str]]:
    return [
        (f"{result.runs:,}", "runs"),
        (f"{len(result.parameters)}", "parameters"),
        (f"{len(result.spreads)}", "means and probabilities"),
        (f"{result.replicates:,}", "replicates of each point"),
    ]


def _bars(result: SensitivityResult) -> Block:
    shown = [(name, size) for name, size in result.importance().items() if size > 0][:_MOST_BARS]
    if not shown:
        return Paragraph("No parameter matters more than luck would make it seem.", absent=True)
    most = shown[0][1]
    rows = [
        strip(
            name,
            "",
            drawing([rectangle(0, 2, 100 * size / most, 14, "blue")], 18, f"{name}: {two(size)}"),
            [two(size)],
        )
        for name, size in shown
    ]
    caption = (
        "Importance over all outcomes: the root of the mean square of the effects, "
        f"{_MEANING[result.method]}; effects within noise count as none."
    )
    return Figure(strips(rows), caption)


def _map(result: SensitivityResult) -> Block:
    names = list(result.most_important(_MOST_COLUMNS))
    if not names:
        return Paragraph("There is no heat map of what does not matter.", absent=True)
    most = max((found.importance for found in result.effects), default=0.0) or 1.0
    by_pair = {(found.quantity, found.parameter): found for found in result.effects}
    rows = []
    for spread in result.spreads:
        effects = [by_pair[spread.quantity.id, name] for name in names]
        luck = spread.luck_share.value
        cells = [_cell(found, most) for found in effects]
        rows.append((spread.quantity.label, [*cells, (luck, share(luck))]))
    caption = (
        f"Each cell: {_MEANING[result.method]}. A dot is an effect that luck alone would give. The "
        "last column is the share of a single run's variance that is luck: what no parameter "
        "explains."
    )
    return Figure(shaded_table("Outcome", [*names, "luck of a run"], rows, apart=1), caption)


def _cell(found: Effect, most: float) -> tuple[float, str]:
    if found.within_noise:
        return 0.0, _NOISE
    return found.importance / most, two(found.importance)


def _luck(result: SensitivityResult) -> list[Block]:
    heads = ("Outcome", "Unit", "#Mean", "#Standard deviation of a run", "#Luck", "#95% interval")
    rows = [
        (
            spread.quantity.label,
            spread.quantity.unit,
            number(spread.mean),
            number(spread.standard_deviation),
            share(spread.luck_share.value),
            f"{share(spread.luck_share.low)} to {share(spread.luck_share.high)}",
        )
        for spread in result.spreads
    ]
    blocks: list[Block] = [Table(heads, rows)]
    if result.left_out:
        table = Table(("Outcome", "Why"), list(result.left_out.items()))
        blocks.append(Folded(f"{counted(len(result.left_out), 'outcome')} left out", [table]))
    return blocks


def _effects(result: SensitivityResult) -> list[Block]:
    blocks: list[Block] = []
    for spread in result.spreads:
        mine = [found for found in result.effects if found.quantity == spread.quantity.id]
        mine.sort(key=lambda found: (found.within_noise, -found.importance))
        blocks.append(Folded(spread.quantity.label, [_effect_table(mine)]))
    return blocks


def _effect_table(effects: Sequence[Effect]) -> Table:
    if effects and isinstance(effects[0], MorrisEffect):
        heads = ("Parameter", "#mu", "#mu*", "#95% interval", "#sigma", "#Noise", "Within noise")
        rows = [
            (
                found.parameter,
                number(found.mu),
                number(found.mu_star.value),
                f"{number(found.mu_star.low)} to {number(found.mu_star.high)}",
                number(found.sigma),
                number(found.noise),
                "yes" if found.within_noise else "no",
            )
            for found in effects
            if isinstance(found, MorrisEffect)
        ]
        return Table(heads, rows)
    heads_of_shares = (
        "Parameter",
        "#First",
        "#Total",
        "#95% interval",
        "#Of a run",
        "Within noise",
    )
    rows_of_shares = [
        (
            found.parameter,
            two(None if found.first is None else found.first.value),
            two(None if found.total is None else found.total.value),
            DASH if found.total is None else f"{two(found.total.low)} to {two(found.total.high)}",
            two(found.total_of_run.value),
            "yes" if found.within_noise else "no",
        )
        for found in effects
        if not isinstance(found, MorrisEffect)
    ]
    return Table(heads_of_shares, rows_of_shares)


def _ranges(result: SensitivityResult) -> list[Block]:
    rows = [
        (row.id, row.unit, row.prior, number(row.low, 4), number(row.high, 4))
        for row in result.parameters
    ]
    return [Table(("Parameter", "Unit", "Prior", "#Lowest", "#Highest"), rows)]


def _made(result: SensitivityResult) -> list[tuple[str, str]]:
    design = ", ".join(f"{name} {value:,}" for name, value in result.design.items())
    return [
        ("Scenario", f"{result.scenario}, to {result.until}"),
        ("Hash of the scenario", result.scenario_hash),
        ("Method", f"{result.method} ({design})"),
        ("Runs", f"{result.runs:,}: {result.replicates:,} of each point, seed {result.seed}"),
    ]
