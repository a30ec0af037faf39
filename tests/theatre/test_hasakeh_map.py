"""The map of the siege scenario agrees with itself and with what is known of the city."""

import numpy as np
import pytest

from sim.theatre.districts import propose_streets
from sim.theatre.roads import INFINITE_M
from sim.theatre.terms import PLACE_KINDS, ROUTE_CLASSES, usual_frontage_fighters
from sim.theatre.theatre import Theatre

from .maps import HASAKEH, RIVERS, hasakeh, table

BRIDGES = [
    ("City centre", "Ghuwayran West"),
    ("City centre", "Nashwa East"),
    ("Askari", "Ghuwayran East"),
    ("Askari", "Aziziyah"),
    ("Salihiyah", "Ghazl"),
    ("Aziziyah", "Abu Bakr"),
]
"""The bridges of the city, as docs/geography.md has them."""

PLACES, ROUTES = table(HASAKEH / "places.csv"), table(HASAKEH / "routes.csv")
CONTROL, SUPPLY = table(HASAKEH / "control.csv"), table(HASAKEH / "supply.csv")


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return hasakeh()


def rivers() -> list[list[tuple[float, float]]]:
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in table(RIVERS):
        point = float(row["latitude"]), float(row["longitude"])
        lines.setdefault(row["river"], []).append(point)
    return list(lines.values())


def held_by(theatre: Theatre, *factions: str) -> np.ndarray:
    holder = {row["place"]: row["controller"] for row in CONTROL}
    return np.array([[holder[name] in factions for name in theatre.names]])


def only(theatre: Theatre, *names: str) -> np.ndarray:
    return np.isin(np.array([theatre.names]), names)


def test_every_place_can_be_reached(theatre):
    assert (theatre.free_road_m < INFINITE_M).all()


def test_the_streets_are_those_that_the_rule_proposes():
    city = [row for row in PLACES if row["city"]]
    names = [row["name"] for row in city]
    proposed = propose_streets(
        np.array([float(row["latitude"]) for row in city]),
        np.array([float(row["longitude"]) for row in city]),
        rivers(),
        [(names.index(a), names.index(b)) for a, b in BRIDGES],
    )
    inside = [row for row in ROUTES if row["a"] in names and row["b"] in names]
    assert [(row["a"], row["b"], float(row["km"]), row["class"]) for row in inside] == [
        (names[street.a], names[street.b], street.km, street.route_class) for street in proposed
    ]


def test_each_place_has_one_holder_and_each_source_is_a_place():
    names = [row["name"] for row in PLACES]
    assert len(set(names)) == len(names)
    assert [row["place"] for row in CONTROL] == names
    assert {row["place"] for row in SUPPLY} <= set(names)
    factions = {"government", "ypg", "islamic_state"}
    assert {row["controller"] for row in CONTROL} == factions
    assert {row["faction"] for row in SUPPLY} == factions


def test_a_faction_holds_the_places_that_its_goods_come_from():
    holder = {row["place"]: row["controller"] for row in CONTROL}
    assert all(holder[row["place"]] == row["faction"] for row in SUPPLY)


def test_every_row_says_where_it_comes_from():
    for rows in (PLACES, ROUTES, CONTROL, SUPPLY):
        assert all(row["source"] for row in rows)
    geonames = [row for row in PLACES if "GeoNames" in row["source"]]
    assert all("CC BY 4.0" in row["source"] for row in geonames)
    assert len(geonames) >= 10


def test_words_and_numbers_are_within_what_is_allowed():
    assert {row["kind"] for row in PLACES} <= set(PLACE_KINDS)
    assert {row["class"] for row in ROUTES} <= set(ROUTE_CLASSES)
    assert all(80 <= float(row["frontage_fighters"]) <= 400 for row in PLACES)
    assert all(0.1 <= float(row["area_km2"]) <= 20 for row in PLACES)


def test_frontages_are_the_usual_ones():
    for row in PLACES:
        usual = usual_frontage_fighters(float(row["area_km2"]), row["terrain"])
        assert float(row["frontage_fighters"]) == usual


def test_no_road_is_shorter_than_the_straight_line_nor_half_as_long_again(theatre):
    east = np.radians(theatre.longitude) * np.cos(np.radians(36.3)) * 6371.0
    north = np.radians(theatre.latitude) * 6371.0
    for row in ROUTES:
        a, b = theatre.index(row["a"]), theatre.index(row["b"])
        straight_km = np.hypot(east[a] - east[b], north[a] - north[b])
        assert 1.0 <= float(row["km"]) / straight_km <= 1.5, row


def test_the_city_is_its_22_neighbourhoods(theatre):
    assert theatre.city_names == ("Hasakeh",)
    assert (theatre.city == 0).sum() == 22
    assert theatre.area_m2[theatre.city == 0].sum() == pytest.approx(22e6, rel=0.1)


def test_the_river_is_crossed_by_bridges_only(theatre):
    """Without the bridges the three banks of the city are three cities."""
    names = [row["name"] for row in PLACES if row["city"]]
    inside = [row for row in ROUTES if row["a"] in names and row["b"] in names]
    banks = {name: name for name in names}
    for row in inside:
        if row["class"] != "bridge":
            one, other = banks[row["a"]], banks[row["b"]]
            banks = {name: one if bank == other else bank for name, bank in banks.items()}
    assert len(set(banks.values())) == 3
    assert banks["City centre"] == banks["Mufti"] == banks["Kallasa"]
    assert banks["Ghazl"] == banks["Aziziyah"]
    assert banks["Zuhur"] == banks["Nashwa West"] == banks["Abu Bakr"]


def test_the_attack_can_come_from_the_south_west_on_the_first_day(theatre):
    metres = theatre.road_distances_m(held_by(theatre, "islamic_state"))[0]
    shaddadi = theatre.index("Shaddadi")
    for district in ("Rasafa", "Sharia", "Nashwa West"):
        assert metres[shaddadi, theatre.index(district)] < 70_000


def test_the_army_in_the_city_is_supplied_through_neutral_country(theatre):
    centre = only(theatre, "City centre")
    by_both = theatre.reachable(
        held_by(theatre, "government", "ypg"), only(theatre, "Qamishli airport")
    )
    by_army_alone = theatre.reachable(
        held_by(theatre, "government"), only(theatre, "Qamishli airport")
    )
    assert (by_both & centre).any()
    assert not (by_army_alone & centre).any()


def test_the_prison_the_power_station_and_abyad_close_the_ring_from_the_south(theatre):
    """What fell to the YPG on 15 and 16 July cuts the southern districts off from Shaddadi."""
    south = ("Zuhur", "Nashwa West", "Nashwa Villas", "Rasafa", "Panorama roundabout")
    approaches = ("Ahdath prison", "South power station", "Abyad village")
    rest = ("Maylabiya base (Regiment 121)", *south)
    islamic_state = held_by(theatre, "islamic_state") | only(theatre, *rest, *approaches)
    sources = only(theatre, "Shaddadi")
    assert (theatre.reachable(islamic_state, sources) & only(theatre, "Zuhur")).any()
    cut = islamic_state & ~only(theatre, *approaches)
    assert not (theatre.reachable(cut, sources) & only(theatre, *south)).any()
    for kept in approaches:
        partly = cut | only(theatre, kept)
        assert (theatre.reachable(partly, sources) & only(theatre, *south)).any()


def test_the_ring_can_be_closed_from_the_west_and_from_the_east(theatre):
    metres = theatre.road_distances_m(held_by(theatre, "ypg"))[0]
    assert metres[theatre.index("Tal Tamr"), theatre.index("Abyad village")] < 100_000
    assert metres[theatre.index("Aziziyah"), theatre.index("Ahdath prison")] < 10_000
