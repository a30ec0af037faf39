"""Who holds a place: clearing, capture, and the void that a withdrawal leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.plain_mesa.places import NOBODY, Place
from benchmarks.plain_mesa.unit import WITHDRAW

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege


def note_withdrawals(model: Siege) -> None:
    """Remember the places that their holder's fighters left by order and that stand empty."""
    left = set()
    for unit in model.units:
        gone = unit.place is not unit.morning_place or unit.next_place is not None
        if gone and unit.posture == WITHDRAW and unit.strength > 0:
            left.add((unit.faction, unit.morning_place))
    for place in model.places:
        if place.controller == NOBODY:
            continue
        if place.fighters[place.controller] > 0:
            place.empty_since = None
        elif (place.controller, place) in left:
            place.empty_since = model.day


def clear_and_capture(model: Siege) -> None:
    """Let fighters who stand alone in an enemy's place clear it and take it."""
    work: dict[tuple[int, Place], int] = {}
    for unit in model.units:
        if unit.standing:
            key = (unit.faction, unit.place)
            cleared = round(1e6 * unit.traits.clearing_km2_per_fighter_day * unit.strength)
            work[key] = work.get(key, 0) + cleared
    for place in model.places:
        captor = captor_of(model, place)
        if captor != place.captor:
            place.captor, place.cleared_m2 = captor, 0
        if captor != NOBODY:
            place.cleared_m2 += work[captor, place]
            if place.cleared_m2 >= place.area_m2:
                place.change_hands(captor, model.day)
    days = round(model.parameters.control.void_days)
    for place in model.places:
        since = place.empty_since
        if since is not None and model.day - since >= days and not any(place.fighters):
            fill_void(model, place)


def captor_of(model: Siege, place: Place) -> int:
    """Return the strongest faction that could clear the place, chance settling ties."""
    holder = place.controller
    claims = [
        (fighters, model.rng.random(), faction)
        for faction, fighters in enumerate(place.fighters)
        if fighters > 0
        and not place.enemies[faction]
        and (holder == NOBODY or holder in model.foes[faction])
    ]
    return max(claims)[2] if claims else NOBODY


def fill_void(model: Siege, place: Place) -> None:
    """Give an empty place to the strongest willing neighbour."""
    holder = place.controller
    claims = []
    for faction in model.factions_that_fill:
        if faction != holder and holder not in model.foes[faction]:
            beside = sum(road.there.fighters[faction] for road in place.roads if road.near)
            if beside > 0:
                claims.append((beside, model.rng.random(), faction))
    if claims:
        place.change_hands(max(claims)[2], model.day)
