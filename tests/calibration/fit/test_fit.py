from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from calibration.fit.features import Encoding, Features
from calibration.fit.fit import Fit
from tests.calibration.fit.toys import campaign, linear, linear_posterior, separate, there


@pytest.fixture(scope="module")
def normal():
    return linear().fit()


@pytest.fixture(scope="module")
def mixed():
    return campaign().fit()


@pytest.mark.parametrize("said", [(0.0, 0.0), (1.5, -1.0), (-2.0, 0.5)])
def test_a_linear_normal_pool_gives_the_exact_posterior(normal, said):
    reports = {"sum": there([said[0]]), "difference": there([said[1]])}
    posterior = normal.posterior(reports)
    mean, covariance = linear_posterior(np.array(said))
    deviation = np.sqrt(np.diag(covariance))
    low, middle, high = ndtri(posterior.quantiles([0.16, 0.5, 0.84]))
    # About 300 draws of equal weight: the standard error of a median is 0.07 deviations.
    assert np.allclose(middle, mean, atol=0.2 * deviation.max())
    assert np.allclose((high - low) / 2, deviation, rtol=0.12)
    draws = ndtri(posterior.unit)
    found = np.cov(draws.T, aweights=posterior.weights)
    assert np.allclose(found, covariance, atol=0.13)


def test_more_directions_than_there_are_components_are_all_learnt():
    fit = separate().fit()
    assert fit.components.shape[1] == 12
    posterior = fit.posterior({target: there([1.0]) for target in fit.targets})
    draws = ndtri(posterior.unit)
    error = posterior.weights @ draws - 0.5
    assert np.sqrt((error**2).mean()) < 0.1
    variance = np.cov(draws.T, aweights=posterior.weights).diagonal()
    assert np.allclose(variance, 0.5, rtol=0.3)


def test_a_parameter_that_no_report_tells_of_keeps_its_prior(normal):
    posterior = normal.posterior({"sum": there([1.0]), "difference": there([0.0])})
    assert posterior.mean()[2] == pytest.approx(0.5, abs=0.05)
    assert posterior.variance()[2] == pytest.approx(1 / 12, rel=0.12)


def test_draws_are_strictly_within_the_prior_even_far_outside_the_pool(mixed):
    far = {
        "dead": there([1e9]),
        "wounded": there([0.0]),
        "end": there([1e5]),
        "last": there([77.0]),
        "held": there([1.0]),
    }
    posterior = mixed.posterior(far)
    assert ((posterior.unit > 0) & (posterior.unit < 1)).all()
    assert posterior.weights.sum() == pytest.approx(1)


def test_neighbours_come_nearest_first_and_left_out_rows_never(mixed):
    toy = campaign()
    left_out = np.arange(40)
    posterior = mixed.posterior(toy.reports, 7, left_out)
    assert (np.diff(posterior.distance) >= 0).all()
    assert not np.isin(posterior.rows, left_out).any()
    assert mixed.posterior(toy.reports, 7).rows[0] == 7


def test_by_default_the_nearest_fiftieth_or_500_are_neighbours(mixed):
    assert mixed.neighbours == 500
    assert len(mixed.posterior(campaign().reports, 3).rows) == 500
    assert campaign(1024).fit(neighbours=60).neighbours == 60


def test_the_order_of_the_pool_and_repetition_make_no_difference(mixed):
    toy = campaign()
    order = np.random.default_rng(3).permutation(len(toy.unit))
    shuffled = toy.at(order).fit()
    place = np.argsort(order)
    for row in (0, 5, 100):
        first, again = mixed.posterior(toy.reports, row), mixed.posterior(toy.reports, row)
        other = shuffled.posterior(toy.reports, row)
        assert np.array_equal(first.unit, again.unit)
        assert set(place[first.rows]) == set(other.rows)
        mine = first.unit[np.argsort(place[first.rows])]
        assert np.allclose(mine, other.unit[np.argsort(other.rows)], atol=1e-8)


@pytest.mark.parametrize("left_out", [("dead",), ("end", "last"), ("held",)])
def test_leaving_a_target_out_equals_a_fit_that_never_had_it(mixed, left_out):
    toy = campaign()
    kept = {target: e for target, e in toy.encodings.items() if target not in left_out}
    expected = Fit.of(toy.unit, toy.ids, toy.reports, kept)
    found = mixed.without(left_out)
    assert found.targets == expected.targets == tuple(kept)
    assert np.allclose(found.ridge.coefficients, expected.ridge.coefficients, atol=1e-8)
    one, other = found.posterior(toy.reports, 11), expected.posterior(toy.reports, 11)
    assert np.array_equal(one.rows, other.rows)
    assert np.allclose(one.unit, other.unit, atol=1e-8)


def test_without_any_target_the_posterior_is_the_prior(mixed):
    nothing = mixed.without(mixed.targets)
    posterior = nothing.posterior(campaign().reports, 2)
    assert len(posterior.rows) == len(nothing.unit)
    assert posterior.weights.max() == posterior.weights.min()
    assert np.allclose(posterior.unit, nothing.unit)


def test_vectors_left_out_teach_the_fit_nothing():
    """Their parameters could be anything: the posterior of their reports is the same."""
    toy = campaign(4096)
    rows = np.arange(0, 4096, 50)
    changed = toy.unit.copy()
    changed[rows] = 1e-6
    one = toy.fit().without_rows(rows)
    other = Fit.of(changed, toy.ids, toy.reports, toy.encodings).without_rows(rows)
    assert len(one.unit) == 4096 - len(rows)
    assert np.array_equal(
        one.posterior(toy.reports, 50).unit, other.posterior(toy.reports, 50).unit
    )


def test_what_was_reported_decides_on_the_layout():
    pool = {"last": there(np.repeat([0.0, 1.0, 2.0, 3.0], [600, 390, 5, 5]))}
    encodings = {"last": Encoding("labels")}
    unit = np.linspace(0.01, 0.99, 1000)[:, None]
    reported = {"last": there([3.0])}
    fit = Fit.of(unit, ("a",), pool, encodings, reported=reported, neighbours=5)
    assert fit.features.columns == Features.of(pool, encodings, reported).columns
    assert set(fit.posterior(reported).rows) == set(range(995, 1000))


@pytest.mark.parametrize(
    ("unit", "ids", "message"),
    [
        (np.full((3, 1), 0.5), ("a", "b"), "2 parameters"),
        (np.array([[0.5], [1.0], [0.2]]), ("a",), "strictly between 0 and 1"),
        (np.full((4, 1), 0.5), ("a",), "has 3 reports, but the pool has 4"),
        (np.zeros((0, 1)), ("a",), "shape"),
    ],
)
def test_a_pool_that_does_not_fit_together_is_refused(unit, ids, message):
    with pytest.raises(ValueError, match=message):
        Fit.of(unit, ids, {"x": there([1, 2, 3.0])}, {"x": Encoding("count")})
