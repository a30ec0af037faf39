"""What a kind knows in the morning, and the orders that it may give (sim/forces/side, picture)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.state.state import HOLD, WITHDRAW
from tests.oracle.air import factor_of
from tests.oracle.pieces import Kind, Unit
from tests.oracle.presence import Presence
from tests.oracle.scalars import exp, normal_quantile
from tests.oracle.world import NO_ROAD_M, World


@dataclass
class Order:
    """What a unit is told to do today."""

    destination: int
    operation: int | None
    posture: int = HOLD
    air_request: int = 0
    car_bombs: int = 0
    foot_bombers: int = 0


class Knowledge:
    """One kind's view of the morning; ``believed[place]`` is what it believes of the enemy."""

    def __init__(self, world: World, kind: Kind, morning: Presence) -> None:
        self.world = world
        self.kind = kind
        self.morning = morning
        self.faction = kind.faction
        self.day = world.day
        self.places = range(len(world.places))
        self.friendly = [world.friend_holds(self.faction, p) for p in self.places]
        self.hostile = [world.enemy_holds(self.faction, p) for p in self.places]
        self.friends = [morning.friends(self.faction, p) for p in self.places]
        self.fighters = morning.fighters[self.faction]
        self.true_enemies = [morning.enemies(self.faction, p) for p in self.places]
        self.believed = [self._believed(p) for p in self.places]
        self.supplied = world.supplied[self.faction]
        self.road_m = world.road_m[self.faction]

    def number(self, name: str) -> float:
        """Return a parameter of this kind."""
        return self.world.of_kind(self.kind.number, name)

    def draw(self, stream: str, number: int, day: int | None = None) -> float:
        """Draw a number that belongs to this kind."""
        return self.world.draw(stream, number ^ self.kind.id, day)

    def held(self, place: int) -> bool:
        """Return whether the kind's own faction holds a place."""
        return self.world.places[place].controller == self.faction

    def initially_held(self, place: int) -> bool:
        return self.world.places[place].first_controller == self.faction

    def any_beside(self, place: int, has: Callable[[int], bool]) -> bool:
        """Return whether some place joined to this one by road has a property."""
        return any(has(beside) for beside in self.world.places[place].neighbours)

    def visible(self, place: int) -> bool:
        """Return whether the side sees who stands in a place: it is there or beside it."""
        return self._ours(place) or self.any_beside(place, self._ours)

    def on_frontline(self, place: int) -> bool:
        """Return whether the enemy is in or beside a place of the kind's side."""
        threatened = self.true_enemies[place] > 0 or self.any_beside(place, self._threat)
        threatened = threatened or self.any_beside(place, self.at_truce)
        return self.friendly[place] and threatened

    def at_truce(self, place: int) -> bool:
        """Return whether somebody with whom there is a truce holds a place."""
        holder = self.world.places[place].controller
        return frozenset({self.faction, holder}) in self.world.truces

    def left_by_others(self, place: int) -> bool:
        """Return whether a kind of another faction, no enemy, has given a place up."""
        return any(
            place in kind.given_up
            for kind in self.world.kinds
            if kind.faction != self.faction and not self.world.hostile(self.faction, kind.faction)
        )

    def home(self) -> list[int]:
        """Return the places that the faction held at the start, or else its allies."""
        own = [p for p in self.places if self.initially_held(p)]
        return own or [p for p in self.places if self.initially_friendly(p)]

    def initially_friendly(self, place: int) -> bool:
        holder = self.world.places[place].first_controller
        return holder is not None and self.world.setting.stance[self.faction, holder] > 0

    def refuge(self, place: int) -> bool:
        """Return whether the kind believes a place of its side free of the enemy."""
        return self.friendly[place] and self.believed[place] == 0

    def has_air_support(self) -> bool:
        return any(
            wing.first_day <= self.day <= wing.last_day
            and self.faction in wing.supports
            and wing.strikes_per_day > 0
            and factor_of(self.world, number) > 0
            for number, wing in enumerate(self.world.wings)
        )

    def broken(self, unit: Unit) -> bool:
        return unit.broken_until is not None and unit.broken_until >= self.day

    def engaged(self, unit: Unit) -> bool:
        """Return whether a unit shares its place with the enemy."""
        return unit.standing and self.believed[unit.place] > 0 and self.fighters[unit.place] > 0

    def surrounded(self, unit: Unit) -> bool:
        """Return whether neither goods reach a unit's place nor a refuge lies beside it."""
        reached = self.supplied[unit.place] or self.any_beside(unit.place, self.refuge)
        return unit.standing and not reached

    def hold(self, unit: Unit) -> Order:
        """Order a unit to stay, or on the road to stop at the next place; its operation goes on."""
        stop = unit.place if unit.next_place is None else unit.next_place
        return Order(destination=stop, operation=unit.operation)

    def withdraw(self, unit: Unit, order: Order) -> Order:
        """Order a unit to the nearest safe stronghold, or else the nearest safe place.

        A unit to which no road to such a place is open keeps the order that it has.
        """
        safe = [p for p in self.places if self.friendly[p] and self.true_enemies[p] == 0]
        safe = [p for p in safe if p not in self.kind.given_up]
        strong = [p for p in safe if self.world.places[p].stronghold]
        goal = self._nearest(unit, strong)
        if goal is None and unit.place not in strong:
            goal = self._nearest(unit, safe)
        if goal is None:
            self.world.happened["nowhere to fall back to"] += 1
            return order
        self.world.happened["fell back"] += 1
        order.destination, order.operation, order.posture = goal, None, WITHDRAW
        order.air_request = 0
        return order

    def _nearest(self, unit: Unit, places: list[int]) -> int | None:
        """Return the nearest other place by open road, the first in the table of equals."""
        goal, nearest_m = None, NO_ROAD_M
        for place in places:
            length_m = self.road_m[unit.place][place]
            if unit.standing and place != unit.place and length_m < nearest_m:
                goal, nearest_m = place, length_m
        return goal

    def _ours(self, place: int) -> bool:
        return self.friendly[place] or self.friends[place] > 0

    def _threat(self, place: int) -> bool:
        return self.hostile[place] or self.true_enemies[place] > 0

    def _believed(self, place: int) -> float:
        """Return the true number times an error of the week where it is seen, else a garrison."""
        if self.visible(place):
            uniform = self.draw("forces.estimate", self.world.places[place].id, self.day // 7)
            error = exp(normal_quantile(uniform) * self.number("estimate_sigma"))
            return round(self.true_enemies[place] * error)
        return self.number("assumed_garrison_fighters") if self.hostile[place] else 0.0
