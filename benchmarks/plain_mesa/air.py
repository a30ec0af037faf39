"""Air wings fly sorties where their side asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.places import Place

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege

MOST_SORTIES = 64


@dataclass
class AirWing:
    """An air wing; days are indices, None for no limit."""

    faction: int
    supports: list[int]
    strikes_per_day: float
    effect: float
    first_day: int | None
    last_day: int | None

    def flies(self, day: int) -> bool:
        """Say whether the wing is there on a day."""
        early = self.first_day is not None and day < self.first_day
        return not early and (self.last_day is None or day <= self.last_day)

    def supports_on(self, faction: int, day: int) -> bool:
        """Say whether a faction can count on the wing on a day."""
        return faction in self.supports and self.strikes_per_day > 0 and self.flies(day)


def strike(model: Siege) -> None:
    """Fly the day's sorties and inflict their losses."""
    requests: dict[tuple[int, Place], int] = {}
    for unit in model.units:
        if unit.standing and unit.air_request:
            key = (unit.faction, unit.place)
            requests[key] = requests.get(key, 0) + unit.air_request
    fallen: dict[Place, list[float]] = {}  # strikes times effect, by the faction that flew them
    for wing in model.air_wings:
        for place in targets(model, wing, requests):
            place.struck += 1000
            model.count("air_strikes", wing.faction, place, 1)
            fallen.setdefault(place, [0.0] * model.factions)[wing.faction] += wing.effect
    if fallen:
        hit(model, fallen)


def targets(model: Siege, wing: AirWing, requests: dict[tuple[int, Place], int]) -> list[Place]:
    """Return the place of each of a wing's strikes; requests count where the enemy is."""
    if not wing.flies(model.day):
        return []
    weight: dict[Place, int] = {}
    for (faction, place), wanted in requests.items():
        if faction not in wing.supports:
            continue
        there = [place]
        if not place.enemies[wing.faction]:
            there = [road.there for road in place.roads if road.near]
        for target in there:
            if target.enemies[wing.faction] > 0:
                weight[target] = weight.get(target, 0) + wanted
    if not weight:
        return []
    number = min(int(model.rng.poisson(wing.strikes_per_day)), MOST_SORTIES)
    total = sum(weight.values())
    shares = [wanted / total for wanted in weight.values()]
    flown = model.rng.multinomial(number, shares).tolist()
    return [place for place, times in zip(weight, flown, strict=True) for _ in range(times)]


def hit(model: Siege, fallen: dict[Place, list[float]]) -> None:
    """Inflict the losses of the strikes, shared out over all who are hostile to those who fly."""
    air, killed_share = model.parameters.air, model.parameters.combat.killed_share
    noise = {
        place: exp(air.sigma * model.rng.standard_normal() - 0.5 * air.sigma**2) for place in fallen
    }
    for unit in model.units:
        place = unit.place
        if unit.standing and place in fallen:
            per_fighter = sum(
                fallen[place][foe] / max(place.enemies[foe], 1) for foe in model.foes[unit.faction]
            )
            if per_fighter:
                lost = per_fighter * air.killed_per_strike / killed_share * noise[place]
                unit.suffer(1.0 - exp(-lost), killed_share)
