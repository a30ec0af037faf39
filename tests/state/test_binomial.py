"""Draws by inversion follow their laws, rise with the uniform and ignore the batch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.state.binomial import binomial, negative_binomial, poisson

DRAWS = 200_000
TRIALS = (1, 2, 8, 20, 31, 100, 300, 1000, 10_000)
CHANCES = (1e-4, 1e-3, 0.01, 0.05, 0.2, 0.49, 0.5, 0.51, 0.8, 0.95, 0.999)


def uniforms(seed: int, size: int = DRAWS) -> np.ndarray:
    """Uniform in (0, 1), as the engine's streams make them."""
    whole = np.random.default_rng(seed).integers(0, 2**52, size=size)
    return (whole + 0.5) * 2.0**-52


def chi_square_p(counts: np.ndarray, law) -> float:
    """Chi-square test of drawn counts against a scipy law, with cells of 10 expected or more."""
    low, high = int(law.ppf(1e-9)), int(law.ppf(1 - 1e-9))
    support = np.arange(low, high + 1)
    expected = law.pmf(support) * counts.size
    observed = np.bincount(np.clip(counts, low, high) - low, minlength=support.size)
    cell = np.floor(np.cumsum(expected) / 10.0 / (1.0 + 1e-12)).astype(int)
    cell = np.unique(cell, return_inverse=True)[1]
    expected = np.bincount(cell, weights=expected)
    observed = np.bincount(cell, weights=observed)
    if expected[-1] < 10.0 and expected.size > 1:
        expected[-2:] = [expected[-2] + expected[-1], 0.0]
        observed[-2:] = [observed[-2] + observed[-1], 0.0]
        expected, observed = expected[:-1], observed[:-1]
    if expected.size < 2:
        return 1.0
    statistic = np.sum((observed - expected) ** 2 / expected)
    return float(stats.chi2.sf(statistic, expected.size - 1))


def total_variation(draw, law, highest: int) -> float:
    """Distance to a law, exact: where the draw passes each count is found by halving."""
    count = np.arange(highest + 1)
    low, high = np.zeros(count.size), np.ones(count.size)
    for _ in range(50):
        middle = (low + high) / 2
        within = draw(middle) <= count
        low, high = np.where(within, middle, low), np.where(within, high, middle)
    ours = np.diff(np.concatenate([[0.0], low]))
    return 0.5 * float(np.abs(ours - law.pmf(count)).sum())


@pytest.mark.parametrize("p", CHANCES)
def test_binomial_follows_its_law(p):
    # 99 tests of 200,000 draws: at 1e-5 each one false alarm in a thousand runs, were it random.
    for n in TRIALS:
        counts = binomial(uniforms(n), n, p)
        assert chi_square_p(counts, stats.binom(n, p)) > 1e-5, (n, p)


@pytest.mark.parametrize(("n", "p"), [(20, 0.5), (50, 0.2), (1000, 0.01), (10_000, 0.001)])
def test_where_the_expansion_takes_over_it_is_close_to_the_law(n, p):
    law = stats.binom(n, p)
    assert total_variation(lambda u: binomial(u, n, p), law, min(n, 80)) < 1.1e-4


@pytest.mark.parametrize(("n", "p"), [(8, 0.1), (9, 0.93), (300, 0.03), (10_000, 0.0009)])
def test_small_means_are_exact(n, p):
    assert total_variation(lambda u: binomial(u, n, p), stats.binom(n, p), min(n, 80)) < 1e-11


def test_no_trials_and_sure_or_impossible_outcomes_are_exact():
    u = uniforms(5, 1000)
    n = np.arange(1000)
    assert not binomial(u, 0, 0.7).any()
    assert not binomial(u, n, 0.0).any()
    assert not binomial(u, n, -0.2).any()
    assert np.array_equal(binomial(u, n, 1.0), n)
    assert np.array_equal(binomial(u, n, 1.7), n)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 20_000),
    st.one_of(st.floats(0.0, 1.0), st.sampled_from([1e-300, 1e-12, 0.5, 1 - 1e-12])),
    st.lists(st.integers(0, 2**52 - 1), min_size=2, max_size=30),
)
def test_a_draw_is_within_range_and_rises_with_its_uniform(n, p, whole):
    u = (np.sort(np.array([0, *whole, 2**52 - 1])) + 0.5) * 2.0**-52
    counts = binomial(u, n, p)
    assert counts.dtype == np.int64
    assert counts.min() >= 0
    assert counts.max() <= n
    assert np.all(np.diff(counts) >= 0)


def test_a_draw_does_not_depend_on_the_batch():
    rng = np.random.default_rng(2)
    size = 20_000
    u = uniforms(1, size)
    n = rng.integers(0, 600, size)
    p = rng.lognormal(np.log(0.02), 1.5, size).clip(0.0, 1.0)
    p[rng.random(size) < 0.3] = 0.0
    whole = binomial(u, n, p)
    order = rng.permutation(size)
    assert np.array_equal(binomial(u[order], n[order], p[order]), whole[order])
    assert np.array_equal(binomial(u[::7], n[::7], p[::7]), whole[::7])
    shaped = binomial(u.reshape(50, 400), n.reshape(50, 400), p.reshape(50, 400))
    assert np.array_equal(shaped.ravel(), whole)
    alone = [binomial(u[i : i + 1], n[i : i + 1], p[i : i + 1])[0] for i in range(0, size, 20)]
    assert np.array_equal(alone, whole[::20])


@pytest.mark.parametrize("mean", [0.01, 0.6, 4.0, 9.99, 10.0, 37.0, 1200.0])
def test_poisson_follows_its_law(mean):
    assert chi_square_p(poisson(uniforms(7), mean), stats.poisson(mean)) > 1e-5


@pytest.mark.parametrize(
    ("mean", "k"), [(4.0, 0.5), (0.2, 0.3), (30.0, 5.0), (150.0, 0.8), (400.0, 2.0), (900.0, 1e4)]
)
def test_negative_binomial_follows_its_law(mean, k):
    counts = negative_binomial(uniforms(9), mean, k)
    assert chi_square_p(counts, stats.nbinom(k, k / (k + mean))) > 1e-5


def test_counts_without_a_limit_end_at_the_highest_uniform():
    highest = 1.0 - 2.0**-53
    assert 20 < poisson(highest, 4.0) < 60
    assert 100 < negative_binomial(highest, 4.0, 0.5) < 400


def test_poisson_and_negative_binomial_ignore_the_batch_and_give_zero_for_no_mean():
    rng = np.random.default_rng(6)
    u = uniforms(8, 9000)
    mean = rng.lognormal(0.5, 2.0, 9000)
    mean[::5] = 0.0
    k = rng.uniform(0.2, 8.0, 9000)
    first, second = poisson(u, mean), negative_binomial(u, mean, k)
    assert not first[::5].any()
    assert not second[::5].any()
    assert np.array_equal(poisson(u[3::11], mean[3::11]), first[3::11])
    assert np.array_equal(negative_binomial(u[3::11], mean[3::11], k[3::11]), second[3::11])
    single = [negative_binomial(u[i], mean[i], k[i]) for i in range(0, 9000, 50)]
    assert np.array_equal(single, second[::50])


def test_operands_broadcast():
    u = uniforms(4, 12).reshape(3, 4)
    result = binomial(u, np.array([[5], [50], [500]]), 0.1)
    assert result.shape == (3, 4)
    assert binomial(0.5, 10, 0.5).shape == ()


def test_a_dispersion_that_is_not_positive_is_refused():
    with pytest.raises(ValueError, match="dispersion_k must be above 0"):
        negative_binomial(0.5, 2.0, 0.0)
