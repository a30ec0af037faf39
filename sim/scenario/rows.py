"""The rows of a scenario's tables, one model a table.

The description of a field says what may stand in it: it is what a fault calls `allowed`, and
what the JSON Schema says. What one row alone cannot know is in the `check_*` modules.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sim.scenario import cells
from sim.scenario.kinds import EVENT_KINDS, KIND_CLASSES, PRIORS, STANCES, WHEN
from sim.theatre.terms import PLACE_KINDS, ROUTE_CLASSES, TERRAINS

MOST_FIGHTERS = 100_000.0
MOST_FIGHTERS_A_DAY = 10_000.0
MOST_FIGHTERS_IN_ALL = 1_000_000.0
MOST_STRIKES_A_DAY = 1_000.0

_NAME = "a printable name of at most 80 characters, without / \\ and .."
_KEY = "a name of at most 60 small letters, digits and _, beginning with a letter"
_SOURCE = "text: where the row comes from"
_TRUTH = "yes or no"
_PARAMETER = "a parameter, or a share of one such as 0.2 * siege.fighters"


def _words(words: tuple[str, ...]) -> str:
    return "one of " + ", ".join(words)


class Row(BaseModel):
    """A row of a table: frozen, with no other field than those named."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Labelled(Row):
    """A row with a name for programs or tables and a label for people."""

    name: str
    label: cells.Text = Field("", description="text: the name that people read")

    @model_validator(mode="before")
    @classmethod
    def _label_by_name(cls, value: Any) -> Any:
        if (
            isinstance(value, dict)
            and not value.get("label")
            and isinstance(value.get("name"), str)
        ):
            plain = value["name"].replace("_", " ")
            return {**value, "label": plain[:1].upper() + plain[1:]}
        return value


class Faction(Labelled):
    """A side of the war; the order of factions is the order of the F axis."""

    name: cells.Key = Field(description=_KEY)
    colour: cells.Colour | None = Field(None, description="a colour such as #1f77b4")


class Kind(Labelled):
    """A kind of unit: whose it is, and which commander decides for it."""

    name: cells.Key = Field(description=_KEY)
    faction: cells.Key = Field(description="a faction of scenario.toml")
    decides: cells.KindClass = Field(description=_words(KIND_CLASSES))


class City(Labelled):
    """A group of districts."""

    name: cells.Name = Field(description=_NAME)


class Relation(Row):
    """How two factions stand to each other on the first day."""

    a: cells.Key = Field(description="a faction of scenario.toml")
    b: cells.Key = Field(description="another faction of scenario.toml")
    stance: cells.Stance = Field(description=_words(STANCES))


class Place(Row):
    """A node of the map."""

    name: cells.Name = Field(description=_NAME)
    kind: cells.PlaceKind = Field(description=_words(PLACE_KINDS))
    latitude: Annotated[float, Field(ge=-90, le=90), cells.Number] = Field(
        description="degrees north (WGS 84), -90 to 90"
    )
    longitude: Annotated[float, Field(ge=-180, le=180), cells.Number] = Field(
        description="degrees east (WGS 84), -180 to 180"
    )
    city: cells.Name | None = Field(None, description="a city of scenario.toml, or blank")
    area_km2: Annotated[float, Field(gt=0, le=10_000), cells.Number] | None = Field(
        None, description="built-up area in square kilometres, above 0 and at most 10,000"
    )
    frontage_fighters: Annotated[float, Field(ge=1, le=100_000), cells.Number] | None = Field(
        None, description="fighters of a side that can fight at once, 1 to 100,000"
    )
    terrain: cells.Terrain = Field("open", description=_words(TERRAINS))
    population: Annotated[int, Field(ge=0, le=50_000_000), cells.Whole] | None = Field(
        None, description="people, a whole number from 0 to 50,000,000"
    )
    value: Annotated[float, Field(ge=0, le=1_000), cells.Number] = Field(
        1.0, description="worth as an objective, 0 to 1,000"
    )
    stronghold: cells.Truth = Field(False, description=_TRUTH)
    isolated: cells.Truth = Field(False, description=_TRUTH)
    precision_km: Annotated[float, Field(ge=0, le=1_000), cells.Number] | None = Field(
        None, description="how far off the coordinates may be, kilometres, 0 to 1,000"
    )
    source: cells.Text = Field("", description=_SOURCE)


class Route(Row):
    """A road between two places."""

    a: cells.Name = Field(description="a place of places.csv")
    b: cells.Name = Field(description="another place of places.csv")
    km: Annotated[float, Field(ge=0.01, le=2_000), cells.Number] = Field(
        description="length in kilometres, 0.01 to 2,000"
    )
    class_: cells.RouteClass = Field(alias="class", description=_words(ROUTE_CLASSES))
    open: cells.Truth = Field(True, description=_TRUTH)
    source: cells.Text = Field("", description=_SOURCE)


class Control(Row):
    """Who holds a place on the first day."""

    place: cells.Name = Field(description="a place of places.csv")
    controller: cells.Controller = Field(
        None, description="a faction of scenario.toml, or none (or blank) for nobody"
    )
    contested_by: cells.Controller = Field(
        None, description="a faction of scenario.toml that is hostile to the controller, or blank"
    )
    source: cells.Text = Field("", description=_SOURCE)


class Unit(Row):
    """A formation: one or several equal units that start or arrive in one place."""

    id: cells.Name = Field(description=_NAME)
    kind: cells.Key = Field(description="a kind of scenario.toml")
    place: cells.Name = Field(description="a place of places.csv")
    fighters: Annotated[float | str, BeforeValidator(cells.as_amount(MOST_FIGHTERS))] = Field(
        description="fighters of the whole formation, 0 to 100,000, or " + _PARAMETER
    )
    units: Annotated[int, Field(ge=1, le=1_000), cells.Whole] = Field(
        1, description="number of equal units, a whole number from 1 to 1,000"
    )
    arrives: cells.Day | None = Field(None, description="a date, or blank: there from the start")
    static: cells.Truth = Field(False, description=_TRUTH)
    leaders: Annotated[int, Field(ge=0, le=1_000), cells.Whole] = Field(
        3, description="leaders of each unit, a whole number from 0 to 1,000"
    )
    headquarters: cells.Truth = Field(False, description=_TRUTH)
    source: cells.Text = Field("", description=_SOURCE)


class Reinforcement(Row):
    """A stream of fighters who enter the theatre at a place."""

    id: cells.Name = Field(description=_NAME)
    kind: cells.Key = Field(description="a kind of scenario.toml")
    place: cells.Name = Field(description="a place of places.csv")
    fighters_per_day: Annotated[
        float | str, BeforeValidator(cells.as_amount(MOST_FIGHTERS_A_DAY))
    ] = Field(description="fighters a day, 0 to 10,000, or " + _PARAMETER)
    unit_fighters: Annotated[int, Field(ge=1, le=10_000), cells.Whole] = Field(
        description="fighters of a new unit, a whole number from 1 to 10,000"
    )
    slots: Annotated[int, Field(ge=1, le=1_000), cells.Whole] = Field(
        description="units that can exist at once, a whole number from 1 to 1,000"
    )
    from_: cells.Day | None = Field(
        None, alias="from", description="a date, or blank: from the start"
    )
    until: cells.Day | None = Field(None, description="a date, or blank: to the end")
    limit_fighters: (
        Annotated[float | str, BeforeValidator(cells.as_amount(MOST_FIGHTERS_IN_ALL))] | None
    ) = Field(
        None, description="most fighters in all, 0 to 1,000,000, or " + _PARAMETER + ", or blank"
    )
    when: cells.When = Field("always", description=_words(WHEN))
    leaders: Annotated[int, Field(ge=0, le=1_000), cells.Whole] = Field(
        3, description="leaders of each unit, a whole number from 0 to 1,000"
    )
    source: cells.Text = Field("", description=_SOURCE)


class Air(Row):
    """Strikes from the air that a faction can make, and whom it makes them for."""

    id: cells.Name = Field(description=_NAME)
    faction: cells.Key = Field(description="a faction of scenario.toml")
    strikes_per_day: Annotated[
        float | str, BeforeValidator(cells.as_amount(MOST_STRIKES_A_DAY))
    ] = Field(description="strikes a day, 0 to 1,000, or " + _PARAMETER)
    supports: cells.Factions = Field(description="factions of scenario.toml, joined by +")
    effect: Annotated[float, cells.Number, Field(ge=0, le=100)] = Field(
        1.0, description="dead of a strike over those of the standard strike, 0 to 100"
    )
    from_: cells.Day | None = Field(
        None, alias="from", description="a date, or blank: from the start"
    )
    until: cells.Day | None = Field(None, description="a date, or blank: to the end")
    source: cells.Text = Field("", description=_SOURCE)


class Supply(Row):
    """A place that a faction's goods come from."""

    faction: cells.Key = Field(description="a faction of scenario.toml")
    place: cells.Name = Field(description="a place of places.csv")
    source: cells.Text = Field("", description=_SOURCE)


class Event(Row):
    """What happens on a date, whatever the agents do."""

    date: cells.Day = Field(description="a date of the scenario")
    event: cells.EventKind = Field(description=_words(EVENT_KINDS))
    a: cells.Key = Field(description="a faction of scenario.toml")
    b: cells.Key = Field(description="another faction of scenario.toml")
    stance: cells.Stance = Field(description=_words(STANCES))
    source: cells.Text = Field("", description=_SOURCE)


class Parameter(Row):
    """An unknown of the model, what is believed of it, and why."""

    id: cells.ParameterId = Field(description="a dotted name such as combat.frontage")
    value: Annotated[float, Field(ge=-1e12, le=1e12), cells.Number] = Field(
        description="a number within the range of its prior"
    )
    unit: cells.NeededText = Field(description="text: the unit, or 1 where there is none")
    prior: cells.Prior = Field(description=_words(PRIORS))
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

    id: cells.Key = Field(description=_KEY)
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
    source: cells.Text = Field("", description=_SOURCE)
    note: cells.Text = Field("", description="text")


class Header(Row):
    """What `scenario.toml` says of the scenario as a whole."""

    title: cells.NeededText = Field(description="text of one line")
    question: cells.NeededText = Field(description="text: what the scenario is there to answer")
    start: cells.Day = Field(description="a date, the first day that is simulated")
    end: cells.Day = Field(description="a date, the last day that is simulated")


def columns(model: type[Row]) -> dict[str, bool]:
    """Return the columns of a table as they stand in files, and whether each is obligatory."""
    return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}


def allowed(model: type[Row], column: str) -> str:
    """Return what may stand in a column."""
    for name, field in model.model_fields.items():
        if column in (name, field.alias):
            return field.description or ""
    return ""
