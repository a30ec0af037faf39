"""Units break, then retreat or give up; those who are cut off slip away."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.places import Place
from benchmarks.plain_mesa.unit import BREAK_OUT, FULL, Unit

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege

FLANK_MEMORY_DAYS = 3


def break_units(model: Siege) -> None:
    """Draw which units in contact break, and let cut off fighters leave."""
    broken = []
    for unit in list(model.units):
        if unit.next_place is None and unit.place.enemies[unit.faction] > 0:
            if unit.strength < unit.traits.dissolves_below_fighters:
                unit.scatter()
            elif unit.strength > 0 and model.rng.random() < 1.0 - exp(-hazard(model, unit)):
                broken.append(unit)
    for unit in broken:
        rout(model, unit)
    for unit in model.units:
        slip_out(model, unit)


def safe(model: Siege, place: Place, faction: int) -> bool:
    """Say whether a friend holds a place and no enemy stands there."""
    return model.held_by_friend(place, faction) and not place.enemies[faction]


def has_refuge(model: Siege, place: Place, faction: int) -> bool:
    """Say whether a neighbouring place is safe."""
    return any(safe(model, road.there, faction) for road in place.roads)


def hazard(model: Siege, unit: Unit) -> float:
    """Return the daily hazard that a unit in contact breaks."""
    place, faction, morale = unit.place, unit.faction, model.parameters.morale
    total = morale.weight_base
    if any(road.near and lost_lately(model, road.there, faction) for road in place.roads):
        total += morale.weight_flank_lost
    if not has_refuge(model, place, faction):
        total += morale.weight_surrounded
    if unit.surprised:
        total += morale.weight_surprised
    if unit.leader_lost:
        total += morale.weight_leader_lost
    if unit.supply == 0:
        total += morale.weight_no_supply
    if not any(road.near and road.there.friends[faction] > 0 for road in place.roads):
        total += morale.weight_no_reserve
    total += morale.weight_depleted * (1.0 - unit.strength / max(unit.peak, unit.strength))
    total *= unit.traits.break_hazard_per_day
    total *= (place.enemies[faction] / max(place.friends[faction], 1)) ** morale.odds_exponent
    if place.stronghold and model.held_by_friend(place, faction):
        total *= morale.stronghold_factor
    return total


def lost_lately(model: Siege, place: Place, faction: int) -> bool:
    """Say whether an enemy took a place in the last days."""
    return (
        place.changed_day is not None
        and model.day - place.changed_day <= FLANK_MEMORY_DAYS
        and model.held_by_enemy(place, faction)
    )


def rout(model: Siege, unit: Unit) -> None:
    """Let a broken unit flee to the nearest safe place beside it, or give up."""
    unit.broken_until = model.day + round(unit.traits.recovery_from_break_days)
    unit.group = None
    unit.readiness //= 2
    ways = [road for road in unit.place.roads if safe(model, road.there, unit.faction)]
    if ways:
        unit.flee(min(ways, key=lambda road: road.metres))
    else:
        unit.give_up()


def slip_out(model: Siege, unit: Unit) -> None:
    """Let fighters leave a place without supply and without a friendly neighbour."""
    if not unit.standing or unit.posture == BREAK_OUT or unit.supply == FULL:
        return
    supplied = model.roads[unit.faction].supplied[unit.place.index]
    if not supplied and not has_refuge(model, unit.place, unit.faction):
        leaving = int(model.rng.binomial(unit.strength, unit.traits.slip_out_per_day))
        unit.let_go(leaving, "departed")
