"""Air wings fly sorties, shared out over requests (sim/rules/air_strikes)."""

from __future__ import annotations

import math

from sim.rules.air_strikes import MOST_SORTIES
from sim.state.state import FULL
from tests.oracle.casualties import inflict
from tests.oracle.pieces import AirWing
from tests.oracle.presence import Presence, look
from tests.oracle.scalars import binomial, exp, lognormal_exponent, normal_quantile, poisson
from tests.oracle.world import World


def strike(world: World) -> None:
    """Let every wing fly its strikes of the day, then inflict what they all did together."""
    morning = look(world)
    weight = world.zeros()  # strikes times effect, thousandths
    for wing in world.wings:
        for place in _places_struck(world, wing, morning):
            world.tally["air_strikes"][wing.faction][place] += 1
            weight[wing.faction][place] += wing.effect_permille
            world.places[place].struck += FULL
            world.happened["air strike"] += 1
    for faction in range(world.factions):
        for place in range(len(world.places)):
            if morning.fighters[faction][place] > 0:
                _hit(world, faction, place, weight, morning)


def fade_memory_of_strikes(world: World) -> None:
    kept = 1.0 - 1.0 / world.value("air.memory_days")
    for place in world.places:
        place.struck = math.floor(place.struck * kept)


def _places_struck(world: World, wing: AirWing, morning: Presence) -> list[int]:
    """Return where the wing's sorties fall, each drawn in proportion to the requests."""
    if not wing.first_day <= world.day <= wing.last_day:
        return []
    wanted = _requests_at_targets(world, wing, morning)
    total = sum(wanted)
    if total == 0:
        return []
    sorties = poisson(world.draw("air.sorties", wing.id), wing.strikes_per_day)
    struck = []
    for sortie in range(min(sorties, MOST_SORTIES)):
        picked = world.draw("air.share", wing.id ^ sortie) * total
        so_far = 0
        for place, requests in enumerate(wanted):
            so_far += requests
            if picked < so_far:
                struck.append(place)
                break
        else:
            struck.append(len(wanted) - 1)
    return struck


def _requests_at_targets(world: World, wing: AirWing, morning: Presence) -> list[int]:
    """Return the requests that the wing serves, by the place where its enemy stands.

    A request for a place without the wing's enemy goes to each place within contact reach where
    that enemy stands.
    """
    asked = [0] * len(world.places)
    for unit in world.units:
        if unit.standing and unit.faction in wing.supports:
            asked[unit.place] += unit.air_request
    wanted = [0] * len(world.places)
    for place in world.places:
        if morning.enemies(wing.faction, place.number) > 0:
            elsewhere = [
                asked[beside]
                for beside in place.near_neighbours
                if morning.enemies(wing.faction, beside) == 0
            ]
            wanted[place.number] = asked[place.number] + sum(elsewhere)
    return wanted


def _hit(
    world: World, faction: int, place: int, weight: list[list[int]], morning: Presence
) -> None:
    """Inflict the strikes of its enemies on a faction's units in a place.

    Strikes are shared out over all who are hostile to those who fly them.
    """
    strikes_per_fighter = 0.0
    for enemy in range(world.factions):
        if world.hostile(faction, enemy):
            targets = max(morning.enemies(enemy, place), 1.0)
            strikes_per_fighter += weight[enemy][place] / FULL / targets
    if strikes_per_fighter == 0.0:
        return
    sigma = world.value("air.sigma")
    luck = normal_quantile(world.draw("air.noise", world.places[place].id))
    killed_share = world.value("combat.killed_share")
    lost = world.value("air.killed_per_strike") / killed_share
    lost = lost * exp(lognormal_exponent(luck, sigma))
    chance = 1.0 - exp(-(strikes_per_fighter * lost))
    for unit in world.units:
        if unit.standing and unit.faction == faction and unit.place == place:
            losses = binomial(world.draw("air.killed", unit.id), unit.strength, chance)
            inflict(world, unit, losses, killed_share, "air")
