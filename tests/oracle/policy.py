"""Dated events (sim/rules/policy, and the routes of sim/state/setting)."""

from __future__ import annotations

from sim.scenario.rows import Event
from sim.state.setting import setting_of_day
from sim.state.state import FULL
from tests.oracle.build import roads_of
from tests.oracle.presence import look, refresh_roads
from tests.oracle.world import ALLIED, HOSTILE, NEUTRAL, World

STANCES = {"hostile": HOSTILE, "neutral": NEUTRAL, "allied": ALLIED}


def open_and_close_routes(world: World) -> None:
    """Let roads lead where routes are open today; goods and marches follow them."""
    setting = setting_of_day(world.setting, world.day)
    if setting is world.setting:
        return
    world.setting = setting
    for place in world.places:
        place.roads = roads_of(setting, place.number)
    world.free_road_m = setting.theatre.free_road_m.tolist()
    world.direct_m = setting.theatre.direct_m.tolist()
    refresh_roads(world, everything=True)
    if world.people is not None:
        world.people.note_roads()
    world.happened["route opened or closed"] += 1


def apply_events(world: World) -> None:
    """Let the events of the scenario's tables take effect whose day has come."""
    before, truces = [list(row) for row in world.stance], set(world.truces)
    _relate(world)
    for event in _of_today(world, "policy"):
        if event.a == "access_agreement":
            for faction in event.factions or world.setting.factions:
                share = round(FULL * (event.value or 0.0))
                world.access_agreed[world.setting.factions.index(faction)] = share
    for event in _of_today(world, "withdraw"):
        for kind in world.kinds:
            faction = world.setting.factions[kind.faction]
            if event.a == (faction if event.a in world.setting.factions else kind.name):
                kind.given_up |= {world.setting.theatre.index(name) for name in event.places}
                world.happened["places given up"] += 1
    _note_empty_places(world)
    world.happened["stance changed"] += world.stance != before
    world.happened["truce begun"] += len(world.truces - truces)
    world.happened["truce ended"] += len(truces - world.truces)


def _of_today(world: World, kind: str) -> list[Event]:
    events = world.setting.scenario.events
    return [row for row in events if row.event == kind and _day(world, row) == world.day]


def _day(world: World, event: Event) -> int:
    return (event.date - world.setting.start).days


def _relate(world: World) -> None:
    """Work out from all events up to today how each two factions stand to each other."""
    names = world.setting.factions
    events = [row for row in world.setting.scenario.events if _day(world, row) <= world.day]
    for a, first in enumerate(names):
        for b, second in enumerate(names):
            if a == b:
                continue
            stance, truce = int(world.setting.stance[a, b]), False
            for event in events:
                if event.event == "stance" and {event.a, event.b} == {first, second}:
                    stance = STANCES[event.stance]
                if event.a == "truce" and {first, second} <= set(event.factions):
                    truce = event.value is not None and event.value > 0
            kept = truce and stance == HOSTILE
            world.stance[a][b] = NEUTRAL if kept else stance
            if kept:
                world.truces.add(frozenset({a, b}))
            else:
                world.truces.discard(frozenset({a, b}))


def _note_empty_places(world: World) -> None:
    """Note the places that their holder has given up altogether and where nobody of his is."""
    present = look(world)
    for place in world.places:
        if place.controller is None or place.empty_since is not None:
            continue
        kinds = [kind for kind in world.kinds if kind.faction == place.controller]
        given_up = kinds and all(place.number in kind.given_up for kind in kinds)
        if given_up and present.fighters[place.controller][place.number] == 0:
            place.empty_since = world.day
            world.happened["given up place found empty"] += 1
