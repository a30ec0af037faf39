from __future__ import annotations

import numpy as np
import pytest

from calibration.emulator import (
    MOST_IN_PRODUCTS,
    Emulator,
    emulate,
    label_probability,
    product_terms,
    single_terms,
)
from calibration.structures import Float64, Int64

VECTORS, PARAMETERS = 6000, 26
BLOCK: Int64 = np.repeat(np.arange(2, dtype=np.int64), VECTORS // 2)


@pytest.fixture(scope="module")
def unit() -> Float64:
    return np.random.default_rng(1).uniform(size=(VECTORS, PARAMETERS))


@pytest.fixture(scope="module")
def expected(unit: Float64) -> Float64:
    """Return a quadratic in three parameters, with an interaction."""
    return 3 * unit[:, 4] + 4 * (unit[:, 7] - 0.5) ** 2 + 5 * (unit[:, 4] - 0.5) * unit[:, 20]


@pytest.fixture(scope="module")
def luck() -> Float64:
    return np.random.default_rng(2).normal(size=VECTORS)


@pytest.fixture(scope="module")
def emulator(unit: Float64, expected: Float64, luck: Float64) -> Emulator:
    constant = np.full(VECTORS, 7.0)
    return emulate(unit, BLOCK, np.stack([expected + 0.5 * luck, luck, constant], axis=1))


def test_terms_are_normed_and_uncorrelated_under_the_prior(unit: Float64) -> None:
    terms = single_terms(unit[:, :3])
    terms = np.concatenate([terms, product_terms(terms, np.arange(3))], axis=1)
    assert terms.shape == (VECTORS, 9)
    assert np.allclose(terms.mean(axis=0), 0.0, atol=0.06)
    assert np.allclose(terms.T @ terms / VECTORS, np.eye(9), atol=0.09)


def test_a_quadratic_outcome_is_found_but_for_its_luck(
    emulator: Emulator, expected: Float64
) -> None:
    assert np.sqrt(np.mean((emulator.expected[:, 0] - expected) ** 2)) < 0.15
    assert emulator.residual_variance[0] == pytest.approx(0.25, rel=0.1)
    signal = expected.var() / (expected.var() + 0.25)
    assert emulator.explained[0] == pytest.approx(signal, abs=0.03)


def test_luck_alone_is_not_explained(emulator: Emulator) -> None:
    assert -0.1 < emulator.explained[1] < 0.02
    assert emulator.residual_variance[1] == pytest.approx(1.0, rel=0.1)


def test_an_outcome_that_never_varies_has_no_residual(emulator: Emulator) -> None:
    assert np.allclose(emulator.expected[:, 2], 7.0)
    assert emulator.residual_variance[2] == pytest.approx(0.0, abs=1e-12)
    assert emulator.explained[2] == 0.0


def test_no_vector_is_predicted_by_a_fit_that_saw_it(
    unit: Float64, expected: Float64, luck: Float64
) -> None:
    """Changing outcomes of one block moves the predictions of the other alone."""
    outcome = expected + 0.5 * luck
    changed = np.where(BLOCK == 1, outcome + 100.0, outcome)
    before = emulate(unit, BLOCK, outcome[:, None]).expected[:, 0]
    after = emulate(unit, BLOCK, changed[:, None]).expected[:, 0]
    assert np.array_equal(after[BLOCK == 1], before[BLOCK == 1])
    assert np.allclose(after[BLOCK == 0], before[BLOCK == 0] + 100.0)


def test_the_products_are_of_the_parameters_that_matter_most(emulator: Emulator) -> None:
    for fits in emulator.fits:
        chosen = fits[0].chosen
        assert len(chosen) == MOST_IN_PRODUCTS
        assert {4, 7} <= set(chosen.tolist())


def test_new_vectors_are_predicted_as_those_of_the_pool(emulator: Emulator) -> None:
    new = np.random.default_rng(3).uniform(size=(500, PARAMETERS))
    wanted = 3 * new[:, 4] + 4 * (new[:, 7] - 0.5) ** 2 + 5 * (new[:, 4] - 0.5) * new[:, 20]
    found = emulator.predict(new)
    assert found.shape == (500, 3)
    assert np.sqrt(np.mean((found[:, 0] - wanted) ** 2)) < 0.15
    assert np.allclose(found[:, 2], 7.0)


def test_a_pool_of_one_block_is_refused(unit: Float64, luck: Float64) -> None:
    with pytest.raises(ValueError, match="two blocks"):
        emulate(unit, np.zeros(VECTORS, np.int64), luck[:, None])


def test_the_probability_of_a_label_follows_its_score() -> None:
    random = np.random.default_rng(4)
    score = random.uniform(-0.4, 1.4, size=20_000)
    truth = 1.0 / (1.0 + np.exp(-6.0 * (score - 0.5)))
    chance = (random.uniform(size=score.size) < truth).astype(np.float64)
    found = label_probability(score, chance)
    assert np.sqrt(np.mean((found - truth) ** 2)) < 0.03
    assert (np.diff(found[np.argsort(score)]) >= 0).all()
    assert ((found > 0) & (found < 1)).all()


def test_the_probability_of_a_label_may_be_that_of_a_mistake_alone() -> None:
    found = label_probability(np.linspace(0, 1, 3000), np.full(3000, 0.05))
    assert np.allclose(found, 0.05, atol=0.002)
