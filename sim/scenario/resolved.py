"""A scenario from its resolved description, and copies with other values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.scenario.build import build
from sim.scenario.cells import as_name
from sim.scenario.faults import Faults, listed
from sim.scenario.folder import HEADER, HEADER_TABLES, listed_rows, without_unknown
from sim.scenario.raw import Origin, RawRow, RawScenario
from sim.scenario.tables import TABLES
from sim.scenario.values import set_values

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

FILE = "resolved scenario"
VALUES = "values given"


def scenario_from(content: Mapping[str, Any]) -> Scenario:
    """Return the scenario that a resolved description describes; ScenarioError if it is bad."""
    faults = Faults()
    return build(_raw(content, faults), faults, standard=None)


def scenario_with(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """Return a copy with other values by dotted name; ScenarioError if that cannot be."""
    faults = Faults()
    raw = _raw(scenario.resolved(), faults)
    set_values(raw, values, Origin(VALUES), "set by hand for this run", faults)
    return build(raw, faults, standard=None).found_in(scenario.folders)


def _raw(content: Mapping[str, Any], faults: Faults) -> RawScenario:
    if not isinstance(content, Mapping):
        faults.add(FILE, "not an object", found=content, allowed="an object with named tables")
        faults.raise_if_any()
    header_keys = (*HEADER, *HEADER_TABLES)
    sections = ("name", *header_keys, *TABLES)
    for key in content:
        if key not in sections:
            near = faults.nearest(key, sections)
            faults.add(FILE, f"unknown key{near}", found=key, allowed=listed(sections, 99))
    try:
        name = as_name(content.get("name"))
    except ValueError as error:
        name = ""
        faults.add(FILE, str(error), field="name", found=content.get("name"), allowed="a name")
    header = {key: content[key] for key in header_keys if content.get(key) is not None}
    tables: dict[str, list[RawRow]] = {}
    for key, table in TABLES.items():
        rows = listed_rows(content.get(key, []), key, FILE, faults)
        tables[key] = [without_unknown(row, table, faults) for row in rows]
    return RawScenario(name, RawRow(header, Origin(FILE)), tables)
