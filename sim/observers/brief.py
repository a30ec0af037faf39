"""The situation brief: one day of a run as a news desk would write it.

Headline and paragraphs are made from the run's own numbers; beside them stand the statements that
the scenario's outcomes quote, each with its simulated value as of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sim.observers.brief_facts import situation
from sim.observers.brief_records import Situation
from sim.observers.brief_text import Writer, paragraphs
from sim.observers.brief_words import day_text
from sim.outcomes.compute import compute_outcomes, outcomes_json
from sim.outcomes.history import History
from sim.outcomes.registry import NOT_COMPARED
from sim.outcomes.values import NOT_BY_THE_END

NOT_BY_THEN = "not by then"


@dataclass(frozen=True)
class Statement:
    """What was reported of an outcome, and what the run gives for it as of the day."""

    id: str
    label: str
    value: Any
    unit: str
    reported: str


@dataclass(frozen=True)
class Brief:
    """A brief, ready to be set as text, Markdown or JSON.

    Attributes
    ----------
    headline, origin : str
        ``origin`` says in a line that this is simulated, and by which run.
    paragraphs : tuple of pairs of str
        Topic and text.
    context : tuple of str
        What was reported and is not simulated.
    """

    scenario: str
    title: str
    seed: int
    replicate: int
    day: date
    headline: str
    origin: str
    paragraphs: tuple[tuple[str, str], ...]
    statements: tuple[Statement, ...]
    context: tuple[str, ...]
    situation: Situation

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        return {
            "scenario": self.scenario,
            "title": self.title,
            "seed": self.seed,
            "replicate": self.replicate,
            "date": self.day.isoformat(),
            "simulated": True,
            "origin": self.origin,
            "headline": self.headline,
            "paragraphs": [{"topic": topic, "text": text} for topic, text in self.paragraphs],
            "statements": [asdict(statement) for statement in self.statements],
            "context": list(self.context),
            "situation": plain(asdict(self.situation)),
        }


def write_brief(
    scenario: Any,
    history: History,
    day: int,
    *,
    seed: int,
    replicate: int,
    reports: Iterable[Mapping[str, Any]] = (),
    territory_km2: Mapping[str, float] | None = None,
) -> Brief:
    """Write the brief of one day of a run.

    Parameters
    ----------
    scenario : Scenario
        With names, labels and outcomes.
    history : History
        Of one replicate; days after ``day`` are not looked at.
    day : int
        Day index.
    seed, replicate : int
        Which run it is.
    reports : iterable of mapping
        Rows of the run's table of reports.
    territory_km2 : mapping of faction to float, optional
        Land that each faction holds on the day.

    Raises
    ------
    ValueError
        If the day is not recorded.
    OutcomeError
        If the scenario asks for an outcome that cannot be measured.
    """
    if not 0 <= day < history.days:
        raise ValueError(f"day {day} is not one of the {history.days} days recorded")
    past = history.first(day + 1)
    now = situation(scenario, past, reports=reports, territory_km2=territory_km2)
    writer = Writer(now, labels_of(scenario))
    quoted = [row for row in scenario.outcomes if row.reported]
    measured = outcomes_json(
        scenario, compute_outcomes(scenario, past), start=past.start, replicate=0
    )
    return Brief(
        scenario=scenario.name,
        title=scenario.title,
        seed=seed,
        replicate=replicate,
        day=now.day,
        headline=writer.headline(),
        origin=(
            f"Simulated, not news: scenario {scenario.name}, seed {seed}, replicate {replicate},"
            f" as of {day_text(now.day, year=True)}."
        ),
        paragraphs=tuple(paragraphs(writer)),
        statements=tuple(
            Statement(
                id=row.id,
                label=label_of(row),
                value=as_of_then(row, measured[row.id]["value"], now),
                unit=row.unit,
                reported=row.reported,
            )
            for row in quoted
            if row.measure not in NOT_COMPARED
        ),
        context=tuple(
            f"{label_of(row)}: {row.reported}" for row in quoted if row.measure in NOT_COMPARED
        ),
        situation=now,
    )


# What these give of a siege that never began tells nothing of one that may begin tomorrow.
_OF_A_SIEGE = frozenset({"siege_days", "last_district", "divided_after_siege"})


def as_of_then(row: Any, value: Any, now: Situation) -> Any:
    """Return the value of an outcome of a history that ends on the day of the brief."""
    to_come = {(each.city, each.attacker) for each in now.sieges if each.first_day is None}
    siege = row.arguments.get("city"), row.arguments.get("attacker")
    if value == NOT_BY_THE_END or (row.measure in _OF_A_SIEGE and siege in to_come):
        return NOT_BY_THEN
    return value


def label_of(row: Any) -> str:
    """Return what people read instead of the id of an outcome."""
    return str(getattr(row, "label", None) or row.id)


def labels_of(scenario: Any) -> dict[str, str]:
    """Return the labels of factions by name, and of cities as ``city NAME``."""
    factions = {name: row.label or name for name, row in scenario.factions.items()}
    cities = {f"city {name}": row.label or name for name, row in scenario.cities.items()}
    return {**factions, **cities}


def plain(value: Any) -> Any:
    """Return nested data with dates as ISO text."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
