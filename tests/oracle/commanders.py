"""How each kind decides; all from the same morning (sim/forces, sim/engine/orders)."""

from __future__ import annotations

import math

from sim.forces.islamic_state import LOW_SUPPLY
from sim.state.state import ASSAULT, ATTACK, BREAK_OUT, GROUPS, INFILTRATE
from tests.oracle import ring
from tests.oracle.departure import leave_given_up, to_occupy
from tests.oracle.knowledge import Knowledge, Order
from tests.oracle.objectives import score
from tests.oracle.operations import (
    Operations,
    carry_out,
    free_to_go,
    launch,
    refill_stock,
    review,
)
from tests.oracle.pieces import Unit
from tests.oracle.presence import look
from tests.oracle.prospects import prospect
from tests.oracle.scalars import poisson
from tests.oracle.world import NO_ROAD_M, World

Orders = dict[str, Order]  # by the unit's name


def give_orders(world: World) -> None:
    """Let every kind decide on what it knows in the morning; then enter all orders."""
    morning = look(world)
    decide = {
        "army": _army,
        "militia": _militia,
        "ypg": _ypg,
        "islamic_state": _islamic_state,
    }
    decided = []
    for kind in world.kinds:
        if kind.members:
            know = Knowledge(world, kind, morning)
            orders = decide[kind.decides](know)
            leave_given_up(know, orders)
            decided.append((kind, orders))
    for kind, orders in decided:
        for unit in kind.members:
            order = orders[unit.name]
            unit.destination = order.destination
            unit.posture = order.posture
            unit.operation = order.operation
            unit.air_request = order.air_request
            unit.car_bombs = order.car_bombs
            unit.foot_bombers = order.foot_bombers


def _militia(know: Knowledge) -> Orders:
    """Hold where one stands and ask for air support."""
    orders = {unit.name: know.hold(unit) for unit in know.kind.members}
    _ask_for_air_support(know, orders)
    return orders


def _army(know: Knowledge) -> Orders:
    """Retake lost places; whoever cannot hold falls back on a stronghold."""
    attackable = [know.hostile[p] and know.initially_held(p) for p in know.places]
    _join(know, wants_to=True)
    orders = _common(know, attackable, [0.0 for _ in know.places])
    for unit in know.kind.members:
        if _cannot_hold(know, unit):
            orders[unit.name] = know.withdraw(unit, orders[unit.name])
    return orders


def _cannot_hold(know: Knowledge, unit: Unit) -> bool:
    """Return whether a unit is outnumbered outside a stronghold, or cut off and starved."""
    friends = max(know.friends[unit.place], 1)
    outnumbered = know.believed[unit.place] > know.number("fall_back_ratio") * friends
    lost = know.engaged(unit) and outnumbered and not know.world.places[unit.place].stronghold
    starved = know.surrounded(unit) and unit.supply == 0
    return (lost or starved) and not unit.static and not know.broken(unit)


def _ypg(know: Knowledge) -> Orders:
    """Defend one's own until the trigger, then close the ring before clearing what is inside."""
    _join(know, wants_to=ring.wants_to_join(know))
    ring.remember_cities(know)
    ring.plan_ring(know)
    joined = know.kind.joined_day is not None
    attackable = [know.hostile[p] and (know.initially_held(p) or joined) for p in know.places]
    return _common(know, attackable, [ring.ring_preference(know, p) for p in know.places])


def _islamic_state(know: Knowledge) -> Orders:
    """Attack anywhere in reach, with bombers first; slip behind the line; break out."""
    _join(know, wants_to=True)
    orders = _common(know, know.hostile, [0.0 for _ in know.places])
    _send_bombers(know, orders)
    _infiltrate(know, orders)
    _break_out(know, orders)
    return orders


def _join(know: Knowledge, wants_to: bool) -> None:
    if know.kind.joined_day is None and wants_to:
        know.kind.joined_day = know.day


def _common(know: Knowledge, attackable: list[bool], preference: list[float]) -> Orders:
    """Relieve before attacking, stage and then go, rest, and keep garrisons."""
    refill_stock(know)
    operation = review(know)
    relief = [_to_relieve(know, p) for p in know.places]
    attackable = [attackable[p] and p not in know.kind.given_up for p in know.places]

    def scorer(place: int, free: list[Unit]) -> float | None:
        if not relief[place] and not attackable[place]:
            return None
        liked = preference[place] + know.number("relief_bonus") * relief[place]
        liked = liked + prospect(know, place, attackable, relief[place])
        return score(know, place, free, liked)

    launch(know, operation, relief, scorer)
    orders = {unit.name: know.hold(unit) for unit in know.kind.members}
    _muster(know, operation, attackable, orders)
    carry_out(know, operation, orders)
    for unit in know.kind.members:
        if _called_off(know, operation, unit):
            orders[unit.name] = know.withdraw(unit, orders[unit.name])
            know.world.happened["assault called off in the enemy's place"] += 1
    _ask_for_air_support(know, orders)
    return orders


def _to_relieve(know: Knowledge, place: int) -> bool:
    """Return whether a place of its own, or of an ally whom the kind helps, is in need."""
    if place in know.kind.given_up:
        return False
    helps = know.number("relieves_allies") >= 0.5
    ours = know.held(place) or (know.friendly[place] and helps)
    if ours and not know.held(place) and know.believed[place] > 0:
        know.world.happened["ally in need"] += 1
    return (ours and know.believed[place] > 0) or to_occupy(know, place)


def _muster(know: Knowledge, operation: Operations, attackable: list[bool], orders: Orders) -> None:
    """Send idle units far from the front to the safe place whose neighbours are worth most."""
    rally, most = None, 0
    for place in know.places:
        if not know.refuge(place) or not know.supplied[place] or place in know.kind.given_up:
            continue
        neighbours = know.world.places[place].neighbours
        front = sum(round(1000.0 * know.world.places[p].value) for p in neighbours if attackable[p])
        if front > most:
            rally, most = place, front
    if rally is None:
        return
    for unit in free_to_go(know, operation):
        road_m = know.road_m[unit.place][rally]
        if 1000.0 * know.number("muster_beyond_km") < road_m < NO_ROAD_M:
            orders[unit.name].destination = rally
            know.world.happened["mustered"] += 1


def _called_off(know: Knowledge, operation: Operations, unit: Unit) -> bool:
    """Return whether a unit is left in an enemy's place by an assault that has ended."""
    released = unit.operation is not None and operation[unit.name] is None
    return released and know.hostile[unit.place] and know.engaged(unit)


def _ask_for_air_support(know: Knowledge, orders: Orders) -> None:
    """Ask where units fight, or stand beside the place that they are to attack."""
    reach_m = 1000.0 * know.world.value("combat.contact_reach_km")
    for unit in know.kind.members:
        order = orders[unit.name]
        wanted = know.believed[unit.place] if know.fighters[unit.place] > 0 else 0
        road_m = know.world.direct_m[unit.place][order.destination]
        if order.posture == ATTACK and road_m <= reach_m:
            wanted = max(wanted, know.believed[order.destination])
        share = know.number("front_request")
        if share > 0.0:
            most = max(
                (know.believed[p] for p in know.world.places[unit.place].neighbours), default=0
            )
            wanted = max(wanted, share * most)
        if unit.standing and round(wanted) > 0:
            order.air_request = round(wanted)


def _send_bombers(know: Knowledge, orders: Orders) -> None:
    """Give bombers to the first unit of each group that is still on its way into an assault."""
    led = set()
    for unit in know.kind.members:
        order = orders[unit.name]
        number = order.operation
        if number is None or order.destination == unit.place or number in led:
            continue
        if know.kind.groups[number].phase != ASSAULT:
            continue
        led.add(number)
        by_car = know.draw("forces.bombs", number + GROUPS)
        on_foot = know.draw("forces.bombs", number)
        order.car_bombs = poisson(by_car, know.number("car_bombs_per_assault"))
        order.foot_bombers = poisson(on_foot, know.number("foot_bombers_per_assault"))


def _infiltrate(know: Knowledge, orders: Orders) -> None:
    """Let some idle units slip into a weakly held enemy place close behind the line."""
    operation = {name: order.operation for name, order in orders.items()}
    reach_m = 1000.0 * know.number("infiltration_reach_km")
    for unit in free_to_go(know, operation):
        if know.draw("forces.infiltration", unit.id) >= know.number("infiltration_per_day"):
            continue
        goals = [
            p
            for p in know.places
            if know.hostile[p]
            and not know.any_beside(p, know.held)
            and p not in know.kind.given_up
            and know.believed[p] <= know.number("infiltration_fighters")
            and know.world.free_road_m[unit.place][p] <= reach_m
        ]
        if goals:
            picked = math.floor(know.draw("forces.target", unit.id) * len(goals))
            orders[unit.name].destination = goals[picked]
            orders[unit.name].posture = INFILTRATE
            know.world.happened["infiltration"] += 1


def _break_out(know: Knowledge, orders: Orders) -> None:
    """Send surrounded units that run short to the nearest own place that goods reach."""
    for unit in know.kind.members:
        if not know.surrounded(unit) or unit.supply >= LOW_SUPPLY:
            continue
        tries = know.draw("forces.break_out", unit.id) < know.number("break_out_per_day")
        goals = [p for p in know.places if know.held(p) and know.supplied[p]]
        goals = [p for p in goals if p not in know.kind.given_up]
        if goals and (tries or unit.posture == BREAK_OUT):
            order = orders[unit.name]
            order.destination = min(goals, key=know.world.free_road_m[unit.place].__getitem__)
            order.posture, order.operation = BREAK_OUT, None
            know.world.happened["break-out"] += 1
