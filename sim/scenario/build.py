"""From rows as read to a scenario, or to the list of all that is wrong."""

from __future__ import annotations

from typing import Any

from sim.scenario.checks import check
from sim.scenario.draft import draft_of
from sim.scenario.faults import Faults
from sim.scenario.kinds import EVENT_KINDS
from sim.scenario.raw import RawScenario
from sim.scenario.rows import Event
from sim.scenario.schema import Scenario


def build(raw: RawScenario, faults: Faults, *, standard: frozenset[str] | None) -> Scenario:
    """Check rows and return the scenario.

    Parameters
    ----------
    raw
        The rows.
    faults
        What was found before; takes what is found now.
    standard
        Ids of the standard parameters, or None to allow any parameter.

    Raises
    ------
    ScenarioError
        If there is any fault, with all of them.
    """
    draft = draft_of(raw, faults)
    check(draft, standard=standard)
    faults.raise_if_any()
    assert draft.header is not None
    tables: dict[str, Any] = {
        name: tuple(checked.row for checked in checked_rows)
        for name, checked_rows in draft.tables.items()
    }
    for name in ("factions", "kinds", "cities"):
        tables[name] = {row.name: row for row in tables[name]}
    faction = {name: number for number, name in enumerate(tables["factions"])}
    place = {row.name: number for number, row in enumerate(tables["places"])}
    tables["control"] = _sorted(tables["control"], lambda row: place[row.place])
    tables["supply"] = _sorted(
        tables["supply"], lambda row: (faction[row.faction], place[row.place])
    )
    wing = {row.id: number for number, row in enumerate(tables["air"])}
    tables["sorties"] = _sorted(tables["sorties"], lambda row: (wing[row.wing], row.date))
    tables["relations"] = tuple(_in_order(row, faction) for row in tables["relations"])
    tables["relations"] = _sorted(tables["relations"], lambda row: (faction[row.a], faction[row.b]))
    events = (_event_in_order(row, faction, place) for row in tables["events"])
    tables["events"] = _sorted(tuple(events), lambda row: _order_of_event(row, faction, place))
    parameters = _sorted(tables["parameters"], lambda row: row.id)
    tables["parameters"] = {row.id: row for row in parameters}
    return Scenario(name=raw.name, **draft.header.model_dump(), **tables)


def _sorted(table: tuple[Any, ...], key: Any) -> tuple[Any, ...]:
    return tuple(sorted(table, key=key))


def _in_order(row: Any, faction: dict[str, int]) -> Any:
    """Return a relation or event with its pair in order of factions: hostility has no direction."""
    if faction[row.a] <= faction[row.b]:
        return row
    return row.model_copy(update={"a": row.b, "b": row.a})


def _event_in_order(row: Event, faction: dict[str, int], place: dict[str, int]) -> Event:
    """Return an event whose pair, places and factions stand in the order of their tables."""
    if row.event == "stance":
        row = _in_order(row, faction)
    places = tuple(sorted(row.places, key=place.__getitem__))
    factions = tuple(sorted(row.factions, key=faction.__getitem__))
    return row.model_copy(update={"places": places, "factions": factions})


def _order_of_event(row: Event, faction: dict[str, int], place: dict[str, int]) -> tuple[Any, ...]:
    """Return where an event stands among the others: by date, then by kind of event."""
    who = (faction.get(row.a, -1), faction.get(row.b, -1), row.a)
    where = tuple(place[name] for name in row.places)
    whose = tuple(faction[name] for name in row.factions)
    return (row.date, EVENT_KINDS.index(row.event), *who, where, whose, row.value or 0.0)
