"""The rows of a scenario's tables, one model a table.

Here are those of scenario.toml, of events, parameters and outcomes; the others are called by
their names here too.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from sim.scenario import cells
from sim.scenario.kinds import EVENT_KINDS, KIND_CLASSES, PRIORS, STANCES
from sim.scenario.row_base import KEY, NAME, SOURCE, Labelled, Row, WithId, allowed, columns, words
from sim.scenario.rows_forces import Reinforcement, Unit
from sim.scenario.rows_map import Control, Place, Route
from sim.scenario.rows_means import Air, Claim, Sortie, Supply, SupplyLine, Workshop

__all__ = [
    "Air",
    "City",
    "Civilians",
    "Claim",
    "Control",
    "Event",
    "Faction",
    "Header",
    "Kind",
    "Labelled",
    "Outcome",
    "Parameter",
    "Place",
    "Reinforcement",
    "Relation",
    "Route",
    "Row",
    "Sortie",
    "Supply",
    "SupplyLine",
    "Unit",
    "WithId",
    "Workshop",
    "allowed",
    "columns",
]


class Faction(Labelled):
    """A side of the war; the order of factions is the order of the F axis."""

    name: cells.Key = Field(description=KEY)
    colour: cells.Colour | None = Field(None, description="a colour such as #1f77b4")


class Kind(Labelled):
    """A kind of unit: whose it is, and which commander decides for it."""

    name: cells.Key = Field(description=KEY)
    faction: cells.Key = Field(description="a faction of scenario.toml")
    decides: cells.KindClass = Field(description=words(KIND_CLASSES))


class City(Labelled):
    """A group of districts."""

    name: cells.Name = Field(description=NAME)


class Relation(Row):
    """How two factions stand to each other on the first day."""

    a: cells.Key = Field(description="a faction of scenario.toml")
    b: cells.Key = Field(description="another faction of scenario.toml")
    stance: cells.Stance = Field(description=words(STANCES))


class Event(Row):
    """What happens on a date, whatever the agents do; `event` says which fields it has."""

    date: cells.Day = Field(description="a date of the scenario")
    event: cells.EventKind = Field(description=words(EVENT_KINDS))
    a: cells.Name = Field(
        "", description="a faction, a kind, a wing of air.csv or a policy, as the event asks"
    )
    b: cells.Key = Field("", description="another faction of scenario.toml")
    stance: cells.Stance = Field("", description=words(STANCES))
    places: cells.Places = Field((), description='places of places.csv, joined by " + "')
    factions: cells.Factions = Field((), description="factions of scenario.toml, joined by +")
    value: Annotated[float, Field(ge=0, le=100), cells.Number] | None = Field(
        None, description="a number from 0 to 100; of a policy from 0 (ended) to 1"
    )
    source: cells.Text = Field("", description=SOURCE)


class Parameter(Row):
    """An unknown of the model, what is believed of it, and why."""

    id: cells.ParameterId = Field(description="a dotted name such as combat.frontage")
    value: Annotated[float, Field(ge=-1e12, le=1e12), cells.Number] = Field(
        description="a number within the range of its prior"
    )
    unit: cells.NeededText = Field(description="text: the unit, or 1 where there is none")
    prior: cells.Prior = Field(description=words(PRIORS))
    low: Annotated[float, Field(ge=-1e12, le=1e12), cells.Number] | None = Field(
        None, description="the least value that is believed; blank only where prior is fixed"
    )
    high: Annotated[float, Field(ge=-1e12, le=1e12), cells.Number] | None = Field(
        None, description="the largest value that is believed; blank only where prior is fixed"
    )
    source: cells.NeededText = Field(
        description='text: where the number comes from, or "estimate" and why'
    )
    note: cells.Text = Field("", description="text")


class Outcome(Row):
    """A number read off a run, and what was reported of it."""

    id: cells.Key = Field(description=KEY)
    label: cells.Text | None = Field(None, description="text: what people read instead of the id")
    measure: cells.Key = Field(description="the name of a measure of sim.outcomes")
    arguments: cells.Arguments = Field(
        default_factory=dict, description="a table of plain values, or of lists of them"
    )
    unit: cells.NeededText = Field(description="text: the unit, or 1 where there is none")
    reported: cells.Text = Field("", description="text: what was reported, in other words")
    reported_value: cells.Plain | None = Field(
        None, description="a finite number, a text, true or false"
    )
    source: cells.Text = Field("", description=SOURCE)
    note: cells.Text = Field("", description="text")


class Civilians(Row):
    """Whether the people of the theatre are followed."""

    simulate: cells.Truth = Field(default=False, description="true or false")


class Header(Row):
    """What `scenario.toml` says of the scenario as a whole."""

    title: cells.NeededText = Field(description="text of one line")
    question: cells.NeededText = Field(description="text: what the scenario is there to answer")
    start: cells.Day = Field(description="a date, the first day that is simulated")
    end: cells.Day = Field(description="a date, the last day that is simulated")
    civilians: Annotated[Civilians, BeforeValidator(cells.as_table)] = Field(
        default=Civilians(), description="a table with simulate = true or false"
    )


LATER = {
    "places": ("rank",),
    "supply": ("stock", "what"),
    "air": ("deep_share", "dynamic_share", "collateral"),
    "events": ("a", "b", "stance", "places", "factions"),
}
"""Columns that a resolved scenario leaves out where they say nothing, so that a scenario without
them keeps its hash; columns whose default is None are left out everywhere."""
