"""Two halves of a pool tell how far chance moves a fit."""

import numpy as np
import pytest

from calibration.checks.pools import TwoPools, two_pools
from tests.calibration.checks.toy import IDS, fitted, reported, toy

HALF = 1500


def halves(seed: int) -> TwoPools:
    unit, reports = toy(2 * HALF, seed)
    return two_pools(fitted(unit, reports), np.repeat([0, 1], HALF), reported(150, 40))


def test_every_parameter_has_a_difference_and_the_largest_is_named() -> None:
    found = halves(3)
    assert set(found.difference) == set(IDS)
    assert abs(found.difference[found.largest]) == max(map(abs, found.difference.values()))


def test_equal_halves_do_not_differ() -> None:
    unit, reports = toy(HALF)
    twice = {name: column.at(np.tile(np.arange(HALF), 2)) for name, column in reports.items()}
    fit = fitted(np.tile(unit, (2, 1)), twice)
    found = two_pools(fit, np.repeat([0, 1], HALF), reported(150, 40))
    assert max(map(abs, found.difference.values())) < 1e-9
    assert found.error < 1e-9


def test_the_order_of_the_blocks_turns_the_sign() -> None:
    unit, reports = toy(2 * HALF)
    fit = fitted(unit, reports)
    block = np.repeat([0, 1], HALF)
    first, second = (two_pools(fit, b, reported(150, 40)) for b in (block, 1 - block))
    assert first.error == second.error
    for name in IDS:
        assert first.difference[name] == -second.difference[name]


def test_the_error_is_what_chance_moves_the_whole() -> None:
    """Against the spread of the medians over pools that are made anew."""
    medians, widths, errors = [], [], []
    for seed in range(12):
        unit, reports = toy(2 * HALF, seed)
        fit = fitted(unit, reports)
        posterior = fit.posterior(reported(150, 40))
        medians.append(posterior.quantiles(0.5)[0])
        widths.append(np.sqrt(posterior.variance()))
        errors.append(two_pools(fit, np.repeat([0, 1], HALF), reported(150, 40)).error)
    true = np.sqrt(np.mean((np.std(medians, axis=0, ddof=1) / np.mean(widths, axis=0)) ** 2))
    assert 0.5 < np.sqrt(np.mean(np.square(errors))) / true < 2.0


@pytest.mark.parametrize("block", [np.zeros(2 * HALF, int), np.repeat([0, 1], 5)])
def test_blocks_that_are_not_those_of_the_pool_are_refused(block: np.ndarray) -> None:
    unit, reports = toy(2 * HALF)
    with pytest.raises(ValueError, match="blocks 0 and 1"):
        two_pools(fitted(unit, reports), block, reported(150, 40))
