"""Units break, retreat, give up, scatter and slip away (sim/rules/morale)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.rules.morale import FLANK_MEMORY_DAYS
from sim.state.state import BREAK_OUT, FULL, WITHDRAW
from tests.oracle.casualties import capture_wounded, remove_fighters
from tests.oracle.pieces import Road, Unit
from tests.oracle.presence import Presence, look
from tests.oracle.scalars import binomial, exp, power
from tests.oracle.world import World


@dataclass(frozen=True)
class Surroundings:
    """What a faction finds in and around a place."""

    enemies: int
    friends: int
    flank_lost: bool
    reserve: bool
    feared: int  # enemies times their terror, thousandths
    refuges: list[Road]  # roads to places of its own side where no enemy stands


def break_units(world: World) -> None:
    """Let small units in contact scatter, engaged units break, and those cut off slip away."""
    evening = look(world)
    around = {
        (faction, place.number): _look_around(world, evening, faction, place.number)
        for faction in range(world.factions)
        for place in world.places
    }
    for unit in world.units:
        if unit.active and unit.next_place is None:
            least = world.of_kind(unit.kind, "dissolves_below_fighters")
            if unit.strength < least and around[unit.faction, unit.place].enemies > 0:
                _depart(world, unit, unit.strength)
                capture_wounded(world, unit)
                world.happened["unit scattered"] += 1
    for unit in world.units:
        here = around[unit.faction, unit.place]
        if unit.standing and here.enemies > 0:
            hazard = _hazard(world, unit, here)
            if world.draw("morale.break", unit.id) < 1.0 - exp(-hazard):
                _break(world, unit, here)
    for unit in world.units:
        _slip_out(world, unit, around[unit.faction, unit.place])


def _look_around(world: World, evening: Presence, faction: int, number: int) -> Surroundings:
    place = world.places[number]
    return Surroundings(
        enemies=evening.enemies(faction, number),
        friends=evening.friends(faction, number),
        feared=_feared(world, faction, number),
        flank_lost=any(_lost_lately(world, faction, near) for near in place.near_neighbours),
        reserve=any(evening.friends(faction, near) > 0 for near in place.near_neighbours),
        refuges=[
            road
            for road in place.roads
            if world.friend_holds(faction, road.to) and evening.enemies(faction, road.to) == 0
        ],
    )


def _lost_lately(world: World, faction: int, place: int) -> bool:
    changed = world.places[place].changed_day
    fell = changed is not None and world.day - changed <= FLANK_MEMORY_DAYS
    return fell and world.enemy_holds(faction, place)


def _hazard(world: World, unit: Unit, here: Surroundings) -> float:
    """Return the hazard of breaking, per day: a base and the reasons there are, weighted."""
    reasons: dict[str, float] = {
        "flank_lost": here.flank_lost,
        "surrounded": not here.refuges,
        "surprised": unit.surprised,
        "leader_lost": unit.leader_lost,
        "no_supply": unit.supply == 0,
        "no_reserve": not here.reserve,
        "depleted": 1.0 - unit.strength / max(unit.peak, unit.strength),
    }
    hazard = world.value("morale.weight_base")
    for reason, degree in reasons.items():
        hazard += world.value(f"morale.weight_{reason}") * degree
        world.happened[f"reason to break: {reason}"] += degree > 0
    hazard *= world.of_kind(unit.kind, "break_hazard_per_day")
    hazard *= power(here.enemies / max(here.friends, 1.0), world.value("morale.odds_exponent"))
    if world.places[unit.place].stronghold and world.friend_holds(unit.faction, unit.place):
        hazard *= world.value("morale.stronghold_factor")
    world.happened["faced terror"] += here.feared > 0
    # The mean terror of the enemies.
    return hazard * (1.0 + here.feared / (FULL * max(here.enemies, 1.0)))


def _feared(world: World, faction: int, place: int) -> int:
    """Return the enemies in a place, each as often as he is feared, in thousandths."""
    return sum(
        enemy.strength * round(FULL * world.of_kind(enemy.kind, "terror"))
        for enemy in world.units
        if enemy.standing and enemy.place == place and world.hostile(faction, enemy.faction)
    )


def terror_of_factions(world: World) -> list[float]:
    """Return how feared each faction is: as its most feared kind."""
    kinds = world.kinds
    return [
        max([0.0] + [world.of_kind(k.number, "terror") for k in kinds if k.faction == faction])
        for faction in range(world.factions)
    ]


def _break(world: World, unit: Unit, here: Surroundings) -> None:
    """Let a unit retreat to the nearest refuge; one that has none gives up in part."""
    world.happened["unit broke"] += 1
    rest = round(world.of_kind(unit.kind, "recovery_from_break_days"))
    unit.broken_until = world.day + rest
    unit.operation = None
    unit.readiness //= 2
    if here.refuges:
        _retreat(world, unit, min(here.refuges, key=lambda road: road.length_m))
        return
    share = world.of_kind(unit.kind, "captured_when_cornered")
    captured = binomial(world.draw("morale.captured", unit.id), unit.strength, share)
    remove_fighters(world, unit, captured, "captured")
    world.happened["unit gave up"] += 1


def _retreat(world: World, unit: Unit, road: Road) -> None:
    """Put a unit on the road; one within a day's march of its refuge is there at once."""
    unit.destination = road.to
    unit.posture = WITHDRAW
    if road.cost_m <= 1000 * world.of_kind(unit.kind, "march_km_per_day"):
        unit.place, unit.next_place, unit.road_left_m = road.to, None, 0
    else:
        unit.next_place, unit.road_left_m = road.to, road.cost_m
        world.happened["long retreat"] += 1
    world.happened["unit retreated"] += 1


def _slip_out(world: World, unit: Unit, here: Surroundings) -> None:
    """Let fighters leave the theatre from a place without road to goods or friends.

    Only those whose stock is no longer full do so, and not from a unit that is breaking out.
    """
    if not unit.standing or unit.posture == BREAK_OUT or unit.supply == FULL:
        return
    if world.supplied[unit.faction][unit.place] or here.refuges:
        return
    chance = world.of_kind(unit.kind, "slip_out_per_day")
    leaving = binomial(world.draw("morale.slip_out", unit.id), unit.strength, chance)
    _depart(world, unit, leaving)
    world.happened["slipped out"] += leaving


def _depart(world: World, unit: Unit, leaving: int) -> None:
    remove_fighters(world, unit, leaving, "departed")
    world.kinds[unit.kind].away += leaving
