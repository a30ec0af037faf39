"""The page of a sweep: how outcomes go with the parameters of the design."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.experiments.report.blocks import Block, Figure, Page, Paragraph, Section, Table
from sim.experiments.report.factors import Factor, explained
from sim.experiments.report.panels import over_factor, over_two, panels, shaded_table
from sim.experiments.report.svg import Markup
from sim.experiments.report.sweep_data import SweepData, sweep_data
from sim.experiments.report.sweep_spread import MOST_ROWS, by_scenario, scenario_legend, spread
from sim.experiments.report.words import DASH, counted, number, share, versions

_SHARES = "explained"  # id of the section with the table of shares of variance
_MOST_COLUMNS = 20
_MOST_PANELS = 24
_LEAST_EXPLAINED = 0.02  # share of the variance; panels of less are not drawn where there are many


def sweep_page(folder: Path) -> Page:
    """Return the page of a sweep, finished or not.

    Raises
    ------
    ResultsError
        If no run is finished, or a file is damaged.
    """
    data = sweep_data(folder)
    manifest = data.manifest
    names = ", ".join(data.scenarios)
    sections = [_first(data)]
    if data.factors and data.quantities:
        if sections[0].id != _SHARES:
            title = "Which parameter goes with which outcome"
            sections.append(Section(_SHARES, title, [_table_of_shares(data)]))
        if len(data.factors) > 1:
            sections.append(Section("panels", "Outcomes over parameters", _panels(data)))
    sections += [
        Section("spread", "Spread of the outcomes", spread(data)),
        Section("parameters", "Parameters of the design", _parameters(data)),
        Section("failures", "What failed", _failures(data)),
    ]
    return Page(
        title=str(manifest.get("title") or f"Sweep of {names}"),
        question=f"How do the outcomes of {names} go with what the design varies?",
        answer=_answer(data),
        facts=_facts(data),
        sections=sections,
        made=_made(data),
    )


def _first(data: SweepData) -> Section:
    """Return the figure that answers the question: its form depends on what varies."""
    if not data.quantities:
        return Section("answer", "Outcomes", [Paragraph("No outcome varies.", absent=True)])
    if not data.factors:
        return Section("answer", "Outcomes by scenario", [by_scenario(data)])
    if len(data.factors) == 1:
        return Section("answer", f"Outcomes over {data.factors[0].name}", _panels(data))
    if len(data.factors) == 2 and len(data.scenarios) == 1:
        return Section("answer", "Outcomes over both parameters", [_maps(data)])
    return Section(_SHARES, "What moves the outcomes", [_table_of_shares(data)])


def _answer(data: SweepData) -> list[str]:
    found = []
    influence = data.influence
    ranked = sorted(influence, key=lambda name: -float(np.mean(influence[name] or [0.0])))
    if ranked and data.quantities:
        name = ranked[0]
        column = int(np.argmax(influence[name]))
        found.append(
            f"{'The scenario' if name == 'scenario' else name} goes with most: with "
            f"{share(influence[name][column])} of the variance of "
            f"{data.quantities[column].label}, with {share(float(np.mean(influence[name])))} on "
            f"average over {counted(len(data.quantities), 'outcome')}."
        )
    else:
        found.append(f"Spread of {counted(len(data.quantities), 'outcome')} over the runs.")
    manifest = data.manifest
    done, total = len(data.values), int(manifest.get("runs", len(data.values)))
    if done < total:
        found.append(f"Not finished: {done:,} of {total:,} runs are there.")
    if failed := int(manifest.get("jobs_failed", 0)):
        found.append(f"{counted(failed, 'job')} failed; see below.")
    return found


def _facts(data: SweepData) -> list[tuple[str, str]]:
    manifest = data.manifest
    return [
        (f"{len(data.values):,}", "runs"),
        (f"{int(manifest.get('rows', 0)):,}", "rows of the design"),
        (f"{manifest['replicates']:,}", "replicates of each row"),
        (f"{len(data.factors)}", "parameters that vary"),
        (f"{int(manifest.get('jobs_failed', 0)):,}", "jobs failed"),
    ]


def _table_of_shares(data: SweepData) -> Figure:
    influence = data.influence
    names = sorted(influence, key=lambda name: -float(np.mean(influence[name])))[:_MOST_COLUMNS]
    order = _strongest(data)[:MOST_ROWS]
    rows = [
        (
            data.quantities[column].label,
            [(influence[name][column], share(influence[name][column])) for name in names],
        )
        for column in order
    ]
    caption = (
        "Share of the variance of an outcome over all runs that goes with a parameter alone, "
        "corrected for chance: 100% if the parameter decides it, 0% if it says nothing. What is "
        "missing to 100% is luck, and parameters that act together. What is not there by the end "
        "counts as one day later than any other."
    )
    return Figure(shaded_table("Outcome", names, rows), caption)


def _strongest(data: SweepData) -> list[int]:
    """Return the quantities, those of which most is explained first."""
    influence = list(data.influence.values())
    best = np.max(influence, axis=0) if influence else np.zeros(len(data.quantities))
    return [int(column) for column in np.argsort(-best, kind="stable")]


def _panels(data: SweepData) -> list[Block]:
    """Return outcomes over one parameter each, those that go with it most first."""
    pairs = [
        (explained(factor.levels, data.values[:, column]), place, column)
        for place, factor in enumerate(data.factors)
        for column in range(len(data.quantities))
    ]
    pairs.sort(key=lambda pair: -pair[0])
    few = len(pairs) <= _MOST_PANELS
    shown = [pair for pair in pairs if few or pair[0] >= _LEAST_EXPLAINED][:_MOST_PANELS]
    if not shown:
        return [Paragraph("No outcome goes with a parameter by itself.", absent=True)]
    drawn = [_panel(data, data.factors[place], column) for _, place, column in shown]
    caption = (
        "Dots are runs, the line their median at each value (or in bins of as many runs each), "
        "the band 90% of them; of what is true or false the line is its share. The outcomes that "
        "go with a parameter most come first."
    )
    if len(data.scenarios) > 1:
        caption = "Lines are medians, or shares of what is true or false, one a scenario."
    left = len(pairs) - len(shown)
    caption += f" {left:,} more are not drawn." if left else ""
    return [Figure(scenario_legend(data) + panels(drawn), caption)]


def _panel(data: SweepData, factor: Factor, column: int) -> Markup:
    quantity = data.quantities[column]
    return over_factor(
        factor,
        data.values[:, column],
        data.scenario,
        label=quantity.label,
        unit=quantity.unit,
        probability=quantity.kind == "probability",
        below=f"over {factor.name}" if len(data.factors) > 1 else "",
    )


def _maps(data: SweepData) -> Figure:
    first, second = data.factors
    drawn = [
        over_two(
            first,
            second,
            data.values[:, column],
            label=data.quantities[column].label,
            unit=data.quantities[column].unit,
        )
        for column in _strongest(data)[:_MOST_PANELS]
    ]
    caption = (
        f"Across: {first.name}; upwards: {second.name}. Means of the runs at each pair of values "
        "(or in bins of as many runs each), darker for more; of what is true or false its share."
    )
    return Figure(panels(drawn), caption)


def _parameters(data: SweepData) -> list[Block]:
    rows = [
        (
            name,
            str(row["unit"]),
            number(row["lowest"], 4),
            number(row["highest"], 4),
            f"{row['different']:,}",
        )
        for name, row in data.manifest["parameters"].items()
    ]
    if not rows:
        return [Paragraph("The design sets no parameter.", absent=True)]
    return [Table(("Parameter", "Unit", "#Lowest", "#Highest", "#Different values"), rows)]


def _failures(data: SweepData) -> list[Block]:
    if not data.failures:
        return [Paragraph("No job failed.")]
    rows = [
        (failure.type, failure.message, str(failure.attempts), failure.replay)
        for failure in data.failures
    ]
    return [Table(("Kind", "Message", "#Attempts", "How to replay it"), rows)]


def _made(data: SweepData) -> list[tuple[str, str]]:
    manifest = data.manifest
    first = manifest["first_replicate"]
    scenarios = [
        ("Scenario", f"{name}, hash {row.get('scenario_hash', DASH)}, to {row.get('until', DASH)}")
        for name, row in manifest["scenarios"].items()
    ]
    return [
        *scenarios,
        ("Hash of the design", str(manifest.get("design_hash", DASH))),
        (
            "Replicates",
            f"{manifest['replicates']:,} of each row, from {first} of seed {manifest['seed']}",
        ),
        ("Command", str(manifest.get("command") or DASH)),
        (
            "Started, finished",
            f"{manifest['started']}, {manifest.get('finished') or 'not finished'}",
        ),
        ("Versions", versions(manifest)),
    ]
