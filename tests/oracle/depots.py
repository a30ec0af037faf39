"""Goods come into depots and go out to units (sim/rules/depots); supply lines (sim/rules/lines)."""

from __future__ import annotations

from sim.state.state import FULL
from tests.oracle.pieces import Unit
from tests.oracle.stores import UNLIMITED, Depot, Income
from tests.oracle.world import NO_ROAD_M, World

MOST_INDEX = 32_000


def receive_goods(world: World) -> None:
    """Let goods come into the depots that are held, and work out the supply index."""
    if world.supply_index is None:
        return
    world.supply_index = [
        _receive(world, faction)
        if any(depot.faction == faction for depot in world.depots)
        else FULL
        for faction in range(world.factions)
    ]


def _receive(world: World, faction: int) -> int:
    """Let a faction's goods come in; return its supply index."""
    depots = [depot for depot in world.depots if depot.faction == faction]
    held = [depot for depot in depots if world.friend_holds(faction, depot.place)]
    own = sum(depot.goods_per_day for depot in held)
    incomes = [income for income in world.incomes if income.faction == faction]
    sold = [income for income in incomes if world.friend_holds(faction, income.place)]
    bought = sum(income.goods_per_day for income in sold) if own > 0 else 0
    world.happened["goods bought with oil"] += bought
    kept = FULL
    if world.interdicted is not None:
        kept = FULL - min(max(world.interdicted[faction], 0), FULL)
    for depot in depots:
        if depot not in held:
            world.happened["depot lost"] += depot.goods
            depot.goods = 0
        elif depot.unlimited:
            depot.goods = UNLIMITED
        else:
            share = bought * depot.goods_per_day // max(own, 1)
            coming = (depot.goods_per_day + share) * kept // FULL
            depot.goods = min(depot.goods + coming, depot.most)
    if any(depot.unlimited for depot in held):
        return FULL
    total = (own + bought) * kept // FULL
    return min(FULL * total // max(_at_start(world, depots, incomes), 1), MOST_INDEX)


def _at_start(world: World, depots: list[Depot], incomes: list[Income]) -> int:
    rows = [*depots, *incomes]
    open_then = 0
    for row in rows:
        holder = world.places[row.place].first_controller
        if holder is not None and world.setting.stance[row.faction, holder] > 0:
            open_then += row.goods_per_day
    return open_then or sum(row.goods_per_day for row in rows)


def lives_off_depots(world: World, unit: Unit) -> bool:
    return any(depot.faction == unit.faction for depot in world.depots)


def issue_goods(world: World, eaten: dict[str, int], gained: dict[str, int]) -> None:
    """Let the units of ``eaten`` eat, and fill what they lack then from the nearest depots."""
    lack: dict[str, int] = {}
    got = dict.fromkeys(eaten, 0)
    units = [unit for unit in world.units if unit.name in eaten]
    for unit in units:
        unit.supply = max(unit.supply + eaten[unit.name], 0)
        lack[unit.name] = FULL - unit.supply
    has_goods = [depot for depot in world.depots if depot.goods > 0]
    waiting = units
    while waiting:
        asked: list[tuple[Unit, Depot, int, int]] = []
        for unit in waiting:
            nearest = _nearest(world, unit, has_goods)
            if nearest is None:
                continue
            depot, metres = nearest
            half_m = max(round(1000 * world.value("supply.half_distance_km")), 1)
            load = gained[unit.name] * half_m // (half_m + metres)
            wanted = min(lack[unit.name], load) - got[unit.name]
            if wanted > 0:
                person_days = -(-wanted * _full(world, unit) // FULL)
                asked.append((unit, depot, wanted, person_days))
        waiting = []
        for depot in {id(depot): depot for _, depot, _, _ in asked}.values():
            own = [row for row in asked if row[1] is depot]
            stock, in_all = depot.goods, sum(row[3] for row in own)
            for unit, _, wanted, person_days in own:
                given = person_days if in_all <= stock else person_days * stock // in_all
                depot.goods -= given
                got[unit.name] += min(FULL * given // _full(world, unit), wanted)
                world.happened["goods issued"] += 1
                if in_all > stock:
                    world.happened["goods rationed"] += 1
                    waiting.append(unit)
            if in_all > stock:
                has_goods.remove(depot)
    for unit in units:
        unit.supply += got[unit.name]


def _full(world: World, unit: Unit) -> int:
    """Return the person-days of a unit's full stock."""
    return max(round(world.of_kind(unit.kind, "supply_days") * unit.strength), 1)


def _nearest(world: World, unit: Unit, depots: list[Depot]) -> tuple[Depot, int] | None:
    """Return the depot of the unit's faction at the end of the shortest open road, and its road."""
    best = None
    for depot in depots:
        if depot.faction != unit.faction:
            continue
        metres = world.road_m[unit.faction][depot.place][unit.place]
        if metres < NO_ROAD_M and (best is None or metres < best[1]):
            best = depot, metres
    return best


def watch_lines(world: World) -> None:
    """Note which supply lines are open."""
    for number, line in enumerate(world.lines):
        assert world.lines_open is not None
        before, now = world.lines_open[number], world.is_open(line)
        world.happened["line cut"] += before and not now
        world.lines_open[number] = now
