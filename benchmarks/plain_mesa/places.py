"""Places, the roads between them, and the shortest ways that a faction can take."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sim.theatre.terms import MOVEMENT_FACTORS, ROUTE_CLASSES, TERRAINS
from sim.theatre.theatre import Theatre

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege

INFINITE = float("inf")
NOBODY = -1


@dataclass(slots=True)
class Road:
    """A road out of a place."""

    there: Place
    metres: int
    cost_m: int  # metres of good road that it costs a march
    near: bool  # close enough to exchange fire across


class Place:
    """A place: what it is, who holds it and who stands there."""

    def __init__(self, model: Siege, theatre: Theatre, index: int) -> None:
        combat = model.parameters.combat
        self.index = index
        self.name = theatre.names[index]
        city = int(theatre.city[index])
        self.city = theatre.city_names[city] if city >= 0 else None
        self.area_m2 = int(theatre.area_m2[index])
        self.frontage = float(theatre.frontage_fighters[index])
        self.stronghold = bool(theatre.stronghold[index])
        self.value = float(theatre.value[index])
        self.cover = getattr(combat, f"cover_{TERRAINS[theatre.terrain[index]]}")
        if self.stronghold:
            self.cover *= combat.cover_stronghold
        self.roads: list[Road] = []
        self.controller = NOBODY
        self.captor = NOBODY
        self.cleared_m2 = 0
        self.changed_day: int | None = None
        self.empty_since: int | None = None
        self.engaged = False
        self.noise: dict[bool, float] = {}  # of the engagement, by whether one attacks
        self.struck = 0
        self.count([0] * model.factions, model)

    def count(self, fighters: list[int], model: Siege) -> None:
        """Take note of who stands here; lists by faction."""
        self.fighters = fighters
        if any(fighters):
            self.enemies = [sum(fighters[g] for g in foes) for foes in model.foes]
            self.friends = [sum(fighters[g] for g in allies) for allies in model.allies]
        else:
            self.enemies = self.friends = fighters

    def change_hands(self, holder: int, day: int) -> None:
        """Give the place to a faction."""
        self.controller = holder
        self.changed_day = day
        self.captor = NOBODY
        self.cleared_m2 = 0
        self.empty_since = None


def build_places(model: Siege, theatre: Theatre) -> list[Place]:
    """Return the places of a theatre, joined by roads."""
    places = [Place(model, theatre, index) for index in range(theatre.P)]
    reach_m = 1000 * model.parameters.combat.contact_reach_km
    for place in places:
        for slot, there in enumerate(theatre.neighbour[place.index]):
            if there < 0:
                continue
            metres = int(theatre.neighbour_m[place.index, slot])
            pace = MOVEMENT_FACTORS[ROUTE_CLASSES[theatre.neighbour_class[place.index, slot]]]
            road = Road(places[there], metres, round(metres / pace), metres <= reach_m)
            place.roads.append(road)
    return places


class RoadMap:
    """Shortest ways through passable places, worked out when asked and kept until the map changes.

    The two ends of a way need not be passable.
    """

    def __init__(self, places: list[Place], passable: list[bool] | None = None) -> None:
        self._places = places
        self.passable = passable
        self.supplied = [False] * len(places)
        self._metres: dict[int, list[float]] = {}

    def refresh(self, passable: list[bool], sources: list[Place]) -> None:
        """Take a new map, if it is new, and find the places that goods reach."""
        if passable == self.passable:
            return
        self.passable = passable
        self._metres = {}
        self.supplied = [False] * len(passable)
        waiting = [place for place in sources if passable[place.index]]
        while waiting:
            place = waiting.pop()
            if not self.supplied[place.index]:
                self.supplied[place.index] = True
                waiting += [road.there for road in place.roads if passable[road.there.index]]

    def metres_from(self, start: Place) -> list[float]:
        """Return the shortest way from (or to) a place, by index of the other end (Dijkstra)."""
        if start.index not in self._metres:
            self._metres[start.index] = self._search(start)
        return self._metres[start.index]

    def _search(self, start: Place) -> list[float]:
        metres = [INFINITE] * len(self._places)
        metres[start.index] = 0
        queue = [(0, start.index)]
        while queue:
            so_far, here = heappop(queue)
            if so_far > metres[here] or not (self.passable[here] or here == start.index):
                continue
            for road in self._places[here].roads:
                there, length = road.there.index, so_far + road.metres
                if length < metres[there]:
                    metres[there] = length
                    heappush(queue, (length, there))
        return metres
