"""Sobol indices against known ones, with luck added."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import sobol_indices

from sim.experiments.sensitivity.sobol import analyse_sobol, sobol_design
from tests.experiments.sensitivity.stand_ins import (
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    ISHIGAMI_VARIANCE,
    g_function,
    g_indices,
    ishigami,
    with_luck,
    with_shared_luck,
)


def test_the_third_kind_of_point_differs_from_the_first_in_one_parameter() -> None:
    design = sobol_design(3, points=8, seed=1)
    points = design.points
    assert points.shape == (8, 5, 3)
    for parameter in range(3):
        changed = points[:, 2 + parameter] != points[:, 0]
        assert changed[:, parameter].all()
        assert changed.sum() == 8
        np.testing.assert_array_equal(points[:, 2 + parameter, parameter], points[:, 1, parameter])


def test_without_luck_the_indices_are_those_of_scipy() -> None:
    points = sobol_design(3, points=256, seed=3).points
    values = ishigami(points)
    found = analyse_sobol(np.repeat(values[..., None], 2, axis=2), seed=1)
    theirs = sobol_indices(
        func={"f_A": values[None, :, 0], "f_B": values[None, :, 1], "f_AB": values.T[2:, None]},
        n=256,
    )
    assert found.first is not None
    assert found.total is not None
    np.testing.assert_allclose(found.first.value, theirs.first_order, atol=1e-12)
    np.testing.assert_allclose(found.total.value, theirs.total_order, atol=1e-12)
    np.testing.assert_array_equal(found.split.luck_share, 0)


@pytest.mark.parametrize("share", [with_luck, with_shared_luck])
def test_ishigami_with_luck_as_large_as_its_effects_has_its_known_indices(share) -> None:
    points = sobol_design(3, points=1024, seed=5).points
    size = np.sqrt(ISHIGAMI_VARIANCE)
    found = analyse_sobol(share(ishigami(points), 4, size, seed=2), seed=1)
    assert found.first is not None
    assert found.total is not None
    np.testing.assert_allclose(found.first.value, ISHIGAMI_FIRST, atol=0.08)
    np.testing.assert_allclose(found.total.value, ISHIGAMI_TOTAL, atol=0.08)
    for estimate, truth in ((found.first, ISHIGAMI_FIRST), (found.total, ISHIGAMI_TOTAL)):
        assert (estimate.low <= truth).all()
        assert (truth <= estimate.high).all()
    assert found.split.luck_share[0] == pytest.approx(0.5, abs=0.03)
    np.testing.assert_allclose(found.total_of_run.value, ISHIGAMI_TOTAL / 2, atol=0.05)


def test_luck_not_taken_off_would_have_made_the_total_order_too_large() -> None:
    points = sobol_design(3, points=1024, seed=5).points
    values = with_luck(ishigami(points), 2, 4.0, seed=2)
    plain = sobol_indices(
        func={
            "f_A": values[None, :, 0].mean(-1),
            "f_B": values[None, :, 1].mean(-1),
            "f_AB": values.mean(-1).T[2:, None],
        },
        n=1024,
    )
    found = analyse_sobol(values, seed=1)
    assert found.total is not None
    assert (plain.total_order > ISHIGAMI_TOTAL + 0.1).sum() >= 2
    np.testing.assert_allclose(found.total.value, ISHIGAMI_TOTAL, atol=0.1)


def test_the_g_function_has_its_known_indices() -> None:
    points = sobol_design(4, points=1024, seed=4).points
    found = analyse_sobol(with_shared_luck(g_function(points), 3, 0.5, seed=3), seed=1)
    first, total = g_indices()
    assert found.first is not None
    assert found.total is not None
    np.testing.assert_allclose(found.first.value, first, atol=0.06)
    np.testing.assert_allclose(found.total.value, total, atol=0.06)
    assert found.total.value.argsort().tolist() == [3, 2, 1, 0]


def test_a_probability_has_the_indices_of_the_expected_outcome() -> None:
    # True with probability x0, whatever x1 is: variance of the chance 1/12, of a run 1/4.
    points = sobol_design(2, points=4096, seed=6).points
    drawn = np.random.default_rng(8).random((4096, 1, 4))  # shared by the points of a block
    found = analyse_sobol((drawn < points[..., :1]).astype(float), seed=1)
    assert found.first is not None
    assert found.total is not None
    np.testing.assert_allclose(found.first.value, [1, 0], atol=0.1)
    np.testing.assert_allclose(found.total.value, [1, 0], atol=0.1)
    assert found.within_noise.tolist() == [False, True]
    assert found.split.luck_share[0] == pytest.approx(2 / 3, abs=0.03)


def test_an_outcome_of_luck_alone_has_no_index_but_zero() -> None:
    clear = inside = 0
    for seed in range(20):
        luck = with_luck(np.zeros((64, 7)), 4, 1.0, seed)
        found = analyse_sobol(luck, seed=seed, resamples=200)
        clear += found.total is not None
        of_run = found.total_of_run
        inside += int(((of_run.low <= 0) & (of_run.high >= 0)).sum())
        assert found.split.luck_share[0] > 0.9
    assert clear <= 2
    assert inside >= 0.85 * 20 * 5


def test_luck_that_is_shared_makes_intervals_narrower() -> None:
    values = ishigami(sobol_design(3, points=128, seed=5).points)
    width = {}
    for share in (with_luck, with_shared_luck):
        total = analyse_sobol(share(values, 2, 4.0, seed=2), seed=1).total
        assert total is not None
        width[share] = total.high - total.low
    assert (width[with_shared_luck] < 0.9 * width[with_luck]).all()


def test_the_same_seed_gives_the_same_intervals_and_another_does_not() -> None:
    values = with_luck(ishigami(sobol_design(3, points=64, seed=5).points), 2, 1.0, seed=2)
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    first, same, other = (analyse_sobol(values, seed=seed).total_of_run for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.low, same.low)
    assert (first.low != other.low).any()
    np.testing.assert_array_equal(first.value, other.value)
    np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize(
    ("shape", "filled"), [((4, 3), 0.0), ((4, 3, 1), 0.0), ((4, 3, 2), np.nan)]
)
def test_values_that_cannot_be_told_apart_are_refused(
    shape: tuple[int, ...], filled: float
) -> None:
    with pytest.raises(ValueError, match=r"replicates is needed|must be finite"):
        analyse_sobol(np.full(shape, filled), seed=1)


@pytest.mark.parametrize("points", [0, 2, 12])
def test_a_number_of_points_that_is_no_power_of_two_is_refused(points: int) -> None:
    with pytest.raises(ValueError, match="a power of two from 4 on"):
        sobol_design(3, points=points, seed=1)
