"""What stands above a view, and where each of its changes leads."""

import ipyvuetify as vuetify
import pytest

from sim.app.controls import MOST_SEED_TYPED, other_scenario
from sim.app.view import MOST_REPLICATE, View, shipped_scenario
from tests.app.test_one_run import TOWNS


def test_another_scenario_has_the_same_luck_and_nothing_else():
    start = shipped_scenario("two-towns").start
    view = View(
        "two-towns", 7, 3, {"combat.contact_line": 0.5}, True, start, "truce", replicates=64
    )
    assert other_scenario(view, "truce") == View("truce", seed=7, replicate=3, replicates=64)


def test_other_luck_is_the_next_replicate(open_page):
    session = open_page(f"{TOWNS}&seed=7")
    session.button("Other luck").click()
    session.button("Other luck").click()
    assert session.pushed == [f"{TOWNS}&seed=7&replicate=1", f"{TOWNS}&seed=7&replicate=2"]
    assert session.field("Replicate").v_model == "2"


def test_after_the_last_replicate_there_is_no_other_luck(open_page):
    assert open_page(f"{TOWNS}&replicate={MOST_REPLICATE}").button("Other luck").disabled


def test_seed_and_replicate_are_typed(open_page):
    session = open_page(TOWNS)
    session.type("Seed", "12")
    session.type("Replicate", "5")
    assert session.pushed == [f"{TOWNS}&seed=12", f"{TOWNS}&seed=12&replicate=5"]


@pytest.mark.parametrize("text", ["-1", str(MOST_SEED_TYPED + 1)])
def test_a_seed_that_is_not_allowed_says_what_is(open_page, text):
    session = open_page(TOWNS)
    session.type("Seed", text)
    assert session.pushed == []
    assert f"0 to {MOST_SEED_TYPED:,}" in session.words()
    session.type("Seed", "3")
    assert session.pushed == [f"{TOWNS}&seed=3"]
    assert f"0 to {MOST_SEED_TYPED:,}" not in session.words()


@pytest.mark.parametrize("text", ["", "luck", "1.5"])
def test_a_seed_that_is_no_number_changes_nothing(open_page, text):
    session = open_page(TOWNS)
    session.type("Seed", text)
    assert session.pushed == []


def test_a_seed_of_a_link_that_nobody_types_is_shown_whole(open_page):
    session = open_page(f"{TOWNS}&seed={2**63 - 1}")
    assert session.field("Seed").v_model == str(2**63 - 1)
    assert session.pushed == []


def test_of_many_runs_no_replicate_is_asked(open_page):
    session = open_page("/ensemble?scenario=two-towns&replicates=2")
    assert {"Seed"} == {each.label for each in session.all(vuetify.TextField)} & {
        "Seed",
        "Replicate",
    }


def test_fitted_is_asked_where_there_is_a_fit(open_page):
    assert not open_page(TOWNS).all(vuetify.Switch)
    session = open_page("/?scenario=hasakeh-2015")
    switch = session.one(vuetify.Switch)
    assert switch.v_model is False
    switch.v_model = True
    assert session.pushed == ["/?scenario=hasakeh-2015&posterior=yes"]
    session.one(vuetify.Switch).v_model = False
    assert session.pushed[-1] == "/?scenario=hasakeh-2015"


def test_the_question_of_the_scenario_is_asked(open_page):
    session = open_page(TOWNS)
    assert shipped_scenario("two-towns").question in session.words()
