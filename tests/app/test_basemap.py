import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import sim.app
from sim.app.basemap import MARGIN_KM, basemap
from sim.app.plane import Box, Projection

from .shapes import ring_of, within

FILE = Path(sim.app.__file__).parent / "data" / "basemap.geojson"


def around(latitude, longitude, half_km):
    projection = Projection(latitude, longitude)
    return projection, basemap(projection, Box(-half_km, -half_km, half_km, half_km))


@pytest.fixture(scope="module")
def north_east():
    """Two hundred kilometres around Hasakeh."""
    return around(36.5, 40.75, 100.0)


def test_every_feature_says_that_it_may_be_used():
    for feature in json.loads(FILE.read_text())["features"]:
        assert "public domain" in feature["properties"]["source"]


def test_borders_rivers_and_names_of_countries_are_found(north_east):
    _, found = north_east
    assert {"Syria and Turkey", "Syria and Iraq"} <= {b["name"] for b in found["borders"]}
    assert {"Khabur", "Euphrates"} <= {r["name"] for r in found["rivers"]}
    assert {"Syria", "Turkey", "Iraq"} == {c["name"] for c in found["countries"]}
    assert found["seas"] == []


def test_the_map_goes_on_beyond_the_bounds_so_that_a_wide_page_is_filled(north_east):
    _, found = north_east
    points = [ring_of(piece) for border in found["borders"] for piece in border["lines"]]
    assert max(np.abs(each[:, 0]).max() for each in points) > 100.0 + MARGIN_KM


def test_nothing_goes_further_than_a_side_beyond_the_bounds(north_east):
    _, found = north_east
    most = 100.0 + 200.0 + 0.01
    for layer, what in (("borders", "lines"), ("rivers", "lines"), ("lakes", "rings")):
        for part in found[layer]:
            assert part[what]
            assert all(np.abs(ring_of(piece)).max() <= most for piece in part[what])


def test_a_border_is_drawn_once_and_is_no_coast(north_east):
    _, found = north_east
    assert all(" and " in border["name"] for border in found["borders"])
    lines = [ring_of(line) for border in found["borders"] for line in border["lines"]]
    sides = [frozenset(map(tuple, side)) for line in lines for side in _sides(line.tolist())]
    assert len(sides) == len(set(sides))


def test_the_edge_of_the_map_is_no_border():
    projection, found = around(36.5, 43.6, 120.0)  # the file ends at 44.2 degrees east
    for border in found["borders"]:
        for line in border["lines"]:
            for (ax, ay), (bx, by) in _sides(line_points(line)):
                on_the_edge = max(abs(ax - projection.x(44.2)), abs(bx - projection.x(44.2))) < 0.1
                assert not on_the_edge or abs(ay - by) < 1


def test_the_sea_is_where_no_country_is():
    projection, found = around(34.9, 36.5, 150.0)
    spots = {"off Latakia": (35.5, 35.4), "Damascus": (33.51, 36.29), "Konya's plain": (36.9, 35.6)}
    points = np.array([(projection.x(x), projection.y(y)) for y, x in spots.values()])
    (sea,) = found["seas"]
    assert within(points, sea["rings"]).tolist() == [True, False, False]
    assert "Syria" in {border["name"] for border in found["borders"]}  # its coast


def test_the_name_of_a_country_stands_in_it(north_east):
    projection, found = north_east
    countries = {
        feature["properties"]["name"]: feature["geometry"]
        for feature in json.loads(FILE.read_text())["features"]
        if feature["properties"]["layer"] == "country"
    }
    for country in found["countries"]:
        shape = countries[country["name"]]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings = [projection.points(*np.array(r).T) for polygon in polygons for r in polygon]
        spot = np.array([[country["x"], country["y"]]])
        assert within(spot, rings).all()
        assert np.abs(spot).max() <= 100.0


def test_a_theatre_elsewhere_has_a_bare_map():
    assert not any(around(-10.0, -60.0, 100.0)[1].values())


def line_points(line):
    return ring_of(line).tolist()


def _sides(points):
    return list(pairwise(points))
