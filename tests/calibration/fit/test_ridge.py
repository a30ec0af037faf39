from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from calibration.fit.features import Encoding, Features
from calibration.fit.ridge import Moments, Ridge, expit, logit, principal_directions
from tests.calibration.fit.toys import campaign, linear, separate, there, unit_vectors


def regression(toy):
    features = Features.of(toy.reports, toy.encodings)
    columns = features.columns_of(toy.reports)
    moments = Moments.of(features, columns, toy.unit)
    return features, columns, moments


@given(st.floats(-25, 25))
def test_expit_takes_logit_back(value):
    assert np.isclose(logit(expit(np.array([value])))[0], value, rtol=1e-3)


@given(st.floats(allow_nan=False))
def test_expit_is_strictly_between_0_and_1(value):
    unit = expit(np.array([value]))[0]
    assert 0 < unit < 1


def test_moments_are_those_of_the_features():
    toy = campaign(9000)
    features, columns, moments = regression(toy)
    expanded, logits = features.expanded(columns), logit(toy.unit)
    assert np.allclose(moments.mean, expanded.mean(axis=0))
    assert np.allclose(moments.gram, np.cov(expanded.T, bias=True))
    centred = expanded - expanded.mean(axis=0)
    assert np.allclose(moments.cross, centred.T @ logits / len(logits))
    assert np.allclose(moments.variance, logits.var(axis=0))


def test_the_coefficients_solve_the_penalised_equations():
    _, _, moments = regression(campaign(4096))
    ridge = Ridge.of(moments)
    deviation = np.sqrt(np.diag(moments.gram))
    for parameter, penalty in enumerate(ridge.penalty):
        left = moments.gram + penalty * np.diag(deviation**2)
        expected = np.linalg.solve(left, moments.cross[:, parameter])
        assert np.allclose(ridge.coefficients[:, parameter], expected, atol=1e-8)


def test_generalised_cross_validation_comes_near_the_error_on_other_vectors():
    """The penalty chosen predicts fresh vectors nearly as well as the best one does.

    There are half as many features as vectors, so that too small a penalty does harm.
    """
    toy, fresh = separate(512, seed=1), separate(4096, seed=2)
    features, _, moments = regression(toy)
    expanded = features.expanded(features.columns_of(fresh.reports)) - moments.mean
    logits = logit(fresh.unit)
    scale = np.diag(np.diag(moments.gram))

    def error(coefficients):
        return ((logits - expanded @ coefficients) ** 2).mean(axis=0)

    by_penalty = [
        error(np.linalg.solve(moments.gram + penalty * scale, moments.cross))
        for penalty in np.logspace(-3, 3, 25)
    ]
    best, worst = np.min(by_penalty, axis=0), np.max(by_penalty, axis=0)
    assert (worst > 1.2 * best).all()
    assert (error(Ridge.of(moments).coefficients) < 1.05 * best).all()


def test_reports_that_say_nothing_explain_nothing():
    unit = unit_vectors(4096, 3, 3)
    pool = {f"{i}": there(np.random.default_rng(i).normal(size=4096)) for i in range(8)}
    features = Features.of(pool, {target: Encoding("days") for target in pool})
    moments = Moments.of(features, features.columns_of(pool), unit)
    assert (Ridge.of(moments).explained < 0.02).all()


def test_a_product_that_is_constant_gets_no_coefficient():
    signs = np.tile([1.0, -1.0], 500)
    pool = {"a": there(signs), "b": there(-signs)}
    features = Features.of(pool, {target: Encoding("days") for target in pool})
    moments = Moments.of(features, features.columns_of(pool), unit_vectors(1000, 2, 3))
    coefficients = Ridge.of(moments).coefficients
    assert np.isfinite(coefficients).all()
    assert not coefficients[len(features.columns) :].any()


def test_there_are_no_more_directions_than_the_reports_tell_of():
    features, _, moments = regression(linear())
    assert principal_directions(Ridge.of(moments), moments).shape == (3, 2)
    nothing = Moments.of(features, np.zeros((100, len(features.columns))), np.full((100, 3), 0.5))
    assert principal_directions(Ridge.of(nothing), nothing).shape == (3, 0)
