"""Borders, rivers and lakes around a theatre, cut out of the map that ships with the app.

The sources are named in the properties of each feature of ``data/basemap.geojson``: Natural
Earth and World Data Bank II, both in the public domain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.app.plane import DIGITS, Box, Points, Projection, area_km2, flat, line_in_box, ring_in_box

_FILE: Final = Path(__file__).parent / "data" / "basemap.geojson"

MARGIN_KM: Final = 60.0
"""How far beyond the bounds of a theatre the map goes on at least, km."""

_LEAST_SHARE: Final = 0.01
"""A country with less of the frame than this gets no name in it."""

_LEAST_SEA_KM2: Final = 1.0
"""What is left of the frame beside the countries counts as sea from here on."""

_SLIVER: Final = 0.001
"""Square degrees, some 10 km2: less than any land or sea of the file, more than the slivers."""

_LATTICE: Final = 24
"""Points a side of the lattice on which the best place for a name is looked for."""

Position = tuple[float, float]
"""Longitude and latitude, degrees."""

Line = tuple[Position, ...]
"""A line, or a ring, which does not repeat its first point unless that is said."""


def frame_around(projection: Projection, bounds: Box) -> Box:
    """Return what the map shows around a theatre.

    As far beyond its bounds as its longer side, so that a page of whatever shape is filled, but
    not beyond the data, where there is no telling land from sea.
    """
    longer_side = max(bounds.east - bounds.west, bounds.south - bounds.north)
    wide = bounds.wider(max(MARGIN_KM, longer_side))
    known = Box.around(projection.points(*np.array(_extent()).T))
    frame = Box(
        max(wide.west, known.west),
        max(wide.north, known.north),
        min(wide.east, known.east),
        min(wide.south, known.south),
    )
    elsewhere = frame.west >= frame.east or frame.north >= frame.south
    return wide if elsewhere else frame


def basemap(projection: Projection, bounds: Box) -> dict[str, list[dict[str, Any]]]:
    """Return what lies around a theatre.

    Parameters
    ----------
    projection : Projection
    bounds : Box
        Bounds of the theatre.

    Returns
    -------
    dict
        ``borders`` and ``rivers`` (``name``, ``lines``), ``lakes`` and ``seas`` (``name``,
        ``rings``), lines and rings as x, y, x, y, ... in km, cut off where :func:`frame_around`
        says; ``countries`` (``name``, ``x``, ``y``): where to write a name within the bounds.
        Rings are even-odd.
    """
    frame = frame_around(projection, bounds)
    return {
        "borders": _named(
            (name, "lines", [p for line in lines for p in _line(projection, line, frame)])
            for name, lines in _borders().items()
        ),
        "rivers": _named(
            (name, "lines", [p for line in lines for p in _line(projection, line, frame)])
            for name, lines in _rivers().items()
        ),
        "lakes": _named(
            (name, "rings", _rings(projection, rings, frame)) for name, rings in _lakes().items()
        ),
        "seas": _named([("", "rings", _seas(projection, frame))]),
        "countries": _country_names(projection, bounds),
    }


def _named(parts: Any) -> list[dict[str, Any]]:
    """Return the parts of the map of which something is left within the frame."""
    return [
        {"name": name, what: [flat(points) for points in pieces]}
        for name, what, pieces in parts
        if pieces
    ]


def _line(projection: Projection, line: Line, frame: Box) -> list[Points]:
    """Return the pieces of a line within the frame."""
    return line_in_box(projection.points(*np.array(line).T), frame)


def _rings(projection: Projection, rings: tuple[Line, ...], frame: Box) -> list[Points]:
    """Return the rings of which something lies within the frame."""
    cut = [ring_in_box(projection.points(*np.array(ring).T), frame) for ring in rings]
    return [ring for ring in cut if len(ring)]


@cache
def _features() -> list[dict[str, Any]]:
    """Return the features of the file."""
    features: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["features"]
    return features


def _parts(layer: str) -> dict[str, tuple[Line, ...]]:
    """Return the lines or rings of a layer by name; rings do not repeat their first point."""
    parts: dict[str, tuple[Line, ...]] = {}
    for feature in _features():
        said, shape = feature["properties"], feature["geometry"]
        if said["layer"] != layer:
            continue
        pieces = shape["coordinates"]
        if shape["type"] in ("LineString", "Polygon"):
            pieces = [pieces]
        if shape["type"].endswith("Polygon"):
            pieces = [ring[:-1] for polygon in pieces for ring in polygon]
        name = said.get("english", said["name"])
        found = tuple(tuple((float(x), float(y)) for x, y in piece) for piece in pieces)
        parts[name] = parts.get(name, ()) + found
    return parts


@cache
def _rivers() -> dict[str, tuple[Line, ...]]:
    return {name: tuple(_joined(lines)) for name, lines in _parts("river").items()}


@cache
def _lakes() -> dict[str, tuple[Line, ...]]:
    return _parts("lake")


@cache
def _countries() -> dict[str, tuple[Line, ...]]:
    return _parts("country")


@cache
def _sides() -> dict[Line, tuple[str, ...]]:
    """Return the sides of all countries, once each, and whose they are."""
    owners: dict[Line, tuple[str, ...]] = {}
    for name, rings in _countries().items():
        for ring in rings:
            for a, b in pairwise((*ring, ring[0])):
                side = (a, b) if a < b else (b, a)
                owners[side] = (*owners.get(side, ()), name)
    return owners


@cache
def _extent() -> Line:
    """Return the corners of the part of the world that the file knows."""
    x, y = (sorted({point[axis] for side in _sides() for point in side}) for axis in (0, 1))
    return ((x[0], y[0]), (x[-1], y[0]), (x[-1], y[-1]), (x[0], y[-1]))


@cache
def _outline() -> tuple[list[Line], list[Line]]:
    """Return the outline of all countries taken together, and the slivers between them.

    A sliver is left where two countries draw their common border with different points. The
    first point of each ring is repeated.
    """
    lines = _joined(side for side, owners in _sides().items() if len(owners) == 1)
    slivers = [line for line in lines if line[0] == line[-1] and _square_degrees(line) < _SLIVER]
    return _joined(line for line in lines if line not in slivers), slivers


@cache
def _borders() -> dict[str, tuple[Line, ...]]:
    """Return borders and coasts by the countries on them, without the edges of the file."""
    owners_of = dict(_sides())
    for sliver in _outline()[1]:
        around = [(a, b) if a < b else (b, a) for a, b in pairwise(sliver)]
        owners = {name for side in around for name in _sides()[side]}
        drawn = min(owners)  # its points are taken, and nobody else's
        both = tuple(name for name in _countries() if name in owners)
        owners_of |= {side: both if _sides()[side] == (drawn,) else () for side in around}
    (west, south), _, (east, north), _ = _extent()
    edges = ((0, west), (0, east), (1, south), (1, north))
    sides: dict[str, list[Line]] = {}
    for (a, b), names in owners_of.items():
        if names and not any(a[axis] == b[axis] == edge for axis, edge in edges):
            sides.setdefault(" and ".join(names), []).append((a, b))
    return {name: tuple(_joined(lines)) for name, lines in sides.items()}


@cache
def _sea() -> tuple[Line, ...]:
    """Return the rings of what is no country's: the known part of the world, less the countries.

    The rings of the countries run the other way round than the first.
    """
    outline = [ring[:-1] for ring in _outline()[0]]
    turned = (ring if area_km2(np.array(ring)) < 0 else ring[::-1] for ring in outline)
    return (_extent(), *turned)


def _square_degrees(ring: Line) -> float:
    return abs(area_km2(np.array(ring)))


def _joined(lines: Iterable[Line]) -> list[Line]:
    """Return the lines joined end to end where exactly two meet; a ring repeats its first point."""
    left = dict(enumerate(lines))
    at: dict[Position, list[int]] = {}
    for number, line in left.items():
        for end in (line[0], line[-1]):
            at.setdefault(end, []).append(number)
    ends_first = sorted(left, key=lambda n: len(at[left[n][0]]) == 2 == len(at[left[n][-1]]))
    joined = []
    for number in ends_first:
        if number in left:
            line = left.pop(number)
            line = _followed(line, at, left)
            joined.append(_followed(line[::-1], at, left)[::-1])
    return joined


def _followed(line: Line, at: dict[Position, list[int]], left: dict[int, Line]) -> Line:
    """Return a line and those that follow its end; they are taken out of what is left."""
    while len(at[line[-1]]) == 2 and (following := [n for n in at[line[-1]] if n in left]):
        more = left.pop(following[0])
        line += more[1:] if more[0] == line[-1] else more[-2::-1]
    return line


def _seas(projection: Projection, frame: Box) -> list[Points]:
    """Return the rings of the sea within the frame, none if there is no sea in it."""
    rings = _rings(projection, _sea(), frame)
    areas = [abs(area_km2(ring)) for ring in rings]
    return rings if areas and areas[0] - sum(areas[1:]) > _LEAST_SEA_KM2 else []


def _country_names(projection: Projection, bounds: Box) -> list[dict[str, Any]]:
    """Return where to write the names of the countries within the bounds."""
    names = []
    for name, rings in _countries().items():
        cut = _rings(projection, rings, bounds)
        widest = max(cut, key=lambda ring: abs(area_km2(ring)), default=None)
        if widest is not None and abs(area_km2(widest)) > _LEAST_SHARE * bounds.area_km2:
            x, y = np.round(_roomiest(widest), DIGITS).tolist()
            names.append({"name": name, "x": x, "y": y})
    return names


def _roomiest(ring: Points) -> Points:
    """Return the point within a ring, of a lattice over it, that is farthest from its sides."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    share = (np.arange(_LATTICE) + 0.5) / _LATTICE
    x, y = (low[axis] + share * (high[axis] - low[axis]) for axis in (0, 1))
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    start, along = ring, np.roll(ring, -1, axis=0) - ring
    away = points[:, None] - start
    length2 = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip((away * along).sum(axis=2) / length2, 0.0, 1.0)
    distance = np.hypot(*np.moveaxis(away - share[..., None] * along, 2, 0)).min(axis=1)
    above = (start[:, 1] > points[:, None, 1]) != (start[:, 1] + along[:, 1] > points[:, None, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = start[:, 0] + along[:, 0] * (away[..., 1] / along[:, 1])
    within = (above & (points[:, None, 0] < crossing)).sum(axis=1) % 2 == 1
    return points[np.argmax(np.where(within, distance, -1.0))]
