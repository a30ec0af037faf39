"""A run as a person wants to see it: what was asked, what happened, what was reported."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sim.console.days import show_days
from sim.console.events import event_rows, notable_days, show_events
from sim.console.fitted import parameters_text
from sim.console.screen import Screen, cell
from sim.console.words import faction_labels, long_date, outcome_labels, outcome_text

if TYPE_CHECKING:
    from sim.engine.results import Run

MOST_LABEL = 40  # letters of a line; longer labels are wrapped, so that reports have room


def show_run(run: Run) -> None:
    """Print a run: heading, days, events, outcomes beside what was reported, the folder."""
    screen = Screen()
    info = run.info
    labels = faction_labels(run.scenario, [str(name) for name in info["factions"]])
    screen.show(cell(info["title"]), style="bold")
    screen.show(cell(info["question"]))
    span = f"{info['days']} days"
    if info["days"]:
        span += f" to {long_date(date.fromisoformat(info['end']))}"
    which = f"{cell(info['scenario'])}, seed {info['seed']}, replicate {info['replicate']}"
    screen.show(f"{which}: from {long_date(date.fromisoformat(info['start']))}, {span}")
    if info.get("posterior") is not None:
        screen.show(f"parameters: {parameters_text(False, info['posterior'], '')}")
    rows = event_rows(run.tables["events"])
    show_days(screen, run, labels, notable_days(rows))
    show_events(screen, rows, labels)
    show_outcomes(screen, run.outcomes, outcome_labels(run.scenario))
    screen.show()
    screen.show(f"Run folder: {cell(run.folder)}")


def show_outcomes(screen: Screen, outcomes: dict[str, Any], labels: dict[str, str]) -> None:
    """Print each outcome beside what was reported of it."""
    if not outcomes:
        return
    screen.heading("Outcomes, beside what was reported")
    table = screen.table()
    table.add_column("outcome", max_width=MOST_LABEL)
    table.add_column("this run", no_wrap=screen.width >= 80)
    table.add_column("reported")
    for name, outcome in outcomes.items():
        value = outcome_text(outcome["value"], str(outcome["unit"]))
        table.add_row(labels.get(name, cell(name)), value, cell(outcome["reported"]) or "-")
    screen.show(table)
