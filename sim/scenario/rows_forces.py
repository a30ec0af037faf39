"""The rows of the forces: formations, and streams of fighters who come later."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from sim.scenario import cells
from sim.scenario.kinds import WHEN
from sim.scenario.row_base import NAME, PARAMETER, SOURCE, TRUTH, Row, words

MOST_FIGHTERS: Final = 100_000.0
MOST_FIGHTERS_A_DAY: Final = 10_000.0
MOST_FIGHTERS_IN_ALL: Final = 1_000_000.0


class Unit(Row):
    """A formation: one or several equal units that start or arrive in one place."""

    id: cells.Name = Field(description=NAME)
    kind: cells.Key = Field(description="a kind of scenario.toml")
    place: cells.Name = Field(description="a place of places.csv")
    fighters: Annotated[float | str, BeforeValidator(cells.as_amount(MOST_FIGHTERS))] = Field(
        description="fighters of the whole formation, 0 to 100,000, or " + PARAMETER
    )
    units: Annotated[int, Field(ge=1, le=1_000), cells.Whole] = Field(
        1, description="number of equal units, a whole number from 1 to 1,000"
    )
    arrives: cells.Day | None = Field(None, description="a date, or blank: there from the start")
    static: cells.Truth = Field(False, description=TRUTH)
    leaders: Annotated[int, Field(ge=0, le=1_000), cells.Whole] = Field(
        3, description="leaders of each unit, a whole number from 0 to 1,000"
    )
    headquarters: cells.Truth = Field(False, description=TRUTH)
    province: cells.Name | None = Field(
        None, description="a province of places.csv that the headquarters commands, or blank"
    )
    source: cells.Text = Field("", description=SOURCE)


class Reinforcement(Row):
    """A stream of fighters who enter the theatre at a place."""

    id: cells.Name = Field(description=NAME)
    kind: cells.Key = Field(description="a kind of scenario.toml")
    place: cells.Name = Field(description="a place of places.csv")
    fighters_per_day: Annotated[
        float | str, BeforeValidator(cells.as_amount(MOST_FIGHTERS_A_DAY))
    ] = Field(description="fighters a day, 0 to 10,000, or " + PARAMETER)
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
        None, description="most fighters in all, 0 to 1,000,000, or " + PARAMETER + ", or blank"
    )
    when: cells.When = Field("always", description=words(WHEN))
    leaders: Annotated[int, Field(ge=0, le=1_000), cells.Whole] = Field(
        3, description="leaders of each unit, a whole number from 0 to 1,000"
    )
    through: cells.Name | None = Field(
        None, description="a place of places.csv that the stream comes through, or blank"
    )
    children: Annotated[float, Field(ge=0, le=1), cells.Number] | None = Field(
        None, description="share of children, 0 to 1, or blank: as the kind's parameter says"
    )
    source: cells.Text = Field("", description=SOURCE)
