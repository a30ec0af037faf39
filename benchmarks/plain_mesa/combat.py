"""Engagements inside places and exchanges of fire along the contact line."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.places import Place
from benchmarks.plain_mesa.unit import FULL, Unit

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege


class Battle:
    """The fighting of one day."""

    def __init__(self, model: Siege) -> None:
        self.model = model
        self.combat = model.parameters.combat
        self.daily: dict[tuple[Place, bool], float] = {}
        self.city: dict[tuple[str, bool], float] = {}
        self.effective: dict[Place, list[float]] = {}
        self.limited: dict[Place, list[float]] = {}

    def fight(self) -> None:
        """Let hostile factions who meet, or stand within reach, inflict losses on each other."""
        self.weigh()
        chances = {}
        for place in self.model.places:
            own, fire = self.sides(place) if place in self.effective else ([], [])
            place.engaged = any(fire)
            if not place.engaged:
                place.noise.clear()
            if place in self.effective:
                chances[place] = self.chances(place, own, fire)
        for unit in self.model.units:
            if unit.standing:
                chance = chances[unit.place][unit.faction]
                if chance > 0:
                    unit.suffer(chance, self.combat.killed_share)

    def weigh(self) -> None:
        """Work out the effective strength of each faction in each place."""
        for unit in self.model.units:
            if unit.standing:
                if unit.place not in self.effective:
                    self.effective[unit.place] = [0.0] * self.model.factions
                self.effective[unit.place][unit.faction] += self.worth(unit)
        for place, effective in self.effective.items():
            self.limited[place] = [
                worth and worth * min(1.0, place.frontage / max(self.side(place, faction), 1))
                for faction, worth in enumerate(effective)
            ]

    def worth(self, unit: Unit) -> float:
        """Return a unit's fighters weighted by quality, readiness, supply and suppression."""
        traits, air = unit.traits, self.model.parameters.air
        supply = traits.effect_without_supply
        supply += (1.0 - supply) * unit.supply / FULL
        strikes = self.model.strikes_on(unit.place, unit.faction)
        kept = max(1.0 - air.suppression_per_strike * strikes, air.suppression_floor)
        return unit.strength * traits.quality * unit.readiness / FULL * supply * kept

    def sides(self, place: Place) -> tuple[list[float], list[float]]:
        """Return each faction's own side and the fire that this side meets, by faction."""
        fighters, effective = place.fighters, self.effective[place]
        present = [f for f, number in enumerate(fighters) if number > 0]
        faces = {f: [g for g in present if g in self.model.foes[f]] for f in present}
        own: list[float] = list(fighters)
        fire = [0.0] * len(fighters)
        for f in present:
            for other in present:
                if other != f and other not in faces[f] and set(faces[f]) & set(faces[other]):
                    own[f] += fighters[other]
            for g in faces[f]:
                facing = sum(fighters[h] for h in faces[g])
                ours = sum(fighters[h] for h in faces[g] if h not in faces[f])
                fire[f] += effective[g] * ours / facing
        return own, fire

    def chances(self, place: Place, own: list[float], fire: list[float]) -> list[float]:
        """Return the chance of a fighter of each faction to be lost."""
        chances = [0.0] * len(own)
        for faction, fighters in enumerate(place.fighters):
            if fighters == 0:
                continue
            attacks = self.model.held_by_enemy(place, faction)
            if fire[faction] > 0:
                met = fire[faction] * min(1.0, place.frontage / max(place.enemies[faction], 1))
                chances[faction] = self.chance(place, own[faction], met, attacks, attacks, 1.0)
            elif met := self.fire_from_beside(place, faction):
                line = self.combat.contact_line
                side = self.side(place, faction)
                chances[faction] = self.chance(place, side, met, attacks, False, line)
        return chances

    def side(self, place: Place, faction: int) -> int:
        """Return the fighters of a faction and of those who face an enemy of both within reach."""
        foes, total = self.model.foes, place.fighters[faction]
        for other, fighters in enumerate(place.fighters):
            if fighters and other != faction and other not in foes[faction]:
                common = [foe for foe in foes[faction] if foe in foes[other]]
                if any(r.near and r.there.fighters[g] for r in place.roads for g in common):
                    total += fighters
        return total

    def fire_from_beside(self, place: Place, faction: int) -> float:
        """Return the effective strength of the enemies in places within reach."""
        return sum(
            self.limited[road.there][foe]
            for road in place.roads
            if road.near and road.there in self.limited
            for foe in self.model.foes[faction]
        )

    def chance(
        self, place: Place, own: float, fire: float, attacks: bool, exposed: bool, line: float
    ) -> float:
        """Return 1 - exp(-rate), by the general Lanchester law, for those within the frontage."""
        combat = self.combat
        if exposed:
            rate = combat.attrition_of_attackers_per_day
        else:
            rate = combat.attrition_of_defenders_per_day * place.cover
        reference = combat.reference_strength
        power = combat.enemy_exponent * log(fire / reference)
        power += (combat.own_exponent - 1.0) * log(min(own, place.frontage) / reference)
        rate *= line * exp(power + self.noise(place, attacks))
        return (1.0 - exp(-rate)) * min(1.0, place.frontage / max(own, 1))

    def noise(self, place: Place, attacks: bool) -> float:
        """Return the logarithm of the noise, by the role in the place."""
        combat, normal = self.combat, self.model.rng.standard_normal
        city = (place.city or place.name, attacks)
        if attacks not in place.noise:
            place.noise[attacks] = normal()
        if (place, attacks) not in self.daily:
            self.daily[place, attacks] = normal()
        if city not in self.city:
            self.city[city] = normal()
        total = 0.0
        for sigma, draw in (
            (combat.sigma_engagement, place.noise[attacks]),
            (combat.sigma_day, self.daily[place, attacks]),
            (combat.sigma_city, self.city[city]),
        ):
            total += sigma * draw - 0.5 * sigma * sigma
        return total
