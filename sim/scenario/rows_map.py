"""The rows of the map: places, routes, and who holds each place."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario import cells
from sim.scenario.row_base import NAME, SOURCE, TRUTH, Row, words
from sim.theatre.terms import PLACE_KINDS, ROUTE_CLASSES, TERRAINS


class Place(Row):
    """A node of the map."""

    name: cells.Name = Field(description=NAME)
    kind: cells.PlaceKind = Field(description=words(PLACE_KINDS))
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
    terrain: cells.Terrain = Field("open", description=words(TERRAINS))
    population: Annotated[int, Field(ge=0, le=50_000_000), cells.Whole] | None = Field(
        None, description="people, a whole number from 0 to 50,000,000"
    )
    value: Annotated[float, Field(ge=0, le=1_000), cells.Number] = Field(
        1.0, description="worth as an objective, 0 to 1,000"
    )
    stronghold: cells.Truth = Field(False, description=TRUTH)
    isolated: cells.Truth = Field(False, description=TRUTH)
    precision_km: Annotated[float, Field(ge=0, le=1_000), cells.Number] | None = Field(
        None, description="how far off the coordinates may be, kilometres, 0 to 1,000"
    )
    province: cells.Name | None = Field(
        None, description="the name of the province it lies in, or blank"
    )
    rank: Annotated[int, Field(ge=0, le=100), cells.Whole] = Field(
        0, description="1 for a town of the first rank, a whole number from 0 (none) to 100"
    )
    home_of: cells.Key | None = Field(
        None, description="a faction of scenario.toml, whose community lives there, or blank"
    )
    source: cells.Text = Field("", description=SOURCE)


class Route(Row):
    """A road between two places."""

    a: cells.Name = Field(description="a place of places.csv")
    b: cells.Name = Field(description="another place of places.csv")
    km: Annotated[float, Field(ge=0.01, le=2_000), cells.Number] = Field(
        description="length in kilometres, 0.01 to 2,000"
    )
    class_: cells.RouteClass = Field(alias="class", description=words(ROUTE_CLASSES))
    open: cells.Truth = Field(True, description=TRUTH)
    source: cells.Text = Field("", description=SOURCE)


class Control(Row):
    """Who holds a place on the first day."""

    place: cells.Name = Field(description="a place of places.csv")
    controller: cells.Controller = Field(
        None, description="a faction of scenario.toml, or none (or blank) for nobody"
    )
    contested_by: cells.Controller = Field(
        None, description="a faction of scenario.toml that is hostile to the controller, or blank"
    )
    source: cells.Text = Field("", description=SOURCE)
