"""Workshops that build car bombs (sim/rules/workshops)."""

from __future__ import annotations

from sim.state.state import FULL
from tests.oracle.scalars import poisson
from tests.oracle.world import World


def build_car_bombs(world: World) -> None:
    """Let workshops finish a Poisson number while goods reach a source of the kind's faction."""
    for kind in world.kinds:
        sources = world.sources[kind.faction]
        if not any(world.supplied[kind.faction][place] for place in sources):
            continue
        mean = world.of_kind(kind.number, "car_bombs_built_per_day")
        if world.workshop_out_until is not None:
            mean = mean * (_working_share(world, kind.number) / FULL)
        if world.supply_index is not None:
            mean = mean * (world.supply_index[kind.faction] / FULL)
        built = poisson(world.draw("bombs.built", kind.id), mean)
        room = max(round(world.of_kind(kind.number, "car_bombs_most")) - kind.car_bombs, 0)
        kind.car_bombs += min(built, room)


def _working_share(world: World, kind: int) -> int:
    """Add up the shares of a kind's workshops that its side holds and that are not struck."""
    own = [shop for shop in world.workshops if shop.kind == kind]
    working, out_until = 0, world.workshop_out_until or []
    for shop in own:
        held = world.friend_holds(world.kinds[kind].faction, shop.place)
        if held and out_until[shop.number] < world.day:
            working += shop.share_permille
        elif not held:
            world.happened["workshop lost"] += 1
    return working if own else FULL
