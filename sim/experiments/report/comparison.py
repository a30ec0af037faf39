"""The page of a comparison: what a difference makes, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.console.fitted import parameters_text
from sim.engine.loading import read_json
from sim.experiments.comparison import NORMAL_95
from sim.experiments.report.blocks import (
    Block,
    Figure,
    Folded,
    Heading,
    Page,
    Paragraph,
    Section,
    Table,
)
from sim.experiments.report.differences import differences
from sim.experiments.report.forest import Effect, effects_of, forest, pairs_figure
from sim.experiments.report.words import (
    DASH,
    amount,
    change,
    counted,
    plain,
    share,
    true_minus,
    two,
    versions,
)

_MOST_NAMED = 5  # differences that the answer names
_MOST_DIFFERENCES = 80  # rows of what differs between scenarios


def comparison_page(folder: Path, found: Mapping[str, Any]) -> Page:
    """Return the page of a comparison.

    Parameters
    ----------
    folder : Path
        Holds an ensemble for each scenario.
    found : mapping
        What its ``comparison.json`` says.

    Raises
    ------
    ResultsError
        If the scenarios are not there.
    """
    names = [entry["scenario"] for entry in found["others"]]
    scenarios = {name: _scenario(folder, name) for name in (found["base"], *names)}
    base = scenarios[found["base"]]
    replicates = int(found["replicates"])
    effects = {name: effects_of(found["outcomes"][name], replicates) for name in names}
    sections = [
        Section("differences", f"What differs from {found['base']}", _forest(effects, found)),
        Section("pairs", "In how many pairs", _pairs(effects)),
        Section("luck", "What the same luck achieves", _luck(effects)),
    ]
    if any(found.get("replicates_needed", {}).values()):
        sections.append(Section("needed", "Replicates needed", _needed(found, names)))
    sections += [
        Section("numbers", "All differences in numbers", _numbers(effects, found["base"])),
        Section("scenarios", "What was changed", _changed(base, scenarios, names)),
    ]
    return Page(
        title=f"{base['title']}: what a difference makes",
        question=_question(base, scenarios, names),
        answer=_answer(effects, scenarios, found["base"]),
        facts=_facts(effects, replicates),
        sections=sections,
        made=_made(folder, found),
    )


def _scenario(folder: Path, name: str) -> dict[str, Any]:
    return read_json(folder / Path(name).name / "scenario.json")


def _question(
    base: Mapping[str, Any], scenarios: Mapping[str, Mapping[str, Any]], names: Sequence[str]
) -> str:
    asked = [scenarios[name]["question"] for name in names]
    found = list(dict.fromkeys(words for words in asked if words != base["question"]))
    return " ".join(found) or f"What is the difference between {', '.join(names)} and the base?"


def _answer(
    effects: Mapping[str, Sequence[Effect]],
    scenarios: Mapping[str, Mapping[str, Any]],
    base: str,
) -> list[str]:
    counts = (
        f"{name} {sum(row.clear for row in rows)} of {len(rows)}" for name, rows in effects.items()
    )
    found = [f"Differences from {base} whose interval leaves out zero: {'; '.join(counts)}."]
    for name, rows in effects.items():
        clear = sorted((row for row in rows if row.clear), key=_sureness, reverse=True)
        if clear:
            named = "; ".join(f"{row.label} {row.words}" for row in clear[:_MOST_NAMED])
            found.append(f"{name}, clearest: {named}.")
    first = scenarios[base]
    for name in effects:
        other = scenarios[name]
        if (other["start"], other["end"]) != (first["start"], first["end"]):
            found.append(
                f"{name} runs from {other['start']} to {other['end']}, the base from "
                f"{first['start']} to {first['end']}: counts are of different spans."
            )
    return found


def _sureness(effect: Effect) -> float:
    """Return how many times its half-width a difference is."""
    half = (effect.pair["high"] - effect.pair["low"]) / 2
    return abs(effect.pair["difference"]) / half if half > 0 else float("inf")


def _facts(effects: Mapping[str, Sequence[Effect]], replicates: int) -> list[tuple[str, str]]:
    facts = [(f"{replicates:,}", "replicates of each scenario, with the same luck")]
    for name, rows in effects.items():
        clear = sum(row.clear for row in rows)
        facts.append((f"{clear} of {len(rows)}", f"clear differences: {name}"))
    return facts


def _forest(effects: Mapping[str, Sequence[Effect]], found: Mapping[str, Any]) -> list[Block]:
    caption = (
        f"Mean difference from {found['base']} over pairs of replicates, with its 95% interval. "
        "A full dot and a star: the interval leaves out zero. Of many differences looked at, one "
        "in twenty is clear by chance alone. Numbers stand in the outcome's own unit."
    )
    return [Figure(forest(effects), caption)]


def _pairs(effects: Mapping[str, Sequence[Effect]]) -> list[Block]:
    blocks: list[Block] = []
    for name, rows in effects.items():
        if len(effects) > 1:
            blocks.append(Heading(name))
        caption = (
            f"Share of the pairs in which {name} has less, the same, or more than the base: how "
            "likely one draw of luck is to show the difference. Whether more is better depends on "
            "whom one asks."
        )
        shown = [row for row in rows if row.pair["higher"] or row.pair["lower"]]
        if shown:
            blocks.append(Figure(pairs_figure(shown), caption))
        else:
            blocks.append(Paragraph("All pairs are the same in every outcome.", absent=True))
    return blocks


def _luck(effects: Mapping[str, Sequence[Effect]]) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(
            "Replicate r of both scenarios shares all luck that does not hang on what differs. "
            "Correlated replicates make the difference vary less than it would with luck of their "
            "own; the last column says how many replicates of each scenario with luck of their own "
            "would tell as much."
        )
    ]
    heads = (
        "Outcome",
        "#Pairs",
        "#Correlation",
        "#Variance taken away",
        "#Worth of their own luck",
    )
    for name, rows in effects.items():
        if len(effects) > 1:
            blocks.append(Heading(name))
        blocks.append(Table(heads, [_luck_row(row) for row in rows if row.pair["pairs"] > 1]))
    return blocks


def _luck_row(effect: Effect) -> tuple[str, ...]:
    pair = effect.pair
    reduction = pair.get("variance_reduction")
    worth = DASH
    if reduction is not None:
        worth = f"{pair['pairs'] / (1 - reduction):,.0f}" if reduction < 1 else "any number"
    removed = DASH if reduction is None else true_minus(f"{round(100 * reduction)}%")
    return (effect.label, f"{pair['pairs']:,}", two(pair["correlation"]), removed, worth)


def _needed(found: Mapping[str, Any], names: Sequence[str]) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(
            "Replicates of each scenario for an interval with the wanted half-width, judged by the "
            f"spread of the {found['replicates']:,} that there are."
        )
    ]
    heads = ("Difference of", "#Wanted", "#Now", "#With the same luck", "#With luck of their own")
    for name in names:
        rows = [
            (
                row["label"] if row["part"] in (None, "true") else f"{row['label']}: {row['part']}",
                f"±{amount(row['half_width'], row['unit'])}",
                f"±{amount(row['achieved'], row['unit'])}",
                f"{row['common']:,}",
                f"{row['independent']:,}",
            )
            for row in found["replicates_needed"].get(name, [])
        ]
        blocks += [Heading(name)] if len(names) > 1 else []
        blocks.append(Table(heads, rows) if rows else Paragraph("No spread to judge by.", True))
    return blocks


def _numbers(effects: Mapping[str, Sequence[Effect]], base: str) -> list[Block]:
    heads = ("Outcome", f"#{base}", "#Other", "#Difference", "#95% interval", "#Higher", "#Lower")
    blocks: list[Block] = []
    for name, rows in effects.items():
        table = Table(heads, [_number_row(row) for row in rows])
        blocks.append(Folded(name, [table]))
    blocks.append(Paragraph("Dates are counted in days from the base's first day."))
    return blocks


def _number_row(effect: Effect) -> tuple[str, ...]:
    pair, unit = effect.pair, effect.unit
    interval = DASH
    if pair["low"] is not None:
        interval = f"{change(pair['low'], unit)} to {change(pair['high'], unit)}"
    return (
        effect.label,
        amount(pair["base"], unit),
        amount(pair["other"], unit),
        change(pair["difference"], unit),
        interval,
        share(pair["higher"]),
        share(pair["lower"]),
    )


def _changed(
    base: Mapping[str, Any], scenarios: Mapping[str, Mapping[str, Any]], names: Sequence[str]
) -> list[Block]:
    blocks: list[Block] = []
    heads = ("Table", "Row", "Column", "In the base", "In the other")
    for name in names:
        found = differences(base, scenarios[name])
        blocks += [Heading(name)] if len(names) > 1 else []
        if not found:
            blocks.append(Paragraph("The scenarios say the same.", absent=True))
            continue
        rows = [
            (each.table, each.row, each.column or DASH, plain(each.base), plain(each.other))
            for each in found[:_MOST_DIFFERENCES]
        ]
        table = Table(heads, rows)
        blocks.append(
            Folded(counted(len(found), "difference"), [table]) if len(found) > 8 else table
        )
        if len(found) > _MOST_DIFFERENCES:
            blocks.append(Paragraph(f"and {len(found) - _MOST_DIFFERENCES:,} more"))
    return blocks


def _made(folder: Path, found: Mapping[str, Any]) -> list[tuple[str, str]]:
    fitted = found.get("posteriors", {}).get(found["base"])
    about = read_json(folder / Path(found["base"]).name / "run.json")
    return [
        ("Base", f"{found['base']}, hash {found['base_hash']}"),
        *(("Other", f"{row['scenario']}, hash {row['scenario_hash']}") for row in found["others"]),
        ("Replicates", f"{found['replicates']:,} of seed {found['seed']}, of each scenario"),
        ("Last day", str(about["end"])),
        ("Parameters", parameters_text(found["prior"], fitted, "the scenarios' own values")),
        ("Intervals", f"mean of paired differences ± {NORMAL_95:.2f} standard errors"),
        ("Versions", versions(about)),
    ]
