"""With noise going to zero the kernel follows Lanchester's laws in closed form."""

import numpy as np
import pytest

from sim.experiments.battles_classics import (
    LINEAR,
    LOGARITHMIC,
    SQUARE,
    duel,
    duel_in_closed_form,
    iwo_jima,
    iwo_jima_landed,
    iwo_jima_solution,
)

DAYS = 8
CASES = {
    "square": (SQUARE, (0.06, 0.09)),
    "linear": (LINEAR, (0.4e-6, 0.7e-6)),
    "logarithmic": (LOGARITHMIC, (0.10, 0.05)),
}
NAMES = sorted(CASES)


def paths(name: str, scale: float, replicates: int = 8):
    """The kernel's daily strengths [days + 1, replicates, 2] and those of the closed form."""
    law, attrition = CASES[name]
    attrition = tuple(a / scale if law == LINEAR else a for a in attrition)
    strength = (200_000.0 * scale, 150_000.0 * scale)
    drawn = duel(strength, attrition, law, DAYS, steps_per_day=200, replicates=replicates)[::200]
    exact = duel_in_closed_form(strength, attrition, law, np.arange(DAYS + 1.0))
    return drawn, exact


@pytest.mark.parametrize("name", NAMES)
def test_a_large_force_follows_the_closed_form(name):
    drawn, exact = paths(name, scale=1000.0)
    assert exact[-1].min() > 0
    np.testing.assert_allclose(drawn, np.broadcast_to(exact[:, None], drawn.shape), rtol=0.006)


@pytest.mark.parametrize("name", NAMES)
def test_the_scatter_about_the_law_falls_with_the_root_of_the_force(name):
    relative = [
        (drawn[-1] / exact[-1]).std(axis=0).mean()
        for drawn, exact in (paths(name, scale, replicates=60) for scale in (0.001, 0.1))
    ]
    assert relative[0] / relative[1] == pytest.approx(10.0, rel=0.35)


def test_the_square_law_keeps_the_difference_of_squares():
    law, (a, b) = CASES["square"]
    x, y = duel((2e6, 1.5e6), (a, b), law, DAYS, steps_per_day=200)[:, 0].T
    invariant = b * x**2 - a * y**2
    np.testing.assert_allclose(invariant, invariant[0], rtol=0.01)


def test_the_linear_law_keeps_the_ratio_of_losses():
    law, (a, b) = CASES["linear"]
    x, y = duel((2e6, 1.5e6), (a / 10, b / 10), law, DAYS, steps_per_day=200)[-1, 0]
    assert (2e6 - x) / (1.5e6 - y) == pytest.approx(a / b, rel=0.01)


def test_iwo_jima_follows_engels_model():
    time = np.arange(0.0, 37.0)
    drawn = iwo_jima(replicates=40)[::100]
    solution = iwo_jima_solution(time)
    mean = drawn.mean(axis=1)
    # Within one per cent of the force committed on every day, for both sides.
    assert np.abs(mean[:, 0] - solution[:, 0]).max() < 0.01 * 73_000
    assert np.abs(mean[:, 1] - solution[:, 1]).max() < 0.01 * 21_500


def test_iwo_jima_ends_with_the_defenders_gone_and_a_fifth_to_a_third_of_the_americans_lost():
    drawn = iwo_jima(replicates=40)[-1]
    assert iwo_jima_landed(36.0) == 73_000
    assert drawn[:, 1].max() < 0.05 * 21_500
    lost = 1.0 - drawn[:, 0] / 73_000
    assert lost.min() > 0.2
    assert lost.max() < 0.34
