"""The YPG's decision to join, and the ring that it plans (sim/forces/ypg and encirclement)."""

from __future__ import annotations

from collections import deque

from sim.forces.encirclement import DEAREST, UNCUTTABLE
from tests.oracle.knowledge import Knowledge

Node = tuple[str, int]  # ("in", place) or ("out", place), or where the flow begins and ends
Capacities = dict[Node, dict[Node, int]]
START, END = ("start", -1), ("end", -1)


def shared_city(know: Knowledge, place: int) -> bool:
    """Return whether a place is in one of the kind's cities, which the enemy does not hold whole.

    At the start its faction or an ally held a district of it, and a unit of the kind was there or
    is to be raised there.
    """
    city = know.world.places[place].city
    if city is None:
        return False
    districts = [p for p in know.places if know.world.places[p].city == city]
    return (
        any(not know.hostile[p] for p in districts)
        and any(know.initially_friendly(p) for p in districts)
        and any(unit.start in districts for unit in know.kind.members)
    )


def remember_cities(know: Knowledge) -> None:
    """Note the shared cities that the enemy is in, and those that he has newly entered."""
    kind = know.kind
    entered = {
        know.world.places[p].city
        for p in know.places
        if shared_city(know, p) and (know.hostile[p] or know.believed[p] > 0)
    }
    for city in entered - {None}:
        if know.day - kind.entered_day.get(city, -1) >= know.number("ring_memory_days"):
            kind.pocket_day[city] = know.day
            know.world.happened["city entered anew"] += 1
        kind.entered_day[city] = know.day


def _patient(know: Knowledge, city: int) -> bool:
    """Return whether the ring still comes first round a city."""
    joined = know.kind.joined_day
    if joined is None:
        return False
    since = max(joined, know.kind.pocket_day.get(city, joined))
    return know.day - since < know.number("ring_patience_days")


def wants_to_join(know: Knowledge) -> bool:
    """Return whether the enemy is in enough districts of a shared city, or in an own place."""
    entered = [
        p for p in know.places if shared_city(know, p) and (know.hostile[p] or know.believed[p] > 0)
    ]
    attacked = any(know.hostile[p] and know.initially_held(p) for p in know.places)
    return len(entered) >= know.number("trigger_districts") or attacked


def plan_ring(know: Knowledge) -> None:
    """Plan anew, when due, the places whose capture leaves the enemy's districts no road."""
    kind = know.kind
    if kind.joined_day is None:
        return
    if kind.cut_day is not None and know.day - kind.cut_day < know.number("cut_plan_days"):
        return
    kind.cut_day = know.day
    pocket = {
        p
        for p in know.places
        if know.hostile[p] and shared_city(know, p) and _patient(know, know.world.places[p].city)
    }
    kind.cut = cheapest_cut(know, pocket) if pocket else set()
    if kind.cut:
        know.world.happened["ring planned"] += 1


def ring_preference(know: Knowledge, place: int) -> float:
    """Return the penalty for a place that is far from home, or off the ring while that is open."""
    home = know.home()
    far = 0.0
    if home:
        far_m = min(know.world.free_road_m[p][place] for p in home)
        far = know.number("home_pull_per_10_km") * far_m / 10_000.0
    off_ring = _ring_is_open(know) and not know.initially_held(place)
    off_ring = off_ring and not (know.hostile[place] and place in know.kind.cut)
    return -far - know.number("ring_first") * off_ring


def _ring_is_open(know: Knowledge) -> bool:
    patient = any(
        _patient(know, city) for city in range(len(know.world.setting.theatre.city_names))
    )
    return patient and any(know.hostile[p] for p in know.kind.cut)


def cheapest_cut(know: Knowledge, pocket: set[int]) -> set[int]:
    """Return the cheapest set of places that parts a pocket from the sources of its goods.

    Of several cheapest sets it is the one nearest to the pocket. Goods flow from the sources to the
    pocket through places that the enemy holds, each of which lets no more pass than it costs to
    take. When as much flows as can, the full places next to those from which the pocket could
    still be given more are the cut. Neither sources nor the pocket can be in it.
    """
    world = know.world
    sources = {
        p
        for faction in range(world.factions)
        if world.hostile(know.faction, faction)
        for p in world.sources[faction]
        if know.hostile[p]
    }
    open_to_enemy = [p for p in know.places if know.hostile[p]]
    room: Capacities = {START: {}, END: {}}
    for p in open_to_enemy:
        dear = p in pocket or p in sources
        cost = UNCUTTABLE if dear else min(max(_cost_of_taking(know, p), 1), DEAREST)
        room["in", p] = {("out", p): cost}
        room["out", p] = {
            ("in", beside): UNCUTTABLE
            for beside in world.places[p].neighbours
            if know.hostile[beside]
        }
        if p in sources and p not in pocket:
            room[START]["in", p] = UNCUTTABLE
        if p in pocket:
            room["out", p][END] = UNCUTTABLE
    _fill(room)
    reaches = _still_reaching(room, END)
    cut = {p for p in open_to_enemy if ("in", p) not in reaches and ("out", p) in reaches}
    return set() if cut & (pocket | sources) else cut


def _fill(room: Capacities) -> None:
    """Let as much flow as can, by shortest ways with room left; leave in ``room`` what is left."""
    while True:
        way = _way_with_room(room)
        if not way:
            return
        flow = min(room[a][b] for a, b in way)
        for a, b in way:
            room[a][b] -= flow
            room[b][a] = room[b].get(a, 0) + flow


def _way_with_room(room: Capacities) -> list[tuple[Node, Node]]:
    came_from: dict[Node, Node] = {START: START}
    waiting = deque([START])
    while waiting and END not in came_from:
        here = waiting.popleft()
        for there, left in room[here].items():
            if left > 0 and there not in came_from:
                came_from[there] = here
                waiting.append(there)
    way = []
    here = END
    while here in came_from and here != START:
        way.append((came_from[here], here))
        here = came_from[here]
    return way


def _still_reaching(room: Capacities, end: Node) -> set[Node]:
    """Return the nodes from which a way with room left leads to ``end``."""
    reaching = {end}
    waiting = [end]
    while waiting:
        there = waiting.pop()
        for here, ways in room.items():
            if here not in reaching and ways.get(there, 0) > 0:
                reaching.add(here)
                waiting.append(here)
    return reaching


def _cost_of_taking(know: Knowledge, place: int) -> int:
    """Return believed enemies, plus what any place costs, plus the way there; in fighters."""
    ways_m = know.world.free_road_m
    home = [p for p in know.places if know.friendly[p] or know.friends[p] > 0]
    longest_m = max(max(row) for row in ways_m)
    near_m = min((ways_m[p][place] for p in home), default=longest_m)
    return round(
        know.believed[place]
        + know.number("cut_cost_per_place_fighters")
        + know.number("cut_cost_per_km_fighters") * near_m / 1000.0
    )
