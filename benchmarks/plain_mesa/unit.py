"""A unit: an agent with fighters, a place and orders."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import mesa

from benchmarks.plain_mesa.places import INFINITE, Place, Road

if TYPE_CHECKING:
    from benchmarks.plain_mesa.commander import Commander
    from benchmarks.plain_mesa.model import Siege
    from benchmarks.plain_mesa.operations import Group

HOLD, ATTACK, WITHDRAW, INFILTRATE, BREAK_OUT = "hold", "attack", "withdraw", "infiltrate", "out"
SLIPPING = (INFILTRATE, BREAK_OUT)
FULL = 1000
LEGS_A_DAY = 8


class Unit(mesa.Agent):
    """A ground unit."""

    def __init__(
        self,
        model: Siege,
        commander: Commander,
        place: Place,
        fighters: int,
        *,
        rank: int,
        leaders: int,
        static: bool = False,
        headquarters: bool = False,
    ) -> None:
        super().__init__(model)
        self.commander = commander
        self.traits = commander.traits
        self.faction = commander.faction
        self.rank = rank  # position in the scenario's tables
        self.static = static
        self.headquarters = headquarters
        self.strength = self.peak = fighters
        self.children = int(model.rng.binomial(fighters, self.traits.child_share_of_recruits))
        self.leaders = min(leaders, fighters)
        self.wounded = 0
        self.place = self.destination = self.morning_place = place
        self.next_place: Place | None = None
        self.road_left_m = 0
        self.posture = self.last_posture = HOLD
        self.group: Group | None = None
        self.last_group: Group | None = None
        self.readiness = self.supply = FULL
        self.broken_until = -1
        self.leader_lost = self.surprised = False
        self.air_request = self.car_bombs = self.foot_bombers = 0

    @property
    def standing(self) -> bool:
        """Whether it stands in a place with someone fit to fight."""
        return self.next_place is None and self.strength > 0

    def wake(self) -> None:
        """Forget what belongs to yesterday."""
        self.leader_lost = self.surprised = False
        self.morning_place = self.place

    # -- movement ---------------------------------------------------------------------------

    def march(self) -> None:
        """Go up to a day's march towards the destination."""
        if self.strength <= 0 or (self.destination is self.place and self.next_place is None):
            return
        slipping = self.posture in SLIPPING
        pinned = self.next_place is None and self.place.enemies[self.faction] > 0
        if pinned and not slipping and self.posture != WITHDRAW:
            return
        budget_m = round(1000 * self.traits.march_km_per_day)
        unseen = slipping and not self.is_seen()
        for _ in range(LEGS_A_DAY):
            if self.next_place is None and not self.take_road(slipping):
                return
            walked_m = min(budget_m, self.road_left_m)
            self.road_left_m -= walked_m
            budget_m -= walked_m
            if self.road_left_m > 0:
                return
            self.place, self.next_place = self.next_place, None
            if self.place is self.destination or budget_m <= 0:
                return
            if not unseen and (
                self.place.enemies[self.faction] > 0
                or self.model.held_by_enemy(self.place, self.faction)
            ):
                return

    def take_road(self, slipping: bool) -> bool:
        """Choose the road of the shortest way; False where none leads to the destination."""
        goal = self.destination
        if goal is self.place:
            return False
        roads = self.model.free_roads if slipping else self.model.roads[self.faction]
        metres = roads.metres_from(goal)
        best: Road | None = None
        shortest = INFINITE
        for road in self.place.roads:
            there = road.there
            length = road.metres + metres[there.index]
            if length < shortest and (
                slipping or there is goal or not self.model.held_by_enemy(there, self.faction)
            ):
                best, shortest = road, length
        if best is None:
            return False
        self.next_place, self.road_left_m = best.there, best.cost_m
        return True

    def is_seen(self) -> bool:
        """Draw whether the enemies here and close by detect the unit as it slips through."""
        enemies = self.place.enemies[self.faction]
        for road in self.place.roads:
            if road.near:
                enemies += road.there.enemies[self.faction]
        return self.model.rng.random() < 1.0 - exp(-enemies / self.traits.infiltration_fighters)

    def flee(self, road: Road) -> None:
        """Retreat along a road; a refuge within a day's march is reached at once."""
        if road.cost_m <= 1000 * self.traits.march_km_per_day:
            self.place = road.there
        else:
            self.next_place, self.road_left_m = road.there, road.cost_m
        self.destination, self.posture = road.there, WITHDRAW

    # -- losses -----------------------------------------------------------------------------

    def suffer(self, chance: float, killed_share: float) -> None:
        """Lose each fighter with a chance; some die, the others are wounded."""
        losses = int(self.model.rng.binomial(self.strength, chance))
        if losses == 0:
            return
        dead = int(self.model.rng.binomial(losses, killed_share))
        if dead:
            self.lose_dead(dead)
        self.strength -= losses - dead
        self.wounded += losses - dead
        self.children = min(self.children, self.strength)
        self.model.enter("wounded", self.faction, losses - dead)

    def lose_dead(self, dead: int, children: int | None = None) -> None:
        """Kill fighters; ``children`` says how many of them are, or else they die in proportion."""
        rng, before = self.model.rng, self.strength
        if children is None:
            children = 0
            if self.children:
                children = int(rng.binomial(dead, self.children / before))
            children = min(children, self.children, dead)
        children = max(children, dead - (before - self.children))
        self.strength -= dead
        self.children -= children
        chance = min(1.0, self.traits.leader_exposure * dead / before)
        leaders = min(int(rng.binomial(self.leaders, chance)), dead)
        self.leaders -= leaders
        self.leader_lost |= leaders > 0
        self.model.enter("killed", self.faction, dead)
        tally = self.model.count_at
        tally("killed", self, dead)
        tally("children_killed", self, children)
        tally("leaders_killed", self, leaders)
        if self.headquarters:
            tally("headquarters_killed", self, leaders)

    def let_go(self, fighters: int, column: str) -> None:
        """Lose fighters who are neither killed nor wounded, children in proportion."""
        if fighters:
            self.children -= self.children * fighters // self.strength
            self.strength -= fighters
            self.model.enter(column, self.faction, fighters)
            if column == "departed":
                self.commander.away += fighters

    def scatter(self) -> None:
        """Let all fighters leave the theatre; the wounded are captured."""
        self.let_go(self.strength, "departed")
        self.model.enter("captured", self.faction, self.wounded)
        self.wounded = 0

    def give_up(self) -> None:
        """Let a share of the fighters surrender."""
        share = self.traits.captured_when_cornered
        self.let_go(int(self.model.rng.binomial(self.strength, share)), "captured")

    # -- rest -------------------------------------------------------------------------------

    def draw_supply(self) -> None:
        """Refill the stock or eat from it, then wear out or rest."""
        supplied, traits = self.model.roads[self.faction].supplied, self.traits
        engaged = self.place.engaged and self.next_place is None
        if supplied[self.place.index] or any(supplied[r.there.index] for r in self.place.roads):
            change = FULL * traits.supply_refill_per_day
        else:
            change = -FULL / traits.supply_days
            change *= traits.combat_supply_factor if engaged else 1.0
        self.supply = min(FULL, max(0, self.supply + round(change)))
        change = 0.0
        if engaged:
            change = -FULL * traits.readiness_lost_per_day
        elif self.supply > 0:
            change = FULL * traits.readiness_gained_per_day
        least = round(FULL * traits.readiness_floor)
        self.readiness = min(FULL, max(least, self.readiness + round(change)))

    def recover(self) -> None:
        """Let treatment end for some of the wounded."""
        if self.wounded:
            rng = self.model.rng
            leaving = int(rng.binomial(self.wounded, 1.0 / self.traits.recovery_days))
            lost = int(rng.binomial(leaving, 1.0 - self.traits.recovered_share))
            self.wounded -= leaving
            self.strength += leaving - lost
            self.model.enter("recovered", self.faction, leaving - lost)
            self.model.enter("invalided", self.faction, lost)

    def retire(self) -> None:
        """Leave the model once nobody is left."""
        if self.strength + self.wounded <= 0:
            self.commander.members.remove(self)
            self.remove()
