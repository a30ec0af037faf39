"""The theatre: places and the routes between them, as arrays."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.theatre import roads
from sim.theatre.roads import INFINITE_M
from sim.theatre.terms import (
    ROUTE_CLASSES,
    TERRAINS,
    USUAL_AREA_KM2,
    usual_frontage_fighters,
)

if TYPE_CHECKING:
    from sim.theatre.territory import Territory

Integers = NDArray[np.int64]
Reals = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Theatre:
    """Places and routes as read-only arrays; P places, N neighbour slots, places in table order.

    Attributes
    ----------
    names : tuple of str
        Name of each place.
    kind : tuple of str
        Kind of each place, as in the table.
    city_names : tuple of str
        Cities, in the order in which the table of places first names them.
    latitude, longitude : float64[P]
        Degrees, WGS84.
    precision_km : float64[P]
        How far the true position may be from the one given, km.
    city : int64[P]
        Index in `city_names`; -1 outside any city.
    area_m2 : int64[P]
        Area that has to be cleared to hold the place, m2.
    frontage_fighters : float64[P]
        Fighters of one side that can fight there at once.
    terrain : int64[P]
        Index in `TERRAINS`.
    population : int64[P]
        People living there when the scenario begins.
    value : float64[P]
        Worth as an objective, dimensionless.
    stronghold, isolated : bool[P]
        Prepared for defence; declared to have no road.
    neighbour : int64[P, N]
        Places joined to each by an open road, in order of the routes table; -1 beyond the last.
    neighbour_m : int64[P, N]
        Length of that road, metres; `INFINITE_M` beyond the last.
    neighbour_class : int64[P, N]
        Its class, an index in `ROUTE_CLASSES`; -1 beyond the last.
    direct_m : int64[P, P]
        Length of the road between two neighbours, metres; 0 on the diagonal, `INFINITE_M`
        where no road joins two places directly.
    """

    names: tuple[str, ...]
    kind: tuple[str, ...]
    city_names: tuple[str, ...]
    latitude: Reals
    longitude: Reals
    precision_km: Reals
    city: Integers
    area_m2: Integers
    frontage_fighters: Reals
    terrain: Integers
    population: Integers
    value: Reals
    stronghold: Truths
    isolated: Truths
    neighbour: Integers
    neighbour_m: Integers
    neighbour_class: Integers
    direct_m: Integers

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @classmethod
    def build(cls, places: Sequence[Any], routes: Sequence[Any]) -> Theatre:
        """Build a theatre from the rows of two tables.

        Parameters
        ----------
        places
            Rows with attributes `name`, `kind`, `latitude`, `longitude` and, where known,
            `city`, `area_km2`, `frontage_fighters`, `terrain`, `population`, `value`,
            `stronghold`, `isolated`, `precision_km`. An attribute that is missing or None takes
            what is usual (see `sim.theatre.terms`).
        routes
            Rows with attributes `a`, `b` (names of places), `km`, `class_` or `class`, and
            `open`. A closed route is left out. Of two open routes between the same places the
            shorter is kept, in the position of the first.

        Raises
        ------
        ValueError
            If a place is named twice, a route names an unknown place or joins a place to itself,
            a length is not a positive number below 100,000 km, or a word is not a known terrain
            or class of route.
        """
        names = tuple(str(place.name) for place in places)
        city_names = tuple(dict.fromkeys(c for p in places if (c := _get(p, "city", ""))))
        city_index = {name: i for i, name in enumerate(city_names)}
        terrain = [_code(_get(p, "terrain", "open"), TERRAINS, "terrain") for p in places]
        area_km2 = [_get(p, "area_km2", USUAL_AREA_KM2.get(p.kind, 1.0)) for p in places]
        frontage = [
            _get(p, "frontage_fighters", usual_frontage_fighters(area, TERRAINS[code]))
            for p, area, code in zip(places, area_km2, terrain, strict=True)
        ]
        return cls(
            names=names,
            kind=tuple(str(place.kind) for place in places),
            city_names=city_names,
            latitude=_reals(place.latitude for place in places),
            longitude=_reals(place.longitude for place in places),
            precision_km=_reals(_get(place, "precision_km", 0.0) for place in places),
            city=_integers(city_index.get(_get(place, "city", ""), -1) for place in places),
            area_m2=_integers(round(area * 1e6) for area in area_km2),
            frontage_fighters=_reals(frontage),
            terrain=_integers(terrain),
            population=_integers(_get(place, "population", 0) for place in places),
            value=_reals(_get(place, "value", 1.0) for place in places),
            stronghold=_truths(_get(place, "stronghold", False) for place in places),
            isolated=_truths(_get(place, "isolated", False) for place in places),
            **_network(names, routes),
        )

    @property
    def P(self) -> int:  # noqa: N802 - the project's letter for the axis of places
        """Number of places."""
        return len(self.names)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    def index(self, name: str) -> int:
        """Return the index of a place by its name; LookupError, naming the nearest, if unknown."""
        try:
            return self._index[name]
        except KeyError:
            raise LookupError(_unknown("place", name, self.names)) from None

    @cached_property
    def free_road_m(self) -> Integers:
        """Shortest road between all places when nobody bars any, int64[P, P], metres."""
        metres = roads.free_road_m(self.direct_m)
        metres.setflags(write=False)
        return metres

    def road_distances_m(self, passable: Truths) -> NDArray[np.int32]:
        """Return the shortest roads, int32[n, P, P] metres, through passable[n, P] places.

        Only the places *between* the two ends must be passable; `INFINITE_M` where no road is
        left. See `sim.theatre.roads.road_distances_m`.
        """
        return roads.road_distances_m(self.direct_m, passable)

    def reachable(self, passable: Truths, sources: Truths) -> Truths:
        """Return, as bool[n, P], the passable sources and all passable places joined to them."""
        return roads.reachable(self.neighbour, passable, sources)

    @cached_property
    def territory(self) -> Territory:
        """The grid of land around the places; made when first asked for."""
        from sim.theatre.territory import Territory

        return Territory.build(self)


def _network(names: tuple[str, ...], routes: Sequence[Any]) -> dict[str, Any]:
    """Return the arrays of `Theatre` that the routes give."""
    index = {name: i for i, name in enumerate(names)}
    if len(index) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the place {twice!r} is named twice")
    joined: dict[tuple[int, int], tuple[int, int]] = {}
    for row in routes:
        ends, metres, code = _route(row, index)
        if not _get(row, "open", True):
            continue
        if ends not in joined or metres < joined[ends][0]:
            joined[ends] = (metres, code)
    return _neighbours(len(names), joined)


def _route(row: Any, index: dict[str, int]) -> tuple[tuple[int, int], int, int]:
    """Return the two ends (lower index first), metres and class code of a row of routes."""
    for name in (row.a, row.b):
        if name not in index:
            where = f"the route {row.a} to {row.b}: "
            raise ValueError(where + _unknown("place", name, tuple(index)))
    if row.a == row.b:
        raise ValueError(f"the route {row.a} to {row.b} joins a place to itself")
    km = float(row.km)
    metres = round(km * 1000) if math.isfinite(km) else 0
    if not 0 < metres < 10**8:
        raise ValueError(f"the route {row.a} to {row.b} is {km} km long; above 0 is allowed")
    word = getattr(row, "class_", None) or getattr(row, "class", None) or "primary"
    a, b = sorted((index[row.a], index[row.b]))
    return (a, b), metres, _code(word, ROUTE_CLASSES, "class of route")


def _neighbours(places: int, joined: dict[tuple[int, int], tuple[int, int]]) -> dict[str, Any]:
    """Return the padded arrays; there is at least one slot, so that no axis is empty."""
    slots: list[list[tuple[int, int, int]]] = [[] for _ in range(places)]
    direct_m = np.full((places, places), INFINITE_M, dtype=np.int64)
    np.fill_diagonal(direct_m, 0)
    for (a, b), (metres, code) in joined.items():
        slots[a].append((b, metres, code))
        slots[b].append((a, metres, code))
        direct_m[a, b] = direct_m[b, a] = metres
    width = max([1, *map(len, slots)])
    padded = np.full((places, width, 3), (-1, INFINITE_M, -1), dtype=np.int64)
    for place, roads_of_place in enumerate(slots):
        for slot, road in enumerate(roads_of_place):
            padded[place, slot] = road
    return {
        "neighbour": np.ascontiguousarray(padded[..., 0]),
        "neighbour_m": np.ascontiguousarray(padded[..., 1]),
        "neighbour_class": np.ascontiguousarray(padded[..., 2]),
        "direct_m": direct_m,
    }


def _get(row: Any, name: str, usual: Any) -> Any:
    """Return an attribute of a row, or what is usual where it is missing or None."""
    value = getattr(row, name, None)
    return usual if value is None else value


def _code(word: str, words: tuple[str, ...], what: str) -> int:
    if word not in words:
        raise ValueError(_unknown(what, word, words) + f"; allowed: {', '.join(words)}")
    return words.index(word)


def _unknown(what: str, word: str, words: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(str(word), words, n=1, cutoff=0.4)
    return f"unknown {what} {word!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _integers(values: Any) -> Integers:
    return np.array(list(values), dtype=np.int64)


def _reals(values: Any) -> Reals:
    return np.array(list(values), dtype=np.float64)


def _truths(values: Any) -> Truths:
    return np.array(list(values), dtype=np.bool_)
