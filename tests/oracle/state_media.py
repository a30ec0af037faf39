"""State media claim more and earlier than is true (sim/observers/state_media)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.state.streams import mix
from tests.oracle.scalars import binomial, poisson
from tests.oracle.world import ALLIED, World, own_id

# A claim: faction whose media they are, what, faction told of, place, number, true number.
Claim = tuple[int, str, int, int, int, int]


@dataclass
class Desk:
    """What the media of one faction remember of one place; ``waiting`` and ``dead`` by faction."""

    waiting: list[int]
    dead: list[int]
    controller: int | None
    disputed: bool
    claimed: bool = False


def new_desks(world: World) -> list[list[Desk]]:
    """Return a desk for each faction and place, before the first day."""
    return [
        [
            Desk(
                waiting=[0] * world.factions,
                dead=[0] * world.factions,
                controller=place.first_controller,
                disputed=_enemy_held_at_start(world, faction, place.first_controller),
            )
            for place in world.places
        ]
        for faction in range(world.factions)
    ]


def _enemy_held_at_start(world: World, faction: int, holder: int | None) -> bool:
    return holder is not None and int(world.setting.stance[faction, holder]) < 0


def publish(world: World, desks: list[list[Desk]], day: int) -> list[Claim]:
    """Return what all media publish on the evening of a day."""
    claims: list[Claim] = []
    for faction in range(world.factions):
        for place in range(len(world.places)):
            desk = desks[faction][place]
            claims += _published(world, desk, faction, place, day)
            if _speaks(world, faction) and _fought(world, faction, place):
                _claim_dead(world, desk, faction, place, day)
            claims += _places_told(world, desk, faction, place)
    return claims


def _speaks(world: World, faction: int) -> bool:
    own = [kind for kind in world.kinds if kind.faction == faction]
    return any(world.of_kind(kind.number, "state_media") >= 0.5 for kind in own)


def _id(world: World, faction: int, about: int, place: int, part: str) -> int:
    scrambled = int(mix(np.array([world.faction_ids[about]], dtype=np.uint64))[0])
    return own_id("claim", part, world.places[place].id ^ world.faction_ids[faction] ^ scrambled)


def _draw(world: World, day: int, number: int) -> float:
    return world.draw("state_media.claims", number, day)


def _published(world: World, desk: Desk, faction: int, place: int, day: int) -> list[Claim]:
    claims: list[Claim] = []
    for about in range(world.factions):
        if desk.waiting[about] == 0:
            continue
        uniform = _draw(world, day, _id(world, faction, about, place, "published"))
        chance = 1.0 / max(world.value("state_media.delay_days"), 1.0)
        told = binomial(uniform, desk.waiting[about], chance)
        if told > 0:
            claims.append((faction, "killed", about, place, told, desk.dead[about]))
            desk.waiting[about] -= told
            desk.dead[about] = 0
    return claims


def _claim_dead(world: World, desk: Desk, faction: int, place: int, day: int) -> None:
    inflation = world.value("state_media.inflation")
    for about in range(world.factions):
        dead = world.tally["killed"][about][place]
        if dead == 0 or not world.hostile(faction, about):
            continue
        uniform = _draw(world, day, _id(world, faction, about, place, "claimed"))
        if inflation < 1.0:
            desk.waiting[about] += binomial(uniform, dead, inflation)
        else:
            desk.waiting[about] += dead + poisson(uniform, (inflation - 1.0) * dead)
        desk.dead[about] += dead


def _side(world: World, faction: int) -> list[int]:
    return [other for other in range(world.factions) if world.stance[faction][other] == ALLIED]


def _fighters(world: World, factions: list[int], place: int) -> int:
    return sum(
        unit.strength
        for unit in world.units
        if unit.standing and unit.place == place and unit.faction in factions
    )


def _fought(world: World, faction: int, place: int) -> bool:
    side = _side(world, faction)
    if any(_fighters(world, side, near) for near in world.places[place].near_neighbours):
        return True
    counts = ("killed", "air_strikes", "car_bombs", "foot_bombers")
    used = sum(world.tally[name][other][place] for name in counts for other in side)
    return used > 0 or _fighters(world, side, place) > 0


def _places_told(world: World, desk: Desk, faction: int, place: int) -> list[Claim]:
    """Claim a capture or a clearing, if the faction has media; remember either way."""
    here = world.places[place]
    side = _fighters(world, _side(world, faction), place)
    hostile = [other for other in range(world.factions) if world.hostile(faction, other)]
    enemies = _fighters(world, hostile, place)
    disputed = world.enemy_holds(faction, place) or enemies > 0
    holds = world.friend_holds(faction, place)
    held = desk.controller is not None and world.stance[faction][desk.controller] == ALLIED
    captured = holds and not held and here.controller != desk.controller and not desk.claimed
    early = here.city is not None and disputed and _looks_cleared(world, faction, place, side)
    freed = here.city is not None and desk.disputed and not disputed and holds and side > 0
    cleared = (early or freed) and not desk.claimed and not captured
    desk.claimed = (desk.claimed or early) and disputed and (side > 0 or holds)
    desk.disputed = disputed
    desk.controller = here.controller
    if not _speaks(world, faction):
        return []
    if captured:
        return [(faction, "captured", faction, place, 1, int(holds))]
    if cleared:
        return [(faction, "cleared", faction, place, 1, int(holds and enemies == 0))]
    return []


def _looks_cleared(world: World, faction: int, place: int, side: int) -> bool:
    here = world.places[place]
    if here.captor is not None and world.stance[faction][here.captor] == ALLIED:
        share = world.value("state_media.cleared_share")
        if here.cleared_m2 >= share * here.area_m2:
            return True
    hostile = [other for other in range(world.factions) if world.hostile(faction, other)]
    enemies = _fighters(world, hostile, place)
    return 0 < enemies < world.value("state_media.weak_enemy_share") * side
