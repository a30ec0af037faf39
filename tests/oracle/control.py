"""Who holds a place: clearing, capture, and the void (sim/rules/control)."""

from __future__ import annotations

from sim.state.state import WITHDRAW
from tests.oracle.pieces import Place
from tests.oracle.presence import Presence, look
from tests.oracle.world import NEUTRAL, World


def note_withdrawals(world: World, morning_place: list[int]) -> None:
    """Remember places that their holder's fighters left by order and that stand empty since.

    ``morning_place`` is where each unit stood, or last stood, before it marched.
    """
    now = look(world)
    left = world.zeros()
    for unit, stood in zip(world.units, morning_place, strict=True):
        gone = unit.place != stood or unit.next_place is not None
        if unit.active and unit.posture == WITHDRAW and gone:
            left[unit.faction][stood] += unit.strength
    for place in world.places:
        if place.controller is None:
            continue
        if now.fighters[place.controller][place.number] > 0:
            place.empty_since = None
        elif left[place.controller][place.number] > 0:
            place.empty_since = world.day
            world.happened["place left empty by order"] += 1


def clear_and_capture(world: World) -> None:
    """Let those who stand alone in a place of an enemy or of nobody clear it and take it."""
    evening = look(world)
    for place in world.places:
        captor = _captor(world, place, evening)
        if captor != place.captor:
            place.cleared_m2 = 0
        place.captor = captor
        if captor is not None:
            place.cleared_m2 += _cleared_today_m2(world, place, captor)
            if place.cleared_m2 >= place.area_m2:
                _change_hands(world, place, captor)
                world.happened["place captured"] += 1
    for place in world.places:
        _fill_void(world, place, evening)


def _captor(world: World, place: Place, evening: Presence) -> int | None:
    """Return the strongest of the factions that could clear a place; None if there is none."""
    best, strongest = None, 0.0
    for faction in range(world.factions):
        fighters = evening.fighters[faction][place.number]
        if fighters == 0 or evening.enemies(faction, place.number) > 0:
            continue
        if place.controller is not None and not world.hostile(faction, place.controller):
            continue
        claim = fighters + _less_than_a_fighter(world, faction, place.number)  # settles ties
        if claim > strongest:
            best, strongest = faction, claim
    return best


def _less_than_a_fighter(world: World, faction: int, place: int) -> float:
    """Draw what settles ties, by the units that stand there and not by the order of factions."""
    total = 0
    for unit in world.units:
        if unit.standing and unit.faction == faction and unit.place == place:
            total += round(world.draw("control.tie", unit.id) * 1e6)
    return total % 1_000_000 / 1e6


def _cleared_today_m2(world: World, place: Place, captor: int) -> int:
    total = 0
    for unit in world.units:
        if unit.standing and unit.faction == captor and unit.place == place.number:
            rate = world.of_kind(unit.kind, "clearing_km2_per_fighter_day")
            total += round(1e6 * rate * unit.strength)
    return total


def _change_hands(world: World, place: Place, holder: int) -> None:
    place.controller = holder
    place.changed_day = world.day
    place.captor = None
    place.cleared_m2 = 0
    place.empty_since = None


def _fill_void(world: World, place: Place, evening: Presence) -> None:
    """Let a neighbour who is no enemy of the holder take over a place left empty by order."""
    if place.empty_since is None or place.controller is None:
        return
    if world.day - place.empty_since < round(world.value("control.void_days")):
        return
    if evening.everyone(place.number) > 0:
        return
    best, strongest = None, 0.0
    for faction in range(world.factions):
        if faction == place.controller or not _fills_voids(world, faction):
            continue
        if world.stance[faction][place.controller] < NEUTRAL:
            continue
        beside, ties = 0, 0.0
        for near in place.near_neighbours:
            beside += evening.fighters[faction][near]
            ties += _less_than_a_fighter(world, faction, near)
        claim = beside + ties % 1.0 if beside > 0 else 0.0
        if claim > strongest:
            best, strongest = faction, claim
    if best is not None:
        _change_hands(world, place, best)
        world.happened["void filled"] += 1


def _fills_voids(world: World, faction: int) -> bool:
    return any(
        kind.faction == faction and world.of_kind(kind.number, "fills_void") >= 0.5
        for kind in world.kinds
    )
