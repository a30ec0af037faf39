from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.fit.neighbours import locally_adjusted, nearest

distances = st.lists(st.integers(0, 8), min_size=1, max_size=40).map(
    lambda values: np.array(values, dtype=np.float64)
)


@given(distances, st.integers(1, 50))
def test_weights_are_positive_sum_to_one_and_fall_with_distance(distance, number):
    rows, weights = nearest(distance, number)
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).all()
    assert (np.diff(weights) <= 0).all()
    assert len(rows) >= min(number, len(distance))


@given(distances, st.integers(1, 50), st.randoms(use_true_random=False))
def test_rows_equally_far_are_in_or_out_together_in_any_order(distance, number, random):
    order = list(range(len(distance)))
    random.shuffle(order)
    rows, weights = nearest(distance, number)
    shuffled, other = nearest(distance[order], number)
    weight = dict(zip(rows.tolist(), weights, strict=True))
    for row, found in zip(shuffled.tolist(), other, strict=True):
        assert weight.pop(order[row]) == pytest.approx(found)
    assert not weight


def test_rows_that_are_infinitely_far_are_never_neighbours():
    distance = np.array([0.0, np.inf, 2.0, np.inf, 1.0])
    rows, weights = nearest(distance, 5)
    assert rows.tolist() == [0, 4, 2]
    assert np.isfinite(weights).all()


def test_the_weight_is_one_less_the_squared_share_of_the_bandwidth():
    rows, weights = nearest(np.array([4.0, 0.0, 2.0, 9.0]), 2)
    assert rows.tolist() == [1, 2]
    assert np.allclose(weights, np.array([1.0, 0.75]) / 1.75)


def test_a_pool_without_a_row_left_is_refused():
    with pytest.raises(ValueError, match="no vector left"):
        nearest(np.array([np.inf]), 1)


def test_what_is_linear_in_the_reports_is_moved_to_the_data_set_exactly():
    luck = np.random.default_rng(1)
    offset = luck.normal(size=(400, 2))
    logits = 0.7 + offset @ np.array([[1.0, -2.0], [0.5, 3.0]])
    adjusted = locally_adjusted(offset, logits, np.full(400, 1 / 400))
    assert np.allclose(adjusted, 0.7, atol=1e-3)


def test_residuals_keep_the_variance_that_they_have_without_a_regression():
    """Without stretching they would lose a share of 6 / 60 of it to the slopes and the mean."""
    luck = np.random.default_rng(2)
    weights = np.full(60, 1 / 60)
    steep = 3.0 * luck.normal(size=(5, 40))
    variances = []
    for _ in range(40):
        offset = luck.normal(size=(60, 5))
        logits = offset @ steep + luck.normal(size=(60, 40))
        variances.append(locally_adjusted(offset, logits, weights).var(axis=0).mean())
    assert np.mean(variances) == pytest.approx(1.0, abs=0.03)


def test_slopes_that_are_chance_are_shrunk():
    """The data set lies three deviations outside its neighbours, whose logits have no slope."""
    luck = np.random.default_rng(3)
    offset = luck.normal(size=(500, 12)) + 3.0
    adjusted = locally_adjusted(offset, luck.normal(size=(500, 200)), np.full(500, 1 / 500))
    # Free slopes: the square root of (1 + 12 * 9) / 500, 0.47.
    assert adjusted.mean(axis=0).std() < 0.25


def test_a_component_that_does_not_vary_is_no_trouble():
    offset = np.column_stack([np.linspace(-1, 1, 50), np.zeros(50)])
    adjusted = locally_adjusted(offset, offset[:, :1] * 2.0, np.full(50, 0.02))
    assert np.allclose(adjusted, 0, atol=1e-3)


def test_without_components_nothing_is_moved():
    logits = np.arange(6.0).reshape(3, 2)
    assert np.array_equal(locally_adjusted(np.zeros((3, 0)), logits, np.full(3, 1 / 3)), logits)
