"""The common commander of a kind of unit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.operations import (
    ASSAULT,
    IDLE,
    STAGING,
    SUCCESS_MEMORY_DAYS,
    Group,
    best_objective,
)
from benchmarks.plain_mesa.picture import Beliefs, Picture
from benchmarks.plain_mesa.places import INFINITE, Place
from benchmarks.plain_mesa.unit import ATTACK, HOLD, WITHDRAW, Unit

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege

GROUPS = 4
NEGLIGIBLE = 0.1


class Commander:
    """Relieves before it attacks, stages and then goes, rests, and keeps garrisons."""

    def __init__(self, model: Siege, kind: str, faction: int) -> None:
        self.model = model
        self.kind = kind
        self.faction = faction
        self.traits: SimpleNamespace = model.parameters.of_kind(kind)
        self.members: list[Unit] = []
        self.groups = [Group() for _ in range(GROUPS)]
        self.joined = False
        self.joined_day = 0
        self.stock = 1000
        self.car_bombs = round(self.traits.car_bombs_at_start)
        self.away = 0
        self.beliefs = Beliefs(self)
        self.tastes: list[float] = []
        self.initially_held = [place.controller == faction for place in model.places]

    def decide(self, picture: Picture) -> None:
        """Give the day's orders to all members."""
        self.look(picture)
        if not self.joined and self.joins():
            self.joined, self.joined_day = True, self.model.day
        self.plan_ahead()
        self.refill_stock()
        for unit in self.members:
            unit.last_group, unit.last_posture = unit.group, unit.posture
        for group in self.groups:
            group.review(self)
        targets = [p for p in self.model.places if self.may_attack(p)]
        self.launch(targets)
        for unit in self.members:
            hold(unit)
        self.muster(targets)
        self.carry_out()
        called_off = [
            unit
            for unit in self.members
            if unit.group is None and unit.last_group and picture.hostile[unit.place.index]
        ]
        self.withdraw([unit for unit in called_off if self.engaged(unit)])
        self.ask_for_air_support()

    def look(self, picture: Picture) -> None:
        """Work out what the day's decisions are made from."""
        model = self.model
        self.picture = picture
        self.enemies = self.beliefs.of(picture)
        if model.day % 7 == 0 or not self.tastes:
            self.tastes = model.rng.standard_normal(len(model.places)).tolist()
        self.air_factor = 1.0
        if any(wing.supports_on(self.faction, model.day) for wing in model.air_wings):
            self.air_factor += self.traits.air_confidence
        self.captured_lately = [
            place.controller == self.faction
            and place.changed_day is not None
            and model.day - place.changed_day <= SUCCESS_MEMORY_DAYS
            for place in model.places
        ]
        self.ready = self.ready_members()

    def ready_members(self) -> list[Unit]:
        """Return the members who could be sent: rested, not pinned, not the last of a garrison."""
        ready, seen, day, traits = [], set(), self.model.day, self.traits
        least = 1000.0 * traits.least_readiness
        for unit in self.members:
            if not unit.standing:
                continue
            place = unit.place
            stays = place not in seen and self.picture.frontline[place.index]
            seen.add(place)
            if stays or unit.static or unit.broken_until >= day or unit.readiness < least:
                continue
            if self.enemies[place.index] <= NEGLIGIBLE * place.friends[self.faction]:
                ready.append(unit)
        return ready

    def free(self) -> list[Unit]:
        """Return the ready members who belong to no group."""
        return [unit for unit in self.ready if unit.group is None]

    def refill_stock(self) -> None:
        """Let assaults use the means up and time bring them back."""
        assaults = sum(group.phase == ASSAULT for group in self.groups)
        change = 1000.0 / self.traits.stock_refill_days
        change -= 1000.0 * self.traits.stock_per_assault_day * assaults
        self.stock = min(1000, max(0, self.stock + round(change)))

    # -- what a kind may change -----------------------------------------------------------------

    def joins(self) -> bool:
        """Say whether the kind enters the fight for places that are not its own."""
        return True

    def plan_ahead(self) -> None:
        """Plan before objectives are chosen; nothing by default."""

    def may_attack(self, place: Place) -> bool:
        """Say whether the kind may attack a place."""
        return self.picture.hostile[place.index]

    def preference(self, place: Place) -> float:
        """Return what the kind adds to the score of an objective."""
        return self.traits.relief_bonus if self.relief(place) else 0.0

    # -- operations -----------------------------------------------------------------------------

    def relief(self, place: Place) -> bool:
        """Say whether enemies are believed to stand in a place of one's own."""
        return place.controller == self.faction and self.enemies[place.index] > 0

    def launch(self, targets: list[Place]) -> None:
        """Send idle groups after the best objective, if one is good enough."""
        traits, threatened = self.traits, [p for p in self.model.places if self.relief(p)]
        for number, group in enumerate(self.groups):
            if number >= traits.groups or group.phase != IDLE:
                continue
            attempt = self.model.rng.random()
            stocked = self.stock >= 1000.0 * traits.stock_least
            candidates = list(threatened) if attempt < traits.reaction_per_day else []
            if stocked and attempt < traits.attempt_per_day:
                candidates += targets
            taken = [other.target for other in self.groups]
            candidates = [place for place in candidates if place not in taken]
            free = self.free()
            if candidates and free:
                best, value = best_objective(self, free, candidates)
                if best is not None and value >= traits.least_score:
                    group.send(self, best, free, self.relief(best))

    def muster(self, targets: list[Place]) -> None:
        """Send idle members far from the front to where the most valuable targets are near."""
        worth = [0] * len(self.model.places)
        for target in targets:
            for road in target.roads:
                worth[road.there.index] += round(1000.0 * target.value)
        rally, most = None, 0
        for place, value in zip(self.model.places, worth, strict=True):
            index = place.index
            safe = self.picture.friendly[index] and not self.enemies[index]
            if value > most and safe and self.picture.supplied[index]:
                rally, most = place, value
        if rally is None:
            return
        metres = self.picture.roads.metres_from(rally)
        for unit in self.free():
            if 1000.0 * self.traits.muster_beyond_km < metres[unit.place.index] < INFINITE:
                unit.destination = rally

    def carry_out(self) -> None:
        """Turn the groups' phases into orders; whom the enemy caught on the way fights there."""
        for unit in self.members:
            group = unit.group
            if group is None:
                continue
            if group.phase == ASSAULT:
                unit.destination, unit.posture = group.target, ATTACK
            elif group.phase == STAGING and not self.contact(unit.place):
                unit.destination = group.staging

    def contact(self, place: Place) -> float:
        """Return the believed enemies where fighters of one's own stand."""
        return self.enemies[place.index] if place.fighters[self.faction] > 0 else 0

    def engaged(self, unit: Unit) -> bool:
        """Say whether a member shares its place with the enemy."""
        return unit.standing and self.contact(unit.place) > 0

    def surrounded(self, unit: Unit) -> bool:
        """Say whether no road leads from a member's place to goods or friends."""
        if not unit.standing or self.picture.supplied[unit.place.index]:
            return False
        refuge = self.picture.friendly
        return not any(
            refuge[road.there.index] and not self.enemies[road.there.index]
            for road in unit.place.roads
        )

    def withdraw(self, units: list[Unit]) -> None:
        """Send members to the nearest stronghold, or else the nearest safe place, of one's own.

        Those who have nowhere to go keep their orders, as do those in the only stronghold.
        """
        places, friendly = self.model.places, self.picture.friendly
        safe = [p for p in places if friendly[p.index] and not p.enemies[self.faction]]
        strong = [place for place in safe if place.stronghold]
        for unit in units:
            goal = self.nearest(unit, strong)
            if goal is None and unit.place not in strong:
                goal = self.nearest(unit, safe)
            if goal is not None:
                unit.destination, unit.posture = goal, WITHDRAW
                unit.group, unit.air_request = None, 0

    def nearest(self, unit: Unit, places: list[Place]) -> Place | None:
        """Return the nearest other place by open road, None where no road leads to one."""
        metres = self.picture.roads.metres_from(unit.place)
        others = [p for p in places if p is not unit.place and metres[p.index] < INFINITE]
        return min(others, key=lambda place: metres[place.index], default=None)

    def ask_for_air_support(self) -> None:
        """Ask for support where members fight or stand beside what they are to attack."""
        reach_m = 1000.0 * self.model.parameters.combat.contact_reach_km
        for unit in self.members:
            if not unit.standing:
                continue
            place, goal = unit.place, unit.destination
            wanted = self.contact(place)
            if unit.posture == ATTACK:
                beside_goal = any(r.there is goal and r.metres <= reach_m for r in place.roads)
                if goal is place or beside_goal:
                    wanted = max(wanted, self.enemies[goal.index])
            unit.air_request = wanted


def hold(unit: Unit) -> None:
    """Order a unit to stay, or to stop at the next place if it is on the road."""
    unit.destination = unit.next_place or unit.place
    unit.posture = HOLD
    unit.air_request = unit.car_bombs = unit.foot_bombers = 0
