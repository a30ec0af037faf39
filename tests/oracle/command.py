"""Headquarters and the gaps that their leaders leave (sim/rules/command)."""

from __future__ import annotations

from sim.state.state import NEVER
from tests.oracle.pieces import Unit
from tests.oracle.posts import Post
from tests.oracle.world import World


def hand_over_command(world: World) -> None:
    """Let a gap begin where a headquarters lost a leader today, and a successor end it."""
    for post in world.posts:
        units = [unit for unit in world.units if unit.name in post.headquarters]
        if any(unit.leader_lost for unit in units):
            last = world.day + round(world.value("command.gap_days"))
            post.gap_until = max(post.gap_until, last)
            world.happened["gap in command"] += 1
        if NEVER < post.gap_until <= world.day:
            for unit in units:
                if unit.active and unit.strength > 0 and unit.leaders == 0:
                    unit.leaders = 1
                    world.happened["successor took over"] += 1


def fire_kept(world: World, unit: Unit) -> float:
    """Return the share of its fire that a unit keeps while its post lacks a leader."""
    post = _post_of(world, unit)
    if post is None or post.gap_until < world.day:
        return 1.0
    world.happened["fought without command"] += 1
    return 1.0 - world.value("command.gap_loss")


def rests_under_command(world: World, unit: Unit) -> bool:
    """Return whether a headquarters of its province, with a leader, commands the unit."""
    post = _post_of(world, unit)
    if post is None or post.gap_until >= world.day:
        return False
    return any(
        head.active and head.strength > 0 and head.leaders > 0
        for head in world.units
        if head.name in post.headquarters
    )


def _post_of(world: World, unit: Unit) -> Post | None:
    """Return the post that commands a unit where it is."""
    kind = world.setting.kinds[unit.kind]
    name = world.setting.theatre.names[unit.place]
    province = next(row.province for row in world.setting.scenario.places if row.name == name)
    found = [post for post in world.posts if (post.kind, post.province) == (kind, province)]
    return found[0] if found else None
