"""The outcomes of a scenario over a history."""

import csv
import tomllib
from pathlib import Path

import pytest

from sim.outcomes.compute import (
    Names,
    OutcomeError,
    check_outcomes,
    compute_outcomes,
    outcomes_json,
)
from tests.outcomes.histories import OUTCOMES, Row, random_history, scenario

SHIPPED = Path(__file__).parents[2] / "scenarios" / "hasakeh-2015"


def test_every_outcome_is_measured_in_the_order_of_the_scenario():
    outcomes = compute_outcomes(scenario(), random_history(1, replicates=5))
    assert list(outcomes) == [row.id for row in OUTCOMES]
    assert {values.replicates for values in outcomes.values()} == {5}


def test_nothing_is_measured_if_a_row_is_wrong():
    with pytest.raises(OutcomeError) as caught:
        compute_outcomes(
            scenario((Row("a", "deaths", {"faction": "x"}), Row("b", "y"))), random_history(1)
        )
    assert len(caught.value.faults) == 2


def test_the_same_history_gives_the_same_outcomes():
    def measured():
        record = random_history(2)
        return outcomes_json(scenario(), compute_outcomes(scenario(), record), start=record.start)

    assert measured() == measured()


def test_one_replicate_and_the_ensemble_have_the_same_units_and_reports():
    record = random_history(2)
    outcomes = compute_outcomes(scenario(), record)
    one = outcomes_json(scenario(), outcomes, start=record.start, replicate=0)
    spread = outcomes_json(scenario(), outcomes, start=record.start)
    assert list(one) == list(spread)
    assert all(one[name]["reported"] == spread[name]["reported"] for name in one)
    assert one["is_killed"]["reported"] is None


def test_the_outcomes_of_the_shipped_siege_can_be_measured():
    with (SHIPPED / "outcomes.toml").open("rb") as file:
        table = tomllib.load(file)["outcomes"]
    with (SHIPPED / "places.csv").open(encoding="utf-8", newline="") as file:
        places = tuple(row["name"] for row in csv.DictReader(file))
    rows = [
        Row(
            each["id"],
            each["measure"],
            each["arguments"],
            each["unit"],
            "",
            each.get("reported_value"),
        )
        for each in table
    ]
    factions = ("government", "ypg", "islamic_state", "coalition")
    assert check_outcomes(rows, Names(places, factions, ("Hasakeh",))) == []
    assert len({row.id for row in rows}) == len(rows)
