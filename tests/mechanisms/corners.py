"""Scenarios as they ship, cut down to the places and days in which a mechanism shows."""

from __future__ import annotations

from functools import cache

from sim.engine.sources import load_checked
from sim.scenario import Scenario
from tests.mechanisms.pairs import corner

KOBANE = ("Kobane", "Kobane west", "Kobane south", "Kobane east", "Mishtanur hill")
NORTH = (
    *KOBANE,
    *("Halanj", "Tal Ghazal", "Shuyukh Fawqani", "Kharab Ashq", "Sarrin", "Qara Qozak bridge"),
    *("Tishrin Dam", "Jarabulus", "Manbij", "Ras al-Ayn", "Mabrouka", "Suluk", "Tal Abyad"),
    *("Ain Issa", "Brigade 93", "Raqa", "Raqa Division 17", "Tal Tamr"),
)
WEST = (
    *("Idlib", "Saraqib", "Jisr al-Shughur", "Ariha", "Maarat al-Numan", "Bab al-Hawa"),
    *("Jurin", "Salma", "Nabi Yunus heights", "Latakia", "Hama"),
)


@cache
def siege(name: str = "hasakeh-2015") -> Scenario:
    """The siege of Hasakeh, or an overlay of it, up to 31 July."""
    return shortened(load_checked(name), "2015-07-31")


@cache
def north(name: str = "campaign-2015") -> Scenario:
    """Kobane, Tal Abyad, Raqa and Manbij from January to March."""
    return corner(load_checked(name), NORTH, "2015-01-01", "2015-03-25")


@cache
def west(name: str, start: str, end: str) -> Scenario:
    """Idlib, its neighbours and the coast."""
    return corner(load_checked(name), WEST, start, end)


def shortened(scenario: Scenario, end: str) -> Scenario:
    """Return a copy that ends earlier."""
    content = scenario.resolved()
    dated = {
        name: [row for row in content.get(name, []) if row["date"] <= end]
        for name in ("events", "sorties")
    }
    return Scenario.from_resolved(content | dated | {"end": end, "outcomes": []})
