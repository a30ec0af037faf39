from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chisquare

from calibration.checks.simulation_based import (
    BINS,
    SyntheticData,
    chosen_rows,
    scored,
    simulation_based,
)
from tests.calibration.fit.toys import campaign

NUMBER = 600


@pytest.fixture(scope="module")
def toy():
    return campaign()


@pytest.fixture(scope="module")
def fit(toy):
    return toy.fit()


@pytest.fixture(scope="module")
def synthetic(toy, fit):
    return simulation_based(fit, toy.reports, NUMBER, seed=4)


def test_intervals_of_a_toy_cover_the_truth_as_often_as_they_say(synthetic):
    assert ((synthetic.coverage(0.9) >= 0.87) & (synthetic.coverage(0.9) <= 0.93)).all()
    assert np.abs(synthetic.coverage(0.5) - 0.5).max() < 0.08
    assert synthetic.calibrated.all()
    assert synthetic.not_calibrated == ()


def test_ranks_are_uniform(synthetic):
    assert (synthetic.histogram.sum(axis=1) == NUMBER).all()
    assert synthetic.p_value.min() > 0.01 / len(synthetic.ids)


def test_what_the_reports_tell_of_is_recovered_and_the_rest_is_not(synthetic):
    told, unseen = synthetic.recovery[[0, 1, 2, 3]], synthetic.recovery[5]
    assert told.min() > 0.5
    assert abs(unseen) < 0.15
    assert synthetic.contraction[:4].min() > 0.2
    assert abs(synthetic.contraction[5]) < 0.03


def altered(toy, fit, change):
    rows = chosen_rows(len(toy.unit), 200, seed=4)
    others = fit.without_rows(rows)
    posteriors = (others.posterior(toy.reports, int(row)) for row in rows)
    return scored(toy.unit[rows], rows, (change(posterior) for posterior in posteriors))


def test_a_posterior_shrunk_by_half_fails_the_gate(toy, fit):
    def shrunk(posterior):
        middle = posterior.quantiles(0.5)
        return replace(posterior, unit=middle + 0.5 * (posterior.unit - middle))

    found = altered(toy, fit, shrunk)
    assert found.not_calibrated == toy.ids
    assert (found.coverage(0.9) < 0.85).all()
    assert (found.p_value < 1e-3).all()


def test_a_posterior_that_is_too_wide_fails_the_gate(toy, fit):
    def widened(posterior):
        middle = posterior.mean()
        return replace(posterior, unit=middle + 2.5 * (posterior.unit - middle))

    assert (altered(toy, fit, widened).coverage(0.9) > 0.95)[:5].all()


def test_a_posterior_that_is_off_to_one_side_has_ranks_that_are_not_uniform(toy, fit):
    def moved(posterior):
        return replace(posterior, unit=posterior.unit + 0.15)

    assert (altered(toy, fit, moved).p_value < 1e-3).all()


def test_the_data_sets_are_keyed_and_without_repetition():
    rows = chosen_rows(1000, 100, seed=1)
    assert len(np.unique(rows)) == 100
    assert np.array_equal(rows, chosen_rows(1000, 100, seed=1))
    assert not np.array_equal(rows, chosen_rows(1000, 100, seed=2))
    drawn = np.concatenate([chosen_rows(1000, 100, seed=seed) for seed in range(50)])
    assert chisquare(np.bincount(drawn // 100, minlength=10)).pvalue > 0.001


def test_coverage_and_histogram_are_read_off_the_ranks():
    rank = np.array([[0.0], [0.04], [0.3], [0.5], [0.951], [1.0]])
    data = SyntheticData(("a",), np.arange(6), rank, rank, rank, rank)
    assert data.coverage(0.9) == pytest.approx(2 / 6)
    assert data.coverage(0.5) == pytest.approx(2 / 6)
    assert data.histogram[0, 0] == 2
    assert data.histogram[0, BINS - 1] == 2
    assert data.histogram[0].sum() == 6


@pytest.mark.parametrize("number", [0, 16_384])
def test_more_data_sets_than_vectors_are_refused(toy, fit, number):
    with pytest.raises(ValueError, match="cannot be taken"):
        simulation_based(fit, toy.reports, number)
