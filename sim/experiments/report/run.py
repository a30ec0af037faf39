"""The page of a run: who held what, what happened, what was lost, what was reported."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from sim.console.days import rows_of
from sim.console.events import event_lines, event_rows, most_notable
from sim.console.fitted import parameters_text
from sim.console.words import faction_labels, outcome_labels, outcome_text
from sim.engine.loading import Run
from sim.engine.results import load_run
from sim.experiments.report import scales
from sim.experiments.report.blocks import Block, Figure, Page, Paragraph, Section, Table
from sim.experiments.report.lines import Held, Line, holders_figure, lines_figure
from sim.experiments.report.scales import Scale
from sim.experiments.report.words import DASH, long_date, versions

_MOST_PLACES = 45  # bands of a figure
_MOST_EVENTS = 60
_COLOURS = ("#0b5c9e", "#c8500a", "#00624d", "#7b3f98", "#8a6d00", "#71859a", "#a3244f", "#3f7d1d")


def run_page(folder: Path) -> Page:
    """Return the page of the run in a folder.

    Raises
    ------
    ResultsError
        If a file is missing or damaged.
    """
    run = load_run(folder)
    info = run.info
    start = date.fromisoformat(info["start"])
    labels = faction_labels(run.scenario, list(info["factions"]))
    days = scales.calendar(start, float(max(info["days"], 1)))
    return Page(
        title=info["title"],
        question=info["question"],
        answer=_answer(run, start),
        facts=_facts(run, labels),
        sections=[
            Section("held", "Who held what", _held(run, days, labels)),
            Section("outcomes", "Outcomes, beside what was reported", _outcomes(run)),
            Section("events", "What happened", _events(run, labels)),
            Section("losses", "The dead", _losses(run, days, labels)),
            Section("weapons", "Air strikes and car bombs", _weapons(run, days, labels)),
        ],
        made=_made(run, start),
    )


def _answer(run: Run, start: date) -> list[str]:
    info = run.info
    span = f"from {long_date(start)}, {info['days']} days"
    if info["days"]:
        span += f" to {long_date(date.fromisoformat(info['end']))}"
    first = f"One run, replicate {info['replicate']} of seed {info['seed']}: {span}."
    return [
        first,
        "It is one way in which it could have come out; an ensemble shows how it usually does.",
    ]


def _facts(run: Run, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    facts = []
    for name, label in labels.items():
        rows = rows_of(run.tables["daily"], name)
        dead = rows["killed_total_fighters"][-1] if rows["killed_total_fighters"] else 0
        if dead or any(rows["strength_fighters"]):
            facts.append((f"{dead:,}", f"dead of {label}"))
    return facts


def _colours(run: Run) -> dict[str, str]:
    """Return a colour of each faction, its own if the scenario gives one."""
    table = run.scenario.get("factions", {})
    rows = table.values() if isinstance(table, dict) else table
    own = {row.get("name"): str(row.get("colour")) for row in rows if isinstance(row, dict)}
    found = {}
    for number, name in enumerate(run.info["factions"]):
        given = own.get(name, "")
        sound = re.fullmatch(r"#[0-9a-fA-F]{6}", given)
        found[name] = given if sound else _COLOURS[number % len(_COLOURS)]
    return found


def _held(run: Run, days: Scale, labels: Mapping[str, str]) -> list[Block]:
    places, left_out = _places(run)
    if not places or not run.info["days"]:
        return [Paragraph("Nothing changed hands.", absent=True)]
    caption = (
        "Each band is a place, coloured by who held it at the end of the day; dark below: "
        "hostile factions fought there."
    )
    if left_out:
        caption += f" Left out: {left_out:,} places of which less is to be seen."
    drawn = holders_figure(places, days, _colours(run), labels)
    return [Figure(drawn, caption)]


def _places(run: Run) -> tuple[list[Held], int]:
    """Return districts and places that changed hands or were fought for; how many are not shown."""
    columns = run.tables["places"].to_pydict()
    by_place: dict[str, list[int]] = {}
    for row, name in enumerate(columns["place"]):
        by_place.setdefault(name, []).append(row)
    found, moved = [], []
    for name, rows in by_place.items():
        holders = [columns["controller"][row] for row in rows]
        engaged = [bool(columns["engaged"][row]) for row in rows]
        city = columns["city"][rows[0]]
        changes = sum(a != b for a, b in pairwise(holders))
        if city or changes or any(engaged):
            found.append(Held(name, city or "", holders, engaged))
            moved.append((changes > 0, sum(engaged)))
    kept = sorted(range(len(found)), key=lambda at: moved[at], reverse=True)[:_MOST_PLACES]
    in_order = sorted((found[at] for at in sorted(kept)), key=lambda held: held.city, reverse=True)
    return in_order, len(by_place) - len(kept)


def _outcomes(run: Run) -> list[Block]:
    labels = outcome_labels(run.scenario)
    rows = [
        (
            labels.get(name, name),
            outcome_text(outcome["value"], str(outcome["unit"])),
            str(outcome["reported"] or DASH),
        )
        for name, outcome in run.outcomes.items()
    ]
    if not rows:
        return [Paragraph("The scenario asks for no outcome.", absent=True)]
    return [Table(("Outcome", "This run", "Reported"), rows)]


def _events(run: Run, labels: Mapping[str, str]) -> list[Block]:
    lines = event_lines(event_rows(run.tables["events"]), dict(labels))
    kept = most_notable(lines, _MOST_EVENTS)
    if not kept:
        return [Paragraph("Nothing notable happened.", absent=True)]
    rows = [
        (day, "; ".join(line.text for line in of_day))
        for day, of_day in groupby(kept, key=lambda line: line.date)
    ]
    blocks: list[Block] = [Table(("Day", "Event"), rows)]
    if len(kept) < len(lines):
        blocks.append(Paragraph(f"and {len(lines) - len(kept):,} more in the table of events"))
    return blocks


def _losses(run: Run, days: Scale, labels: Mapping[str, str]) -> list[Block]:
    colours = _colours(run)
    lines = []
    for name, label in labels.items():
        rows = rows_of(run.tables["daily"], name)
        true, reported = rows["killed_total_fighters"], rows["reported_killed_total_fighters"]
        if any(true):
            lines += [
                Line(label, colours[name], true),
                Line(f"{label}, as the monitor reports", colours[name], reported, dashed=True),
            ]
    caption = "Dead so far, and those that the monitor had reported by then (dashed)."
    return _lines(lines, days, caption, "Nobody died.")


def _weapons(run: Run, days: Scale, labels: Mapping[str, str]) -> list[Block]:
    colours = _colours(run)
    lines = []
    for name, label in labels.items():
        rows = rows_of(run.tables["daily"], name)
        for column, words, dashed in (
            ("air_strikes_total", "air strikes", False),
            ("car_bombs_total", "car bombs", True),
        ):
            if any(rows[column]):
                lines.append(Line(f"{label}: {words}", colours[name], rows[column], dashed))
    caption = "Air strikes and car bombs (dashed) so far, by who used them."
    return _lines(lines, days, caption, "Neither was used.")


def _lines(lines: Sequence[Line], days: Scale, caption: str, nothing: str) -> list[Block]:
    if not lines:
        return [Paragraph(nothing, absent=True)]
    return [Figure(lines_figure(lines, days, caption), caption)]


def _made(run: Run, start: date) -> list[tuple[str, str]]:
    info: dict[str, Any] = run.info
    replay = f"khabur run {info['scenario']} --seed {info['seed']} --replicate {info['replicate']}"
    return [
        ("Scenario", f"{info['scenario']}, from {long_date(start)}"),
        ("Hash of the scenario", str(info.get("scenario_hash", DASH))),
        ("Replay", f"{replay} (with the parameters of run.json)"),
        ("Parameters", parameters_text(False, info.get("posterior"), "as run.json has them")),
        ("Versions", versions(info)),
    ]
