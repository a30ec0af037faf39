"""Losses split into dead and wounded; the wounded recover (sim/rules/casualties)."""

from __future__ import annotations

from tests.oracle.pieces import Unit
from tests.oracle.scalars import binomial
from tests.oracle.world import World, own_id


def inflict(world: World, unit: Unit, losses: int, killed_share: float, cause: str) -> None:
    """Make each loss a death with probability ``killed_share``, else a wound."""
    if losses == 0:
        return
    uniform = world.draw("casualties.killed", own_id("cause", cause, unit.id))
    dead = binomial(uniform, losses, killed_share)
    kill(world, unit, dead, cause)
    wounded = losses - dead
    unit.strength -= wounded
    unit.wounded += wounded
    unit.children = min(unit.children, unit.strength)
    world.ledger["wounded"][unit.faction] += wounded


def kill(world: World, unit: Unit, dead: int, cause: str, children: int | None = None) -> None:
    """Kill fighters; children and leaders die in proportion unless the children are given."""
    if dead == 0:
        return
    adults = unit.strength - unit.children
    if children is None:
        children = _children_among(world, unit, dead, cause)
    children = max(children, dead - adults)
    leaders = _leaders_among(world, unit, dead, cause)
    unit.strength -= dead
    unit.children -= children
    unit.leaders -= leaders
    unit.leader_lost |= leaders > 0
    world.ledger["killed"][unit.faction] += dead
    world.tally["killed"][unit.faction][unit.place] += dead
    world.tally["children_killed"][unit.faction][unit.place] += children
    world.tally["leaders_killed"][unit.faction][unit.place] += leaders
    if unit.headquarters:
        world.tally["headquarters_killed"][unit.faction][unit.place] += leaders
        world.happened["leader of the headquarters killed"] += leaders
    world.happened["child killed"] += children
    world.happened["leader killed"] += leaders


def kill_leader(world: World, unit: Unit) -> None:
    """Kill one leader of a unit, if it has any."""
    if unit.leaders == 0 or unit.strength == 0:
        return
    unit.leaders -= 1
    unit.strength -= 1
    unit.children = min(unit.children, unit.strength)
    unit.leader_lost = True
    world.ledger["killed"][unit.faction] += 1
    world.tally["killed"][unit.faction][unit.place] += 1
    world.tally["leaders_killed"][unit.faction][unit.place] += 1
    if unit.headquarters:
        world.tally["headquarters_killed"][unit.faction][unit.place] += 1
    world.happened["leader killed by a strike"] += 1


def _children_among(world: World, unit: Unit, dead: int, cause: str) -> int:
    if unit.children == 0:
        return 0
    uniform = world.draw("casualties.children", own_id("cause", cause, unit.id))
    among = binomial(uniform, dead, unit.children / unit.strength)
    return min(among, unit.children, dead)


def _leaders_among(world: World, unit: Unit, dead: int, cause: str) -> int:
    chance = min(1.0, world.of_kind(unit.kind, "leader_exposure") * dead / unit.strength)
    uniform = world.draw("casualties.leaders", own_id("cause", cause, unit.id))
    return min(binomial(uniform, unit.leaders, chance), dead)


def recover_wounded(world: World) -> None:
    """Let some of the wounded leave treatment: a share goes back, the others are invalided."""
    for unit in world.units:
        if unit.wounded == 0:
            continue
        number = own_id("cause", "", unit.id)
        days = world.of_kind(unit.kind, "recovery_days")
        share = world.of_kind(unit.kind, "recovered_share")
        leaving = binomial(world.draw("casualties.recovered", number), unit.wounded, 1.0 / days)
        lost = binomial(world.draw("casualties.invalided", number), leaving, 1.0 - share)
        if not unit.active:
            leaving = lost = unit.wounded
        unit.wounded -= leaving
        unit.strength += leaving - lost
        world.ledger["recovered"][unit.faction] += leaving - lost
        world.ledger["invalided"][unit.faction] += lost


def remove_fighters(world: World, unit: Unit, fighters: int, column: str) -> None:
    """Take away fighters who are captured or depart; children in proportion, rounded down."""
    unit.children -= unit.children * fighters // max(unit.strength, 1)
    unit.strength -= fighters
    world.ledger[column][unit.faction] += fighters


def capture_wounded(world: World, unit: Unit) -> None:
    world.ledger["captured"][unit.faction] += unit.wounded
    unit.wounded = 0


def retire_destroyed(world: World) -> None:
    """Take units out of the theatre that have nobody left, fit or wounded."""
    for unit in world.units:
        if unit.active and unit.strength + unit.wounded <= 0:
            unit.active = False
            unit.leaders = unit.children = 0
            unit.operation = unit.next_place = None
            unit.road_left_m = 0
            world.happened["unit destroyed"] += 1
