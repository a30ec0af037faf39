"""A minimum vertex cut, read off a maximum flow found by shortest augmenting paths."""

from __future__ import annotations

from collections import deque

from benchmarks.plain_mesa.places import Place

UNCUTTABLE = 300_000
DEAREST = 5_000
SOURCE, SINK = "source", "sink"


def cheapest_cut(cost: dict[Place, int], pocket: set[Place], sources: set[Place]) -> set[Place]:
    """Return the cheapest places that cut a pocket off from the sources, nearest to the pocket.

    ``cost`` holds the places through which the enemy can drive. Empty if no cut exists.
    """
    spare = residual_graph(cost, pocket, sources)
    while path := augmenting_path(spare):
        least = min(spare[a][b] for a, b in path)
        for a, b in path:
            spare[a][b] -= least
            spare[b][a] = spare[b].get(a, 0) + least
    reaches = reaching_sink(spare)
    cut = {p for p in cost if (p, "in") not in reaches and (p, "out") in reaches}
    return set() if cut & (pocket | sources) else cut


def residual_graph(cost: dict, pocket: set, sources: set) -> dict:
    """Return room by arc: each place is an arc with its cost, each road one without limit."""
    spare: dict = {SOURCE: {}, SINK: {}}
    for place in cost:
        fixed = place in pocket or place in sources
        room = UNCUTTABLE if fixed else min(max(cost[place], 1), DEAREST)
        spare[place, "in"] = {(place, "out"): room}
        spare[place, "out"] = {}
    for place in cost:
        for road in place.roads:
            if road.there in cost:
                spare[place, "out"][road.there, "in"] = UNCUTTABLE
        if place in pocket:
            spare[place, "out"][SINK] = UNCUTTABLE
        elif place in sources:
            spare[SOURCE][place, "in"] = UNCUTTABLE
    return spare


def augmenting_path(spare: dict) -> list:
    """Return the arcs of a shortest path with room from source to sink, empty if there is none."""
    parent: dict = {SOURCE: None}
    queue = deque([SOURCE])
    while queue and SINK not in parent:
        here = queue.popleft()
        for there, room in spare[here].items():
            if room > 0 and there not in parent:
                parent[there] = here
                queue.append(there)
    path = []
    node = SINK
    while parent.get(node) is not None:
        path.append((parent[node], node))
        node = parent[node]
    return path


def reaching_sink(spare: dict) -> set:
    """Return the nodes from which flow can still reach the sink."""
    into: dict = {}
    for a, arcs in spare.items():
        for b, room in arcs.items():
            if room > 0:
                into.setdefault(b, []).append(a)
    found, waiting = {SINK}, [SINK]
    while waiting:
        for node in into.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found
