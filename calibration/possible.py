"""What values an outcome can have: known from its measure, its arguments and the scenario."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.outcomes.compute import MEASURES

if TYPE_CHECKING:
    from sim.scenario.rows import Outcome
    from sim.scenario.schema import Scenario

FRACTIONS: dict[str, tuple[float, float]] = {
    "share_of_city": (0.0, 1.0),
    "province_share": (0.0, 1.0),
    "child_share_of_dead": (0.0, 1.0),
    "share_reached": (0.0, 1.0),
    "child_share_change": (-1.0, 1.0),
    "supply_ratio": (0.0, math.inf),
    "arrivals_ratio": (0.0, math.inf),
    "places_a_month": (-math.inf, math.inf),
}
"""Measures that give a number which is no count, and the range of that number."""

_COUNT_PLACES = (
    "places_held",
    "places_lost",
    "places_taken_from",
    "places_taken_over",
    "districts_held",
    "districts_cleared_with_help",
)
_COUNT_DAYS = ("days_fought", "line_days_open")
_CITY_AND_NONE = "last_district"

NO_DISTRICT = "none"
"""Label of the last district where no siege began."""


def outcome_of(name: str, scenario: Scenario) -> Outcome | None:
    """Return an outcome of the scenario by its id, None if there is none."""
    return next((row for row in scenario.outcomes if row.id == name), None)


def largest_value(outcome: Outcome, scenario: Scenario) -> int | None:
    """Return the largest count, or length in days, that an outcome can have.

    None where nothing that is known beforehand limits it, as with the dead.
    """
    if MEASURES[outcome.measure].kind == "duration":
        return scenario.days - 1  # last day minus first
    if outcome.measure in _COUNT_DAYS:
        return scenario.days
    if outcome.measure == "towns_taken":
        given = outcome.arguments
        return len(set(given["towns"]) - set(given.get("other_than", ())))
    if outcome.measure in _COUNT_PLACES:
        return len(_places_of(outcome, scenario))
    return None


def _places_of(outcome: Outcome, scenario: Scenario) -> set[str]:
    """Return the places that an outcome counts: of a city, those named, or both, or all."""
    city, named = outcome.arguments.get("city"), outcome.arguments.get("places")
    places = {place.name for place in scenario.places if city is None or place.city == city}
    return places if named is None else places & set(named)


def labels_of(outcome: Outcome, scenario: Scenario) -> tuple[str, ...]:
    """Return the labels that a category can have, "not by the end" left out.

    Places of the scenario for a category of which nothing else is known.
    """
    if outcome.measure == _CITY_AND_NONE:
        return (*_in_city(outcome.arguments["city"], scenario), NO_DISTRICT)
    return tuple(place.name for place in scenario.places)


def _in_city(city: str, scenario: Scenario) -> tuple[str, ...]:
    return tuple(place.name for place in scenario.places if place.city == city)


def range_of(outcome: Outcome, scenario: Scenario) -> tuple[float, float]:
    """Return the smallest and the largest value of a number or a duration."""
    if outcome.measure in FRACTIONS:
        return FRACTIONS[outcome.measure]
    largest = largest_value(outcome, scenario)
    return 0.0, math.inf if largest is None else float(largest)
