"""From rows as read to a scenario, or to the list of all that is wrong."""

from __future__ import annotations

from typing import Any

from sim.scenario.checks import check
from sim.scenario.draft import draft_of
from sim.scenario.faults import Faults
from sim.scenario.raw import RawScenario
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
    for name in ("relations", "events"):
        tables[name] = tuple(_in_order(row, faction) for row in tables[name])
    tables["relations"] = _sorted(tables["relations"], lambda row: (faction[row.a], faction[row.b]))
    tables["events"] = _sorted(
        tables["events"], lambda row: (row.date, faction[row.a], faction[row.b])
    )
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
