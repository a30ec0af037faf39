"""Who stands where at one moment, and the roads that each faction can use (sim/state/presence)."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from tests.oracle.world import ALLIED, HOSTILE, NO_ROAD_M, World


@dataclass(frozen=True)
class Presence:
    """Fighters of units that stand in a place, ``fighters[faction][place]``."""

    stance: list[list[int]]
    fighters: list[list[int]]

    def enemies(self, faction: int, place: int) -> int:
        """Return the fighters hostile to a faction in a place."""
        return self._of_those_who_are(HOSTILE, faction, place)

    def friends(self, faction: int, place: int) -> int:
        """Return the fighters of a faction and its allies in a place."""
        return self._of_those_who_are(ALLIED, faction, place)

    def everyone(self, place: int) -> int:
        return sum(own[place] for own in self.fighters)

    def _of_those_who_are(self, stance: int, faction: int, place: int) -> int:
        return sum(
            self.fighters[other][place]
            for other in range(len(self.fighters))
            if self.stance[faction][other] == stance
        )


def look(world: World) -> Presence:
    """Count who stands where now."""
    fighters = world.zeros()
    for unit in world.units:
        if unit.standing:
            fighters[unit.faction][unit.place] += unit.strength
    return Presence(world.stance, fighters)


def refresh_roads(world: World, *, everything: bool = False) -> None:
    """Bring roads and supply of the factions whose map has changed up to date.

    A faction can pass a place unless a hostile faction holds it, or one with which it has a truce.
    Goods reach the faction's sources
    that it can pass, and the places that it can pass which are joined to them.
    """
    for faction in range(world.factions):
        passable = [not world.bars(faction, place.number) for place in world.places]
        if passable == world.passable[faction] and not everything:
            continue
        world.passable[faction] = passable
        if all(unit.faction != faction for unit in world.units):
            continue
        world.supplied[faction] = _reachable(world, passable, world.sources[faction])
        world.road_m[faction] = [
            shortest_roads_m(world, place.number, passable) for place in world.places
        ]


def shortest_roads_m(world: World, start: int, passable: list[bool]) -> list[int]:
    """Return the shortest road from a place to every other, by Dijkstra's method.

    Every place between the two ends must be passable; the ends need not be.
    """
    shortest = [NO_ROAD_M] * len(world.places)
    shortest[start] = 0
    queue = [(0, start)]
    while queue:
        so_far, here = heapq.heappop(queue)
        if so_far > shortest[here] or (here != start and not passable[here]):
            continue
        for road in world.places[here].roads:
            if so_far + road.length_m < shortest[road.to]:
                shortest[road.to] = so_far + road.length_m
                heapq.heappush(queue, (so_far + road.length_m, road.to))
    return shortest


def _reachable(world: World, passable: list[bool], sources: set[int]) -> list[bool]:
    reached = [place in sources and passable[place] for place in range(len(passable))]
    waiting = [place for place, yes in enumerate(reached) if yes]
    while waiting:
        for beside in world.places[waiting.pop()].neighbours:
            if passable[beside] and not reached[beside]:
                reached[beside] = True
                waiting.append(beside)
    return reached
