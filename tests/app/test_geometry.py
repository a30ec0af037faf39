import json

import numpy as np
import pytest

from sim.app.geometry import theatre_dict
from sim.scenario import find_scenarios, load
from sim.state.setting import prepare
from sim.theatre.terms import LANDLESS_KINDS


@pytest.fixture(scope="module")
def siege(hasakeh):
    return theatre_dict(hasakeh)


@pytest.fixture(scope="module")
def campaign():
    return load("campaign-2015")


@pytest.fixture(scope="module")
def drawn(campaign):
    return theatre_dict(campaign)


@pytest.mark.parametrize("name", sorted(find_scenarios()))
def test_every_scenario_can_be_drawn_and_written_as_json(name):
    scenario = load(name)
    before = scenario.hash
    found = theatre_dict(scenario)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert load(name).hash == scenario.hash == before
    assert len(found["places"]) == len(scenario.places)


def test_the_campaign_is_small_enough_to_be_sent(drawn):
    assert len(json.dumps(drawn, separators=(",", ":"))) < 400_000


def test_units_come_in_the_order_of_a_run(campaign, drawn):
    roster = prepare(campaign, seed=0, replicates=[0]).roster
    assert [unit["name"] for unit in drawn["units"]] == list(roster.names)
    assert [unit["kind"] for unit in drawn["units"]] == roster.kind.tolist()
    assert [unit["faction"] for unit in drawn["units"]] == roster.faction.tolist()


def test_places_lie_where_they_should_and_within_the_bounds(siege):
    west, north, east, south = siege["bounds"]
    at = {place["name"]: (place["x"], place["y"]) for place in siege["places"]}
    assert all(west < x < east and north < y < south for x, y in at.values())
    assert at["Shaddadi"][1] > at["City centre"][1]  # farther south
    assert at["Al-Hawl"][0] > at["City centre"][0]  # farther east
    straight_km = np.hypot(*np.subtract(at["Shaddadi"], at["City centre"]))
    assert straight_km == pytest.approx((36.503 - 36.058) * 111.195, rel=0.01)


def test_every_reference_is_to_something(drawn):
    places, factions = len(drawn["places"]), len(drawn["factions"])
    for route in drawn["routes"]:
        assert {route["a"], route["b"]} <= set(range(places))
    for line in drawn["lines"]:
        assert set(line["places"]) <= set(range(places))
        assert line["faction"] in range(factions)
    for city, row in enumerate(drawn["cities"]):
        assert row["places"]
        assert all(drawn["places"][p]["city"] == city for p in row["places"])
    for unit in drawn["units"]:
        assert unit["kind"] in range(len(drawn["kinds"]))


def test_every_place_has_land_or_is_a_district_or_a_point(drawn):
    landed = {each["place"] for each in drawn["lands"]}
    districts = {each["place"] for each in drawn["districts"]}
    for number, place in enumerate(drawn["places"]):
        if place["kind"] in LANDLESS_KINDS:
            assert number not in landed
        if place["city"] is not None:
            assert number in districts


def test_a_city_is_framed_with_all_its_districts(drawn):
    (number,) = [i for i, city in enumerate(drawn["cities"]) if city["name"] == "Hasakeh"]
    west, north, east, south = drawn["cities"][number]["bounds"]
    rings = {each["place"]: each["rings"] for each in drawn["districts"]}
    for place in drawn["cities"][number]["places"]:
        x, y = np.array(rings[place][0]).reshape(-1, 2).T
        assert west < x.min() < x.max() < east
        assert north < y.min() < y.max() < south


def test_who_has_no_units_is_not_on_the_ground(drawn):
    ground = {faction["name"]: faction["ground"] for faction in drawn["factions"]}
    assert not ground.pop("coalition")
    assert all(ground.values())


def test_a_closed_route_is_drawn_as_closed():
    tutorial = load("two-towns")
    shut = tutorial.routes[0].model_copy(update={"open": False})
    isolated = tuple(p.model_copy(update={"isolated": True}) for p in tutorial.places)
    scenario = tutorial.model_copy(update={"routes": (shut,), "places": isolated})
    assert [route["open"] for route in theatre_dict(scenario)["routes"]] == [False]
    assert [route["open"] for route in theatre_dict(tutorial)["routes"]] == [True]


def test_allies_are_those_of_the_first_day_and_each_is_its_own(siege):
    names = [faction["name"] for faction in siege["factions"]]
    allies = {f["name"]: {names[i] for i in f["allies"]} for f in siege["factions"]}
    assert allies["ypg"] == {"ypg", "coalition"}
    assert allies["islamic_state"] == {"islamic_state"}


def test_the_base_map_goes_on_around_the_theatre(drawn):
    west, north, east, south = drawn["bounds"]
    outer = drawn["frame"]
    assert outer[0] < west < east < outer[2]
    assert outer[1] < north < south < outer[3]
