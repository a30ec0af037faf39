"""What a theatre looks like: everything that the map draws and that no run changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.app.basemap import basemap, frame_around
from sim.app.colours import faction_colours
from sim.app.districts import district_outlines
from sim.app.lands import land_outlines
from sim.app.plane import DIGITS, Box, Points, Projection
from sim.state.parameters import Parameters
from sim.state.rolls import Roster, roster_of
from sim.theatre.theatre import Theatre

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

_CITY_MARGIN_KM: Final = 0.6
"""Land shown around the districts of a city, km."""


def theatre_dict(scenario: Scenario) -> dict[str, Any]:
    """Return what the map of a scenario shows on every day.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict
        Fit for JSON. Places, factions and kinds are referred to by index, in the order of the
        scenario's tables. x is km east and y km south of the middle of the theatre; lines and
        rings are x, y, x, y, ...; rings are even-odd.

        ``scenario``, ``title``, ``question``, ``start`` (ISO date), ``days``;
        ``bounds``: west, north, east, south of the territory grid; ``frame``: of the base map
        around it;
        ``places``, ``cities`` (of which there are places; ``bounds`` of the districts),
        ``routes``, ``lines`` (of supply), ``factions`` (with their colours, and ``allies`` on the
        first day, themselves among them), ``kinds``;
        ``units``: every slot of the roster, in the order of ``RunRecord.unit_names``;
        ``lands`` and ``districts``: ``place`` and ``rings``;
        ``borders``, ``rivers``, ``lakes``, ``seas``, ``countries``: see
        :func:`sim.app.basemap.basemap`.
    """
    theatre = Theatre.build(scenario.places, scenario.routes)
    projection = Projection.of(theatre)
    xy = np.round(projection.points(theatre.longitude, theatre.latitude), DIGITS)
    roster = roster_of(scenario, theatre, Parameters.of(scenario, 1, {}))
    land = theatre.territory
    edges = projection.points([land.west, land.east], [land.north, land.south])
    bounds = Box.around(edges)
    districts = district_outlines(theatre, xy)
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "start": scenario.start.isoformat(),
        "days": scenario.days,
        "bounds": bounds.as_list(),
        "frame": frame_around(projection, bounds).as_list(),
        "places": _places(scenario, theatre, xy),
        "cities": _cities(scenario, theatre, xy, districts),
        "routes": _routes(scenario, theatre),
        "lines": _lines(scenario, theatre),
        "factions": _factions(scenario, roster),
        "kinds": [{"name": name, "label": kind.label} for name, kind in scenario.kinds.items()],
        "units": _units(roster),
        "lands": land_outlines(land, bounds),
        "districts": districts,
        **basemap(projection, bounds),
    }


def _places(scenario: Scenario, theatre: Theatre, xy: Points) -> list[dict[str, Any]]:
    cities = _cities_with_places(scenario, theatre)
    return [
        {
            "name": row.name,
            "kind": row.kind,
            "x": x + 0.0,
            "y": y + 0.0,
            "population": row.population,
            "area_km2": area_m2 / 1e6,
            "value": row.value,
            "stronghold": row.stronghold,
            "terrain": row.terrain,
            "city": cities.index(row.city) if row.city else None,
        }
        for row, (x, y), area_m2 in zip(
            scenario.places, xy.tolist(), theatre.area_m2.tolist(), strict=True
        )
    ]


def _cities_with_places(scenario: Scenario, theatre: Theatre) -> list[str]:
    return [name for name in scenario.cities if name in theatre.city_names]


def _cities(
    scenario: Scenario, theatre: Theatre, xy: Points, districts: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    rings = {each["place"]: each["rings"] for each in districts}
    cities = []
    for name in _cities_with_places(scenario, theatre):
        places = np.flatnonzero(theatre.city == theatre.city_names.index(name)).tolist()
        # Villages and bases that belong to the city too may lie far outside it.
        inner = [place for place in places if theatre.kind[place] == "district"] or places
        outline = [np.array(ring).reshape(-1, 2) for p in inner for ring in rings[p]]
        cities.append(
            {
                "name": name,
                "label": scenario.cities[name].label,
                "bounds": Box.around(np.concatenate(outline), _CITY_MARGIN_KM).as_list(),
                "places": places,
            }
        )
    return cities


def _routes(scenario: Scenario, theatre: Theatre) -> list[dict[str, Any]]:
    return [
        {
            "a": theatre.index(row.a),
            "b": theatre.index(row.b),
            "class": row.class_,
            "km": row.km,
            "open": row.open,
        }
        for row in scenario.routes
    ]


def _lines(scenario: Scenario, theatre: Theatre) -> list[dict[str, Any]]:
    factions = list(scenario.factions)
    return [
        {
            "id": row.id,
            "label": row.label,
            "faction": factions.index(row.faction),
            "places": [theatre.index(name) for name in row.places],
        }
        for row in scenario.supply_lines
    ]


def _factions(scenario: Scenario, roster: Roster) -> list[dict[str, Any]]:
    names = list(scenario.factions)
    ground = np.isin(np.arange(len(scenario.factions)), roster.faction).tolist()
    colours = faction_colours([row.colour for row in scenario.factions.values()], ground)
    return [
        {
            "name": name,
            "label": row.label,
            **colour,
            "ground": on_ground,
            "allies": [i for i, b in enumerate(names) if scenario.stance(name, b) == "allied"],
        }
        for (name, row), colour, on_ground in zip(
            scenario.factions.items(), colours, ground, strict=True
        )
    ]


def _units(roster: Roster) -> list[dict[str, Any]]:
    columns = zip(roster.names, roster.kind.tolist(), roster.faction.tolist(), strict=True)
    return [{"name": name, "kind": kind, "faction": faction} for name, kind, faction in columns]
