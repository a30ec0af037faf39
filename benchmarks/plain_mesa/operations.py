"""Groups of units on operations."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.picture import beside
from benchmarks.plain_mesa.places import INFINITE, Place
from benchmarks.plain_mesa.unit import Unit

if TYPE_CHECKING:
    from benchmarks.plain_mesa.commander import Commander

IDLE, STAGING, ASSAULT, REST = "idle", "staging", "assault", "rest"
SUCCESS_MEMORY_DAYS = 5


class Group:
    """Units that a commander sends after one objective."""

    def __init__(self) -> None:
        self.phase = IDLE
        self.target: Place | None = None
        self.staging: Place | None = None
        self.since = -(2**20)
        self.fighters = 0

    def review(self, commander: Commander) -> None:
        """Go over to the assault, end, or be ready again."""
        day, traits = commander.model.day, commander.traits
        done = False
        if self.phase in (STAGING, ASSAULT):
            done = self.review_operation(commander, day - self.since)
        if self.phase == REST and (done or day - self.since >= traits.rest_days):
            self.phase = IDLE

    def review_operation(self, commander: Commander, age: int) -> bool:
        """Review an operation under way; say whether it has reached its aim."""
        traits, faction, target = commander.traits, commander.faction, self.target
        enemies = commander.enemies[target.index]
        members = [unit for unit in commander.members if unit.group is self]
        fighters = sum(unit.strength for unit in members)
        done = commander.picture.friendly[target.index] and enemies == 0
        if self.phase == STAGING:
            late = age >= traits.staging_days_most
            staged = sum(u.strength for u in members if u.standing and u.place is self.staging)
            worthwhile = fighters * commander.air_factor >= traits.caution * 0.7 * enemies
            failed = late and not worthwhile
            commit = (
                worthwhile and fighters > 0 and (late or staged >= traits.staged_share * fighters)
            )
        else:
            overwhelmed = enemies > traits.retreat_ratio * max(target.friends[faction], 1)
            failed = (
                fighters < (1.0 - traits.loss_limit) * self.fighters
                or (age >= 2 and overwhelmed)
                or age >= traits.assault_days_most
            )
            commit = False
        if commit and not done:
            self.phase, self.since, self.fighters = ASSAULT, commander.model.day, fighters
        elif done or failed or fighters == 0:
            self.end(members, commander.model.day)
        return done

    def end(self, members: list[Unit], day: int) -> None:
        """Release the units and rest."""
        self.phase, self.since, self.target = REST, day, None
        for unit in members:
            unit.group = None

    def send(self, commander: Commander, target: Place, free: list[Unit], relief: bool) -> None:
        """Take the nearest units that together are strong enough."""
        traits, metres = commander.traits, commander.picture.roads.metres_from(target)
        enemies = commander.enemies[target.index]
        wanted = max(traits.force_ratio * enemies, traits.least_group_fighters)
        able = [u for u in free if metres[u.place.index] < 1000.0 * traits.reach_km]
        able.sort(key=lambda unit: metres[unit.place.index])
        self.fighters = 0
        for unit in able:
            if self.fighters >= wanted:
                break
            unit.group = self
            self.fighters += unit.strength
        self.target, self.since = target, commander.model.day
        self.phase = ASSAULT if relief else STAGING
        self.staging = place_of_assembly(commander, target, able[0].place)


def place_of_assembly(commander: Commander, target: Place, start: Place) -> Place:
    """Return the safe neighbour of the target nearest to the first unit, or else where that is."""
    metres = commander.picture.roads.metres_from(start)
    safe = [
        road.there
        for road in target.roads
        if not commander.picture.hostile[road.there.index]
        and commander.enemies[road.there.index] == 0
        and metres[road.there.index] < INFINITE
    ]
    return min(safe, key=lambda place: metres[place.index], default=start)


def best_objective(
    commander: Commander, free: list[Unit], candidates: list[Place]
) -> tuple[Place | None, float]:
    """Return the objective with the highest score, and the score."""
    gathering: dict[Place, int] = {}
    for unit in free:
        gathering[unit.place] = gathering.get(unit.place, 0) + unit.strength
    ways = [
        (fighters, commander.picture.roads.metres_from(place))
        for place, fighters in gathering.items()
    ]
    best, highest = None, -INFINITE
    for place in candidates:
        value = score(commander, place, ways)
        if value > highest:
            best, highest = place, value
    return best, highest


def score(commander: Commander, place: Place, ways: list[tuple[int, list[float]]]) -> float:
    """Return the utility of an objective, minus infinity where it may not be chosen."""
    traits, index = commander.traits, place.index
    reach_m = 1000.0 * traits.reach_km
    gathered, nearest_m = 0.0, INFINITE
    for fighters, metres in ways:
        if metres[index] < reach_m:
            gathered += fighters * (1.0 - metres[index] / reach_m)
            nearest_m = min(nearest_m, metres[index])
    gathered *= commander.air_factor
    enemy = traits.caution * max(commander.enemies[index], 1.0)
    chance = gathered**2 / (gathered**2 + enemy**2)
    if nearest_m == INFINITE or chance < traits.least_chance_of_success:
        return -INFINITE
    value = log(max(place.value, 1e-6)) + log(max(chance, 1e-12)) - nearest_m / reach_m
    value += traits.taste_sigma * commander.tastes[index]
    value -= traits.air_avoidance * place.struck / 1000.0
    if traits.success_bonus and beside(place, commander.captured_lately):
        value += traits.success_bonus
    return value + commander.preference(place)
