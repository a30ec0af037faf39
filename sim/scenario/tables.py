"""The tables of a scenario: file, columns and key of each."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from sim.scenario import rows
from sim.scenario.faults import shown_value
from sim.scenario.raw import RawRow

SCENARIO_FILE: Final = "scenario.toml"
OUTCOMES_FILE: Final = "outcomes.toml"
POSTERIOR_FILE: Final = "posterior.csv"
POSTERIOR_ABOUT_FILE: Final = "posterior.toml"
"""Fitted parameters and how they were made: see `sim.scenario.posterior`."""

PREDICTIVE_FILE: Final = "predictive.csv"
"""What would have been reported before and after that fit; whoever made the fit reads it."""


@dataclass(frozen=True)
class Table:
    """A table: its rows' model, its file, and the columns that tell its rows apart.

    Attributes
    ----------
    name, file, model
        Name in `Scenario`, file in the folder, model of a row.
    key
        Columns that identify a row; one that is not obligatory may be blank.
    unordered
        Whether the columns of the key may change places (a road from a to b is one to a).
    obligatory
        Whether a scenario without base needs the file.
    what
        What a row is called in a fault.
    """

    name: str
    file: str
    model: type[rows.Row]
    key: tuple[str, ...]
    what: str
    unordered: bool = False
    obligatory: bool = False

    @property
    def is_csv(self) -> bool:
        """Whether the table is a CSV file of its own."""
        return self.file.endswith(".csv")

    def key_of(self, row: RawRow) -> tuple[str, ...]:
        """Return the key of a row, empty texts for blanks; letter case does not count."""
        parts = tuple(_folded(row.cells.get(column, "")) for column in self.key)
        return tuple(sorted(parts)) if self.unordered else parts


def _folded(value: object) -> str:
    text = value[:200] if isinstance(value, str) else shown_value(value)
    return unicodedata.normalize("NFC", text).casefold()


TABLES: Final = {
    table.name: table
    for table in (
        Table("factions", SCENARIO_FILE, rows.Faction, ("name",), "faction"),
        Table("kinds", SCENARIO_FILE, rows.Kind, ("name",), "kind"),
        Table("cities", SCENARIO_FILE, rows.City, ("name",), "city"),
        Table("relations", SCENARIO_FILE, rows.Relation, ("a", "b"), "relation", unordered=True),
        Table("places", "places.csv", rows.Place, ("name",), "place", obligatory=True),
        Table(
            "routes",
            "routes.csv",
            rows.Route,
            ("a", "b"),
            "route",
            unordered=True,
            obligatory=True,
        ),
        Table("control", "control.csv", rows.Control, ("place",), "place", obligatory=True),
        Table("units", "units.csv", rows.Unit, ("id",), "unit", obligatory=True),
        Table("reinforcements", "reinforcements.csv", rows.Reinforcement, ("id",), "reinforcement"),
        Table("air", "air.csv", rows.Air, ("id",), "wing"),
        Table("sorties", "sorties.csv", rows.Sortie, ("wing", "date"), "sortie"),
        Table("claims", "claims.csv", rows.Claim, ("id",), "claim"),
        Table("supply", "supply.csv", rows.Supply, ("faction", "place"), "supply row"),
        Table("supply_lines", "supply_lines.csv", rows.SupplyLine, ("id",), "supply line"),
        Table("workshops", "workshops.csv", rows.Workshop, ("id",), "workshop"),
        Table(
            "events",
            "events.csv",
            rows.Event,
            ("date", "event", "a", "b", "places", "factions", "value", "stance"),
            "event",
        ),
        Table("parameters", "parameters.csv", rows.Parameter, ("id",), "parameter"),
        Table("outcomes", OUTCOMES_FILE, rows.Outcome, ("id",), "outcome"),
    )
}

NAMED_TABLES: Final = ("factions", "kinds", "cities")
"""Tables that stand in scenario.toml as tables by name."""

CSV_TABLES: Final = tuple(table for table in TABLES.values() if table.is_csv)

AMOUNTS: Final = (
    ("units", "fighters"),
    ("reinforcements", "fighters_per_day"),
    ("reinforcements", "limit_fighters"),
    ("air", "strikes_per_day"),
    ("air", "deep_share"),
    ("air", "dynamic_share"),
    ("claims", "weight"),
    ("supply", "goods_per_day"),
    ("supply", "stock"),
)
"""Tables and columns that take a number, or a parameter or a share of one."""
