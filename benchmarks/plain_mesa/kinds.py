"""The kinds of commander that a scenario can name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.plain_mesa.commander import Commander, hold
from benchmarks.plain_mesa.cut import cheapest_cut
from benchmarks.plain_mesa.operations import ASSAULT
from benchmarks.plain_mesa.picture import Picture, beside
from benchmarks.plain_mesa.places import INFINITE, Place
from benchmarks.plain_mesa.unit import BREAK_OUT, INFILTRATE, Unit

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege


class Militia(Commander):
    """Holds where it stands."""

    def decide(self, picture: Picture) -> None:
        """Give orders to hold."""
        self.picture, self.enemies = picture, self.beliefs.of(picture)
        for unit in self.members:
            hold(unit)
        self.ask_for_air_support()


class Army(Commander):
    """Retakes only what was its own, and falls back on strongholds where it cannot hold."""

    def decide(self, picture: Picture) -> None:
        """Give the common orders; those who cannot hold fall back."""
        super().decide(picture)
        self.withdraw([unit for unit in self.members if self.cannot_hold(unit)])

    def cannot_hold(self, unit: Unit) -> bool:
        """Say whether a member judges its place lost."""
        if unit.static or unit.broken_until >= self.model.day:
            return False
        enemies, friends = self.enemies[unit.place.index], unit.place.friends[self.faction]
        outnumbered = enemies > self.traits.fall_back_ratio * max(friends, 1)
        if outnumbered and not unit.place.stronghold and self.engaged(unit):
            return True
        return unit.supply == 0 and self.surrounded(unit)

    def may_attack(self, place: Place) -> bool:
        """Say whether a lost place was its faction's at the start."""
        return super().may_attack(place) and self.initially_held[place.index]


class Ypg(Commander):
    """Defends its own, joins late, and closes a ring before it clears."""

    def __init__(self, model: Siege, kind: str, faction: int) -> None:
        super().__init__(model, kind, faction)
        self.ring: set[Place] = set()
        self.ring_day: int | None = None
        self.open_ring = False
        home = [place for place in model.places if self.initially_held[place.index]]
        ways = [model.free_roads.metres_from(place) for place in home]
        self.far_m = [min(metres) for metres in zip(*ways, strict=True)]

    def joins(self) -> bool:
        """Say whether the enemy is in enough districts, or in a place that was its own."""
        hostile, shared = self.picture.hostile, self.shared_cities()
        if any(hostile[place.index] and self.initially_held[place.index] for place in self.places):
            return True
        entered = [
            place
            for place in self.places
            if place.city in shared and (hostile[place.index] or self.enemies[place.index] > 0)
        ]
        return len(entered) >= self.traits.trigger_districts

    @property
    def places(self) -> list[Place]:
        """All places."""
        return self.model.places

    def shared_cities(self) -> set[str]:
        """Return the cities in which an own or neutral side still holds something."""
        return {p.city for p in self.places if p.city and not self.picture.hostile[p.index]}

    def plan_ahead(self) -> None:
        """Plan the ring anew where that is due, and see whether it is open."""
        day, hostile, traits = self.model.day, self.picture.hostile, self.traits
        if not self.joined:
            return
        if self.ring_day is None or day - self.ring_day >= traits.cut_plan_days:
            self.ring_day = day
            shared = self.shared_cities()
            pocket = {p for p in self.places if hostile[p.index] and p.city in shared}
            self.ring = self.plan_ring(pocket) if pocket else set()
        patient = day - self.joined_day < traits.ring_patience_days
        self.open_ring = patient and any(hostile[place.index] for place in self.ring)

    def plan_ring(self, pocket: set[Place]) -> set[Place]:
        """Return the cheapest places whose capture cuts the enemy's districts off."""
        hostile, traits = self.picture.hostile, self.traits
        home = [
            self.model.free_roads.metres_from(place)
            for place in self.places
            if self.picture.friendly[place.index] or place.friends[self.faction] > 0
        ]
        cost = {}
        for place in self.places:
            if hostile[place.index]:
                near_m = min((metres[place.index] for metres in home), default=10**6)
                cost[place] = round(
                    self.enemies[place.index]
                    + traits.cut_cost_per_place_fighters
                    + traits.cut_cost_per_km_fighters * near_m / 1000.0
                )
        foes = self.model.foes[self.faction]
        sources = {p for foe in foes for p in self.model.sources[foe] if hostile[p.index]}
        return cheapest_cut(cost, pocket, sources)

    def may_attack(self, place: Place) -> bool:
        """Say whether a place was its own, or it has joined."""
        return super().may_attack(place) and (self.joined or self.initially_held[place.index])

    def preference(self, place: Place) -> float:
        """Dislike places far from home, and those off the ring while it is open."""
        value = super().preference(place)
        if self.far_m:
            value -= self.traits.home_pull_per_10_km * self.far_m[place.index] / 10_000.0
        if self.open_ring and place not in self.ring and not self.initially_held[place.index]:
            value -= self.traits.ring_first
        return value


class IslamicState(Commander):
    """Sends bombers first, infiltrates, and breaks out when surrounded."""

    def decide(self, picture: Picture) -> None:
        """Give the common orders, with bombers, infiltration and break-outs."""
        super().decide(picture)
        self.send_bombers()
        self.infiltrate()
        for unit in self.members:
            self.break_out(unit)

    def send_bombers(self) -> None:
        """Give the bombers of each assault to the first member who is on its way."""
        led = set()
        for unit in self.members:
            group = unit.group
            if group is None or group in led or group.phase != ASSAULT:
                continue
            if unit.destination is not unit.place:
                led.add(group)
                rng = self.model.rng
                unit.car_bombs = int(rng.poisson(self.traits.car_bombs_per_assault))
                unit.foot_bombers = int(rng.poisson(self.traits.foot_bombers_per_assault))

    def infiltrate(self) -> None:
        """Let some idle members slip into a weakly held enemy place behind the line."""
        traits = self.traits
        for unit in self.free():
            if self.model.rng.random() >= traits.infiltration_per_day:
                continue
            metres = self.model.free_roads.metres_from(unit.place)
            goals = [
                place
                for place in self.model.places
                if metres[place.index] <= 1000.0 * traits.infiltration_reach_km
                and self.picture.hostile[place.index]
                and self.enemies[place.index] <= traits.infiltration_fighters
                and not beside(place, self.held)
            ]
            if goals:
                unit.destination = goals[int(self.model.rng.integers(len(goals)))]
                unit.posture = INFILTRATE

    @property
    def held(self) -> list[bool]:
        """Which places its faction holds."""
        return [place.controller == self.faction for place in self.model.places]

    def break_out(self, unit: Unit) -> None:
        """Let a surrounded member try to reach the nearest place that goods reach."""
        if unit.supply >= 500 or not self.surrounded(unit):
            return
        chance = self.model.rng.random()
        if unit.last_posture != BREAK_OUT and chance >= self.traits.break_out_per_day:
            return
        metres, supplied = self.model.free_roads.metres_from(unit.place), self.picture.supplied
        goals = [
            place
            for place in self.model.places
            if place.controller == self.faction
            and supplied[place.index]
            and metres[place.index] < INFINITE
        ]
        if goals:
            unit.destination = min(goals, key=lambda place: metres[place.index])
            unit.posture, unit.group = BREAK_OUT, None


KINDS = {"army": Army, "militia": Militia, "ypg": Ypg, "islamic_state": IslamicState}
