"""Goods reach units along open roads; readiness falls in a fight (sim/rules/supply)."""

from __future__ import annotations

from sim.state.state import FULL
from tests.oracle.command import rests_under_command
from tests.oracle.depots import issue_goods, lives_off_depots, receive_goods
from tests.oracle.pieces import Unit
from tests.oracle.presence import refresh_roads
from tests.oracle.world import World


def supply_units(world: World) -> None:
    """Refill the stocks of units that a road reaches; let the others eat theirs."""
    refresh_roads(world)
    receive_goods(world)
    eaten: dict[str, int] = {}
    gained: dict[str, int] = {}
    for unit in world.units:
        if not unit.active:
            continue
        eats = -(FULL / world.of_kind(unit.kind, "supply_days"))
        if _engaged(world, unit):
            eats = eats * world.of_kind(unit.kind, "combat_supply_factor")
        gains = FULL * world.of_kind(unit.kind, "supply_refill_per_day")
        if lives_off_depots(world, unit):
            eaten[unit.name], gained[unit.name] = round(eats), round(gains)
        else:
            change = round(gains if _reached(world, unit) else eats)
            unit.supply = _between(unit.supply + change, 0, FULL)
    issue_goods(world, eaten, gained)
    for unit in world.units:
        if unit.active:
            world.happened["unit without supply"] += unit.supply == 0
            _rest(world, unit, _engaged(world, unit))


def _engaged(world: World, unit: Unit) -> bool:
    return world.places[unit.place].engaged and unit.next_place is None


def _reached(world: World, unit: Unit) -> bool:
    """Goods come to the unit's place, or to a neighbouring one."""
    supplied = world.supplied[unit.faction]
    neighbours = world.places[unit.place].neighbours
    return supplied[unit.place] or any(supplied[beside] for beside in neighbours)


def _rest(world: World, unit: Unit, engaged: bool) -> None:
    """Wear a unit down in a fight; let it rest where it has supply."""
    change = 0.0
    if engaged:
        change = -FULL * world.of_kind(unit.kind, "readiness_lost_per_day")
    elif unit.supply > 0:
        change = FULL * world.of_kind(unit.kind, "readiness_gained_per_day")
        if rests_under_command(world, unit):
            change = change * world.value("command.readiness_gain_factor")
            world.happened["rested under command"] += 1
    least = round(FULL * world.of_kind(unit.kind, "readiness_floor"))
    unit.readiness = _between(unit.readiness + round(change), least, FULL)


def _between(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)
