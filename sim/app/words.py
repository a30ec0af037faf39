"""Outcomes and events as the app words them: as the command line does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.console.brief import cells_of
from sim.console.events import event_lines, event_text
from sim.engine.event_table import event_table
from sim.observers.brief import Statement, label_of, labels_of

if TYPE_CHECKING:
    from sim.engine.columns import Table
    from sim.engine.record import RunRecord

LEAST_RANK = 4
"""Rank of events that the command line leaves out of its lines; 0 is the most notable."""

Row = dict[str, Any]


def outcome_cells(row: Any, value: Any) -> tuple[str, str, str]:
    """Return label, value and report of an outcome as text.

    Parameters
    ----------
    row : Outcome
        A row of the scenario's outcomes.
    value : int, float, bool or str
        As :func:`sim.outcomes.compute.outcomes_json` gives it; a date is ISO text.

    Returns
    -------
    tuple of str
        The report is empty where nothing was reported.
    """
    return cells_of(Statement(row.id, label_of(row), value, row.unit, row.reported or ""))


def value_text(row: Any, value: Any) -> str:
    """Return the value of an outcome with its unit; see :func:`outcome_cells`."""
    return outcome_cells(row, value)[1]


def rows_of(table: Table) -> list[Row]:
    """Return the rows of a run's table as dicts of plain values."""
    columns = [values.tolist() for values in table.values()]
    return [dict(zip(table, row, strict=True)) for row in zip(*columns, strict=True)]


def told_events(record: RunRecord) -> list[Row]:
    """Return the events of a run by day, one a place, each with its text.

    Each has ``day``, ``event``, ``place`` and ``faction`` (indices, None for none), ``text`` and
    ``rank``: 0 for the most notable, :data:`LEAST_RANK` for what the command line leaves out.
    """
    history = record.history
    rows = with_labels(record, rows_of(event_table(record)))
    labels = labels_of(record.scenario)
    told: list[Row] = [{} for _ in rows]
    for numbers in _alike(rows):
        # Lines join what changed hands on one day: of one place there is nothing to join.
        lines = event_lines([rows[number] for number in numbers], labels)
        words = [(line.text, line.rank) for line in lines] or [
            (event_text(rows[number], labels), LEAST_RANK) for number in numbers
        ]
        for number, (text, rank) in zip(numbers, words, strict=True):
            row = rows[number]
            told[number] = {
                "day": row["day"],
                "event": row["event"],
                "place": _index(history.places, row["place"]),
                "faction": _index(history.factions, row["faction"]),
                "text": text,
                "rank": rank,
            }
    return told


def with_labels(record: RunRecord, rows: list[Row]) -> list[Row]:
    """Return events with the labels of supply lines and cities, where they have any, as detail."""
    cities, lines = record.scenario.cities, record.scenario.supply_lines
    of_line = {line.id: line.label or line.id for line in lines}
    of_city = {name: city.label or name for name, city in cities.items()}
    labels = {
        **dict.fromkeys(("cut", "reopened"), of_line),
        **dict.fromkeys(("siege_begins", "siege_ends"), of_city),
    }
    return [
        {**row, "detail": labels.get(row["event"], {}).get(row["detail"], row["detail"])}
        for row in rows
    ]


def _alike(rows: list[Row]) -> Iterator[list[int]]:
    """Yield the numbers of the rows of one kind of event, of changes of control by place."""
    groups: dict[tuple[str, str | None], list[int]] = {}
    for number, row in enumerate(rows):
        place = row["place"] if row["event"] == "control" else None
        groups.setdefault((row["event"], place), []).append(number)
    yield from groups.values()


def _index(names: tuple[str, ...], name: str | None) -> int | None:
    return None if name is None else names.index(name)
