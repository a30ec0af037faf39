"""The words of a map: kinds of place, terrains, classes of route, and what is usual of each.

Every number here is an estimate with a range; a scenario's own tables come first.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import numpy as np

PLACE_KINDS: Final = (
    "town",
    "village",
    "base",
    "bridge",
    "junction",
    "district",
    "crossing",
    "dam",
)

LANDLESS_KINDS: Final = ("base", "bridge", "junction", "crossing", "dam")
"""Kinds of place that hold no countryside, only their own area: an army that sits in an airfield
does not hold the villages around it."""

TERRAINS: Final = ("open", "suburb", "urban", "base")
"""Order of the codes in `Theatre.terrain`."""

ROUTE_CLASSES: Final = ("highway", "primary", "secondary", "track", "street", "bridge")
"""Order of the codes in `Theatre.neighbour_class`."""

MOVEMENT_FACTORS: Final = MappingProxyType(
    {
        "highway": 1.2,  # estimate, 1.0 to 1.5
        "primary": 1.0,  # the reference: a paved two-lane road
        "secondary": 0.8,  # estimate, 0.6 to 1.0
        "track": 0.5,  # estimate, 0.3 to 0.7: unpaved, dry season
        "street": 0.4,  # urban advance is a third to a half of that in open country
        "bridge": 0.4,  # estimate, 0.2 to 1.0: a bridge of a city, entered at a street's pace
    }
)
"""Speed of movement along a class of route, as a multiple of that on a primary road.

The figure for streets is the middle of "urban advance one third to one half of open country",
the range that the data notes of the project give for battles of the 1940s on; the others are
estimates.
"""

MOVEMENT_FACTOR_OF_CLASS: Final = np.array([MOVEMENT_FACTORS[name] for name in ROUTE_CLASSES])
MOVEMENT_FACTOR_OF_CLASS.setflags(write=False)
"""The same factors as float64[class], to be indexed by `Theatre.neighbour_class`."""

USUAL_AREA_KM2: Final = MappingProxyType(
    {
        "town": 4.0,  # estimate, 1 to 15
        "village": 0.5,  # estimate, 0.1 to 1.5
        "base": 1.0,  # estimate, 0.2 to 4
        "bridge": 0.1,  # estimate, 0.02 to 0.3
        "junction": 0.2,  # estimate, 0.05 to 0.5
        "district": 1.0,  # estimate, 0.2 to 3: close to the mean of districts that were measured
        "crossing": 0.2,  # estimate, 0.05 to 0.5
        "dam": 0.3,  # estimate, 0.1 to 1
    }
)
"""Area to be cleared of a place whose table gives none, km2."""

FIGHTERS_PER_KM: Final = MappingProxyType(
    {
        "open": 120.0,  # estimate, 50 to 250
        "suburb": 170.0,  # estimate, 80 to 300
        "urban": 220.0,  # estimate, 100 to 400: walls and streets let more fight at arm's length
        "base": 150.0,  # estimate, 80 to 300
    }
)
"""Fighters of one side that can fight at once on a kilometre of front, by terrain."""

LEAST_FRONTAGE: Final = 80.0
MOST_FRONTAGE: Final = 400.0
"""Bounds on the usual frontage, fighters a side: estimates, 50 to 100 and 250 to 600."""


def usual_frontage_fighters(area_km2: float, terrain: str) -> float:
    """Return how many fighters a side can bring to bear in a place, where no table says so.

    A place is taken for a square, its front for one side of the square, and each kilometre of
    front for `FIGHTERS_PER_KM` of its terrain; the result is rounded to tens and kept between
    `LEAST_FRONTAGE` and `MOST_FRONTAGE`.

    Parameters
    ----------
    area_km2
        Area of the place, km2.
    terrain
        One of `TERRAINS`.

    Returns
    -------
    float
        Fighters a side.
    """
    fighters = round(FIGHTERS_PER_KM[terrain] * area_km2**0.5, -1)
    return float(min(max(fighters, LEAST_FRONTAGE), MOST_FRONTAGE))
