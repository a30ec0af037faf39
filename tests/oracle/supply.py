"""Goods reach units along open roads; readiness falls in a fight (sim/rules/supply)."""

from __future__ import annotations

from sim.state.state import FULL
from tests.oracle.pieces import Unit
from tests.oracle.presence import refresh_roads
from tests.oracle.world import World


def supply_units(world: World) -> None:
    """Refill the stocks of units that a road reaches; let the others eat theirs."""
    refresh_roads(world)
    for unit in world.units:
        if not unit.active:
            continue
        engaged = world.places[unit.place].engaged and unit.next_place is None
        if _reached(world, unit):
            change = FULL * world.of_kind(unit.kind, "supply_refill_per_day")
        else:
            change = -(FULL / world.of_kind(unit.kind, "supply_days"))
            if engaged:
                change = change * world.of_kind(unit.kind, "combat_supply_factor")
        unit.supply = _between(unit.supply + round(change), 0, FULL)
        if unit.supply == 0:
            world.happened["unit without supply"] += 1
        _rest(world, unit, engaged)


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
    least = round(FULL * world.of_kind(unit.kind, "readiness_floor"))
    unit.readiness = _between(unit.readiness + round(change), least, FULL)


def _between(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)
