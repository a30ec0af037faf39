"""Paired differences of outcomes between scenarios."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from sim.experiments.comparison import compare_outcomes, paired_difference
from sim.outcomes.values import NOT_BY_THE_END, outcome_values


def scenario(name="base", start=date(2015, 1, 1)):
    rows = [SimpleNamespace(id="result", label="Result", unit="days", measure="deaths")]
    return SimpleNamespace(name=name, start=start, outcomes=rows)


def compared(base, other, **named):
    [entry] = compare_outcomes(
        scenario(), {"result": base}, scenario("other", **named), {"result": other}
    )
    return entry


def test_a_constant_shift_has_no_spread():
    found = paired_difference(np.array([1.0, 5.0, 9.0]), np.array([3.0, 7.0, 11.0]))
    assert (found.difference, found.low, found.high) == (2.0, 2.0, 2.0)
    assert found.higher == 1.0
    assert found.correlation == pytest.approx(1.0)
    assert found.clear


def test_the_interval_covers_the_true_difference_about_as_often_as_it_says():
    generator = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        luck = generator.normal(size=100)
        found = paired_difference(luck, luck + 0.3 + generator.normal(size=100))
        covered += found.low <= 0.3 <= found.high
    assert 0.91 <= covered / 400 <= 0.98


def test_common_luck_narrows_the_interval():
    generator = np.random.default_rng(2)
    luck, other_luck = generator.normal(size=(2, 500))
    shared = paired_difference(luck, luck + 0.1 * other_luck)
    apart = paired_difference(luck, other_luck)
    assert shared.high - shared.low < 0.2 * (apart.high - apart.low)


def test_one_pair_has_a_difference_and_no_interval():
    found = paired_difference(np.array([1.0]), np.array([4.0]))
    assert found.difference == 3.0
    assert found.low is None
    assert not found.clear


def test_common_luck_takes_variance_away_and_independent_luck_does_not():
    generator = np.random.default_rng(3)
    luck, own, other_luck = generator.normal(size=(3, 4000))
    shared = paired_difference(luck + 0.5 * own, luck + 0.5 * other_luck)
    apart = paired_difference(luck, other_luck)
    # var(difference) is 0.5 of 2.5; of independent ones all is left.
    assert shared.variance_reduction == pytest.approx(0.8, abs=0.02)
    assert apart.variance_reduction == pytest.approx(0.0, abs=0.05)


def test_luck_that_pulls_apart_is_worse_than_independent_luck():
    luck = np.array([1.0, 2.0, 5.0])
    assert paired_difference(luck, -luck).variance_reduction == pytest.approx(-1.0)


def test_the_variance_of_independent_luck_is_that_of_both():
    found = paired_difference(np.array([1.0, 3.0]), np.array([0.0, 6.0]))
    assert found.independent_variance == pytest.approx(2.0 + 18.0)
    assert found.deviation == pytest.approx(4.0 / np.sqrt(2))


def test_where_nothing_varies_no_reduction_is_claimed():
    found = paired_difference(np.zeros(5), np.ones(5))
    assert found.variance_reduction is None
    assert found.deviation == 0.0


def test_replicates_that_are_not_over_are_left_out_of_the_mean_and_counted():
    base = outcome_values("duration", [10, 20, 30, 40], [True, True, True, False])
    other = outcome_values("duration", [15, 25, 0, 0], [True, True, False, False])
    entry = compared(base, other)
    assert (entry.number.pairs, entry.replicates) == (2, 4)
    assert entry.number.difference == 5.0
    assert entry.shares[NOT_BY_THE_END].base == 0.25
    assert entry.shares[NOT_BY_THE_END].other == 0.5


def test_dates_are_counted_from_the_base_scenarios_first_day():
    days = outcome_values("date", [10, 20, 30])
    entry = compared(days, days, start=date(2015, 1, 8))
    assert entry.number.difference == 7.0


def test_shares_of_a_category_are_matched_by_name_not_by_number():
    base = outcome_values("category", [0, 0, 1, 1], labels=("north", "south"))
    other = outcome_values("category", [0, 0, 0, 1], labels=("south", "west"))
    entry = compared(base, other)
    assert entry.number is None
    assert entry.shares["south"].difference == 0.25
    assert entry.shares["north"].other == 0.0
    assert entry.shares["west"].base == 0.0


def test_scenarios_without_a_common_outcome_are_refused():
    with pytest.raises(ValueError, match="share no outcome"):
        compare_outcomes(scenario(), {"result": outcome_values("number", [1])}, scenario("b"), {})


def test_ensembles_of_different_size_cannot_be_paired():
    with pytest.raises(ValueError, match="cannot be paired"):
        compared(outcome_values("number", [1, 2]), outcome_values("number", [1]))
