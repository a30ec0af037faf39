"""The page of many runs: sliders, size, comparison, and the way to one replicate."""

from dataclasses import replace

import ipyvuetify as vuetify
import pytest

from sim.app import fitted, scenario_picker, visit
from sim.app.ensemble_page import NOTHING, SIZES, one_of, place_names
from sim.app.prior_curves import parameter_list
from sim.app.view import View, shipped_scenario
from sim.app.widgets import Futures, Sliders
from sim.engine.posterior import posterior_of
from sim.scenario import Fault, ScenarioError, find_scenarios
from tests.app.test_many_runs import TOWNS, whole

SIEGE = "/ensemble?scenario=hasakeh-2015&replicates=2"


@pytest.fixture(scope="module")
def slider():
    """The parameter of the first slider of two-towns."""
    return parameter_list(shipped_scenario("two-towns"))[0]


def compared_with(session):
    """Return the names of the scenarios that are offered for a comparison."""
    items = session.field("Compare with").items
    return {each["value"] for each in items} - {NOTHING}


def test_a_slider_that_moves_changes_the_address(open_page, slider):
    session = open_page(TOWNS)
    name, value = slider["id"], slider["high"]
    assert session.one(Sliders).values == {}
    session.one(Sliders).values = {name: value}
    assert session.pushed == [f"{TOWNS}&set={name}:{value}".removesuffix(".0")]
    session.wait_for(whole)
    assert session.one(Sliders).values == {name: value}


def test_a_reset_takes_all_values_out_of_the_address(open_page, slider):
    session = open_page(f"{TOWNS}&seed=3&set={slider['id']}:{slider['low']}")
    assert session.one(Sliders).values == {slider["id"]: slider["low"]}
    session.one(Sliders).values = {}
    assert session.pushed == ["/ensemble?scenario=two-towns&seed=3&replicates=16"]


def test_a_value_of_a_link_is_shown_and_kept(open_page, slider):
    value = (slider["low"] + slider["high"]) / 2
    session = open_page(f"{TOWNS}&set={slider['id']}:{value}")
    assert not session.said()
    assert session.one(Sliders).values == {slider["id"]: value}
    session.field("Replicates").v_model = 64
    assert session.pushed[-1].endswith(f"&set={slider['id']}:{value}".removesuffix(".0"))


def test_a_value_out_of_its_prior_is_told_in_a_sentence(open_page, slider):
    session = open_page(f"{TOWNS}&set={slider['id']}:{slider['high'] * 1.5}")
    assert f"set {slider['id']}: outside the range of its prior" in session.said()
    assert session.one(Sliders).values == {}


def test_the_size_goes_to_the_address(open_page):
    session = open_page(TOWNS)
    field = session.field("Replicates")
    assert field.v_model == 16
    assert field.items == sorted({*SIZES, 16})
    field.v_model = 64
    assert session.pushed == ["/ensemble?scenario=two-towns&replicates=64"]
    session.wait_for(lambda _: session.one(Futures).futures.get("done") == 64)


def test_only_scenarios_with_the_same_places_can_be_compared(open_page):
    offered = compared_with(open_page(SIEGE))
    places = place_names(shipped_scenario("hasakeh-2015"))
    alike = {name for name in find_scenarios() if place_names(shipped_scenario(name)) == places}
    assert offered == alike - {"hasakeh-2015"}
    assert offered
    assert "two-towns" not in offered


def test_nothing_is_asked_where_nothing_can_be_compared(open_page):
    session = open_page(TOWNS)
    assert {each.label for each in session.all(vuetify.Select)} == {"Replicates"}


def test_a_comparison_shares_the_luck(open_page):
    session = open_page(SIEGE)
    chosen = sorted(compared_with(session))[0]
    assert session.one(Futures).other == {}
    session.field("Compare with").v_model = chosen
    assert session.pushed == [f"{SIEGE}&with={chosen}"]
    session.wait_for(lambda _: session.one(Futures).other.get("done") == 2)
    session.wait_for(whole)
    first, second = session.one(Futures).futures, session.one(Futures).other
    assert (second["scenario"], second["seed"]) == (chosen, first["seed"])
    session.field("Compare with").v_model = NOTHING
    assert session.pushed[-1] == SIEGE
    session.wait_for(lambda _: session.one(Futures).other == {})


def test_a_link_that_compares_other_places_is_told_in_a_sentence(open_page):
    session = open_page(f"{TOWNS}&with=hasakeh-2015")
    assert "allowed: a scenario with the places of two-towns" in session.said()
    session.wait_for(whole)
    assert session.one(Futures).other == {}


def test_a_replicate_that_is_clicked_is_watched(open_page):
    session = open_page(f"{TOWNS}&seed=4")
    session.wait_for(whole)
    start = shipped_scenario("two-towns").start
    session.one(Futures).wanted = {"replicate": 11, "of": "futures"}
    assert session.pushed == [f"/?scenario=two-towns&seed=4&replicate=11&replicates=16&day={start}"]


def test_a_replicate_of_the_other_scenario_opens_that_one(open_page):
    other = "army-withdraws"
    theirs = shipped_scenario(other).parameters
    mine = shipped_scenario("hasakeh-2015").parameters
    shared = next(name for name in mine if name in theirs and name.startswith("combat."))
    value = mine[shared].value * 1.01
    session = open_page(f"{SIEGE}&with={other}&set={shared}:{value}")
    assert not session.said()
    session.one(Futures).wanted = {"replicate": 1, "of": "other"}
    start = shipped_scenario(other).start
    assert session.pushed == [
        f"/?scenario={other}&replicate=1&replicates=2&set={shared}:{value}&day={start}"
    ]


def test_the_other_scenario_is_watched_with_the_parameters_that_it_has():
    towns = shipped_scenario("two-towns")
    known = next(iter(towns.parameters))
    view = View("hasakeh-2015", parameters={known: 0.5, "no.such": 1.0}, other="two-towns")
    found = one_of(view, towns, 3)
    assert (found.scenario, found.replicate, found.other) == ("two-towns", 3, None)
    assert dict(found.parameters) == {known: 0.5}
    assert found.day == towns.start


def test_fitted_parameters_are_drawn_and_their_notes_shown(open_page, monkeypatch):
    read = replace(posterior_of(shipped_scenario("hasakeh-2015"), True), notes=("Mind this.",))
    monkeypatch.setattr(fitted, "posterior_of", lambda *_: read)
    session = open_page(f"{SIEGE}&posterior=yes")
    session.wait_for(whole)
    key = session.one(Futures).futures["key"]
    assert "Mind this." in session.said()
    session.go(SIEGE)
    session.wait_for(lambda _: whole(session) and session.one(Futures).futures["key"] != key)
    assert not session.said()


def test_the_day_on_the_map_stays_while_the_scenario_does(open_page):
    session = open_page(TOWNS)
    assert session.one(Futures).day == (shipped_scenario("two-towns").days - 1) // 2
    session.one(Futures).day = 3
    session.field("Replicates").v_model = 64
    assert session.one(Futures).day == 3
    session.go(SIEGE)
    assert session.one(Futures).day == (shipped_scenario("hasakeh-2015").days - 1) // 2


def test_a_scenario_that_somebody_is_at_work_on_hides_no_other(open_page, monkeypatch):
    def load(name):
        if name == "army-withdraws":
            raise ScenarioError([Fault("places.csv", 3, "name", "", "a name", "missing")])
        return shipped_scenario(name)

    before = compared_with(open_page(SIEGE))
    monkeypatch.setattr(scenario_picker, "shipped_scenario", load)
    assert compared_with(open_page(SIEGE)) == before - {"army-withdraws"}
    assert "army-withdraws" in before
    monkeypatch.setattr(visit, "shipped_scenario", load)
    session = open_page(f"{SIEGE}&with=army-withdraws")
    assert "places.csv, row 3, name: missing" in session.said()
    session.wait_for(whole)


def test_the_day_of_a_link_is_shown_and_stays_when_something_else_changes(open_page):
    session = open_page("/ensemble?scenario=two-towns&replicates=4&day=2015-06-09")
    assert session.one(Futures).day == 8
    session.one(Futures).day = 11
    name = session.one(Sliders).parameters[0]["id"]
    low = session.one(Sliders).parameters[0]["low"]
    session.one(Sliders).values = {name: low}
    assert session.pushed[-1].endswith("&day=2015-06-12")
    assert session.one(Futures).day == 11
