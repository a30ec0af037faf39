"""A brief as text or Markdown, and the run that it is made from."""

from __future__ import annotations

import json
import os
import re
import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.console.guard import BadInputError
from sim.console.screen import PLAIN_WIDTH, cell
from sim.console.words import long_date, outcome_text

if TYPE_CHECKING:
    from sim.engine.results import Run
    from sim.observers.brief import Brief, Statement

FORMATS = ("text", "markdown", "json")


def brief_of(folder: str | os.PathLike[str], on: str | None) -> Brief:
    """Return the brief of a run on a date, on its last day if none is given.

    Raises
    ------
    BadInputError
        If it is not a date of the run.
    ResultsError
        If the folder holds no run that can be read.
    ScenarioError
        If the scenario of the folder is damaged.
    """
    from sim.engine.history_table import history_of
    from sim.engine.results import load_run
    from sim.observers.brief import write_brief
    from sim.scenario import Scenario

    run = load_run(folder)
    day = day_of(run, on)
    scenario = Scenario.from_resolved(run.scenario)
    return write_brief(
        scenario,
        history_of(run, scenario),
        day,
        seed=run.info["seed"],
        replicate=run.info["replicate"],
        reports=run.tables["reports"].to_pylist(),
        territory_km2=territory_on(run, day),
    )


def day_of(run: Run, on: str | None) -> int:
    """Return the day index of a date of the run; BadInputError if it is none."""
    days, start = run.info["days"], date.fromisoformat(run.info["start"])
    if days == 0:
        raise BadInputError(f"The run in {str(run.folder)!r} has no days to write a brief of.")
    if on is None:
        return int(days) - 1
    allowed = f"a date of the run, from {start} to {run.info['end']}"
    try:
        day = (date.fromisoformat(on) - start).days
    except ValueError:
        day = -1
    if not 0 <= day < days:
        raise BadInputError(f"--date: found {on[:80]!r}; allowed: {allowed}.")
    return day


def territory_on(run: Run, day: int) -> dict[str, float]:
    """Return the land that each faction holds on a day; empty if the run has no territory."""
    daily = run.tables["daily"]
    factions = run.info["factions"]
    rows = daily.slice(day * len(factions), len(factions)).to_pylist()
    return {
        row["faction"]: row["territory_km2"] for row in rows if row["territory_km2"] is not None
    }


def rendered(brief: Brief, form: str) -> str:
    """Return a brief as ``text``, ``markdown`` or ``json``."""
    if form == "json":
        return json.dumps(brief.as_json(), indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    return markdown(brief) if form == "markdown" else text(brief)


def text(brief: Brief) -> str:
    """Return a brief as plain text of a hundred columns."""
    parts = [*wrapped(brief.headline), *wrapped(brief.origin), ""]
    for _, paragraph in brief.paragraphs:
        parts += [*wrapped(paragraph), ""]
    parts += [
        line for each in brief.context for line in wrapped(f"For context, not simulated: {each}.")
    ]
    parts += [""] if brief.context else []
    parts += table(brief)
    return "\n".join(parts).rstrip("\n") + "\n"


def wrapped(paragraph: str, width: int = PLAIN_WIDTH) -> list[str]:
    """Return a paragraph as lines."""
    return textwrap.wrap(cell(paragraph), width, break_on_hyphens=False)


def table(brief: Brief) -> list[str]:
    """Return the statements as lines of three columns."""
    if not brief.statements:
        return []
    rows = [("", "simulated", "reported"), *map(cells_of, brief.statements)]
    first = min(36, max(len(row[0]) for row in rows))
    second = min(24, max(len(row[1]) for row in rows))
    widths = (first, second, PLAIN_WIDTH - first - second - 4)
    lines = [HEADING.format(long_date(brief.day))]
    for row in rows:
        columns = [
            textwrap.wrap(each, width) or [""] for each, width in zip(row, widths, strict=True)
        ]
        for number in range(max(map(len, columns))):
            texts = [column[number] if number < len(column) else "" for column in columns]
            padded = [each.ljust(width) for each, width in zip(texts, widths, strict=True)]
            lines.append("  ".join(padded).rstrip())
    return lines


HEADING = "What was reported, and what this run has as of {}"


def cells_of(statement: Statement) -> tuple[str, str, str]:
    """Return label, simulated value and report of a statement."""
    # One of what is counted; a share or a truth value has no unit to inflect.
    is_one = statement.value == 1 and not isinstance(statement.value, bool)
    value = outcome_text(statement.value, singular(statement.unit) if is_one else statement.unit)
    return cell(statement.label), value, cell(statement.reported)


def singular(unit: str) -> str:
    """Return the unit of a count of one: ``town`` of ``towns``, ``child`` of ``children``."""
    return "child" if unit == "children" else unit.removesuffix("s")


def markdown(brief: Brief) -> str:
    """Return a brief as Markdown."""
    parts = [f"# {escaped(brief.headline)}", f"*{escaped(brief.origin)}*"]
    parts += [escaped(paragraph) for _, paragraph in brief.paragraphs]
    parts += [escaped(f"For context, not simulated: {each}.") for each in brief.context]
    if brief.statements:
        parts.append(f"## {HEADING.format(long_date(brief.day))}")
        rows = [("", "simulated", "reported"), ("---", "---", "---")]
        rows += [tuple(map(escaped, cells_of(each))) for each in brief.statements]  # type: ignore[misc]
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return "\n\n".join(parts) + "\n"


def escaped(words: str) -> str:
    """Return text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", cell(words))


def write_file(path: Path, content: str) -> None:
    """Write a brief to a file; BadInputError if that cannot be."""
    from sim.engine.folders import reason

    try:
        path.write_text(content, encoding="utf-8")
    except OSError as fault:
        raise BadInputError(f"--out: {str(path)!r} cannot be written: {reason(fault)}.") from None
