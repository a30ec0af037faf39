from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.fit.posterior import Posterior


def posterior(unit, weights=None):
    unit = np.asarray(unit, dtype=np.float64).reshape(len(unit), -1)
    weights = np.ones(len(unit)) if weights is None else np.asarray(weights, dtype=np.float64)
    ids = tuple(f"p{index}" for index in range(unit.shape[1]))
    return Posterior(
        ids, np.arange(len(unit)) + 100, weights / weights.sum(), unit, np.zeros(len(unit))
    )


def test_quantiles_of_equal_weights_are_those_of_a_sample():
    draws = np.random.default_rng(1).random((999, 3))
    quantiles = [0.05, 0.5, 0.95]
    found = posterior(draws).quantiles(quantiles)
    assert found.shape == (3, 3)
    assert np.allclose(found, np.quantile(draws, quantiles, axis=0, method="hazen"))


def test_a_draw_of_triple_weight_counts_as_three():
    once = posterior([0.2, 0.5, 0.5, 0.5, 0.9])
    triple = posterior([0.2, 0.5, 0.9], [1, 3, 1])
    assert triple.mean() == pytest.approx(once.mean())
    assert triple.variance() == pytest.approx(once.variance())
    assert triple.rank(np.array([0.5])) == pytest.approx(0.5)
    assert triple.quantiles(0.5) == pytest.approx(np.array([[0.5]]))


def test_the_rank_is_the_weight_below():
    found = posterior([0.1, 0.4, 0.8], [1, 2, 1]).rank(np.array([0.5]))
    assert found == pytest.approx(0.75)


def test_the_effective_size_of_equal_weights_is_their_number():
    assert posterior(np.full(50, 0.5)).effective_size == pytest.approx(50)


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=30),
    st.integers(1, 200),
    st.integers(0, 2**63),
)
def test_resampling_takes_each_draw_as_often_as_its_weight_says(weights, number, seed):
    draws = posterior(np.linspace(0.1, 0.9, len(weights)), weights)
    unit, rows = draws.resampled(number, seed)
    assert unit.shape == (number, 1)
    assert np.array_equal(unit, draws.unit[rows - 100])
    times = np.bincount(rows - 100, minlength=len(weights))
    assert (np.abs(times - number * draws.weights) < 1 + 1e-9).all()


def test_resampling_is_the_same_for_a_seed_and_another_for_another():
    draws = posterior(np.linspace(0.01, 0.99, 500), np.arange(1, 501))
    first, again = draws.resampled(100, 3), draws.resampled(100, 3)
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[1], draws.resampled(100, 4)[1])
