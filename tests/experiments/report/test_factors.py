"""Parameters in levels, and how much of a variance goes with them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.report.factors import BINS, explained, factor_of


def test_what_a_parameter_decides_it_explains():
    levels = np.repeat(np.arange(4), 25)
    assert explained(levels, levels * 2.0) == pytest.approx(1.0)


def test_what_has_nothing_to_do_with_it_is_explained_by_chance_alone():
    generator = np.random.default_rng(1)
    found = [explained(generator.integers(0, 8, 80), generator.normal(size=80)) for _ in range(300)]
    # Uncorrected it would be 7 / 79; clipped at zero half of the chance is left.
    assert np.mean(found) < 0.03


def test_half_a_variance_is_half():
    generator = np.random.default_rng(2)
    levels = generator.integers(0, 2, 20_000)
    values = 2.0 * levels + generator.normal(size=20_000)
    assert explained(levels, values) == pytest.approx(0.5, abs=0.02)


def test_what_does_not_vary_is_not_explained():
    assert explained(np.array([0, 1, 0, 1]), np.ones(4)) == 0.0
    assert explained(np.zeros(4, dtype=np.int64), np.arange(4.0)) == 0.0


def test_a_few_values_are_levels_as_they_are():
    factor = factor_of("x", "1", np.array([3.0, 1.0, 3.0, 2.0]))
    assert factor.positions.tolist() == [1.0, 2.0, 3.0]
    assert factor.levels.tolist() == [2, 0, 2, 1]
    assert not factor.binned


@given(st.lists(st.floats(-1e6, 1e6), min_size=20, max_size=200, unique=True))
def test_many_values_are_put_in_bins_in_order(values):
    factor = factor_of("x", "1", np.array(values))
    assert factor.binned
    assert 2 <= len(factor.positions) <= BINS
    assert (np.diff(factor.positions) >= 0).all()
    order = np.argsort(factor.values)
    assert (np.diff(factor.levels[order]) >= 0).all()


def test_bins_hold_about_as_many_runs_each():
    factor = factor_of("x", "1", np.random.default_rng(3).normal(size=800))
    assert np.bincount(factor.levels).tolist() == [100] * BINS


@pytest.mark.parametrize(
    ("values", "log"), [([0.01, 1.0], True), ([1.0, 2.0], False), ([0, 99], 0)]
)
def test_an_axis_is_logarithmic_where_values_span_orders_of_magnitude(values, log):
    assert factor_of("x", "1", np.array(values, dtype=float)).log == bool(log)
