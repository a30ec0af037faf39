"""Recruits who wait fill up units that have had losses (sim/rules/replacements)."""

from __future__ import annotations

import math

from tests.oracle.arrivals import child_share
from tests.oracle.pieces import Stream, Unit
from tests.oracle.scalars import binomial
from tests.oracle.world import NO_ROAD_M, World


def replace_losses(world: World) -> None:
    """Let fighters who wait in the streams of a kind join its units at rest."""
    wanted: dict[str, int] = {}
    for unit in world.units:
        lost = unit.peak - unit.strength - unit.wounded
        quiet = world.places[unit.place].engaged_since is None
        if unit.standing and quiet and lost > 0:
            share = world.of_kind(unit.kind, "replacements_per_day")
            wanted[unit.name] = math.ceil(lost * share)
    for stream in world.streams:
        asking = [unit for unit in world.units if _asks(world, unit, stream, wanted)]
        in_all, pool = sum(wanted[unit.name] for unit in asking), stream.pool
        for unit in asking:
            given = wanted[unit.name]
            if in_all > pool:
                given = given * pool // in_all
            wanted[unit.name] -= given
            stream.pool -= given
            _enlist(world, unit, stream, given)


def _asks(world: World, unit: Unit, stream: Stream, wanted: dict[str, int]) -> bool:
    if unit.kind != stream.kind or wanted.get(unit.name, 0) == 0:
        return False
    held = world.places[stream.place].controller == stream.faction
    return held and world.road_m[unit.faction][stream.place][unit.place] < NO_ROAD_M


def _enlist(world: World, unit: Unit, stream: Stream, fighters: int) -> None:
    if fighters == 0:
        return
    uniform = world.draw("reinforcement.replacements", unit.id ^ stream.id)
    unit.strength += fighters
    unit.children += binomial(uniform, fighters, child_share(world, unit.kind, stream))
    world.ledger["arrived"][unit.faction] += fighters
    world.happened["losses replaced"] += fighters
