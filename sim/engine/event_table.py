"""The notable events of a run: those that the history tells, and those that the engine noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.engine.columns import COLUMNS, Table, row_columns, row_day
from sim.engine.record import RunRecord
from sim.outcomes.history import History
from sim.outcomes.siege import siege_of, sieges_asked_about

# Events made from the history, in the order in which they stand within a day. The engine's own
# events of a day come after them.
FROM_HISTORY = (
    "siege_begins",
    "control",
    "cut",
    "reopened",
    "leaders_killed",
    "headquarters_killed",
    "siege_ends",
)


def event_table(record: RunRecord) -> Table:
    """Return one row an event, by day.

    ``control``: ``faction`` holds the place now (None: nobody), ``other_faction`` held it before.
    ``cut`` and ``reopened``: first day of a spell in which the supply line ``detail`` of
    ``faction`` is not open, or is again; ``place`` is where on it control changed that day.
    ``siege_begins`` and ``siege_ends``: ``faction`` is the attacker, ``detail`` the city.
    ``leaders_killed``, ``headquarters_killed``: ``faction`` is theirs, ``number`` how many.
    """
    history = record.history
    rows: list[dict[str, Any]] = [
        *control_changes(history),
        *changes_of_lines(record.scenario, history),
        *leaders(history),
        *sieges(record.scenario, history),
    ]
    rows += [dict(event) for event in record.events if event["event"] not in FROM_HISTORY]
    order = {event: place for place, event in enumerate(FROM_HISTORY)}

    def by_day(row: dict[str, Any]) -> tuple[int, int]:
        return row_day(row, history.start), order.get(row["event"], len(order))

    rows.sort(key=by_day)  # stable: rows of a day and kind keep their order
    return row_columns(rows, history, tuple(COLUMNS["events"]))


def control_changes(history: History) -> Iterator[dict[str, Any]]:
    """Yield one event for each place and day on which its controller changed."""
    before = np.concatenate([history.initial_controller[None, 0], history.controller[:, 0]])
    for day, place in np.argwhere(before[1:] != before[:-1]).tolist():
        new, old = int(before[day + 1, place]), int(before[day, place])
        yield {
            "day": day,
            "event": "control",
            "place": history.places[place],
            "faction": history.factions[new] if new >= 0 else None,
            "other_faction": history.factions[old] if old >= 0 else None,
        }


def changes_of_lines(scenario: Any, history: History) -> Iterator[dict[str, Any]]:
    """Yield one event for each supply line and day on which it was cut or opened again.

    How a line was before day 0 is not recorded: it is taken to have been as on day 0.
    """
    if history.lines_open is None:
        return
    is_open = history.lines_open[:, 0]
    for day, number in np.argwhere(is_open[1:] != is_open[:-1]).tolist():
        line = scenario.supply_lines[number]
        yield {
            "day": day + 1,
            "event": "reopened" if is_open[day + 1, number] else "cut",
            "place": _where_it_changed(history, line, day + 1),
            "faction": line.faction,
            "detail": line.id,
        }


def _where_it_changed(history: History, line: Any, day: int) -> str | None:
    """Return the first place of a line that its faction lost or won on a day, None for none."""
    of_line = [history.places.index(name) for name in line.places]
    faction = history.factions.index(line.faction)
    before, after = history.controller[day - 1, 0, of_line], history.controller[day, 0, of_line]
    changed = np.flatnonzero((before != after) & ((before == faction) | (after == faction)))
    return line.places[changed[0]] if len(changed) else None


def leaders(history: History) -> Iterator[dict[str, Any]]:
    """Yield one event for each day, faction and place on which leaders were killed."""
    for event in ("leaders_killed", "headquarters_killed"):
        counts = getattr(history, event)[:, 0]
        for day, faction, place in np.argwhere(counts > 0).tolist():
            yield {
                "day": day,
                "event": event,
                "place": history.places[place],
                "faction": history.factions[faction],
                "number": float(counts[day, faction, place]),
            }


def sieges(scenario: Any, history: History) -> Iterator[dict[str, Any]]:
    """Yield the first and last day of each siege that the scenario's outcomes ask about."""
    for city, attacker in sieges_asked_about(scenario.outcomes):
        if city not in history.cities or attacker not in history.factions:
            continue
        districts = np.flatnonzero(history.city == history.cities.index(city))
        siege = siege_of(history, districts, history.factions.index(attacker))
        both = {"siege_begins": siege.began[0], "siege_ends": siege.ended[0]}
        days = {"siege_begins": siege.first_day[0], "siege_ends": siege.last_day[0]}
        for event, happened in both.items():
            if happened:
                row = {"day": int(days[event]), "event": event, "faction": attacker}
                yield {**row, "detail": city}
