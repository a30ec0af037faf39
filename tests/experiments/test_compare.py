"""Scenarios side by side: values that are set, what a precision costs, and what is kept."""

import json

import pytest

from sim.experiments.compare import ComparisonError, compare_scenarios, scenarios_to_compare
from sim.scenario import ScenarioError

CAUTION = "any_kind.caution"


def test_a_scenario_can_be_compared_with_itself_where_something_is_set():
    base, other = scenarios_to_compare("two-towns", ["two-towns"], other_values={CAUTION: "1.5"})
    assert (base.name, other.name) == ("two-towns", "two-towns-any_kind.caution=1.5")
    assert other.parameters[CAUTION].value == 1.5
    assert base.parameters[CAUTION].value != 1.5


def test_a_value_set_for_all_is_no_difference():
    base, other = scenarios_to_compare(
        "two-towns", ["two-towns"], values={CAUTION: 1.5}, other_values={"any_kind.force_ratio": 2}
    )
    assert base.parameters[CAUTION] == other.parameters[CAUTION]
    assert base.parameters["any_kind.force_ratio"] != other.parameters["any_kind.force_ratio"]


def test_a_long_list_of_values_still_gives_the_name_of_a_folder():
    names = ("caution", "force_ratio", "fall_back_ratio", "clearing_km2_per_fighter_day")
    known = scenarios_to_compare("two-towns", [])[0].parameters
    values = {f"any_kind.{name}": known[f"any_kind.{name}"].value for name in names}
    [_, other] = scenarios_to_compare("two-towns", ["two-towns"], other_values=values)
    assert len(other.name) <= 80
    assert "/" not in other.name


def test_an_unknown_value_is_refused():
    with pytest.raises(ScenarioError, match="cautoin"):
        scenarios_to_compare("two-towns", ["two-towns"], other_values={"any_kind.cautoin": 1})


def test_the_same_scenario_twice_is_refused():
    base, other = scenarios_to_compare("two-towns", ["two-towns"])
    with pytest.raises(ComparisonError, match="twice"):
        compare_scenarios(base, [other], replicates=2, seed=0, folder=None)


def test_a_precision_that_cannot_be_read_stops_before_anything_is_written(tmp_path):
    base, other = scenarios_to_compare("two-towns", ["two-towns"], other_values={CAUTION: 1.5})
    folder = tmp_path / "c"
    with pytest.raises(ComparisonError, match="--precision"):
        compare_scenarios(base, [other], replicates=2, seed=0, folder=folder, precision=["few"])
    assert not folder.exists()


def test_what_a_precision_costs_is_kept(tmp_path):
    base, other = scenarios_to_compare("two-towns", ["two-towns"], other_values={CAUTION: 0.8})
    found = compare_scenarios(
        base, [other], replicates=8, seed=0, folder=tmp_path / "c", precision=["blue_killed=1"]
    )
    kept = json.loads((tmp_path / "c" / "comparison.json").read_text())
    assert kept == found.to_json()
    [row] = kept["replicates_needed"][other.name]
    number = kept["outcomes"][other.name]["blue_killed"]["number"]
    assert row["half_width"] == 1.0
    assert row["common"] == pytest.approx((1.96 * number["deviation"]) ** 2, rel=0.01, abs=1)
