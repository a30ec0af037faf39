from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from calibration.checks.identification import DIRECTIONS, identification
from calibration.checks.simulation_based import simulation_based
from calibration.fit.posterior import Posterior
from tests.calibration.fit.toys import product, there


def normal_posterior(covariance, draws=20_000):
    """Draws whose normal scores have exactly some covariance."""
    size = len(covariance)
    scores = np.random.default_rng(1).normal(size=(draws, size))
    scores -= scores.mean(axis=0)
    scores = scores @ np.linalg.inv(np.linalg.cholesky(np.cov(scores.T, bias=True))).T
    scores = scores @ np.linalg.cholesky(np.asarray(covariance)).T
    ids = tuple("abcdefghijklmnopqrstuvwxyz"[:size])
    weights = np.full(draws, 1 / draws)
    return Posterior(ids, np.arange(draws), weights, ndtr(scores), np.zeros(draws))


@pytest.fixture(scope="module")
def toy():
    return product()


@pytest.fixture(scope="module")
def fit(toy):
    return toy.fit()


@pytest.fixture(scope="module")
def found(toy, fit):
    return identification(fit.posterior({"dead": there([400.0])}))


def test_of_a_product_the_reports_fix_the_sum_of_logarithms(found):
    (direction,) = found.identified_directions
    assert direction.share < 0.05
    assert direction.parts["rate"] == pytest.approx(0.71, abs=0.08)
    assert direction.parts["share"] == pytest.approx(0.71, abs=0.08)


def test_of_a_product_the_ratio_is_flat(found):
    (direction,) = found.flat_directions
    assert direction.share == pytest.approx(1.0, abs=0.2)
    assert direction.parts["rate"] * direction.parts["share"] == pytest.approx(-0.5, abs=0.05)


def test_factors_of_a_product_are_correlated_negatively(found):
    (pair,) = found.correlated
    assert {pair.first, pair.second} == {"rate", "share"}
    assert pair.correlation < -0.9


def test_a_parameter_of_which_nothing_is_said_is_not_identified(found):
    assert "unseen" in found.not_identified
    assert abs(found.contraction[2]) < 0.1
    for direction in found.identified_directions + found.flat_directions:
        assert "unseen" not in direction.parts


def test_contraction_is_the_share_of_the_priors_variance_that_is_gone():
    half = identification(normal_posterior([[1.0, 0.0], [0.0, 0.2]]))
    assert half.contraction[0] == pytest.approx(0.0, abs=0.02)
    assert half.contraction[1] > 0.5
    assert half.identified.tolist() == [False, True]


def test_what_the_synthetic_data_never_tell_is_not_identified_by_luck(toy, fit):
    synthetic = simulation_based(fit, toy.reports, 60, seed=2)
    posterior = fit.posterior({"dead": there([400.0])})
    lucky = replace(posterior, unit=0.5 + 0.5 * (posterior.unit - 0.5))
    assert identification(lucky).identified.all()
    assert identification(lucky, synthetic).not_identified == ["unseen"]


def test_correlations_come_strongest_first_and_weak_ones_not_at_all():
    covariance = np.eye(4)
    covariance[0, 1] = covariance[1, 0] = -0.4
    covariance[2, 3] = covariance[3, 2] = 0.8
    covariance[0, 2] = covariance[2, 0] = 0.2
    pairs = identification(normal_posterior(covariance)).correlated
    assert [(pair.first, pair.second) for pair in pairs] == [("c", "d"), ("a", "b")]
    assert [pair.correlation for pair in pairs] == pytest.approx([0.8, -0.4], abs=1e-6)


def test_a_few_draws_do_not_make_a_correlation():
    draws = np.random.default_rng(5).random((30, 20))
    ids = tuple(f"p{index}" for index in range(20))
    few = Posterior(ids, np.arange(30), np.full(30, 1 / 30), draws, np.zeros(30))
    assert np.abs(np.corrcoef(draws.T) - np.eye(20)).max() > 0.3
    assert identification(few).correlated == []


def test_the_directions_are_the_most_contracted_and_the_flattest():
    shares = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8]
    result = identification(normal_posterior(np.diag(shares)))
    most, flattest = result.identified_directions, result.flat_directions
    assert [direction.share for direction in most] == pytest.approx(shares[:DIRECTIONS], rel=1e-6)
    assert [d.share for d in flattest] == pytest.approx(shares[: -DIRECTIONS - 1 : -1], rel=1e-6)
    assert most[0].parts == pytest.approx({"a": 1.0})


def test_where_nothing_is_learnt_there_is_no_direction():
    result = identification(normal_posterior(np.eye(3)))
    assert result.identified_directions == result.flat_directions == result.correlated == []
    assert result.not_identified == ["a", "b", "c"]
