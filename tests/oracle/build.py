"""The pieces of a world, made from a setting of one replicate."""

from __future__ import annotations

import numpy as np

from sim.state.setting import Setting
from tests.oracle.pieces import AirWing, Kind, Place, Road, Stream, Unit


def places_of(setting: Setting) -> list[Place]:
    theatre = setting.theatre
    return [
        Place(
            number=p,
            id=int(setting.place_ids[p]),
            city=_none_below_zero(theatre.city[p]),
            city_id=int(setting.city_ids[p]),
            area_m2=int(theatre.area_m2[p]),
            frontage_fighters=float(theatre.frontage_fighters[p]),
            terrain=int(theatre.terrain[p]),
            stronghold=bool(theatre.stronghold[p]),
            value=float(theatre.value[p]),
            roads=roads_of(setting, p),
            first_controller=_none_below_zero(setting.controller[p]),
            home_of=_none_below_zero(setting.home_of[p]),
        )
        for p in range(theatre.P)
    ]


def roads_of(setting: Setting, place: int) -> list[Road]:
    """Return the open roads out of a place."""
    theatre = setting.theatre
    return [
        Road(
            to=int(theatre.neighbour[place, slot]),
            length_m=int(theatre.neighbour_m[place, slot]),
            cost_m=int(setting.route_cost_m[place, slot]),
            near=bool(setting.near[place, slot]),
        )
        for slot in range(theatre.neighbour.shape[1])
        if theatre.neighbour[place, slot] >= 0
    ]


def units_of(setting: Setting) -> list[Unit]:
    roster = setting.roster
    return [
        Unit(
            name=roster.names[u],
            id=int(roster.ids[u]),
            kind=int(roster.kind[u]),
            faction=int(roster.faction[u]),
            start=int(roster.place[u]),
            static=bool(roster.static[u]),
            headquarters=bool(roster.headquarters[u]),
            arrives_day=int(roster.arrives_day[u]),
            first_strength=int(roster.strength[0, u]),
            first_leaders=int(roster.leaders[u]),
            stream=_none_below_zero(roster.arrival[u]),
        )
        for u in range(len(roster.names))
    ]


def kinds_of(setting: Setting, units: list[Unit]) -> list[Kind]:
    return [
        Kind(
            number=k,
            name=name,
            id=int(setting.kind_ids[k]),
            faction=int(setting.kind_faction[k]),
            decides=setting.scenario.kinds[name].decides,
            members=[unit for unit in units if unit.kind == k],
        )
        for k, name in enumerate(setting.kinds)
    ]


def streams_of(setting: Setting, units: list[Unit]) -> list[Stream]:
    arrivals = setting.arrivals
    return [
        Stream(
            id=int(arrivals.ids[s]),
            kind=int(arrivals.kind[s]),
            faction=int(arrivals.faction[s]),
            place=int(arrivals.place[s]),
            fighters_per_day=float(arrivals.rate_per_day[0, s]),
            limit_fighters=float(arrivals.limit_fighters[0, s]),
            unit_fighters=int(arrivals.unit_fighters[s]),
            first_day=int(arrivals.first_day[s]),
            last_day=int(arrivals.last_day[s]),
            after_joining=bool(arrivals.after_joining[s]),
            slots=[unit for unit in units if unit.stream == s],
            through=_none_below_zero(arrivals.through[s]),
            children_permille=_none_below_zero(arrivals.children_permille[s]),
        )
        for s in range(len(arrivals.ids))
    ]


def wings_of(setting: Setting) -> list[AirWing]:
    wings = setting.air_wings
    return [
        AirWing(
            id=int(wings.ids[w]),
            faction=int(wings.faction[w]),
            strikes_per_day=float(wings.strikes_per_day[0, w]),
            supports=set(np.flatnonzero(wings.supports[w]).tolist()),
            effect_permille=int(wings.effect_permille[w]),
            first_day=int(wings.first_day[w]),
            last_day=int(wings.last_day[w]),
        )
        for w in range(len(wings.ids))
    ]


def _none_below_zero(number: np.int64) -> int | None:
    return None if number < 0 else int(number)
