"""A view: what is looked at, and what is wrong with it if it cannot be."""

from datetime import date

import pytest

from sim.app.view import (
    MOST_REPLICATES,
    View,
    first_scenario,
    scenario_of_view,
    shipped_scenario,
    view_faults,
)
from sim.scenario import find_scenarios
from tests.scenario.small import write_two_towns


def test_the_view_of_every_shipped_scenario_has_no_fault():
    assert not [name for name in find_scenarios() if view_faults(View(name))]


def test_the_first_scenario_is_one_that_ships():
    assert first_scenario() in find_scenarios()


def test_equal_views_are_equal_in_whatever_order_their_values_were_set():
    one = View("two-towns", parameters={"a.a": 1, "b.b": 2.0})
    other = View("two-towns", parameters={"b.b": 2, "a.a": 1.0})
    assert one == other
    assert hash(one) == hash(other)
    assert list(one.parameters) == list(other.parameters) == ["a.a", "b.b"]


def test_the_scenario_of_a_view_has_its_values():
    scenario = scenario_of_view(View("hasakeh-2015", parameters={"combat.contact_line": 0.5}))
    assert scenario.parameters["combat.contact_line"].value == 0.5
    assert shipped_scenario("hasakeh-2015").parameters["combat.contact_line"].value != 0.5


def test_a_folder_is_no_scenario_of_a_view(tmp_path):
    folder = write_two_towns(tmp_path / "mine")
    for name in (str(folder), "../scenarios/two-towns", "./two-towns", "two-towns/", ""):
        with pytest.raises(LookupError):
            shipped_scenario(name)
        [fault] = view_faults(View(name))
        assert fault.startswith("scenario: found")


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (View("two-towns", seed=-1), "seed: found -1"),
        (View("two-towns", replicate=2**31), "replicate: found 2147483648"),
        (View("two-towns", replicates=MOST_REPLICATES + 1), f"from 1 to {MOST_REPLICATES}"),
        (View("two-towns", other="two-towns"), "another scenario"),
        (View("two-towns", other="three-towns"), 'with: found "three-towns"'),
        (View("two-towns", day=date(1999, 1, 1)), "day: found 1999-01-01; allowed: a date from"),
        (View("two-towns", posterior=True), "two-towns has no fitted parameters"),
        (View("two-towns", parameters={"scenario.end": 3}), 'set: found "scenario.end"'),
        (View("two-towns", parameters={"combat.contact_lin": 3}), '"combat.contact_line"'),
        (
            View("hasakeh-2015", parameters={"combat.contact_line": 99}),
            "outside the range of its prior: found 99.0",
        ),
        (View("two-towns", parameters={"air.memory_days": float("inf")}), "not a finite number"),
    ],
)
def test_each_thing_wrong_with_a_view_is_one_sentence(view, said):
    [fault] = view_faults(view)
    assert said in fault
    assert fault.endswith(".")
    assert "\n" not in fault


def test_all_things_wrong_with_a_view_are_said():
    view = View("nowhere", seed=-1, other="/etc", replicates=0)
    assert [fault.partition(":")[0] for fault in view_faults(view)] == [
        "scenario",
        "with",
        "seed",
        "replicates",
    ]
