"""Outcomes as numbers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.sensitivity.numbers import quantities_of
from sim.outcomes.values import NOT_SIMULATED, outcome_values

TEN = np.arange(10)


def scenario_with(*ids: str) -> SimpleNamespace:
    rows = [SimpleNamespace(id=name, label=f"the {name}", unit="people") for name in ids]
    return SimpleNamespace(outcomes=rows)


def test_a_number_is_its_mean() -> None:
    found = quantities_of(scenario_with("dead"), {"dead": outcome_values("number", TEN)}, 30)
    (quantity,) = found.quantities
    assert (quantity.id, quantity.kind, quantity.unit) == ("dead", "mean", "people")
    np.testing.assert_array_equal(found.values[:, 0], TEN)


def test_a_date_that_is_not_there_by_the_end_counts_as_the_day_after_the_last() -> None:
    date = outcome_values("date", TEN, TEN < 8)
    found = quantities_of(scenario_with("taken"), {"taken": date}, 30)
    assert [q.id for q in found.quantities] == ["taken", "taken = by the end"]
    np.testing.assert_array_equal(found.values[:, 0], [*range(8), 30, 30])
    np.testing.assert_array_equal(found.values[:, 1], [1] * 8 + [0] * 2)
    assert found.quantities[1].label == "the taken, by the end"


def test_a_number_that_is_not_there_counts_as_the_mean_of_those_that_are() -> None:
    share = outcome_values("number", TEN / 10, TEN < 5)
    found = quantities_of(scenario_with("share"), {"share": share}, 30)
    np.testing.assert_allclose(found.values[:, 0], [0, 0.1, 0.2, 0.3, 0.4, *[0.2] * 5])
    assert found.quantities[1].id == "share = by the end"


def test_a_category_is_a_probability_for_each_that_is_not_rare() -> None:
    codes = np.repeat([0, 1, 2], [150, 149, 1])
    outcomes = {"last": outcome_values("category", codes, labels=("East", "West", "South", "x"))}
    found = quantities_of(scenario_with("last"), outcomes, 30)
    assert [q.id for q in found.quantities] == ["last = East", "last = West"]
    assert {q.kind for q in found.quantities} == {"probability"}
    assert found.left_out["last = x"] == "the same in every run"
    assert found.left_out["last = South"].startswith("so in 0.33% of the runs")


def test_a_truth_value_that_is_not_there_by_the_end_is_not_true() -> None:
    truth = outcome_values("truth", TEN % 2 == 0, TEN < 5)
    found = quantities_of(scenario_with("won"), {"won": truth}, 30)
    assert [q.id for q in found.quantities] == ["won = true", "won = by the end"]
    np.testing.assert_array_equal(found.values[:, 0], [1, 0, 1, 0, 1, 0, 0, 0, 0, 0])
    assert found.quantities[0].label == "the won"


def test_what_says_the_same_twice_is_left_out_and_named() -> None:
    outcomes = {
        "first": outcome_values("date", TEN, TEN < 8),
        "last": outcome_values("date", TEN + 1, TEN < 8),
    }
    found = quantities_of(scenario_with("first", "last"), outcomes, 30)
    assert [q.id for q in found.quantities] == ["first", "first = by the end", "last"]
    assert found.left_out == {"last = by the end": "the same in every run as first = by the end"}


def test_what_is_not_simulated_is_not_mentioned() -> None:
    outcomes = {"war_dead": outcome_values("category", 0 * TEN, labels=(NOT_SIMULATED,))}
    found = quantities_of(scenario_with("war_dead"), outcomes, 30)
    assert found.quantities == ()
    assert found.left_out == {}


@given(
    kind=st.sampled_from(["number", "duration", "date", "truth", "category"]),
    by_end=st.lists(st.booleans(), min_size=1, max_size=20),
    seed=st.integers(0, 100),
)
def test_no_value_is_ever_missing(kind: str, by_end: list[bool], seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 2, len(by_end))
    values = values == 1 if kind == "truth" else values
    labels = ("a", "b") if kind == "category" else ()
    outcomes = {"it": outcome_values(kind, values, by_end, labels)}  # type: ignore[arg-type]
    found = quantities_of(scenario_with("it"), outcomes, 30)
    assert np.isfinite(found.values).all()
    assert found.values.shape == (len(by_end), len(found.quantities))


def test_outcomes_that_were_not_asked_for_are_passed_over() -> None:
    found = quantities_of(scenario_with("a", "b"), {"b": outcome_values("number", TEN)}, 30)
    assert [q.id for q in found.quantities] == ["b"]
    with pytest.raises(ValueError, match="must be finite"):
        outcome_values("number", [np.nan])
