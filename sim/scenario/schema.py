"""The scenario: what the rest of the package sees, checked and frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_serializer

from sim.scenario import cells, rows

LATER_SECTIONS = ("sorties", "claims", "supply_lines", "workshops", "civilians")
"""What a resolved scenario leaves out where it says nothing: a scenario without keeps its hash."""


class Scenario(BaseModel):
    """All that a run needs to know before its first day.

    Made by `sim.scenario.load` or `Scenario.from_resolved`, which check what a model by itself
    does not: that the tables agree. Frozen; treat the dictionaries as frozen too. Two scenarios
    are equal if all their rows are. Order of factions, kinds, places and units is that of the
    tables; control follows the places, and rows whose order means nothing (relations, supply,
    sorties, events, parameters) are sorted.

    Attributes
    ----------
    name
        Name of the folder.
    title, question
        What it is, and what it is there to answer.
    start, end
        First and last day simulated.
    factions, kinds, cities
        By name, in order.
    parameters
        By id, sorted; the standard ones included.
    relations, places, routes, control, units, reinforcements, air, sorties, claims, supply,
    supply_lines, workshops, events, outcomes
        Rows of the tables.
    civilians
        Whether the people of the theatre are followed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: cells.Name
    title: cells.NeededText
    question: cells.NeededText
    start: cells.Day
    end: cells.Day
    factions: dict[str, rows.Faction]
    kinds: dict[str, rows.Kind]
    cities: dict[str, rows.City] = Field(default_factory=dict)
    relations: tuple[rows.Relation, ...] = ()
    places: tuple[rows.Place, ...]
    routes: tuple[rows.Route, ...] = ()
    control: tuple[rows.Control, ...]
    units: tuple[rows.Unit, ...]
    reinforcements: tuple[rows.Reinforcement, ...] = ()
    air: tuple[rows.Air, ...] = ()
    sorties: tuple[rows.Sortie, ...] = ()
    claims: tuple[rows.Claim, ...] = ()
    supply: tuple[rows.Supply, ...] = ()
    supply_lines: tuple[rows.SupplyLine, ...] = ()
    workshops: tuple[rows.Workshop, ...] = ()
    events: tuple[rows.Event, ...] = ()
    parameters: dict[str, rows.Parameter] = Field(default_factory=dict)
    outcomes: tuple[rows.Outcome, ...] = ()
    civilians: rows.Civilians = rows.Civilians()

    _folders: tuple[Path, ...] = PrivateAttr(default=())

    # Lists, because the order of factions and kinds must survive a JSON writer that sorts keys.
    @field_serializer("factions")
    def _list_factions(self, table: dict[str, rows.Faction]) -> list[rows.Faction]:
        return list(table.values())

    @field_serializer("kinds")
    def _list_kinds(self, table: dict[str, rows.Kind]) -> list[rows.Kind]:
        return list(table.values())

    @field_serializer("cities")
    def _list_cities(self, table: dict[str, rows.City]) -> list[rows.City]:
        return list(table.values())

    @field_serializer("parameters")
    def _list_parameters(self, table: dict[str, rows.Parameter]) -> list[rows.Parameter]:
        return list(table.values())

    @property
    def days(self) -> int:
        """Number of days, the first and the last included."""
        return (self.end - self.start).days + 1

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything but the name, in hexadecimal.

        Of the canonical JSON of `resolved()`: keys sorted, no blanks, floats as `repr` writes
        them. It does not depend on the folder.
        """
        content = self.resolved()
        del content["name"]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders that it was read from, its own first, then those of its bases.

        Empty for one that comes from a resolved description. They are no part of what it says:
        not of its hash, nor of what makes two scenarios equal.
        """
        return self._folders

    def found_in(self, folders: Iterable[Path]) -> Scenario:
        """Note where the scenario was read, and return it."""
        self._folders = tuple(folders)
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in Scenario.model_fields)

    def __hash__(self) -> int:
        return hash((self.name, self.hash))

    def stance(self, a: str, b: str) -> str:
        """Return how faction `a` stands to `b` on the first day: hostile, neutral or allied.

        A faction is allied to itself; a pair without a relation is neutral. Events may change it
        later on.

        Raises
        ------
        KeyError
            If either is not a faction of the scenario.
        """
        for faction in (a, b):
            if faction not in self.factions:
                raise KeyError(faction)
        if a == b:
            return "allied"
        for relation in self.relations:
            if {relation.a, relation.b} == {a, b}:
                return relation.stance
        return "neutral"

    def resolved(self) -> dict[str, Any]:
        """Return everything as lists, dicts, texts, numbers and truth values, fit for JSON.

        Overlays are merged and the standard parameters included, so that `from_resolved` gives
        the same scenario without its folder. Fields without a value are left out, and so are
        tables and columns of `LATER` that say nothing.
        """
        content = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        for name in LATER_SECTIONS:
            if getattr(self, name) in ((), rows.Civilians()):
                del content[name]
        for name, columns in rows.LATER.items():
            for row, cells_of_row in zip(getattr(self, name), content[name], strict=True):
                for column in columns:
                    if getattr(row, column) == type(row).model_fields[column].default:
                        del cells_of_row[column]
        return content

    @classmethod
    def from_resolved(cls, content: Mapping[str, Any]) -> Scenario:
        """Return the scenario that `resolved` described, checked anew.

        Raises
        ------
        ScenarioError
            If the description is not one of a valid scenario. Files are called `resolved
            scenario`, and rows are counted from 1 in each table.
        """
        from sim.scenario.resolved import scenario_from

        return scenario_from(content)

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """Return a copy in which some values are set, checked anew.

        Parameters
        ----------
        values
            By dotted name: the id of a parameter, `KIND.x` where `any_kind.x` is a parameter, or
            `scenario.start`, `scenario.end`, `scenario.title`, `scenario.question`. Texts of
            numbers and dates will do. A parameter that is set has the prior `fixed`; an earlier
            end drops what would come after it.

        Raises
        ------
        ScenarioError
            If a name is unknown (the nearest is suggested) or a value is not allowed.
        """
        from sim.scenario.resolved import scenario_with

        return scenario_with(self, values)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a resolved scenario."""
    schema = Scenario.model_json_schema(mode="serialization", by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
