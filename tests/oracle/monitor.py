"""The monitor sees some of the dead, late (sim/observers/monitor)."""

from __future__ import annotations

from tests.oracle.scalars import binomial
from tests.oracle.world import World, own_id


def count_the_dead(world: World) -> None:
    """See some of the day's dead, and publish some of those seen and not yet published."""
    publish = 1.0 / world.value("monitor.delay_days")
    see_child = world.value("monitor.seen_share_of_children")
    see_adult = world.value("monitor.seen_share")
    for faction in range(world.factions):
        for place in range(len(world.places)):
            children = world.tally["children_killed"][faction][place]
            adults = world.tally["killed"][faction][place] - children

            def keep(stream: str, number: int, chance: float, whom: str) -> int:
                return _thinned(world, stream, number, chance, whom, faction, place)  # noqa: B023

            unseen, unseen_children = world.unseen[faction], world.unseen_children[faction]
            unseen[place] += keep("monitor.seen", adults, see_adult, "adults")
            unseen_children[place] += keep("monitor.seen", children, see_child, "children")
            published = keep("monitor.published", unseen[place], publish, "adults")
            of_children = keep("monitor.published", unseen_children[place], publish, "children")
            unseen[place] -= published
            unseen_children[place] -= of_children
            world.tally["reported_killed"][faction][place] += published + of_children
            world.tally["reported_children"][faction][place] += of_children


def _thinned(
    world: World, stream: str, number: int, chance: float, whom: str, faction: int, place: int
) -> int:
    """Keep each of a number of dead with a probability."""
    if number == 0:
        return 0
    which = own_id("group", whom, world.places[place].id ^ world.faction_ids[faction])
    return binomial(world.draw(stream, which), number, chance)
