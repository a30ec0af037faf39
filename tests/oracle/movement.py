"""Units march along routes at road speed and are stopped by the enemy (sim/rules/movement)."""

from __future__ import annotations

from sim.rules.movement import LEGS_A_DAY
from sim.state.state import BREAK_OUT, INFILTRATE, WITHDRAW
from tests.oracle.pieces import Place, Road, Unit
from tests.oracle.presence import Presence, look
from tests.oracle.scalars import exp
from tests.oracle.world import NO_ROAD_M, World


def march(world: World) -> None:
    """Move every unit by up to a day's march.

    All see where the others stood in the morning: no side gains by moving first.
    """
    morning = look(world)
    for unit in world.units:
        if _may_move(unit, morning):
            _march(world, unit, morning)


def _may_move(unit: Unit, morning: Presence) -> bool:
    """From a place where the enemy stands a unit can only withdraw or slip away."""
    if not unit.active or unit.strength == 0:
        return False
    if unit.next_place is not None:
        return True
    if unit.destination == unit.place:
        return False
    pinned = morning.enemies(unit.faction, unit.place) > 0
    return not pinned or unit.posture == WITHDRAW or _slips(unit)


def _slips(unit: Unit) -> bool:
    return unit.posture in (INFILTRATE, BREAK_OUT)


def _march(world: World, unit: Unit, morning: Presence) -> None:
    budget_m = round(1000 * world.of_kind(unit.kind, "march_km_per_day"))
    unseen = _slips(unit) and not _detected(world, unit, morning)
    for _ in range(LEGS_A_DAY):
        if unit.next_place is None:
            road = _road_to_take(world, unit)
            if road is None:
                return
            unit.next_place, unit.road_left_m = road.to, road.cost_m
        walked_m = min(budget_m, unit.road_left_m)
        unit.road_left_m -= walked_m
        budget_m -= walked_m
        if unit.road_left_m > 0:
            return
        unit.place, unit.next_place = unit.next_place, None
        if unit.place == unit.destination or budget_m == 0:
            return
        met = morning.enemies(unit.faction, unit.place) > 0
        if (met or world.bars(unit.faction, unit.place)) and not unseen:
            return


def _road_to_take(world: World, unit: Unit) -> Road | None:
    """Return the road on which the way to the destination is shortest; the first of equals.

    The way leads through no place that an enemy holds; that of a slipping unit leads anywhere.
    """
    if unit.place == unit.destination:
        return None
    best, shortest_m = None, NO_ROAD_M
    for road in world.places[unit.place].roads:
        barred = world.bars(unit.faction, road.to) and road.to != unit.destination
        if barred and not _slips(unit):
            continue
        ways_m = world.free_road_m if _slips(unit) else world.road_m[unit.faction]
        length_m = road.length_m + ways_m[road.to][unit.destination]
        if length_m < shortest_m:
            best, shortest_m = road, length_m
    return best


def _detected(world: World, unit: Unit, morning: Presence) -> bool:
    """Draw whether a slipping unit is seen today, by the enemies in and beside its first place."""
    here: Place = world.places[unit.place]
    enemies = morning.enemies(unit.faction, unit.place)
    enemies += sum(morning.enemies(unit.faction, beside) for beside in here.near_neighbours)
    chance = 1.0 - exp(-enemies / world.of_kind(unit.kind, "infiltration_fighters"))
    seen = world.draw("movement.detected", unit.id) < chance
    world.happened["slipping unit seen" if seen else "slipping unit unseen"] += 1
    return seen
