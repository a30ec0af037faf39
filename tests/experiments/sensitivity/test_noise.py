"""Luck told from effect, and draws that are keyed."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.sensitivity.noise import (
    bootstrap_weights,
    covariance_of_means,
    keyed_generator,
    ratio,
    split_variance,
)
from tests.experiments.sensitivity.stand_ins import with_luck


def test_a_generator_depends_on_its_seed_and_words_alone() -> None:
    drawn = [keyed_generator(*key).random() for key in ((1, "a"), (1, "a"), (2, "a"), (1, "b"))]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) == 3


def test_the_first_of_the_weights_is_the_sample_itself() -> None:
    weights = bootstrap_weights(5, 40, keyed_generator(1, "weights"))
    assert weights.shape == (41, 5)
    np.testing.assert_array_equal(weights[0], 0.2)
    np.testing.assert_allclose(weights.sum(axis=1), 1)


def test_the_covariance_of_means_is_that_of_replicates_over_their_number() -> None:
    generator = np.random.default_rng(1)
    first, second = generator.standard_normal((2, 6))
    expected = np.cov(first, second)[0, 1] / 6
    assert covariance_of_means(first, second) == pytest.approx(expected)


@pytest.mark.parametrize("size", [0.0, 1.0, 5.0])
def test_the_variance_of_a_run_is_that_of_parameters_and_of_luck(size: float) -> None:
    effect = np.random.default_rng(2).normal(10, 2, (4000, 2))
    weights = np.full((1, 4000), 1 / 4000)
    split = split_variance(with_luck(effect, 3, size, seed=3), weights)
    assert split.mean[0] == pytest.approx(10, abs=0.2)
    assert split.of_parameters[0] == pytest.approx(4, abs=0.6)
    assert split.of_luck[0] == pytest.approx(size**2, rel=0.05)
    assert split.luck_share[0] == pytest.approx(size**2 / (4 + size**2), abs=0.03)


def test_where_nothing_varies_no_share_is_undefined() -> None:
    split = split_variance(np.full((4, 3, 2), 7.0), np.full((2, 4), 0.25))
    np.testing.assert_array_equal(split.luck_share, 0)
    np.testing.assert_array_equal(ratio(np.array([1.0, 1.0]), np.array([0.0, 2.0])), [0, 0.5])
