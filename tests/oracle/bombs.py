"""Car bombs and bombers on foot (sim/rules/bombs)."""

from __future__ import annotations

from tests.oracle.casualties import inflict, kill
from tests.oracle.pieces import Unit
from tests.oracle.presence import Presence, look
from tests.oracle.scalars import binomial, negative_binomial
from tests.oracle.world import World, own_id


def explode(world: World) -> None:
    """Send the bombers that orders name; car bombs first, then those on foot."""
    morning = look(world)
    for weapon in ("car_bombs", "foot_bombers"):
        sent = _send_bombers(world, weapon, morning)
        for faction in range(world.factions):
            _explode(world, weapon, faction, sent[faction])


def _send_bombers(world: World, weapon: str, morning: Presence) -> list[list[int]]:
    """Let bombers leave their units where the enemy stands in the place; count them by place."""
    sent = world.zeros()
    by_unit: list[tuple[Unit, int]] = []
    for unit in world.units:
        if not unit.standing or morning.enemies(unit.faction, unit.place) == 0:
            continue
        bombers = min(getattr(unit, weapon), unit.strength)
        if weapon == "car_bombs":
            stock = world.kinds[unit.kind]
            bombers = min(bombers, stock.car_bombs)
            stock.car_bombs -= bombers
        if bombers > 0:
            by_unit.append((unit, bombers))
    for unit, bombers in by_unit:
        sent[unit.faction][unit.place] += bombers
        world.tally[weapon][unit.faction][unit.place] += bombers
        world.happened[weapon] += bombers
        share = world.of_kind(unit.kind, "child_bomber_share")
        uniform = world.draw("bombs.children", own_id("weapon", weapon, unit.id))
        children = min(binomial(uniform, bombers, share), unit.children)
        kill(world, unit, bombers, weapon, children)
    return sent


def _explode(world: World, weapon: str, faction: int, sent: list[int]) -> None:
    """Draw how many of a faction's bombs go off in each place and whom they kill, and blast."""
    blasts = []
    for place in world.places:
        if sent[place.number] == 0:
            continue
        number = own_id("weapon", weapon, place.id)
        not_stopped = 1.0 - world.value(f"bombs.{weapon}_stopped_share")
        off = binomial(world.draw("bombs.stopped", number), sent[place.number], not_stopped)
        mean = off * world.value(f"bombs.{weapon}_killed")
        spread = max(off, 1) * world.value(f"bombs.{weapon}_dispersion")
        dead = negative_binomial(world.draw("bombs.killed", number), mean, spread)
        world.happened["bomber stopped"] += sent[place.number] - off
        if off > 0:
            blasts.append((place.number, dead))
    for place_number, dead in blasts:
        _blast(world, weapon, faction, place_number, dead)


def _blast(world: World, weapon: str, faction: int, place: int, dead: int) -> None:
    """Spread dead and wounded over the hostile units in a place; they are surprised."""
    hit = [
        unit
        for unit in world.units
        if unit.standing and unit.place == place and world.hostile(unit.faction, faction)
    ]
    present = sum(unit.strength for unit in hit)
    wounded_per_killed = world.value("bombs.wounded_per_killed")
    chance = min(1.0, dead * (1.0 + wounded_per_killed) / max(present, 1.0))
    for unit in hit:
        unit.surprised = True
        world.happened["unit surprised"] += 1
        uniform = world.draw("bombs.unit", own_id("weapon", weapon, unit.id))
        losses = binomial(uniform, unit.strength, chance)
        inflict(world, unit, losses, 1.0 / (1.0 + wounded_per_killed), weapon)
