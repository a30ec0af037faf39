import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.app.districts import city_groups, district_outlines, patchwork
from sim.app.plane import Projection
from sim.theatre.theatre import Theatre
from tests.theatre.maps import place

from .shapes import within


@st.composite
def cities(draw):
    """Return places at least 100 m apart, their radii, and which are the city's own."""
    spots = draw(
        st.lists(
            st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12, unique=True
        )
    )
    radii = draw(
        st.lists(st.floats(0.1, 3.0), min_size=len(spots), max_size=len(spots)).map(np.array)
    )
    inside = np.array([True, *draw(st.lists(st.booleans(), min_size=11, max_size=11))])
    return np.array(spots) / 10.0, radii, inside[: len(spots)]


@settings(max_examples=60)
@given(cities())
def test_every_district_holds_its_own_place_and_none_overlap(city):
    xy, radius, inside = city
    rings = patchwork(xy, radius, inside)
    x, y = np.meshgrid(np.linspace(-3.1, 7.2, 41), np.linspace(-3.13, 7.17, 41))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    holds = np.array([within(xy, [ring.ravel()]) for ring in rings])
    assert np.array_equal(holds, np.eye(len(xy), dtype=bool))
    assert sum(within(points, [ring.ravel()]).astype(int) for ring in rings).max() <= 1


@pytest.fixture(scope="module")
def siege(hasakeh):
    theatre = Theatre.build(hasakeh.places, hasakeh.routes)
    xy = Projection.of(theatre).points(theatre.longitude, theatre.latitude)
    return theatre, xy, {d["place"]: d["rings"] for d in district_outlines(theatre, xy)}


def test_all_districts_of_a_city_are_drawn_and_only_small_places_near_it_with_them(siege):
    theatre, xy, drawn = siege
    (group,) = city_groups(theatre, xy)
    assert sorted(group) == sorted(drawn)
    assert set(np.flatnonzero(theatre.city == 0)) <= set(drawn)
    near = {theatre.names[p] for p in drawn if theatre.city[p] < 0}
    assert "Military housing" in near
    assert "Maylabiya base (Regiment 121)" not in near  # 8 km out
    assert "Abyad village" not in near  # it has land


def test_a_city_is_a_patchwork_without_gaps_between_three_close_districts(siege):
    theatre, xy, drawn = siege
    names = ("Liliya", "Sports City", "Nashwa Villas", "Nashwa East", "City centre", "Taqaddum")
    close = xy[[theatre.index(name) for name in names]]
    share = np.linspace(0, 1, 30)[:, None]
    line = np.concatenate([close[0] + share * (other - close[0]) for other in close[1:]])
    covered = sum(within(line, rings).astype(int) for rings in drawn.values())
    assert covered.mean() > 0.97
    assert covered.max() == 1


def test_districts_have_about_the_area_that_is_known_of_them(siege):
    theatre, _, drawn = siege
    abu_bakr = theatre.index("Abu Bakr")  # on the edge of the city
    ring = np.array(drawn[abu_bakr][0]).reshape(-1, 2)
    x, y = ring.T
    area = abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
    assert area == pytest.approx(theatre.area_m2[abu_bakr] / 1e6, rel=0.5)


def test_a_theatre_without_a_city_has_no_districts():
    theatre = Theatre.build([place("A"), place("B", kind="base")], [])
    assert district_outlines(theatre, np.array([[0.0, 0.0], [1.0, 0.0]])) == []
