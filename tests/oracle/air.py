"""Air wings fly sorties, shared out over tasks, claims and requests (sim/rules/air_strikes)."""

from __future__ import annotations

import math

from sim.rules.sorties import MOST_GIVEN, MOST_SORTIES
from sim.state.state import FULL
from tests.oracle.air_tasks import Tasked, flies_on_tasks, hit_units, target_of_task
from tests.oracle.casualties import inflict
from tests.oracle.pieces import AirWing
from tests.oracle.presence import Presence, look
from tests.oracle.scalars import binomial, exp, lognormal_exponent, normal_quantile, poisson
from tests.oracle.world import World


def strike(world: World) -> None:
    """Let every wing fly its strikes of the day, then inflict what they all did together."""
    morning = look(world)
    weight = world.zeros()  # strikes times effect, thousandths
    tasked: Tasked = {}
    collateral = [0] * len(world.places)  # thousandths of a civilian
    for number, wing in enumerate(world.wings):
        row = world.setting.scenario.air[number]
        for place, contact in _places_struck(world, number, wing, morning, tasked):
            world.tally["air_strikes"][wing.faction][place] += 1
            if contact:
                weight[wing.faction][place] += wing.effect_permille
            collateral[place] += round(1000 * row.collateral)
            world.places[place].struck += FULL
            world.happened["air strike"] += 1
    for faction in range(world.factions):
        for place in range(len(world.places)):
            if morning.fighters[faction][place] > 0:
                _hit(world, faction, place, weight, morning)
    hit_units(world, tasked)
    _kill_civilians(world, collateral)


def fade_memory_of_strikes(world: World) -> None:
    kept = 1.0 - 1.0 / world.value("air.memory_days")
    for place in world.places:
        place.struck = math.floor(place.struck * kept)


def _places_struck(
    world: World, number: int, wing: AirWing, morning: Presence, tasked: Tasked
) -> list[tuple[int, bool]]:
    """Return where the wing's sorties fall, and whether in contact.

    Those in contact are drawn in proportion to the requests.
    """
    if not wing.first_day <= world.day <= wing.last_day:
        return []
    wanted = _requests_at_targets(world, wing, morning)
    total = sum(wanted)
    if total == 0 and not flies_on_tasks(world, number):
        return []
    claimed = _claimed(world, number)
    struck = []
    for sortie in range(_sorties(world, number, wing)):
        place = target_of_task(world, number, wing, sortie, tasked)
        if place is not None:
            struck.append((place, False))
        elif claimed > 0 and _is_claimed(world, wing, sortie, total / (total + claimed)):
            world.happened["strike beyond the map"] += 1
        elif total > 0:
            struck.append((_picked(world, wing, sortie, wanted), True))
    return struck


def _is_claimed(world: World, wing: AirWing, sortie: int, ours: float) -> bool:
    """Return whether a sortie goes beyond the map; ``ours`` is the share of the theatre."""
    return world.draw("air.claims", wing.id ^ sortie) >= ours


def _picked(world: World, wing: AirWing, sortie: int, wanted: list[int]) -> int:
    picked = world.draw("air.share", wing.id ^ sortie) * sum(wanted)
    so_far = 0
    for place, requests in enumerate(wanted):
        so_far += requests
        if picked < so_far:
            return place
    return len(wanted) - 1


def _sorties(world: World, number: int, wing: AirWing) -> int:
    """Return the strikes of a wing today: those given for the date, or a drawn number."""
    scenario, today = world.setting.scenario, world.day
    name, factor = scenario.air[number].id, factor_of(world, number)
    uniform = world.draw("air.sorties", wing.id)
    for row in scenario.sorties:
        if row.wing == name and _day(world, row.date) == today:
            world.happened["strikes given for the date"] += row.strikes
            return min(math.floor(row.strikes * factor + uniform), MOST_GIVEN)
    return min(poisson(uniform, wing.strikes_per_day * factor), MOST_SORTIES)


def factor_of(world: World, number: int) -> float:
    """Return the factor on a wing's strikes today, that of the latest event."""
    scenario = world.setting.scenario
    factor = 1.0
    for event in sorted(scenario.events, key=lambda event: event.date):
        known = (event.event, event.a) == ("air_factor", scenario.air[number].id)
        if known and _day(world, event.date) <= world.day:
            factor = event.value
    return factor


def _day(world: World, date) -> int:
    return (date - world.setting.scenario.start).days


def _claimed(world: World, number: int) -> float:
    """Return the weight of what is asked of a wing beyond the map today."""
    scenario = world.setting.scenario
    return sum(
        float(world.setting.parameters.amount(row.weight)[0, 0])
        for row in scenario.claims
        if row.wing == scenario.air[number].id
        and (row.from_ is None or _day(world, row.from_) <= world.day)
        and (row.until is None or world.day <= _day(world, row.until))
    )


def _requests_at_targets(world: World, wing: AirWing, morning: Presence) -> list[int]:
    """Return the requests that the wing serves, by the place where its enemy stands.

    A request for a place without the wing's enemy goes to each neighbouring place within reach
    where that enemy stands.
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
                for beside in _within_air_reach(world, place.number)
                if morning.enemies(wing.faction, beside) == 0
            ]
            wanted[place.number] = asked[place.number] + sum(elsewhere)
    return wanted


def _within_air_reach(world: World, place: int) -> list[int]:
    """Return the neighbours within contact reach, or as near as strikes can be asked for."""
    reach_m = 1000 * world.value("air.target_reach_km")
    near = set(world.places[place].near_neighbours)
    return [
        road.to for road in world.places[place].roads if road.to in near or road.length_m <= reach_m
    ]


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


def _kill_civilians(world: World, collateral: list[int]) -> None:
    """Let strikes kill civilians, fewer where some of them have fled."""
    if world.people is None:
        return
    for place, home in zip(world.places, world.people.homes, strict=True):
        if collateral[place.number] == 0 or home.population == 0:
            continue
        there = home.residents + home.displaced
        mean = collateral[place.number] / FULL * min(there / home.population, 1.0)
        dead = min(poisson(world.draw("air.civilians", place.id), mean), there)
        world.civilians_killed[place.number] += dead
        world.happened["civilian killed by a strike"] += dead
