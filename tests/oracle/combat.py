"""Engagements and the contact line (sim/rules/combat and kernel)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.state.stable_ids import stable_id
from sim.state.state import FULL
from sim.theatre.terms import TERRAINS
from tests.oracle.casualties import inflict
from tests.oracle.command import fire_kept
from tests.oracle.pieces import Place, Unit
from tests.oracle.presence import Presence, look
from tests.oracle.scalars import binomial, exp, expm1, log, lognormal_exponent, normal_quantile
from tests.oracle.world import World

DEFENDER, ATTACKER = stable_id("role", "defender"), stable_id("role", "attacker")


@dataclass(frozen=True)
class Sides:
    """The sides of an engagement: by faction, its side's strength and the fire that it meets."""

    strength: list[float]
    fire: list[float]

    def fights(self, faction: int) -> bool:
        return self.fire[faction] > 0


def fight(world: World) -> None:
    """Let hostile factions in one place, or across the contact line, inflict losses.

    Everybody's chance of loss is worked out before anyone is lost.
    """
    morning = look(world)
    effective = _effective_strength(world)
    sides = [_sides(world, place.number, morning, effective) for place in world.places]
    for place in world.places:
        _mark_engagement(world, place, sides[place.number])
    chance = [
        [
            _chance_of_loss(world, faction, place, sides[place.number], morning, effective)
            for place in world.places
        ]
        for faction in range(world.factions)
    ]
    for unit in world.units:
        if unit.standing and chance[unit.faction][unit.place] > 0:
            uniform = world.draw("combat.losses", unit.id)
            losses = binomial(uniform, unit.strength, chance[unit.faction][unit.place])
            inflict(world, unit, losses, world.value("combat.killed_share"), "combat")


def _effective_strength(world: World) -> list[list[float]]:
    """Return strength times quality, readiness and supply by faction and place, to thousandths."""
    thousandths = world.zeros()
    for unit in world.units:
        if not unit.standing:
            continue
        unsupplied = world.of_kind(unit.kind, "effect_without_supply")
        supply = unsupplied + (1.0 - unsupplied) * (unit.supply / FULL)
        worth = unit.strength * world.of_kind(unit.kind, "quality") * (unit.readiness / FULL)
        worth = worth * supply * fire_kept(world, unit) * _fire_kept_under_strikes(world, unit)
        thousandths[unit.faction][unit.place] += round(1000 * worth)
    return [[number / 1000.0 for number in row] for row in thousandths]


def _fire_kept_under_strikes(world: World, unit: Unit) -> float:
    kept = 1.0
    for enemy in range(world.factions):
        if world.hostile(unit.faction, enemy):
            strikes = world.tally["air_strikes"][enemy][unit.place]
            kept -= strikes * world.value("air.suppression_per_strike")
    if kept < 1.0:
        world.happened["fire suppressed"] += 1
    return max(kept, world.value("air.suppression_floor"))


def _sides(world: World, place: int, morning: Presence, effective: list[list[float]]) -> Sides:
    """Find who fights on whose side in a place and what fire each side meets.

    A faction faces the hostile factions present. Those who are not hostile to it and face an enemy
    of its own fight on its side. The fire of an enemy g falls on all who face g in proportion to
    their strength; the faction's side takes the share of those who are not hostile to it.
    """
    everyone = range(world.factions)
    fighters = [float(morning.fighters[f][place]) for f in everyone]
    faces = [
        {g for g in everyone if fighters[f] > 0 and fighters[g] > 0 and world.hostile(f, g)}
        for f in everyone
    ]
    strength, fire = [], []
    for f in everyone:
        partners = [g for g in everyone if g != f and g not in faces[f] and faces[f] & faces[g]]
        strength.append(fighters[f] + sum(fighters[g] for g in partners))
        met = 0.0
        for g in sorted(faces[f]):
            facing_g = sum(fighters[other] for other in faces[g])
            ours = facing_g - sum(fighters[other] for other in faces[g] & faces[f])
            met += effective[g][place] * (ours / facing_g)
        fire.append(met)
        if partners:
            world.happened["fought side by side"] += 1
    return Sides(strength, fire)


def _mark_engagement(world: World, place: Place, sides: Sides) -> None:
    place.engaged = any(sides.fights(faction) for faction in range(world.factions))
    if not place.engaged:
        place.engaged_since = None
    elif place.engaged_since is None:
        place.engaged_since = world.day
        world.happened["engagement began"] += 1


def _chance_of_loss(
    world: World,
    faction: int,
    place: Place,
    sides: Sides,
    morning: Presence,
    effective: list[list[float]],
) -> float:
    """Return the chance that a fighter of a faction in a place is lost today.

    Who stands in an enemy's place attacks, all others there defend. Fighters engaged in their own
    place meet the fire there; the others meet that from across the contact line, as defenders.
    Only as many fire, and are exposed, as the frontage of the place has room for.
    """
    if morning.fighters[faction][place.number] == 0:
        return 0.0
    limit = place.frontage_fighters
    attacks = world.enemy_holds(faction, place.number)
    inside = sides.fights(faction)
    if inside:
        enemies = morning.enemies(faction, place.number)
        fire = sides.fire[faction] * _share_within(enemies, limit)
    else:
        fire = _fire_across_the_line(world, faction, place, morning, effective)
        world.happened["fire across the contact line"] += fire > 0
    if not fire > 0:
        return 0.0
    if attacks and inside:
        attrition, cover = world.value("combat.attrition_of_attackers_per_day"), 1.0
    else:
        attrition, cover = (
            world.value("combat.attrition_of_defenders_per_day"),
            _cover(world, place),
        )
    intensity = 1.0 if inside else world.value("combat.contact_line")
    own = sides.strength[faction] if inside else _side(world, faction, place.number, morning)
    reference = world.value("combat.reference_strength")
    own_share, fire_share = min(own, limit) / reference, fire / reference
    # The general Lanchester law.
    exponent = world.value("combat.enemy_exponent") * log(fire_share)
    exponent = exponent + (world.value("combat.own_exponent") - 1.0) * log(own_share)
    rate = attrition * exp(exponent) * intensity * cover * _noise(world, place, attacks)
    return -expm1(-rate) * _share_within(own, limit)


def _share_within(fighters: float, limit: float) -> float:
    """Return the share of fighters that a frontage has room for."""
    return min(1.0, limit / max(fighters, 1.0))


def _fire_across_the_line(
    world: World, faction: int, place: Place, morning: Presence, effective: list[list[float]]
) -> float:
    """Return the effective strength of enemies in the places within contact reach."""
    fire = 0.0
    for beside in place.near_neighbours:
        limit = world.places[beside].frontage_fighters
        there = 0.0
        for enemy in range(world.factions):
            if world.hostile(faction, enemy):
                within = _share_within(_side(world, enemy, beside, morning), limit)
                there += effective[enemy][beside] * within
        fire += there
    return fire


def _side(world: World, faction: int, place: int, morning: Presence) -> float:
    """Return the fighters in a place who are not hostile to a faction and share an enemy with it.

    That enemy must stand within contact reach of the place: along the line they are one side then.
    The faction's own count in any case.
    """
    everyone = range(world.factions)
    near = {
        g
        for g in everyone
        if any(morning.fighters[g][beside] for beside in world.places[place].near_neighbours)
    }
    return float(
        sum(
            morning.fighters[other][place]
            for other in everyone
            if other == faction
            or (
                not world.hostile(faction, other)
                and any(world.hostile(faction, g) and world.hostile(other, g) for g in near)
            )
        )
    )


def _cover(world: World, place: Place) -> float:
    cover = world.value(f"combat.cover_{TERRAINS[place.terrain]}")
    return cover * world.value("combat.cover_stronghold") if place.stronghold else cover


def _noise(world: World, place: Place, attacks: bool) -> float:
    """Return lognormal noise, mean one: of the engagement, of its day, and of its city's day.

    Luck belongs to the role in an engagement, not to the faction that plays it.
    """
    role = ATTACKER if attacks else DEFENDER
    began = world.day if place.engaged_since is None else place.engaged_since
    draws = (
        ("engagement", world.draw("combat.engagement", place.id ^ role, began)),
        ("day", world.draw("combat.day", place.id ^ role)),
        ("city", world.draw("combat.city", place.city_id ^ role)),
    )
    exponents = [
        lognormal_exponent(normal_quantile(uniform), world.value(f"combat.sigma_{name}"))
        for name, uniform in draws
    ]
    return exp(exponents[0] + exponents[1] + exponents[2])
