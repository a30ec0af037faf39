"""The rows of the means of war: strikes from the air, goods, supply lines, workshops."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from sim.scenario import cells
from sim.scenario.kinds import SUPPLY_KINDS
from sim.scenario.row_base import NAME, PARAMETER, SOURCE, Row, WithId, words

MOST_STRIKES_A_DAY: Final = 1_000.0
MOST_WEIGHT: Final = 1_000.0
MOST_GOODS_A_DAY: Final = 1_000_000.0
MOST_STOCK: Final = 100_000_000.0


class Air(Row):
    """Strikes from the air that a faction can make, and whom it makes them for."""

    id: cells.Name = Field(description=NAME)
    faction: cells.Key = Field(description="a faction of scenario.toml")
    strikes_per_day: Annotated[
        float | str, BeforeValidator(cells.as_amount(MOST_STRIKES_A_DAY))
    ] = Field(description="strikes a day, 0 to 1,000, or " + PARAMETER)
    supports: cells.Factions = Field(description="factions of scenario.toml, joined by +")
    effect: Annotated[float, cells.Number, Field(ge=0, le=100)] = Field(
        1.0, description="dead of a strike over those of the standard strike, 0 to 100"
    )
    from_: cells.Day | None = Field(
        None, alias="from", description="a date, or blank: from the start"
    )
    until: cells.Day | None = Field(None, description="a date, or blank: to the end")
    deep_share: Annotated[float | str, BeforeValidator(cells.as_amount(1.0))] = Field(
        0.0, description="share of its strikes on deep targets, 0 to 1, or " + PARAMETER
    )
    dynamic_share: Annotated[float | str, BeforeValidator(cells.as_amount(1.0))] = Field(
        0.0, description="share of its strikes on dynamic targets, 0 to 1, or " + PARAMETER
    )
    collateral: Annotated[float, cells.Number, Field(ge=0, le=1_000)] = Field(
        0.0, description="civil dead of a strike in a place where people live, 0 to 1,000"
    )
    source: cells.Text = Field("", description=SOURCE)


class Sortie(Row):
    """The strikes of a wing on one date, in place of its strikes a day."""

    wing: cells.Name = Field(description="a wing of air.csv")
    date: cells.Day = Field(description="a date of the scenario")
    strikes: Annotated[int, Field(ge=0, le=1_000), cells.Whole] = Field(
        description="strikes of the date, a whole number from 0 to 1,000"
    )
    source: cells.Text = Field("", description=SOURCE)


class Claim(WithId):
    """What a front beyond the map asks of a wing."""

    wing: cells.Name = Field(description="a wing of air.csv")
    weight: Annotated[float | str, BeforeValidator(cells.as_amount(MOST_WEIGHT))] = Field(
        description="requests a day, 0 to 1,000, or " + PARAMETER
    )
    from_: cells.Day | None = Field(
        None, alias="from", description="a date, or blank: from the start"
    )
    until: cells.Day | None = Field(None, description="a date, or blank: to the end")
    source: cells.Text = Field("", description=SOURCE)


class Supply(Row):
    """A place that a faction's goods, or its income, come from."""

    faction: cells.Key = Field(description="a faction of scenario.toml")
    place: cells.Name = Field(description="a place of places.csv")
    goods_per_day: (
        Annotated[float | str, BeforeValidator(cells.as_amount(MOST_GOODS_A_DAY))] | None
    ) = Field(
        None,
        description="person-days of goods a day, 0 to 1,000,000, or "
        + PARAMETER
        + ", or blank: without limit",
    )
    stock: Annotated[float | str, BeforeValidator(cells.as_amount(MOST_STOCK))] = Field(
        0.0, description="person-days there at the start, 0 to 100,000,000, or " + PARAMETER
    )
    what: cells.SupplyKind = Field("depot", description=words(SUPPLY_KINDS))
    source: cells.Text = Field("", description=SOURCE)


class SupplyLine(WithId):
    """A named chain of places that a faction's goods take."""

    faction: cells.Key = Field(description="a faction of scenario.toml")
    places: cells.Places = Field(
        min_length=2,
        description='places of places.csv, joined by " + ", each with a route to the next',
    )
    source: cells.Text = Field("", description=SOURCE)


class Workshop(Row):
    """A place where car bombs of a kind are built."""

    id: cells.Name = Field(description=NAME)
    kind: cells.Key = Field(description="a kind of scenario.toml")
    place: cells.Name = Field(description="a place of places.csv")
    share: Annotated[float, Field(ge=0, le=1), cells.Number] = Field(
        description="share of the kind's car bombs that are built there, 0 to 1"
    )
    source: cells.Text = Field("", description=SOURCE)
