"""The page of an ensemble: how its outcomes are spread, beside what was reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sim.console.fitted import parameters_text
from sim.engine.ensemble_folder import read_outcomes
from sim.engine.loading import read_json
from sim.experiments.comparison import NOT_SIMULATED
from sim.experiments.report.blocks import Block, Figure, Folded, Page, Paragraph, Section, Table
from sim.experiments.report.distributions import Spread, distributions
from sim.experiments.report.words import (
    DASH,
    amount,
    counted,
    long_date,
    share,
    some_of,
    versions,
)
from sim.outcomes.values import NOT_BY_THE_END, ensemble_json
from sim.scenario.schema import Scenario


def ensemble_page(folder: Path, info: Mapping[str, Any]) -> Page:
    """Return the page of the ensemble in a folder, of all of it or of what is finished.

    Parameters
    ----------
    folder : Path
    info : mapping
        What its ``run.json`` says.

    Raises
    ------
    ResultsError
        If no part is finished, or one is damaged.
    """
    scenario = Scenario.from_resolved(read_json(folder / "scenario.json"))
    found = read_outcomes(folder, scenario)
    spreads = [
        Spread.of(row, found[row.id], scenario.start)
        for row in scenario.outcomes
        if row.measure != NOT_SIMULATED
    ]
    done = spreads[0].values.replicates if spreads else 0
    return Page(
        title=scenario.title,
        question=scenario.question,
        answer=_answer(scenario, spreads, done, info),
        facts=_facts(spreads, done),
        sections=[
            Section(
                "spread", "Spread of outcomes, beside what was reported", _spread(spreads, info)
            ),
            Section("numbers", "The same in numbers", [_table(spreads)]),
        ],
        made=_made(scenario, info, done),
    )


def _answer(
    scenario: Scenario, spreads: Sequence[Spread], done: int, info: Mapping[str, Any]
) -> list[str]:
    """Return in a few sentences what an ensemble says of what was reported."""
    judged = [spread for spread in spreads if spread.inside is not None]
    outside = [spread.label for spread in judged if not spread.inside]
    found = []
    if judged:
        words = (
            f"{len(judged) - len(outside)} of {len(judged)} reported numbers and dates lie in the "
            "middle 90% of the replicates."
        )
        found.append(words)
        if outside:
            found.append(f"Outside: {some_of(outside)}.")
    else:
        found.append(f"The spread of {counted(len(spreads), 'outcome')}; no number was reported.")
    late = [spread for spread in spreads if spread.not_by_end >= 0.5]
    if late:
        names = some_of([spread.label for spread in late])
        found.append(f"In half of the replicates or more {NOT_BY_THE_END}: {names}.")
    last = date.fromisoformat(info["end"])
    if last < scenario.end:
        ends = long_date(scenario.end)
        found.append(f"Simulated to {long_date(last)} only; the scenario goes on to {ends}.")
    if done < info["replicates"]:
        found.append(f"Not finished: {done:,} of {info['replicates']:,} replicates are there.")
    return found


def _facts(spreads: Sequence[Spread], done: int) -> list[tuple[str, str]]:
    judged = [spread for spread in spreads if spread.inside is not None]
    facts = [(f"{done:,}", "replicates"), (str(len(spreads)), "outcomes")]
    if judged:
        inside = sum(bool(spread.inside) for spread in judged)
        facts.append((f"{inside} of {len(judged)}", "reported values inside the 90%"))
    return facts


def _spread(spreads: Sequence[Spread], info: Mapping[str, Any]) -> list[Block]:
    if not spreads:
        return [Paragraph("The scenario asks for no outcome.", absent=True)]
    caption = (
        "Each row is an outcome: bars are the replicates, the thick line their median, the line "
        "below them 90% of them. Orange: what was reported, hollow where fewer than 5% of the "
        "replicates go as far. What is not there by the end has a slot of its own at the right "
        "and counts as later than any day."
    )
    return [Figure(distributions(spreads, int(info["days"]) - 1), caption)]


def _table(spreads: Sequence[Spread]) -> Block:
    heads = (
        "Outcome",
        "Unit",
        "#5%",
        "#25%",
        "#Median",
        "#75%",
        "#95%",
        "#Not by the end",
        "Reported",
    )
    rows = []
    for spread in spreads:
        reported = spread.reported or DASH
        late = share(spread.not_by_end) if spread.not_by_end else DASH
        found = ensemble_json(spread.values, start=spread.start, unit=spread.unit, reported=None)
        if "shares" in found:
            shares = [f"{name} {share(part)}" for name, part in spread.shares().items() if part]
            rows.append((spread.label, "; ".join(shares[:8]), *[""] * 5, late, reported))
            continue
        numbers = [_cell(found[name], spread) for name in ("p05", "p25", "p50", "p75", "p95")]
        rows.append((spread.label, spread.unit, *numbers, late, reported))
    return Folded("All quantiles and shares", [Table(heads, rows)])


def _cell(value: Any, spread: Spread) -> str:
    if isinstance(value, str):
        return amount((date.fromisoformat(value) - spread.start).days, "", spread.start)
    return amount(value, spread.unit)


def _made(scenario: Scenario, info: Mapping[str, Any], done: int) -> list[tuple[str, str]]:
    values = parameters_text(info["prior"], info.get("posterior"), "the scenario's own values")
    last = date.fromisoformat(info["end"])
    first = info["first_replicate"]
    return [
        ("Scenario", f"{scenario.name}, {long_date(scenario.start)} to {long_date(last)}"),
        ("Hash of the scenario", scenario.hash),
        ("Replicates", f"{done:,}, from {first} of seed {info['seed']}"),
        ("Parameters", values),
        ("Versions", versions(info)),
    ]
