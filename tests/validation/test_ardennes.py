"""A front of many engagements, each with the kernel's noise, varies as the Ardennes did."""

import numpy as np
import pytest

from sim.experiments.battles_classics import Front, lag_one_correlation, variation

DAYS = 32


@pytest.fixture(scope="module")
def front() -> np.ndarray:
    return Front().daily_losses(DAYS, replicates=500)


def test_daily_losses_vary_as_much_as_in_the_ardennes(front, ardennes):
    # F12: the daily loss rate of the American side has a coefficient of variation of 0.34.
    rate = ardennes["blue_mp_combat_killed"] / ardennes["blue_mp_combat_avail"]
    assert variation(rate) == pytest.approx(0.34, abs=0.01)
    low, middle, high = np.quantile(variation(front), [0.1, 0.5, 0.9])
    assert 0.2 < middle < 0.5
    assert low < variation(rate) < high


def test_daily_losses_are_far_from_poisson(front, ardennes):
    # F12b: variance over mean is 82 for the German side and 112 for the American.
    for side in ("blue", "red"):
        losses = ardennes[f"{side}_mp_combat_killed"]
        assert 80 < losses.var(ddof=1) / losses.mean() < 115
    assert 30 < np.median(front.var(axis=1, ddof=1) / front.mean(axis=1)) < 300


def test_a_bad_day_tends_to_follow_a_bad_day(front, ardennes):
    # F13: lag-one correlation 0.31 on the American side.
    found = lag_one_correlation(ardennes["blue_mp_combat_killed"])
    assert found == pytest.approx(0.31, abs=0.02)
    low, middle, high = np.quantile(lag_one_correlation(front), [0.1, 0.5, 0.9])
    assert 0.1 < middle < 0.8
    assert low < found < high


def test_without_engagements_that_last_there_is_no_such_tendency():
    one_day_each = Front(mean_days=1.0).daily_losses(DAYS, replicates=500)
    assert np.median(lag_one_correlation(one_day_each)) < 0.05


def test_binomial_losses_alone_are_far_too_regular(ardennes):
    regular = Front(sigma_persistent=0.0, sigma_daily=0.0, sigma_city=0.0)
    losses = regular.daily_losses(DAYS, replicates=100)
    assert np.median(losses.var(axis=1, ddof=1) / losses.mean(axis=1)) < 1.5
