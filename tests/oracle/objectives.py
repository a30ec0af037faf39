"""What an objective is worth to a commander (sim/forces/objectives)."""

from __future__ import annotations

from sim.forces.objectives import SUCCESS_MEMORY_DAYS
from tests.oracle.knowledge import Knowledge
from tests.oracle.pieces import Unit
from tests.oracle.scalars import log, normal_quantile
from tests.oracle.world import NO_ROAD_M


def score(know: Knowledge, place: int, free: list[Unit], preference: float) -> float | None:
    """Return the score of a place for the units that are free to go; None if out of the question.

    All terms are on a logarithmic scale; a place out of reach, or with too small a chance of
    success, is out of the question.
    """
    reach_m = 1000.0 * know.number("reach_km")
    nearest_m = min((know.road_m[unit.place][place] for unit in free), default=NO_ROAD_M)
    chance = _chance_of_success(know, place, free, reach_m)
    if nearest_m >= reach_m or chance < know.number("least_chance_of_success"):
        return None
    there = know.world.places[place]
    taste = normal_quantile(know.draw("forces.taste", there.id, know.day // 7))
    return (
        log(max(there.value, 1e-6))
        + log(max(chance, 1e-12))
        - nearest_m / reach_m
        + know.number("taste_sigma") * taste
        - know.number("air_avoidance") * there.struck / 1000.0
        + know.number("success_bonus") * know.any_beside(place, lambda p: _taken_lately(know, p))
        + preference
    )


def _chance_of_success(know: Knowledge, place: int, free: list[Unit], reach_m: float) -> float:
    """Return the chance by the force that can be gathered against what is believed there.

    A fighter counts the less the farther the road, in whole thousandths.
    """
    thousandths = 0
    for unit in free:
        nearness = 1.0 - know.road_m[unit.place][place] / reach_m
        thousandths += unit.strength * round(1000.0 * min(max(nearness, 0.0), 1.0))
    gathered = thousandths / 1000.0
    if know.has_air_support():
        gathered = gathered * (1.0 + know.number("air_confidence"))
    enemy = know.number("caution") * max(know.believed[place], 1.0)
    ours, theirs = gathered * gathered, enemy * enemy
    return ours / (ours + theirs)


def _taken_lately(know: Knowledge, place: int) -> bool:
    changed = know.world.places[place].changed_day
    return know.held(place) and changed is not None and know.day - changed <= SUCCESS_MEMORY_DAYS
